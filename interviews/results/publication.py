"""From assessments to a published edition, once people have decided every proposal."""

from django.db import transaction
from django.utils import timezone

from cnc_survey.audit.log import record
from cnc_survey.audit.models import AuditEntry
from cnc_survey.jobs.queue import enqueue_job
from interviews.analysis.constants import published_constants
from interviews.campaigns import CampaignError, check_baseline
from interviews.models import Assessment, Campaign
from usecases.editions import EditionError, RatingDraft, announce_file, publish_edition
from usecases.models import Dimension, Edition, Rating
from usecases.wording import LEVEL_LABELS

from . import review
from .breakdowns import adoption_breakdowns, breakdown_labels
from .closing import require_closed
from .disclosure import PUBLIC, public_participation
from .evidence import read_evidence
from .review import PROPOSALS

# Columns of a rating → figures of the evidence; the other figures go to its details.
RATING_FIGURES = {"base": "base", "share": "rate", "low": "low", "high": "high", "probability": "probability"}
WORKBOOK = "resultats.xlsx"  # the public results workbook, among the files of the edition
LISTED = 20  # proposals named in a refusal; the others are counted
OVERRIDES = (Assessment.Decision.KEPT, Assessment.Decision.SET)
ACCEPTED_BY_COMMAND = "acceptation automatique"


@transaction.atomic
def publish_campaign(campaign: Campaign, title: str, accept_proposals: bool = False, user=None) -> Edition:
    """Publish the assessments of a closed campaign as one edition, and return it; `user` None stands for a command.

    With `accept_proposals`, those that nobody has decided are accepted first. Raises CampaignError unless the campaign
    is closed, not yet published, and has no proposal left to decide.
    """
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    require_closed(campaign)
    if campaign.edition_id:
        raise CampaignError(f"La campagne « {campaign} » est déjà publiée : « {campaign.edition} ».")
    check_baseline(campaign)
    if accept_proposals:
        review.accept_proposals(campaign.assessments, user)
    _refuse_pending_proposals(campaign)
    participation = public_participation(campaign.snapshot)
    try:
        edition = publish_edition(
            title=title,
            published_on=timezone.localdate(),
            collected_from=campaign.opens_on,
            collected_to=campaign.closes_on,
            source=describe_source(campaign),
            ratings=draft_ratings(campaign),
            previous=campaign.baseline,
            respondents=participation["respondents"],
            is_fictional=campaign.is_fictional,
            method_version=campaign.snapshot.method_version,
            snapshot_id=campaign.snapshot.identifier,
            corrects=campaign.correcting,
            correction_reason=campaign.correction_reason,
            category_labels=breakdown_labels(),
            conventions=published_constants(),
        )
    except EditionError as error:
        raise CampaignError(str(error)) from error
    if campaign.correcting:
        # A wave still collected is measured against the levels in force: the corrected ones.
        Campaign.objects.filter(baseline=campaign.correcting, closed_at=None).update(baseline=edition)
    campaign.edition, campaign.correcting, campaign.correction_reason = edition, None, ""
    campaign.save(update_fields=["edition", "correcting", "correction_reason"])
    record(AuditEntry.Action.PUBLISHED, user, campaign.slug, edition=edition.number)
    # The workbook takes seconds to write: whoever publishes does not wait for it, and it is never published twice.
    announce_file(edition, WORKBOOK, "Classeur des résultats")
    enqueue_workbook(campaign)
    return edition


def enqueue_workbook(campaign: Campaign) -> None:
    """Have the workbook of the campaign's edition made, unless it is there already."""
    if campaign.edition.files.filter(name=WORKBOOK, content=None).exists():
        parameters = {"campaign": campaign.slug, "edition": campaign.edition.number}
        enqueue_job("edition_workbook", parameters=parameters)


def pending_proposals(campaign: Campaign):
    """Return the assessments that would move a level or give a first one, and that nobody has decided."""
    return campaign.assessments.filter(status__in=PROPOSALS, decision="")


def published_level(assessment: Assessment) -> int | None:
    """Return the level that people decided; without a decision, the level in force where a change is proposed, else
    what the method gives (METHOD.md §1.4, §2.4: the level in force, or a first adoption still contested)."""
    if assessment.decision:
        return assessment.decided_level
    return assessment.baseline_level if assessment.status in PROPOSALS else assessment.computed_level


def describe_source(campaign: Campaign) -> str:
    """Return in one French sentence where the edition's ratings come from."""
    nature = "Démonstration, réponses simulées" if campaign.is_fictional else "Réponses volontaires"
    weighting = campaign.snapshot.weighting
    if weighting.get("is_weighted"):
        nature += f". {weighting['source'].rstrip('.')}"
    elif not campaign.is_fictional:
        nature += ", non redressées"
    return (
        f"Enquête auprès des professionnels, vague « {campaign} », du {campaign.opens_on:%d/%m/%Y} au "
        f"{campaign.closes_on:%d/%m/%Y}. {nature} ; méthode {campaign.snapshot.method_version}."
    )


def _refuse_pending_proposals(campaign):
    pending = list(pending_proposals(campaign).select_related("use_case"))
    if pending:
        lines = [f"- {each.use_case} : {each.get_dimension_display().lower()}" for each in pending[:LISTED]]
        lines += [f"… et {len(pending) - LISTED} autres."] if len(pending) > LISTED else []
        raise CampaignError("\n".join([f"{len(pending)} proposition(s) sans décision :", *lines]))


def draft_ratings(campaign: Campaign) -> list[RatingDraft]:
    """Return the ratings that publishing would write, in catalogue order, masked, with the decisions taken so far."""
    earlier = {}
    if campaign.baseline:
        ratings = campaign.baseline.ratings.values_list("use_case_id", "dimension", "level", "label")
        earlier = {(use_case_id, dimension): (level, label) for use_case_id, dimension, level, label in ratings}
    shown = read_evidence(campaign.snapshot, PUBLIC)
    breakdowns = adoption_breakdowns(campaign.snapshot)
    return [
        _draft(
            assessment,
            shown[assessment.use_case.code, assessment.dimension],
            tuple(breakdowns[assessment.use_case.code]) if assessment.dimension == Dimension.ADOPTION else (),
            *earlier.get((assessment.use_case_id, assessment.dimension), (None, "")),
        )
        for assessment in campaign.assessments.select_related("use_case", "decided_by")
    ]


def _draft(assessment, shown, breakdowns, earlier_level, earlier_label):
    level = published_level(assessment)
    return RatingDraft(
        use_case=assessment.use_case.code,
        dimension=assessment.dimension,
        level=level,
        # A level that stays keeps the words its edition chose: wording and level vary separately in the study.
        label=earlier_label if level == earlier_level else LEVEL_LABELS[assessment.dimension].get(level, ""),
        status=Rating.Status.DECIDED if assessment.decision in OVERRIDES else assessment.status,
        reason=assessment.reason,
        **{field: shown.get(name) for field, name in RATING_FIGURES.items()},
        details={name: value for name, value in shown.items() if name not in RATING_FIGURES.values()},
        computed_level=assessment.computed_level,
        reviewer=_reviewer(assessment),
        review_reason=assessment.decision_reason,
        breakdowns=breakdowns,
    )


def _reviewer(assessment):
    if not assessment.decision:
        return ""
    if assessment.decided_by is None:
        return ACCEPTED_BY_COMMAND
    return assessment.decided_by.get_full_name() or assessment.decided_by.get_username()
