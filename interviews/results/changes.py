"""What moved since the previous campaign: computed when a campaign closes, stored, read through the disclosure rule.

The previous campaign is the one whose edition is the baseline. Its answers are read again from the database: those of a
person erased since then no longer count, and `n_before` says how many do. Where that leaves one to four persons between
a published base of that wave and ours, the public sees nothing of the change: it would tell what they had answered
(METHOD.md §5.3).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from interviews.analysis.constants import N_RATE, N_SHOW
from interviews.frames import CampaignFrame
from interviews.models import Change, Snapshot
from interviews.writing import write_rows
from usecases.lineage import Descent, Lineage
from usecases.models import UseCase

from .comparing import draw_up_changes
from .cube import read_marks
from .disclosure import BASE_ONLY, GROUPED, HIDDEN, PROTECTED, PUBLIC, SMALL_BASE, UNKNOWN, WHOLE
from .segments import category_labels
from .weights import Weights

OBSTACLES = {
    Change.Obstacle.NONE: "",
    Change.Obstacle.LINEAGE: "",  # its lineage says why
    Change.Obstacle.WORDING: "Rupture de série : la question a changé de version, les deux vagues ne se comparent pas.",
    Change.Obstacle.SMALL_BASE: f"Moins de {N_RATE} réponses dans une des deux vagues : rien à comparer.",
}
BASES = ("n_before", "n_after")
FIGURES = ("before", "after", "difference", "low", "high", "p_adjusted", "announced")
# Inner workings, and how many persons answered twice: for the team alone, whatever the mark.
STAFF_ONLY = ("n_both", "standard_error", "p")


@dataclass(frozen=True)
class ShownChange:
    """One change as an audience sees it; see `models.Change` for the figures.

    `variable` is empty for the whole; `label` names the category. `explanation` says in French how the use case
    descends from the previous wave, or why nothing is compared; empty when there is nothing to say. `mark` says what
    the public sees, as in `results.disclosure`, for both audiences: figures hidden from the audience are None, and
    `unweighted` and `at_constant_structure` empty.
    """

    use_case: str
    indicator: str
    variable: str
    category: str
    label: str
    lineage: str
    explanation: str
    obstacle: str
    mark: str
    n_before: int | None
    n_after: int | None
    n_both: int | None
    before: float | None
    after: float | None
    difference: float | None
    standard_error: float | None
    low: float | None
    high: float | None
    p: float | None
    p_adjusted: float | None
    announced: bool | None
    is_weighted: bool
    unweighted: dict
    at_constant_structure: dict


def record_changes(snapshot: Snapshot, frame: CampaignFrame, weights: Weights) -> int:
    """Store what moved since the previous campaign; return how many rows, none without one.

    `frame` and `weights` are those of the snapshot's campaign.
    """
    previous = snapshot.campaign.previous
    if previous is None:
        return 0
    write_rows(Change, draw_up_changes(snapshot, previous, frame, weights))
    return snapshot.changes.count()


def read_changes(
    snapshot: Snapshot,
    audience: str,
    *,
    use_cases: Sequence[str] | None = None,
    indicators: Sequence[str] | None = None,
    variables: Sequence[str] | None = None,
    announced: bool | None = None,
) -> list[ShownChange]:
    """Return the changes of a closed campaign as an audience (PUBLIC or STAFF) sees them, in catalogue order.

    `use_cases` (codes), `indicators` (maturity, impact, usage, intention) and `variables` (the whole is "") keep some
    of them, `announced` those that are or are not; None keeps all. Empty without a previous campaign. Six queries at
    most, whatever is asked.
    """
    rows = snapshot.changes.select_related("use_case", "previous")
    for field, kept in (("use_case__code", use_cases), ("indicator", indicators), ("variable", variables)):
        if kept is not None:
            rows = rows.filter(**{f"{field}__in": kept})
    rows = list(rows if announced is None else rows.filter(announced=announced))
    if not rows:
        return []
    origins = sorted({code for row in rows for code in row.origins})
    marks_now = read_marks(snapshot, use_cases=use_cases, items=indicators, variables=variables)
    marks_before = read_marks(rows[0].previous, use_cases=origins, items=indicators, variables=variables)
    names = dict(UseCase.objects.filter(code__in=origins).values_list("code", "name"))
    labels = category_labels() if any(row.variable for row in rows) else {}
    return [_shown(row, _mark(row, marks_now, marks_before), names, labels, audience) for row in rows]


def _mark(change, marks_now, marks_before):
    """Return the stricter of the marks of the cells compared."""
    if change.obstacle == Change.Obstacle.LINEAGE:
        return WHOLE
    place = (change.indicator, change.variable, change.category)
    unknown = (HIDDEN, 0)
    now, _ = marks_now.get((change.use_case.code, *place), unknown)
    before = [marks_before.get((code, *place), unknown) for code in change.origins]
    marks = {now, *(mark for mark, _ in before)}
    if any(0 < abs(base - change.n_before) < N_SHOW for _, base in before):
        return HIDDEN
    return next((mark for mark in STRICTEST_FIRST if mark in marks), WHOLE)


def _shown(change, mark, names, labels, audience):
    lineage = Lineage(change.use_case.code, Descent(change.lineage), tuple(change.origins)).describe(names)
    shown = ShownChange(
        use_case=change.use_case.code,
        label=labels[change.variable].get(change.category, change.category) if change.variable else "",
        explanation=" ".join(filter(None, (lineage, OBSTACLES[change.obstacle]))),
        mark=mark,
        **{name: getattr(change, name) for name in COPIED},
    )
    if audience != PUBLIC:
        return shown
    hidden = dict.fromkeys(STAFF_ONLY)
    if mark not in (WHOLE, SMALL_BASE):
        hidden |= dict.fromkeys(FIGURES) | {"unweighted": {}, "at_constant_structure": {}}
        if mark == HIDDEN:
            hidden |= dict.fromkeys(BASES)
    else:
        hidden |= {
            name: {key: value for key, value in getattr(shown, name).items() if key not in STAFF_ONLY}
            for name in ("unweighted", "at_constant_structure")
        }
    return replace(shown, **hidden)


STRICTEST_FIRST = (HIDDEN, PROTECTED, GROUPED, UNKNOWN, BASE_ONLY, SMALL_BASE)
COPIED = (
    *("indicator", "variable", "category", "lineage", "obstacle", "is_weighted", "unweighted"),
    *("at_constant_structure", *BASES, *FIGURES, *STAFF_ONLY),
)
