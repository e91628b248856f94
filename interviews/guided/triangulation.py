"""Questionnaire, interviews and edition in force side by side, never pooled (METHOD.md §6)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from interviews.analysis.constants import INTERVIEWS_MIN
from interviews.analysis.flags import Concordance, interview_concordance
from interviews.models import Assessment, Campaign, CubeCell, InterviewRating, Level, Snapshot
from interviews.results.closing import require_closed
from interviews.results.cube import read_cells
from interviews.results.disclosure import STAFF
from interviews.results.evidence import ITEM_OF
from usecases.models import Dimension, UseCase

LEVELS = (1, 2, 3)


@dataclass(frozen=True)
class Side:
    """What one source says of a use case on one dimension; None where it says nothing, or may not be shown."""

    level: int | None
    base: int | None
    status: str = ""
    mark: str = ""
    counts: tuple[int, int, int] | None = None  # interviews at levels 1, 2, 3

    @property
    def spoken(self) -> str:
        """The counts in words: « 5 ●●○, 2 ●●● »."""
        return ", ".join(
            f"{n}\u00a0{Level(level).label}" for level, n in zip(LEVELS, self.counts or (), strict=False) if n
        )


@dataclass(frozen=True)
class Triangulation:
    """One use case on one dimension: the level in force, the questionnaire, the interviews, and how they agree.

    `concordance` is None below five interviews: they are then told in words only. `would_change` (staff alone): would
    the level be another if each interview counted as one more answer?
    """

    use_case: UseCase
    dimension: str
    in_force: int | None
    questionnaire: Side
    interviews: Side
    concordance: Concordance | None
    would_change: bool | None

    @property
    def dimension_label(self) -> str:
        return Dimension(self.dimension).label


def triangulate(campaign: Campaign, audience: str, use_cases: Sequence[str] | None = None) -> list[Triangulation]:
    """Return the three sides of each use case (codes; None: all) on each dimension, in catalogue order, in a number of
    queries that does not depend on theirs. Reads what closing froze. Raises CampaignError for a campaign not closed.

    Adoption is the interviewer's own reading: no questionnaire asks for it.
    """
    require_closed(campaign)
    snapshot = Snapshot.objects.get(campaign=campaign)
    asked = read_cells(snapshot, audience, use_cases=use_cases, items=list(ITEM_OF.values()), variables=[""])
    told = read_cells(
        snapshot, audience, use_cases=use_cases, items=["maturity", "impact"], mode=CubeCell.Mode.INTERVIEW
    )
    asked, told = ({(cell.use_case, cell.item): cell for cell in cells} for cells in (asked, told))
    adoption = _adoption(campaign, audience)
    assessments = Assessment.objects.filter(campaign=campaign).select_related("use_case")
    if use_cases is not None:
        assessments = assessments.filter(use_case__code__in=use_cases)
    order = list(Dimension)
    rows = [_row(one, asked, told, adoption, audience) for one in assessments]
    return sorted(rows, key=lambda row: (row.use_case.position, order.index(row.dimension)))


def _row(assessment, asked, told, adoption, audience):
    code, dimension = assessment.use_case.code, assessment.dimension
    level = assessment.decided_level if assessment.decision else assessment.computed_level
    cell = asked.get((code, ITEM_OF[dimension]))
    questionnaire = Side(level, cell and cell.base, assessment.get_status_display(), cell.mark if cell else "")
    if dimension == Dimension.ADOPTION:
        interviews = adoption.get(code, Side(None, 0))
        would_change = None
    else:
        cell = told.get((code, dimension))
        counts = tuple(cell.figures["counts"]) if cell and cell.figures.get("counts") else None
        interviews = Side(_median(counts), cell.base if cell else 0, counts=counts, mark=cell.mark if cell else "")
        would_change = cell.figures["would_change_level"] if counts and audience == STAFF else None
    concordance = interview_concordance(interviews.counts, level) if interviews.counts else None
    return Triangulation(
        assessment.use_case, dimension, assessment.baseline_level, questionnaire, interviews, concordance, would_change
    )


def _adoption(campaign, audience):
    """Return {use case code: the interviewers' readings}; the public sees none below five interviews."""
    counted = campaign.responses.counted()
    rows = (
        InterviewRating.objects.filter(interview__response__in=counted, adoption__in=LEVELS)
        .order_by()
        .values_list("use_case__code", "adoption")
        .annotate(n=Count("pk"))
    )
    counts = {}
    for code, level, n in rows:
        counts.setdefault(code, [0, 0, 0])[level - 1] = n
    return {
        code: Side(_median(of_case), sum(of_case), counts=tuple(of_case))
        for code, of_case in counts.items()
        if audience == STAFF or sum(of_case) >= INTERVIEWS_MIN
    }


def _median(counts):
    """Return the median level, the lower one when the middle falls between two; None without counts."""
    if not counts or not sum(counts):
        return None
    place = 0
    for level, n in zip(LEVELS, counts, strict=True):
        place += n
        if place >= sum(counts) / 2:
            return level
    raise AssertionError("the counts do not add up")
