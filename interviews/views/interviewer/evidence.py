"""What the interviews of a campaign say: beside the questionnaire, by code, and one interview on paper."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from interviews.analysis.constants import INTERVIEWS_MIN
from interviews.guided.code_tables import VARIABLES, code_table
from interviews.guided.double_coding import reliability_report
from interviews.guided.guide import read_guide
from interviews.guided.modes import mode_differences
from interviews.guided.ratings import rated_levels
from interviews.guided.triangulation import triangulate
from interviews.models import Campaign, Verbatim
from interviews.results.disclosure import STAFF
from interviews.views.staff import staff_page

from .access import REVIEW, VIEW, interview_page


@require_safe
@staff_page(REVIEW)
def triangulation(request, slug):
    """Questionnaire, interviews and edition in force, use case by use case."""
    campaign = get_object_or_404(Campaign, slug=slug)
    context = {"campaign": campaign}
    if campaign.closed_at:
        rows = triangulate(campaign, STAFF)
        told = [row for row in rows if row.interviews.base]
        context |= {
            "rows": told,
            "silent": len(rows) - len(told),
            "least": INTERVIEWS_MIN,
            "agreement": reliability_report(campaign),
            "differences": mode_differences(campaign, STAFF),
        }
    return render(request, "interviews/interviewer/triangulation.html", context)


@require_safe
@staff_page(REVIEW)
def codes(request, slug, variable):
    """Codes by segment, whole; what the public would not see is marked."""
    if variable not in VARIABLES:
        raise Http404("Ce tableau n’existe pas.")
    campaign = get_object_or_404(Campaign, slug=slug)
    context = {
        "campaign": campaign,
        "table": code_table(campaign, variable, STAFF),
        "variables": VARIABLES,
        "variable": variable,
    }
    return render(request, "interviews/interviewer/code_table.html", context)


@require_safe
@interview_page(VIEW)
def synthesis(request, interview):
    """One interview on a page made to be printed, without a name."""
    notes = list(interview.notes.exclude(text=""))
    parts = [(part, [note for note in notes if note.part == part.code]) for part in read_guide().parts]
    verbatims = Verbatim.objects.filter(participant__interview=interview, withdrawn_at=None)
    context = {
        "interview": interview,
        "campaign": interview.campaign,
        "participants": interview.participants.all(),
        "parts": [(part, found) for part, found in parts if found],
        "other_notes": [note for note in notes if not note.part],
        "rated": rated_levels(interview),
        "verbatims": verbatims.select_related("use_case").prefetch_related("codes"),
    }
    return render(request, "interviews/interviewer/synthesis.html", context)
