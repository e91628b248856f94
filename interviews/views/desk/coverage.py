"""Where answers are missing, while there is time: coverage by segment, and response rates."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from cnc_survey.jobs.queue import enqueue_job
from interviews.fieldwork.coverage_grid import BANDS, SEGMENTED, VARIABLES, coverage_grid, target_progress
from interviews.fieldwork.dispositions import DISPOSITIONS, response_rates
from interviews.views.staff import campaign_page


@require_safe
@campaign_page("interviews.view_campaign")
def coverage(request, campaign):
    variable = request.GET.get("par", "sectors")
    variable = variable if variable in VARIABLES else "sectors"
    masked = not request.user.has_perm("interviews.view_response")
    grid = coverage_grid(campaign, variable, masked=masked, fresh="recompter" in request.GET)
    context = {
        "campaign": campaign,
        "grid": grid,
        "variables": VARIABLES,
        "variable": variable,
        "segment_field": SEGMENTED.get(variable, ""),
        "bands": BANDS,
        "rates": response_rates(campaign),
        "dispositions": DISPOSITIONS,
        "targets": target_progress(campaign, masked=masked),
        "masked": masked,
    }
    return render(request, "interviews/manager/coverage.html", context)


@require_POST
@campaign_page("interviews.view_campaign")
def coverage_export(request, campaign):
    masked = not request.user.has_perm("interviews.view_response")
    return redirect(enqueue_job("coverage_export", request.user, {"campaign": campaign.pk, "masked": masked}))
