"""Coding a second time without seeing the first, and comparing both."""

from itertools import groupby

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.views.decorators.http import require_POST

from interviews.analysis import constants
from interviews.guided.double_coding import (
    disagreements,
    draw_sample,
    finish_second_coding,
    reconcile,
    reliability_report,
    save_second_levels,
)
from interviews.guided.double_coding_forms import ReconcileForm, SampleForm, second_level_forms
from interviews.guided.passages import lines_of
from interviews.models import Campaign, CodedLevel, SecondCoding
from interviews.views.personal_link import posted
from interviews.views.staff import staff_page

from .access import CHANGE, REFUSALS, REVIEW, VIEW


@staff_page(VIEW)
def second_codings(request):
    """What one has been asked to code."""
    codings = SecondCoding.objects.filter(coder=request.user).select_related("interview__campaign")
    return render(request, "interviews/interviewer/second_codings.html", {"codings": codings})


@staff_page(CHANGE)
def second_coding(request, pk):
    """The texts of an interview and the levels to give; nothing on this page comes from the first coder."""
    own = SecondCoding.objects.select_related("interview__campaign", "interview__response")
    coding = get_object_or_404(own, pk=pk, coder=request.user)
    forms = second_level_forms(coding, posted(request))
    # A list, not a generator: every form must be checked so that all errors show at once.
    if request.method == "POST" and all([form.is_valid() for form in forms]):  # noqa: C419
        try:
            levels = {form.row.pk: (form.cleaned_data["level"], form.cleaned_data["reason"]) for form in forms}
            save_second_levels(coding, levels)
            if "finish" in request.POST:
                finish_second_coding(coding)
            messages.success(request, "Second codage terminé." if coding.finished_at else "Enregistré.")
        except REFUSALS as refusal:
            messages.error(request, capfirst(refusal))
        return redirect("second_coding", pk)
    sources = [*coding.interview.notes.exclude(text=""), *coding.interview.transcripts.all()]
    context = {
        "coding": coding,
        "campaign": coding.interview.campaign,
        "forms": forms,
        "use_cases": [(case, list(each)) for case, each in groupby(forms, key=lambda form: form.row.use_case)],
        "sources": [(source, lines_of(source.text, [], [], getattr(source, "turns", ()))) for source in sources],
    }
    return render(request, "interviews/interviewer/second_coding.html", context)


@staff_page(REVIEW)
def reliability(request, slug):
    """Alpha by dimension, what it allows, and the levels on which coders differ."""
    campaign = get_object_or_404(Campaign, slug=slug)
    form = SampleForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            drawn = draw_sample(campaign, list(form.cleaned_data["coders"]))
            messages.success(request, f"{len(drawn)} entretien(s) tiré(s) de plus.")
        except REFUSALS as refusal:
            messages.error(request, capfirst(refusal))
        return redirect("interview_reliability", slug)
    context = {
        "campaign": campaign,
        "report": reliability_report(campaign),
        "constants": constants,
        "rows": [(row, ReconcileForm(row=row)) for row in disagreements(campaign)],
        "form": form,
        "codings": SecondCoding.objects.filter(interview__campaign=campaign).select_related("interview", "coder"),
    }
    return render(request, "interviews/interviewer/reliability.html", context)


@require_POST
@staff_page(REVIEW)
def reconciliation(request, slug, pk):
    rows = CodedLevel.objects.filter(second_coding__finished_at__isnull=False)
    row = get_object_or_404(
        rows.select_related("second_coding__interview__response__campaign", "use_case"),
        pk=pk,
        second_coding__interview__campaign__slug=slug,
    )
    form = ReconcileForm(request.POST, row=row)
    if form.is_valid():
        try:
            reconcile(row, form.cleaned_data["level"], form.cleaned_data["reason"], request.user)
            messages.success(request, "Niveau retenu. Les deux premiers avis restent tels quels.")
        except REFUSALS as refusal:
            messages.error(request, capfirst(refusal))
    else:
        messages.error(request, "Choisissez un niveau et écrivez un motif.")
    return redirect("interview_reliability", slug)
