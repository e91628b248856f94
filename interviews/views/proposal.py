"""« Signaler un usage absent du catalogue »: a proposal for the staff and the next edition."""

from django.contrib import messages
from django.shortcuts import redirect, render

from interviews.collection.proposals import ProposalForm, report_use
from interviews.collection.responses import response_of

from .personal_link import by_personal_link, posted


@by_personal_link
def report(request, invitation, token):
    response = response_of(invitation)
    if response is None:
        return redirect("resume", token)
    form = ProposalForm(posted(request))
    if request.method == "POST" and form.is_valid():
        report_use(response, **form.cleaned_data)
        messages.success(request, "Usage signalé : il sera examiné pour la prochaine édition du catalogue.")
        return redirect("resume", token)
    context = {"campaign": invitation.campaign, "token": token, "form": form}
    return render(request, "interviews/respondent/report.html", context)
