"""The codebook: read by all who code, changed by those who may."""

from django.contrib import messages
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from interviews.guided.codebook import CodebookError, change_code, code_tree, create_code, merge_codes, split_code
from interviews.guided.coding_forms import CodeForm, MergeForm, SplitForm
from interviews.models import Code
from interviews.views.personal_link import posted
from interviews.views.staff import staff_page

from .access import VIEW

CHANGE_CODES = "interviews.change_code"


@require_safe
@staff_page(VIEW)
def codebook(request):
    used = Count("verbatims", filter=Q(verbatims__withdrawn_at=None))
    uses = dict(Code.objects.annotate(n=used).order_by().values_list("pk", "n"))
    context = {"tree": code_tree(with_retired=True), "uses": uses, "form": CodeForm()}
    return render(request, "interviews/interviewer/codebook.html", context)


@require_POST
@staff_page("interviews.add_code")
def add_code(request):
    form = CodeForm(request.POST)
    try:
        if form.is_valid():
            create_code(form.values(), request.user)
            messages.success(request, "Code ajouté.")
        else:
            messages.error(request, " ".join(message for errors in form.errors.values() for message in errors))
    except CodebookError as error:
        messages.error(request, str(error))
    return redirect("codebook")


@staff_page(VIEW)
def code(request, code):
    """One code: its definition, its verbatims, its history; and what changes it."""
    found = get_object_or_404(Code.objects.select_related("parent"), code=code)
    may_change = request.user.has_perm(CHANGE_CODES) and found.retired_at is None
    form = CodeForm(posted(request), instance=found)
    if request.method == "POST" and may_change and form.is_valid():
        before = Code.objects.get(pk=found.pk)
        try:
            change_code(before, form.values(), request.user)
        except CodebookError as error:
            form.add_error("parent", str(error))
        else:
            messages.success(request, "Code modifié.")
            return redirect("code", code)
    context = {
        "code": Code.objects.select_related("parent").get(pk=found.pk),
        "form": form,
        "merge": MergeForm(code=found),
        "split": SplitForm(),
        "may_change": may_change,
        "changes": found.changes.select_related("by").prefetch_related("into"),
        "uses": found.verbatims.filter(withdrawn_at=None).count(),
    }
    return render(request, "interviews/interviewer/code.html", context)


@require_POST
@staff_page(CHANGE_CODES)
def merge(request, code):
    found = get_object_or_404(Code, code=code)
    form = MergeForm(request.POST, code=found)
    try:
        if form.is_valid():
            moved = merge_codes(found, form.cleaned_data["into"], request.user, form.cleaned_data["note"])
            messages.success(request, f"Codes fusionnés : {moved} verbatim(s) déplacé(s).")
        else:
            messages.error(request, "Choisissez le code dans lequel fusionner.")
    except CodebookError as error:
        messages.error(request, str(error))
    return redirect("code", code)


@require_POST
@staff_page(CHANGE_CODES)
def split(request, code):
    found = get_object_or_404(Code, code=code)
    form = SplitForm(request.POST)
    try:
        if form.is_valid():
            split_code(found, form.cleaned_data["names"].splitlines(), request.user, form.cleaned_data["note"])
            messages.success(request, "Code scindé. Recodez ses verbatims un à un.")
        else:
            messages.error(request, "Indiquez au moins deux noms, un par ligne.")
    except CodebookError as error:
        messages.error(request, str(error))
    return redirect("code", code)
