"""What people decide about the proposals of a closed campaign, until it is published (METHOD.md §1.4)."""

from django.db import transaction
from django.utils import timezone

from cnc_survey.audit.log import record
from cnc_survey.audit.models import AuditEntry
from interviews.models import Assessment, Campaign, DecisionRecord
from usecases.models import Rating

# A level that would move, or a first one: published only after somebody has said yes or no.
PROPOSALS = (Rating.Status.RAISED, Rating.Status.LOWERED, Rating.Status.FIRST)
Decision = Assessment.Decision
LEVELS = (1, 2, 3)
# What was on the table, kept beside each decision: readable whatever becomes of the assessment.
GROUNDS = ("status", "reason", "baseline_level", "computed_level", "base")


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
    _refuse_once_published([assessment])
    _store([assessment], decision, [settle_level(assessment, decision, level, reason)], reason.strip(), user)


@transaction.atomic
def decide_together(assessments, decision: str, level: int | None, reason: str, user) -> int:
    """Take one decision about every assessment of a query, all or none; return how many there were.

    Raises DecisionError, which names the first assessment that the decision does not fit.
    """
    chosen = list(assessments.select_related("use_case"))
    _refuse_once_published(chosen)
    levels = []
    for assessment in chosen:
        try:
            levels.append(settle_level(assessment, decision, level, reason))
        except DecisionError as error:
            about = error.field in (None, "decision_reason") or len(chosen) == 1
            raise (error if about else DecisionError(f"{assessment} — {error}", error.field)) from None
    _store(chosen, decision, levels, reason.strip(), user)
    return len(chosen)


@transaction.atomic
def accept_proposals(assessments, user) -> int:
    """Accept the proposals of a query that wait for a decision; return how many there were.

    `user` decides; None stands for a command. What somebody has decided already stays. Raises DecisionError when a
    campaign concerned is published.
    """
    waiting = list(assessments.filter(status__in=PROPOSALS, decision=""))
    _refuse_once_published(waiting)
    _store(waiting, Decision.ACCEPTED, [assessment.computed_level for assessment in waiting], "", user)
    return len(waiting)


@transaction.atomic
def withdraw_decision(assessment: Assessment, user) -> None:
    """Take back the decision about an assessment: it waits again. What was decided stays in its history.

    Raises DecisionError when nothing is decided or the campaign is published.
    """
    _refuse_once_published([assessment])
    if not assessment.decision:
        raise DecisionError("Aucune décision n’est à annuler ici.")
    _store([assessment], "", [None], "", user)


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


def _store(assessments, decision, levels, reason, user):
    """Write the decision on the assessments, and one line each in their history."""
    now = timezone.now()
    for assessment, level in zip(assessments, levels, strict=True):
        assessment.decision, assessment.decided_level, assessment.decision_reason = decision, level, reason
        assessment.decided_by, assessment.decided_at = (user, now) if decision else (None, None)
    Assessment.objects.bulk_update(
        assessments, ["decision", "decided_level", "decision_reason", "decided_by", "decided_at"]
    )
    concerned = Campaign.objects.filter(pk__in={assessment.campaign_id for assessment in assessments})
    subject = ", ".join(concerned.order_by("slug").values_list("slug", flat=True))
    record(AuditEntry.Action.DECIDED, user, subject, decision=decision or "withdrawn", ratings=len(levels))
    DecisionRecord.objects.bulk_create(
        DecisionRecord(
            assessment=assessment,
            decision=decision,
            level=level,
            reason=reason,
            decided_by=user,
            decided_at=now,
            evidence={name: getattr(assessment, name) for name in GROUNDS},
        )
        for assessment, level in zip(assessments, levels, strict=True)
    )


def _refuse_once_published(assessments):
    # Locked: publication reads every decision, none may change under it.
    concerned = {assessment.campaign_id for assessment in assessments}
    for campaign in Campaign.objects.select_for_update().filter(pk__in=concerned).order_by("pk"):
        if campaign.edition_id:
            raise DecisionError(f"La campagne « {campaign} » est publiée : ses décisions ne changent plus.")
