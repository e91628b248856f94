"""Review of interviews: what waits, who has how much, and the steps."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from interviews.guided.planning import visible_interviews
from interviews.guided.supervision import take_step, workload
from interviews.models import Campaign, InterviewStep
from interviews.states import interview_states
from interviews.views.staff import staff_page

from .access import CHANGE, REVIEW, interview_page

SAID = {
    "done": "L’entretien est terminé : il attend sa relecture.",
    "under_review": "Vous relisez cet entretien.",
    "returned": "L’entretien est renvoyé, avec votre note.",
    "approved": "L’entretien est approuvé.",
}


@require_safe
@staff_page(REVIEW)
def supervision(request):
    interviews = visible_interviews(request.user)
    waiting = interviews.filter(state__in=("done", "under_review")).order_by("starts_at")
    context = {
        "waiting": waiting,
        "returned": interviews.filter(state="returned").order_by("starts_at"),
        "workload": workload(),
        "campaigns": Campaign.objects.filter(interviews__isnull=False).distinct(),
        "states": {code: label for code, label, _ in interview_states()},
    }
    return render(request, "interviews/interviewer/supervision.html", context)


@require_POST
@interview_page(CHANGE)
def step(request, interview):
    """Declare a step of an interview; a refusal is said on its page, with what is missing."""
    kind = request.POST.get("kind", "")
    if kind not in InterviewStep.Kind.values:
        raise Http404("Cette étape n’existe pas.")
    take_step(interview, kind, request.user, request.POST.get("note", "")[:5000].replace("\0", ""))
    messages.success(request, SAID[kind])
    return redirect("interview", interview.pk)
