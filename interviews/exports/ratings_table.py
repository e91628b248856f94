"""The assessments of a closed campaign as one plain table, unmasked: for staff."""

from interviews.models import Assessment, Campaign
from interviews.results.closing import require_closed
from interviews.results.disclosure import STAFF
from interviews.results.evidence import read_evidence
from usecases.models import Dimension

COLUMNS = (
    "use_case",
    "dimension",
    "baseline_level",
    "computed_level",
    "status",
    "reason",
    "base",
    "dk_share",
    "p1",
    "p2",
    "p3",
    "agreement",
    "rate",
    "low",
    "high",
)


def ratings_rows(campaign: Campaign) -> list[dict]:
    """Return one {column: value} per assessment, in catalogue order; None where a column does not apply.

    Raises CampaignError when the campaign is not closed.
    """
    require_closed(campaign)
    evidence = read_evidence(campaign.snapshot, STAFF)
    return [
        _row(assessment, evidence[assessment.use_case.code, assessment.dimension])
        for assessment in in_catalogue_order(campaign)
    ]


def in_catalogue_order(campaign: Campaign) -> list[Assessment]:
    """Return the assessments with their use cases and families: use case after use case, dimension after dimension."""
    rank = {dimension: rank for rank, dimension in enumerate(Dimension)}
    assessments = campaign.assessments.select_related("use_case__family", "decided_by")
    return sorted(assessments, key=lambda each: (each.use_case.position, each.use_case.code, rank[each.dimension]))


def _row(assessment: Assessment, figures: dict):
    own = {name: getattr(assessment, name) for name in COLUMNS[1:7]}
    # Without a single answer the probabilities would say nothing but the level in force.
    probabilities = zip(("p1", "p2", "p3"), figures["probabilities"] if assessment.base else [None] * 3, strict=True)
    others = {name: figures.get(name) for name in ("dk_share", "agreement", "rate", "low", "high")}
    row = {"use_case": assessment.use_case.code} | own | dict(probabilities) | others
    return {name: row[name] for name in COLUMNS}
