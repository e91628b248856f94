"""The campaigns, and the first page of each: where it stands and what comes next."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from interviews.campaign_progress import campaign_progress, count_responses, next_step
from interviews.states import campaign_states, label_of
from interviews.views.staff import staff_page


@require_safe
@staff_page("interviews.view_campaign")
def campaigns(request):
    context = {"rows": [_row(campaign, request.user) for campaign in campaign_progress()]}
    return render(request, "interviews/analyst/campaigns.html", context)


@require_safe
@staff_page("interviews.view_campaign")
def campaign(request, slug):
    found = get_object_or_404(campaign_progress(), slug=slug)
    return render(request, "interviews/analyst/campaign.html", _row(found, request.user))


def _row(campaign, user):
    started, counted = count_responses(campaign)
    return {
        "campaign": campaign,
        "state": label_of(campaign_states(), campaign.state),
        "started": started,
        "counted": counted,
        "step": next_step(campaign, user),
    }
