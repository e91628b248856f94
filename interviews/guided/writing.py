"""When an interview may be written in."""

from interviews.models import Interview, InterviewStep

from .planning import InterviewRefusedError

CLOSED_TO_WRITING = {
    InterviewStep.Kind.DONE: "Cet entretien est terminé et attend sa relecture. Rouvrez-le pour le modifier.",
    InterviewStep.Kind.UNDER_REVIEW: "Cet entretien est en relecture : il ne change plus, sauf s’il vous est renvoyé.",
    InterviewStep.Kind.APPROVED: "Cet entretien est approuvé : il ne change plus.",
}


def refuse_unless_writable(interview: Interview) -> None:
    """Raise InterviewRefusedError when the interview takes no note and no rating now."""
    if interview.withdrawn_at:
        raise InterviewRefusedError("Cet entretien a été retiré par la personne : il ne contient plus rien.")
    if interview.called_off_at:
        raise InterviewRefusedError("Cet entretien est annulé.")
    if interview.campaign.closed_at:
        raise InterviewRefusedError("La campagne est close : ses entretiens ne changent plus.")
    last = interview.steps.order_by("-pk").values_list("kind", flat=True).first()
    if last in CLOSED_TO_WRITING:
        raise InterviewRefusedError(CLOSED_TO_WRITING[last])
