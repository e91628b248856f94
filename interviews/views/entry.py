"""How a person comes in: the open link and the personal link."""

from django.shortcuts import get_object_or_404, redirect, render

from interviews.collection.forms import ConsentForm
from interviews.collection.pages import path_of
from interviews.collection.responses import create_invitation, find_invitation, response_of, start_response
from interviews.models import Campaign

from .personal_link import by_personal_link, posted


def enter(request, slug):
    """The open link: who asks, what for; consent begins a questionnaire and gives a personal link."""
    campaign = get_object_or_404(Campaign, slug=slug)
    form = ConsentForm(posted(request))
    if request.method == "POST" and campaign.is_open and form.is_valid():
        invitation, token = create_invitation(campaign)
        start_response(invitation)
        return redirect("page", token, path_of(response_of(find_invitation(token))).first_unanswered())
    return render(request, "interviews/respondent/enter.html", {"campaign": campaign, "form": form})


@by_personal_link
def resume(request, invitation, token):
    """The personal link: shows where the person stands; POST begins, or goes to the first unanswered page."""
    response = response_of(invitation)
    form = ConsentForm(posted(request))
    if request.method == "POST" and (response or form.is_valid()):
        return redirect("page", token, path_of(start_response(invitation)).first_unanswered())
    context = {"campaign": invitation.campaign, "response": response, "token": token, "form": form}
    if response and invitation.campaign.is_open:
        path = path_of(response)
        context |= {"path": path, "next_slug": path.first_unanswered()}
    return render(request, "interviews/respondent/resume.html", context)
