"""The board of a closed campaign: one row per use case and dimension, with all that a decision rests on.

Reads only what was frozen at closing (assessments and the cube), never an answer.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Case, Value, When

from interviews.models import Assessment, Campaign, Change
from usecases.comparison import CATALOGUE_ORDER
from usecases.models import Dimension, UseCase

from .changes import ShownChange, read_changes
from .disclosure import SMALL_BASE, STAFF, WHOLE
from .evidence import ITEM_OF, read_evidence
from .review import PROPOSALS

FLAGS = {
    "weights": "le redressement change le niveau",
    "profiles": "utilisateurs et autres divergent",
    "interviews": "les entretiens divergent",
    "break": "question reformulée",
}
FEW = 60  # rows up to which the database is asked for their use cases alone
WAITING = "waiting"  # a filter besides the statuses: proposals that nobody has decided


@dataclass(frozen=True)
class BoardRow:
    """One assessment and its whole figures (see `evidence.read_evidence`); `mark` says what the public sees."""

    assessment: Assessment
    figures: dict
    change: ShownChange | None = None  # since the previous campaign; None without one

    @property
    def use_case(self) -> UseCase:
        return self.assessment.use_case

    @property
    def dimension(self) -> str:
        return self.assessment.dimension

    @property
    def probability(self) -> float | None:
        return self.figures["probability"]

    @property
    def agreement(self) -> float | None:
        """Van der Eijk's agreement of the answers, from -1 to 1; adoption has none."""
        return self.figures.get("agreement")

    @property
    def steps(self) -> int | None:
        """Levels between the one in force and the computed one; None when either is not known."""
        before, after = self.assessment.baseline_level, self.assessment.computed_level
        return None if before is None or after is None else after - before

    @property
    def flags(self) -> list[str]:
        """What deserves a second look, in words."""
        found = list(self.figures["flags"])
        if self.change and self.change.obstacle == Change.Obstacle.WORDING:
            found.append("break")
        return [FLAGS[flag] for flag in found if flag in FLAGS]

    @property
    def is_proposal(self) -> bool:
        return self.assessment.status in PROPOSALS

    @property
    def is_waiting(self) -> bool:
        return self.is_proposal and not self.assessment.decision

    @property
    def is_public(self) -> bool:
        """Whether everybody sees the same figures."""
        return self.figures["mark"] in (WHOLE, SMALL_BASE)


def read_board(campaign: Campaign, **filters) -> list[BoardRow]:
    """Return the rows of a closed campaign in catalogue order, filtered, in a number of queries that does not
    depend on theirs.

    `filters`: use_case, family, chain (objects), dimension, status (a Rating.Status, or WAITING); empty ones filter
    nothing.
    """
    rows = campaign.assessments.select_related("use_case__family", "decided_by").order_by(
        *(f"use_case__{name}" for name in CATALOGUE_ORDER), _DIMENSION_ORDER
    )
    for name, value in filters.items():
        if value:
            rows = _FILTERS[name](rows, value)
    rows = list(rows)
    codes = None if len(rows) > FEW else sorted({assessment.use_case.code for assessment in rows})
    evidence = read_evidence(campaign.snapshot, STAFF, codes) if rows else {}
    changes = {
        (change.use_case, change.indicator): change
        for change in read_changes(campaign.snapshot, STAFF, use_cases=codes, variables=[""])
    }
    return [
        BoardRow(
            assessment,
            evidence[assessment.use_case.code, assessment.dimension],
            changes.get((assessment.use_case.code, ITEM_OF[assessment.dimension])),
        )
        for assessment in rows
    ]


def sort_rows(rows: list[BoardRow], name: str, *, descending: bool = False) -> list[BoardRow]:
    """Return the rows sorted by a column of SORTS; those without a value come last either way."""
    key = SORTS[name]
    known = [row for row in rows if key(row) is not None]
    unknown = [row for row in rows if key(row) is None]
    return sorted(known, key=key, reverse=descending) + unknown


# Column → what it is sorted by.
SORTS: dict[str, Callable[[BoardRow], object]] = {
    "nom": lambda row: row.use_case.name.casefold(),
    "vigueur": lambda row: row.assessment.baseline_level,
    "calcule": lambda row: row.assessment.computed_level,
    "statut": lambda row: STATUS_ORDER.index(row.assessment.status),
    "base": lambda row: row.assessment.base,
    "probabilite": lambda row: row.probability,
    "accord": lambda row: row.agreement,
    "ecart": lambda row: row.steps,
    "evolution": lambda row: row.change.difference if row.change else None,
    "decision": lambda row: row.assessment.decision or None,
}
_DIMENSION_ORDER = Case(*(When(dimension=each, then=Value(place)) for place, each in enumerate(Dimension)))
STATUS_ORDER = ("raised", "lowered", "first", "contested", "confirmed", "insufficient")


def _by_status(rows, status):
    if status == WAITING:
        return rows.filter(status__in=PROPOSALS, decision="")
    return rows.filter(status=status)


_FILTERS = {
    "use_case": lambda rows, use_case: rows.filter(use_case=use_case),
    "family": lambda rows, family: rows.filter(use_case__family=family),
    # In a subquery: a use case of two stages would stand twice.
    "chain": lambda rows, chain: rows.filter(use_case__in=UseCase.objects.filter(stages__chain=chain)),
    "dimension": lambda rows, dimension: rows.filter(dimension=dimension),
    "status": _by_status,
}
