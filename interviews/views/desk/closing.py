"""Closing a campaign: what it freezes, then the job that does it."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from cnc_survey.jobs.models import Job
from cnc_survey.jobs.queue import enqueue_job
from interviews.campaigns import CampaignError
from interviews.results.closing import preview_closing
from interviews.views.staff import campaign_page


@require_http_methods(["GET", "HEAD", "POST"])
@campaign_page("interviews.change_campaign")
def closing(request, campaign):
    context = {"campaign": campaign}
    if campaign.closed_at is None:
        context["under_way"] = under_way = _closing_under_way(campaign)
        try:
            context["preview"] = preview_closing(campaign)
        except CampaignError as refusal:
            context["refusal"] = str(refusal)
        else:
            if request.method == "POST" and under_way is None:
                parameters = {"campaign": campaign.pk, "asked_by": request.user.pk}
                return redirect(enqueue_job("campaign_closing", request.user, parameters))
    return render(request, "interviews/manager/closing.html", context)


def _closing_under_way(campaign):
    """Return the job that somebody of the team has already asked for, or None."""
    jobs = Job.objects.unended().filter(kind="campaign_closing", parameters__campaign=campaign.pk)
    return jobs.select_related("owner").first()
