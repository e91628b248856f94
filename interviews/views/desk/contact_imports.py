"""Contacts from a file: give it, see what it would do, confirm."""

from pathlib import Path
from tempfile import NamedTemporaryFile

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from cnc_survey.audit.log import record
from cnc_survey.audit.models import AuditEntry
from cnc_survey.jobs.queue import enqueue_job
from cnc_survey.workbook.download import workbook_response
from interviews.fieldwork.contact_export import write_model
from interviews.fieldwork.contact_file import MAX_FILE, ContactFileError, read_contacts
from interviews.fieldwork.contact_filter import ContactFileForm
from interviews.fieldwork.contact_import import (
    OUTCOMES,
    Outcome,
    apply_import,
    check_import,
    columns_help,
    pack_rows,
    verdicts_of,
)
from interviews.models import ContactImport
from interviews.views.staff import staff_page

AT_ONCE = 2_000  # rows worked through while the person waits; more go to the worker
ON_A_PAGE = 100
# What needs a look comes first.
SHOWN = [Outcome.INVALID, Outcome.DUPLICATE, Outcome.OPTED_OUT, Outcome.CHANGED, Outcome.NEW, Outcome.UNCHANGED]


@staff_page("interviews.add_contact")
def contact_import(request):
    form, refusal = ContactFileForm(), ""
    if request.method == "POST":
        form = ContactFileForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                return redirect(_receive(request, form.cleaned_data["file"]))
            except ContactFileError as error:
                refusal = str(error)
    context = {
        "form": form,
        "refusal": refusal,
        "columns": columns_help(),
        "imports": ContactImport.objects.defer("rows", "plan").select_related("uploaded_by")[:10],
    }
    return render(request, "interviews/manager/contact_import.html", context)


@staff_page("interviews.add_contact")
def contact_import_preview(request, pk):
    found = get_object_or_404(ContactImport.objects.select_related("uploaded_by"), pk=pk)
    if request.method == "POST" and found.applied_at is None and found.checked_at:
        return _give_up(request, found) if "give_up" in request.POST else _confirm(request, found)
    chosen = request.GET.get("sorte", "")
    counts = [(outcome.value, OUTCOMES[outcome], found.outcome.get(outcome.value, 0)) for outcome in SHOWN]
    if not chosen:
        chosen = next((code for code, _, count in counts if count), "")
    page = Paginator(verdicts_of(found, chosen), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "found": found,
        "counts": counts,
        "chosen": chosen,
        "page": page,
        "written": sum(found.outcome.get(outcome.value, 0) for outcome in (Outcome.NEW, Outcome.CHANGED)),
    }
    return render(request, "interviews/manager/contact_import_preview.html", context)


@require_safe
@staff_page("interviews.add_contact")
def contact_model(request):
    return workbook_response("modele-contacts.xlsx", write_model)


def _receive(request, file):
    """Read the file and work out what it would do: at once when it is short, by the worker when it is long."""
    if file.size > MAX_FILE:
        raise ContactFileError(f"Ce fichier dépasse {MAX_FILE >> 20} Mo. Découpez-le.")
    with NamedTemporaryFile(suffix=".contacts") as copy:
        for chunk in file.chunks():
            copy.write(chunk)
        copy.flush()
        rows = read_contacts(Path(copy.name), file.name)
    name = file.name[:200]
    with transaction.atomic():
        found = ContactImport.objects.create(file_name=name, uploaded_by=request.user, rows=pack_rows(rows))
        if len(rows) > AT_ONCE:
            return enqueue_job("contacts_check", request.user, {"import": found.pk, "name": name})
    check_import(found)
    return found


def _confirm(request, found):
    total = sum(found.outcome.values())
    with transaction.atomic():
        record(AuditEntry.Action.PERSONAL_DATA_CHANGED, request.user, f"import {found.pk}", rows=total)
        if total > AT_ONCE:
            parameters = {"import": found.pk, "name": found.file_name}
            return redirect(enqueue_job("contacts_import", request.user, parameters))
    counts = apply_import(found)
    done = sum(counts[outcome.value] for outcome in (Outcome.NEW, Outcome.CHANGED))
    messages.success(
        request, f"Import terminé : {done} contacts écrits, {counts[Outcome.INVALID.value]} lignes refusées."
    )
    return redirect("contacts")


def _give_up(request, found):
    found.delete()
    messages.success(request, "Le fichier est oublié : rien n’a été écrit.")
    return redirect("contact_import")
