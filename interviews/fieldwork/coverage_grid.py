"""How many answers stand behind each use case in each segment, and how many there should be at the end.

The base counts what the results will count (METHOD.md §2.1): a step of the ladder, in a response sent, neither
withdrawn nor set aside, by questionnaire. Nothing here is an answer: a campaign that is open shows participation only.

Projection: the base, plus the answers of the last seven days going on at the same pace until the last day. No model:
a pace that slows down, as it does without a reminder, gives fewer. In its first week a campaign is divided by seven
days all the same: the first day's rush is not taken for a rhythm.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import Count, Q
from django.utils import timezone

from interviews.analysis.constants import N_FLAG, N_RATE, N_SHOW
from interviews.collection.coverage import COUNTED
from interviews.models import Campaign, Response, UseCaseAnswer
from usecases.models import Occupation, Sector

from .reach import Segment, to_invite

PACE = timedelta(days=7)
KEPT_FOR = 300  # seconds a count is shown again: of a million answers it takes some seconds
VARIABLES = {
    "sectors": "Secteur",
    "occupations": "Métier",
    "structure_type": "Type de structure",
    "structure_size": "Taille de la structure",
}
# The variables that contacts have too: those by which one can invite.
SEGMENTED = {"sectors": "sector", "occupations": "occupation"}

# What a base allows to be published, from the lowest: code, what is said, how it reads in a table
BANDS = (
    ("nothing", 0, "rien ne paraîtra"),
    ("base", N_SHOW, "le nombre de réponses seul"),
    ("dagger", N_RATE, "tout, avec la marque † des petites bases"),
    ("whole", N_FLAG, "tout"),
)


def band_of(base: int) -> str:
    """Return the code of what a base allows: nothing below 5, the base alone below 10, † below 30, everything."""
    return next(code for code, least, _ in reversed(BANDS) if base >= least)


@dataclass(frozen=True)
class Cell:
    """Answers now, and projected on the last day. `hidden` for a count that this reader may not see exactly."""

    base: int
    projected: int
    hidden: bool = False

    @property
    def band(self):
        return band_of(self.base)

    @property
    def projected_band(self):
        return band_of(self.projected)

    @property
    def missing(self):
        """Answers still lacking, at the projected pace, for a rating to be published."""
        return max(0, N_RATE - self.projected)


@dataclass(frozen=True)
class Advice:
    """One segment short of answers: how many use cases, how many answers, and who could still give them."""

    category: str
    key: int | str
    use_cases: int
    missing: int
    to_invite: int | None


@dataclass(frozen=True)
class Grid:
    """Use cases × categories of one variable. `rows` are (use case, cells), in catalogue order."""

    variable: str
    categories: list[tuple[object, str]]
    rows: list[tuple[object, list[Cell]]]
    counted_at: datetime
    advice: list[Advice]

    @property
    def variable_label(self):
        return VARIABLES[self.variable].lower()

    @property
    def failing(self):
        """How many cells will not publish a rating at the projected pace."""
        return sum(cell.projected < N_RATE for _, cells in self.rows for cell in cells)

    @property
    def size(self):
        return len(self.rows) * len(self.categories)


def coverage_grid(campaign: Campaign, variable: str, *, masked: bool, fresh: bool = False) -> Grid:
    """Return the grid of one of `VARIABLES`, the whole in the first column; counted again when `fresh`.

    `masked` hides the counts from 1 to 4, from whoever holds the personal links.
    """
    key = f"coverage:{campaign.pk}:{variable}"
    found = None if fresh else cache.get(key)
    if found is None:
        found = {"at": timezone.now(), "counts": _count(campaign, variable), "whole": _count(campaign, None)}
        cache.set(key, found, KEPT_FOR)
    days_left = _days_left(campaign)
    categories = _categories(variable)
    rows = []
    for use_case in campaign.use_cases.select_related("family").order_by("position"):
        pairs = [found["whole"].get((use_case.pk, None), (0, 0))]
        pairs += [found["counts"].get((use_case.pk, category), (0, 0)) for category, _ in categories]
        rows.append((use_case, [_cell(base, recent, days_left, masked) for base, recent in pairs]))
    columns = [(None, "Ensemble"), *categories]
    return Grid(variable, columns, rows, found["at"], _advise(campaign, variable, columns, rows))


def _cell(base, recent, days_left, masked):
    projected = base + recent * days_left // PACE.days
    return Cell(base, projected, hidden=masked and 0 < base < N_SHOW)


def _days_left(campaign):
    return 0 if campaign.closed_at else max(0, (campaign.closes_on - timezone.localdate()).days)


def _count(campaign, variable):
    """Return {(use case, category): (answers, of which lately)} in one query."""
    since = timezone.now() - PACE
    answers = UseCaseAnswer.objects.filter(
        response__in=_counted(campaign), usage__in=COUNTED, use_case__campaign_links__campaign=campaign
    ).order_by()
    group = ["use_case_id", *([f"response__{variable}"] if variable else [])]
    rows = answers.values_list(*group).annotate(
        n=Count("pk"), recent=Count("pk", filter=Q(response__submitted_at__gte=since))
    )
    return {(row[0], row[1] if variable else None): (row[-2], row[-1]) for row in rows}


def _counted(campaign):
    return Response.objects.filter(campaign=campaign).counted().exclude(mode=Response.Mode.INTERVIEW).order_by()


def _categories(variable):
    if variable in ("sectors", "occupations"):
        model = {"sectors": Sector, "occupations": Occupation}[variable]
        return [(row.pk, row.name) for row in model.objects.all()]
    return list(Response._meta.get_field(variable).choices)


def _advise(campaign, variable, columns, rows):
    """Return the segments short of answers, those with the most use cases that will not publish first."""
    reachable, advice = _reachable(campaign, variable), []
    for place, (key, name) in enumerate(columns):
        failing = [cells[place].missing for _, cells in rows if cells[place].missing]
        if key is not None and failing:
            left = None if reachable is None else reachable.get(key, 0)
            advice.append(Advice(name, key, len(failing), max(failing), left))
    return sorted(advice, key=lambda each: (-each.use_cases, -each.missing, each.category))


def _reachable(campaign, variable):
    """Return {category: contacts that may still be invited}, or None for a variable that contacts do not have."""
    if variable not in SEGMENTED or not campaign.is_open:
        return None
    contacts = to_invite(campaign, Segment(), timezone.now()).order_by()
    return dict(contacts.values_list(variable).annotate(n=Count("pk")))


@dataclass(frozen=True)
class Progress:
    """How far a target is: counted responses of its segment, None when this reader may not see the count."""

    target: object
    reached: int | None

    @property
    def share(self):
        return None if self.reached is None else min(1, self.reached / self.target.wanted)


def target_progress(campaign: Campaign, *, masked: bool) -> list[Progress]:
    """Return each target of the campaign with the counted responses of its segment (two queries)."""
    targets = list(campaign.targets.select_related("sector", "occupation"))
    if not targets:
        return []
    reached = (
        Response.objects.filter(campaign=campaign)
        .counted()
        .aggregate(**{f"t{target.pk}": Count("pk", filter=_of_segment(target), distinct=True) for target in targets})
    )
    counts = [(target, reached[f"t{target.pk}"]) for target in targets]
    return [Progress(target, None if masked and 0 < count < N_SHOW else count) for target, count in counts]


def _of_segment(target):
    condition = Q()
    if target.sector_id:
        condition &= Q(sectors=target.sector_id)
    if target.occupation_id:
        condition &= Q(occupations=target.occupation_id)
    return condition
