"""The contacts: list, page of one, change, merge, dead addresses."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from cnc_survey.audit.log import record
from cnc_survey.audit.models import AuditEntry
from cnc_survey.jobs.queue import enqueue_job
from interviews.fieldwork.contact_filter import BouncesForm, ContactFilter, ContactForm
from interviews.fieldwork.contacts import (
    ContactError,
    contact_states,
    history_of,
    mark_addresses_dead,
    merge_contacts,
    opt_out_contact,
)
from interviews.models import Contact
from interviews.states import label_of, name_state
from interviews.views.staff import staff_page

ON_A_PAGE = 50
READ, CHANGED = AuditEntry.Action.PERSONAL_DATA_READ, AuditEntry.Action.PERSONAL_DATA_CHANGED


@require_safe
@staff_page("interviews.view_contact")
def contacts(request):
    form = ContactFilter(request.GET or None)
    # Keys alone are searched and counted, in one pass; the fifty people shown are then read, and decrypted.
    page = Paginator(list(form.matching().order_by("-pk").values_list("pk", flat=True)), ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    found = (
        Contact.objects.filter(pk__in=list(page))
        .annotate(state=name_state(contact_states()))
        .prefetch_related("occupations", "tags")
        .order_by("-pk")
    )
    query = request.GET.copy()
    query.pop("page", None)
    states = contact_states()
    context = {
        "form": form,
        "page": page,
        "rows": [(contact, label_of(states, contact.state)) for contact in found],
        "query": query.urlencode(),
        "is_filtered": bool(form.chosen),
    }
    return render(request, "interviews/manager/contacts.html", context)


@require_safe
@staff_page("interviews.view_contact")
def contact(request, pk):
    found = get_object_or_404(Contact.objects.annotate(state=name_state(contact_states())), pk=pk)
    record(READ, request.user, _subject(found))
    context = {
        "contact": found,
        "state": label_of(contact_states(), found.state),
        "history": history_of(found),
    }
    return render(request, "interviews/manager/contact.html", context)


@staff_page("interviews.add_contact")
def contact_new(request):
    return _edit(request, Contact())


@staff_page("interviews.change_contact")
def contact_edit(request, pk):
    return _edit(request, get_object_or_404(Contact, pk=pk))


def _edit(request, contact):
    form = ContactForm(request.POST or None, instance=contact)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            saved = form.save()
            record(CHANGED, request.user, _subject(saved))
        messages.success(request, "Contact enregistré.")
        return redirect("contact", saved.pk)
    return render(request, "interviews/manager/contact_form.html", {"form": form, "contact": contact})


@require_POST
@staff_page("interviews.change_contact")
def contact_opt_out(request, pk):
    """Note an objection that came by telephone or by letter."""
    found = get_object_or_404(Contact, pk=pk)
    opt_out_contact(found)
    record(CHANGED, request.user, _subject(found), objection=True)
    messages.success(request, "Objection notée : plus aucun courriel ne partira à cette personne.")
    return redirect("contact", pk)


@staff_page("interviews.change_contact")
def contact_merge(request, pk):
    """Choose the other record by its address, see both side by side, then make them one."""
    kept = get_object_or_404(Contact, pk=pk)
    search = ContactFilter({"q": request.GET.get("q", "")})
    other = Contact.objects.filter(pk=_number(request.GET.get("avec") or request.POST.get("avec"))).first()
    if request.method == "POST" and other:
        try:
            merge_contacts(kept, other)
        except ContactError as refusal:
            messages.error(request, str(refusal))
        else:
            record(CHANGED, request.user, _subject(kept), merged=int(request.POST["avec"]))
            messages.success(request, "Les deux fiches n’en font plus qu’une.")
            return redirect("contact", pk)
    found = search.matching().exclude(pk=pk)[:20] if search.chosen else []
    context = {"contact": kept, "other": other, "found": found, "q": request.GET.get("q", "")}
    return render(request, "interviews/manager/contact_merge.html", context)


@require_POST
@staff_page("interviews.view_contact")
def contacts_export(request):
    """Ask for a workbook of the contacts that the list shows."""
    job = enqueue_job("contacts_export", request.user, ContactFilter(request.GET).as_json())
    return redirect(job)


@staff_page("interviews.change_contact")
def bounces(request):
    form = BouncesForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        count, unknown = mark_addresses_dead(form.cleaned_data["found"])
        record(CHANGED, request.user, "adresses mortes", contacts=count)
        messages.success(request, f"Contacts marqués : {count}. Plus rien ne leur partira.")
        if unknown:
            messages.warning(request, f"Adresses inconnues, laissées de côté : {len(unknown)}.")
        return redirect("contacts")
    return render(request, "interviews/manager/bounces.html", {"form": form})


def _subject(contact):
    return f"contact {contact.pk}"  # the log outlives the person's erasure: no name


def _number(text):
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 18 else None
