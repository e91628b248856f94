"""What people decide about the proposals of a closed campaign, until it is published (METHOD.md §1.4)."""

from django.db import transaction
from django.utils import timezone

from interviews.models import Assessment, Campaign
from usecases.models import Rating

# A level that would move, or a first one: published only after somebody has said yes or no.
PROPOSALS = (Rating.Status.RAISED, Rating.Status.LOWERED, Rating.Status.FIRST)
Decision = Assessment.Decision
LEVELS = (1, 2, 3)


class DecisionError(ValueError):
    """A decision that cannot be taken; the message is in French, `field` is what it is about, or None."""

    def __init__(self, message, field=None):
        super().__init__(message)
        self.field = field


@transaction.atomic
def decide(assessment: Assessment, decision: str, level: int | None, reason: str, user) -> None:
    """Store what `user` decided: accept the proposal, keep the level in force, or set another one (`level`, 1–3).

    Raises DecisionError when the decision does not hold (see `settle_level`) or the campaign is published.
    """
    _refuse_once_published(assessment)
    assessment.decided_level = settle_level(assessment, decision, level, reason)
    assessment.decision = decision
    assessment.decision_reason = reason.strip()
    assessment.decided_by = user
    assessment.decided_at = timezone.now()
    assessment.save(
        update_fields=["decision", "decided_level", "decision_reason", "decided_by", "decided_at"],
    )


@transaction.atomic
def accept_proposals(assessments, user) -> int:
    """Accept the proposals of a query that wait for a decision; return how many there were.

    `user` decides; None stands for a command. What somebody has decided already stays. Raises DecisionError when a
    campaign concerned is published.
    """
    waiting = list(assessments.filter(status__in=PROPOSALS, decision=""))
    for assessment in {each.campaign_id: each for each in waiting}.values():
        _refuse_once_published(assessment)
    for assessment in waiting:
        assessment.decision = Decision.ACCEPTED
        assessment.decided_level = assessment.computed_level
        assessment.decided_by = user
        assessment.decided_at = timezone.now()
    Assessment.objects.bulk_update(waiting, ["decision", "decided_level", "decided_by", "decided_at"])
    return len(waiting)


def settle_level(assessment: Assessment, decision: str, level: int | None, reason: str) -> int | None:
    """Return the level that a decision gives (1–3, or None when none is in force and none is set).

    Raises DecisionError: nothing is proposed to accept, a reason or a level is missing, or the level set is the one
    that another decision names.
    """
    if decision not in Decision:
        raise DecisionError("Choisissez une décision.", "decision")
    is_proposal = assessment.status in PROPOSALS
    if decision == Decision.ACCEPTED:
        if not is_proposal:
            raise DecisionError("L’enquête ne propose ici aucun changement : il n’y a rien à accepter.", "decision")
        return assessment.computed_level
    if not reason.strip():
        raise DecisionError("Garder l’ancien niveau ou en retenir un autre demande un motif écrit.", "decision_reason")
    if decision == Decision.KEPT:
        return assessment.baseline_level
    if level not in LEVELS:
        raise DecisionError("Indiquez le niveau retenu, de 1 à 3.", "decided_level")
    if level == assessment.baseline_level:
        raise DecisionError("C’est le niveau en vigueur : choisissez de le conserver.", "decided_level")
    if is_proposal and level == assessment.computed_level:
        raise DecisionError("C’est le niveau proposé : choisissez d’accepter la proposition.", "decided_level")
    return level


def _refuse_once_published(assessment):
    # Locked: publication reads every decision, none may change under it.
    campaign = Campaign.objects.select_for_update().get(pk=assessment.campaign_id)
    if campaign.edition_id:
        raise DecisionError(f"La campagne « {campaign} » est publiée : ses décisions ne changent plus.")
