"""Participation, live while the campaign is open: who takes part, never what they answer."""

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cnc_survey.charts.download import png_response
from cnc_survey.templatetags.house import date_fr
from interviews.charts.participation import days_chart, units_chart
from interviews.fieldwork.participation import (
    SAMPLE,
    count_days,
    count_partners,
    count_segments,
    count_totals,
    count_unanswered,
    count_units,
    measure_durations,
)
from interviews.views.staff import campaign_page

CHARTS = {"jours": (count_days, days_chart), "pages": (count_units, units_chart)}


@require_safe
@campaign_page("interviews.view_campaign")
def participation(request, campaign):
    # Whoever holds the personal links must not read a count of one beside a trade.
    masked = not request.user.has_perm("interviews.view_response")
    context = {
        "campaign": campaign,
        "totals": count_totals(campaign),
        "charts": {name: _chart(campaign, name) for name in CHARTS},
        "unanswered": count_unanswered(campaign),
        "sample": SAMPLE,
        "partners": count_partners(campaign),
        "segments": count_segments(campaign, masked=masked),
        "masked": masked,
        "durations": measure_durations(campaign),
    }
    return render(request, "interviews/analyst/participation.html", context)


@require_safe
@campaign_page("interviews.view_campaign")
def picture(request, campaign, name):
    if name not in CHARTS:
        raise Http404("Cette image n’existe pas.")
    source = f"Participation à « {campaign} », au {date_fr(timezone.localdate())}."
    return png_response(_chart(campaign, name), source, f"{campaign.slug}-{name}")


def _chart(campaign, name):
    count, draw = CHARTS[name]
    return draw(count(campaign), f"au {date_fr(timezone.localdate())}")
