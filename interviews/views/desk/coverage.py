"""Where answers are missing, while there is time: coverage by segment, and response rates."""

from django.core.cache import cache
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from cnc_survey.jobs.queue import enqueue_job
from interviews.fieldwork.coverage_grid import BANDS, KEPT_FOR, SEGMENTED, VARIABLES, coverage_grid, target_progress
from interviews.fieldwork.dispositions import DISPOSITIONS, response_rates
from interviews.views.staff import campaign_page


@require_safe
@campaign_page("interviews.view_campaign")
def coverage(request, campaign):
    variable = request.GET.get("par", "sectors")
    variable = variable if variable in VARIABLES else "sectors"
    masked = not request.user.has_perm("interviews.view_response")
    fresh = "recompter" in request.GET
    grid = coverage_grid(campaign, variable, masked=masked, fresh=fresh)
    context = {
        "campaign": campaign,
        "grid": grid,
        "variables": VARIABLES,
        "variable": variable,
        "segment_field": SEGMENTED.get(variable, ""),
        "bands": BANDS,
        "rates": _rates(campaign, fresh),
        "dispositions": DISPOSITIONS,
        "targets": target_progress(campaign, masked=masked),
        "masked": masked,
    }
    return render(request, "interviews/manager/coverage.html", context)


def _rates(campaign, fresh):
    """The response rates, kept as long as the counts of the grid beside them."""
    key = f"rates:{campaign.pk}"
    rates = None if fresh else cache.get(key)
    if rates is None:
        rates = response_rates(campaign)
        cache.set(key, rates, KEPT_FOR)
    return rates


@require_POST
@campaign_page("interviews.view_campaign")
def coverage_export(request, campaign):
    masked = not request.user.has_perm("interviews.view_response")
    return redirect(enqueue_job("coverage_export", request.user, {"campaign": campaign.pk, "masked": masked}))
