"""From the interviewer's draft to an approved interview: who may do what, what is missing, who has how much to do."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from interviews.collection.responses import count_interview_response
from interviews.models import Interview, InterviewStep
from interviews.states import interview_states, name_state

from .guide import read_guide
from .planning import REVIEW, InterviewRefusedError
from .ratings import rated_levels

DONE, UNDER_REVIEW, RETURNED, APPROVED = (
    InterviewStep.Kind.DONE,
    InterviewStep.Kind.UNDER_REVIEW,
    InterviewStep.Kind.RETURNED,
    InterviewStep.Kind.APPROVED,
)
# Which step may follow which; « » is an interview that was never declared finished.
FOLLOWS = {
    DONE: ("", RETURNED),
    UNDER_REVIEW: (DONE,),
    RETURNED: (DONE, UNDER_REVIEW, APPROVED),
    APPROVED: (DONE, UNDER_REVIEW),
}
DIMENSION_NAMES = {"maturity": "maturité", "impact": "impact", "adoption": "adoption"}


@dataclass(frozen=True)
class Workload:
    """What one interviewer has in hand: numbers of interviews by state, and minutes planned."""

    interviewer: str
    states: dict[str, int]
    minutes: int

    @property
    def hours(self) -> float:
        return self.minutes / 60


def missing_points(interview: Interview) -> list[str]:
    """Return what an interview lacks to be approved, one French sentence each (a handful of queries)."""
    missing = []
    speakers = [person for person in interview.participants.all() if person.role != "observer"]
    if not speakers:
        missing.append("Aucune personne interrogée n’est indiquée.")
    if any(person.consented_at is None for person in interview.participants.all()):
        missing.append("L’accord d’un participant n’est pas recueilli.")
    if not interview.response.occupations.exists():
        missing.append("Le métier de la personne n’est pas renseigné.")
    noted = set(interview.notes.exclude(text="").values_list("part", flat=True))
    has_transcript = interview.transcripts.exists()
    missing += [
        f"La partie « {part.title} » n’a ni note ni transcription."
        for part in read_guide().parts
        if part.required and part.code not in noted and not has_transcript
    ]
    rated = rated_levels(interview)
    if not rated:
        missing.append("Aucun cas d’usage n’est noté.")
    missing += [
        f"« {one.use_case} » : il manque ce qui fonde "
        f"{' et '.join(DIMENSION_NAMES[dimension] for dimension in one.unjustified)}."
        for one in rated
        if one.unjustified
    ]
    return missing


def actions_for(user, interview: Interview) -> list[str]:
    """Return the kinds of step that this person may declare now."""
    if interview.called_off_at or interview.withdrawn_at or interview.campaign.closed_at:
        return []
    last = interview.steps.order_by("-pk").values_list("kind", flat=True).first() or ""
    return [kind for kind, before in FOLLOWS.items() if last in before and _may(user, interview, kind, last)]


@transaction.atomic
def take_step(interview: Interview, kind: str, user, note: str = "") -> InterviewStep:
    """Declare a step. Approving lets the interview's answers into the results, returning takes them out.

    Raises InterviewRefusedError: not this person's to do, not now, an approval with something missing (named), a return
    without a note; ResponseRefusedError once the campaign is closed.
    """
    # Locked: two reviewers at once would declare two steps from the same state.
    Interview.objects.select_for_update().get(pk=interview.pk)
    if kind not in actions_for(user, interview):
        raise InterviewRefusedError(
            f"Cette étape (« {InterviewStep.Kind(kind).label} ») n’est pas possible maintenant, ou pas par vous."
        )
    if kind in (DONE, APPROVED) and (missing := missing_points(interview)):
        refused = "Terminer" if kind == DONE else "Approuver"
        raise InterviewRefusedError(f"{refused} n’est pas encore possible. {' '.join(missing)}")
    if kind == RETURNED and not note.strip():
        raise InterviewRefusedError("Renvoyer un entretien demande une note : dites ce qui manque.")
    count_interview_response(interview.response, counted=kind == APPROVED)
    return InterviewStep.objects.create(interview=interview, kind=kind, by=user, note=note.strip())


def standing_note(interview: Interview) -> InterviewStep | None:
    """Return the step whose note the interviewer must see: the return that was not answered yet."""
    last = interview.steps.select_related("by").order_by("-pk").first()
    return last if last and last.kind == RETURNED else None


def workload(campaigns: QuerySet | None = None) -> list[Workload]:
    """Return what each interviewer has in hand, by name (one query)."""
    interviews = Interview.objects.with_last_step().annotate(state=name_state(interview_states())).order_by()
    if campaigns is not None:
        interviews = interviews.filter(campaign__in=campaigns)
    rows = interviews.values_list("interviewer__username", "state").annotate(
        n=Count("pk"), minutes=Coalesce(Sum("minutes", filter=Q(called_off_at=None)), 0)
    )
    found = {}
    for name, state, n, minutes in rows:
        states, total = found.get(name, ({}, 0))
        found[name] = states | {state: n}, total + minutes
    return [Workload(name, *found[name]) for name in sorted(found)]


def _may(user, interview, kind, last):
    own = interview.interviewer_id == user.pk
    if kind == DONE:
        return own
    # The interviewer may take back what nobody has begun to read; reading is somebody else's.
    if kind == RETURNED and own:
        return last == DONE
    return not own and user.has_perm(REVIEW)
