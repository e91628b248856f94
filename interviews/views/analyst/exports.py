"""The files of a campaign: each is made by a job, followed on its own page."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from cnc_survey.jobs.models import Job
from cnc_survey.jobs.queue import enqueue_job
from interviews.exports.campaign_exports import offered_exports
from interviews.views.staff import campaign_page

LATEST = 5  # jobs shown below; the others are on the page of jobs


@require_http_methods(["GET", "HEAD", "POST"])
@campaign_page("interviews.view_campaign")
def exports(request, campaign):
    offered = offered_exports(request.user)
    if request.method == "POST":
        wanted = next((export for export in offered if export.code == request.POST.get("export")), None)
        if wanted is None:
            raise Http404("Cet export n’existe pas.")
        if wanted.when_closed and not campaign.closed_at:
            messages.error(request, "Ce classeur se fait une fois la campagne close.")
            return redirect("campaign_exports", campaign.slug)
        return redirect(enqueue_job(wanted.kind.name, request.user, wanted.parameters(campaign, request.user)))
    latest = Job.objects.filter(owner=request.user, parameters__campaign=campaign.slug)[:LATEST]
    context = {"campaign": campaign, "exports": offered, "latest": latest}
    return render(request, "interviews/analyst/exports.html", context)
