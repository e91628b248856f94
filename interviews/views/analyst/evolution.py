"""Évolution: what moved since the previous wave, and where we stand beside other surveys."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from interviews.models import Change
from interviews.results.changes import read_changes
from interviews.results.disclosure import MARK_MEANINGS, MARKS, STAFF
from interviews.results.reference import compare_with_references
from interviews.results.segments import variable_label
from interviews.views.staff import campaign_page
from usecases.models import UseCase

LONGEST = 100  # announced changes of segments on the page; the workbook has them all
SHARES = (Change.Indicator.USAGE, Change.Indicator.INTENTION)  # written in points; levels are not


@require_safe
@campaign_page("interviews.view_assessment")
def evolution(request, campaign):
    if campaign.closed_at is None:
        return render(request, "interviews/analyst/not_closed.html", {"campaign": campaign, "page": "Évolution"})
    snapshot = campaign.snapshot
    chosen = request.GET.get("indicateur")
    chosen = Change.Indicator(chosen if chosen in Change.Indicator else Change.Indicator.USAGE)
    names = dict(UseCase.objects.values_list("code", "name"))
    wholes = read_changes(snapshot, STAFF, indicators=[chosen], variables=[""])
    segments = read_changes(snapshot, STAFF, indicators=[chosen], announced=True)
    context = {
        "campaign": campaign,
        "previous": campaign.previous,
        "weighting": snapshot.weighting,
        "chosen": chosen,
        "in_points": chosen in SHARES,
        "indicators": [(each, each.label.capitalize(), each == chosen) for each in Change.Indicator],
        "rows": [(names.get(each.use_case, each.use_case), each) for each in sorted(wholes, key=_most_moved)],
        "segments": _segments(segments, names),
        "longest": LONGEST,
        "marks": _marks([*wholes, *segments]),
        "references": compare_with_references(snapshot, STAFF),
    }
    return render(request, "interviews/analyst/evolution.html", context)


def _marks(changes):
    """Return (mark, what it means) for those on the page, in the order of the house."""
    present = {each.mark for each in changes}
    return [(mark, MARK_MEANINGS[mark]) for mark in MARKS if mark and mark in present]


def _most_moved(change):
    """Announced first, then the largest change; last what is not compared, in the order of the catalogue."""
    return (not change.announced, -abs(change.difference) if change.difference is not None else 1.0)


def _segments(changes, names):
    found = sorted((each for each in changes if each.variable), key=_most_moved)[:LONGEST]
    return [(names.get(each.use_case, each.use_case), variable_label(each.variable), each) for each in found]
