"""Which interview a member of the team may open, and what a refusal looks like."""

from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.utils.text import capfirst

from interviews.collection.responses import ResponseRefusedError
from interviews.guided.anchors import PassageLostError
from interviews.guided.planning import InterviewRefusedError, visible_interviews
from interviews.views.staff import staff_page

VIEW, CHANGE, REVIEW = "interviews.view_interview", "interviews.change_interview", "interviews.review_interview"
REFUSALS = (InterviewRefusedError, ResponseRefusedError, PassageLostError)


def interview_page(permission=VIEW):
    """Keep a page for whoever leads the interview of the address, or reviews interviews; another's is not found.

    A refusal leads back to the page of the interview, which says it.
    """

    def decorate(view):
        @staff_page(permission)
        @wraps(view)
        def wrapped(request, pk, **kwargs):
            interview = get_object_or_404(visible_interviews(request.user), pk=pk)
            try:
                return view(request, interview, **kwargs)
            except REFUSALS as refusal:
                messages.error(request, capfirst(refusal))
                return redirect("interview", interview.pk)

        return wrapped

    return decorate


def led_by_oneself(view):
    """Keep an action of an `interview_page` for the interviewer: others read, they do not write."""

    @wraps(view)
    def wrapped(request, interview, **kwargs):
        if interview.interviewer_id != request.user.pk:
            raise PermissionDenied("Seul l’enquêteur de cet entretien peut y écrire.")
        return view(request, interview, **kwargs)

    return wrapped
