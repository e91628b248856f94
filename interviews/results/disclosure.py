"""What leaves of the cube: the one place where the figures of a wave are masked (METHOD.md §5).

`settle_cells` says, once, at closing, why a cell is not shown whole; `show` turns a cell and its mask into what an
audience sees. Screens, charts, workbook, editions and open data read figures through them alone. Staff see every
figure, and a `mark` that says what the public sees; the public sees the same keys, None where a figure is hidden.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from interviews.analysis.constants import DK_MAX, GROUP, N_FLAG, N_RATE, N_SHOW, STRUCT_MIN
from interviews.analysis.disclosure import Detail, visible_detail
from interviews.analysis.flags import has_small_base
from interviews.analysis.masking import NOBODY, DimensionMask
from interviews.models import CubeCell, Snapshot

AUDIENCES = PUBLIC, STAFF = "public", "staff"
Mask = CubeCell.Mask
WHOLE, SMALL_BASE, BASE_ONLY, UNKNOWN, GROUPED, PROTECTED, HIDDEN = MARKS = ("", "†", "b", "d", "g", "p", "s")
MARK_MEANINGS = {
    SMALL_BASE: f"base de moins de {N_FLAG} personnes : à lire avec précaution",
    BASE_ONLY: f"de {N_SHOW} à {N_RATE - 1} personnes : la base seule est montrée",
    UNKNOWN: f"plus de {100 * DK_MAX:.0f} % des personnes ne savent pas : la base et cette part seules sont montrées",
    GROUPED: f"une même réponse réunit plus de {100 * GROUP:.0f} % d’une base de moins de {N_FLAG} personnes : sa part "
    "n’est pas précisée",
    PROTECTED: "ses parts diraient, seules ou par soustraction, ce que chacun a répondu : la base seule est montrée",
    HIDDEN: f"moins de {N_SHOW} personnes, ou moins de {STRUCT_MIN} structures, ou cellule qui en révélerait d’autres"
    " : rien n’est montré",
}
MARK_OF = {
    Mask.PRIMARY: HIDDEN,
    Mask.COMPLEMENT: HIDDEN,
    Mask.SECONDARY: HIDDEN,
    Mask.BASE_ONLY: BASE_ONLY,
    Mask.UNKNOWN: UNKNOWN,
    Mask.GROUP: GROUPED,
    Mask.PROTECTED: PROTECTED,
}
# What a cell still shows under each mark that hides something.
VISIBLE = {
    BASE_ONLY: {"base", "leaning"},
    UNKNOWN: {"base", "dk_share"},
    GROUPED: {"base", "dominant"},
    PROTECTED: {"base"},
    HIDDEN: set(),
}
# For the team alone, whatever the mark.
STAFF_ONLY = {"audit", "would_change_level", "structures", "everyone", "masks"}
WORDS = {"answers", "told"}  # what could be answered, not how many did
# Those who stand outside the base are counted for the whole alone: no mask was settled on them row by row.
WHOLE_ONLY = {"dk_share", "dont_know", "not_concerned", "leaning"}
CURRENT_USERS, OTHERS = "current_users", "others"  # a group as `dominant` when no single step of the ladder is


@dataclass(frozen=True)
class ShownCell:
    """One cell as an audience sees it: see `results.figures` for the figures.

    `use_case` is a code, None for a general item; `variable` is empty for the whole; `label` names the category.
    `mark` says what the public sees, for both audiences. `base` and figures are None where hidden.
    """

    use_case: str | None
    item: str
    mode: str
    variable: str
    category: str
    label: str
    mark: str
    base: int | None
    figures: dict


def settle_cells(
    base: np.ndarray,
    structures: np.ndarray | None = None,
    masks: DimensionMask | None = None,
    unknown: np.ndarray | None = None,
    dominant: np.ndarray | None = None,
    tells_of_another: np.ndarray | None = None,
    is_interview: bool = False,
) -> np.ndarray:
    """Return the Mask of each cell, shape (rows, use cases), the whole being the first row.

    base: persons, same shape. structures: distinct structures of the whole (use cases), -1 where none is identified.
    masks: what rows owe to each other. unknown: bool, more than half do not know. dominant: the answer that nearly
    everybody gave, -1 where there is none. tells_of_another: bool (use cases), the base of the whole says what nearly
    everybody answered to another item. Ten interviews are not a share: from five, their counts are shown.
    """
    few = base < N_SHOW
    if is_interview:
        return np.where(few, Mask.PRIMARY.value, Mask.NONE.value)
    structures = np.full(base.shape[1], NOBODY) if structures is None else structures
    none = np.zeros(base.shape, dtype=bool)
    unknown = none if unknown is None else unknown
    grouped = none if dominant is None else dominant >= 0
    is_whole = np.zeros((len(base), 1), dtype=bool)
    is_whole[0] = True
    masks = masks or DimensionMask.of_nothing(base.shape)
    rows, shares_hidden = masks.rows, masks.shares != ""
    too_few = few[0] | (structures != NOBODY) & (structures < STRUCT_MIN)
    hidden = is_whole & (too_few if tells_of_another is None else too_few | tells_of_another)
    # Where nothing of the whole is shown, nothing is of its parts; where its shares are not, neither are theirs.
    nothing = hidden[0] & ~is_whole
    whole_grouped = grouped[0] & ~is_whole
    # Of ten persons, more than 90 % is all of them.
    told = grouped & (base > N_RATE) & (is_whole | (shares_hidden & ~whole_grouped & (masks.nearly_all == "")))
    return np.select(
        [
            hidden | nothing,
            rows != "",
            (base > 0) & (base < N_RATE),
            unknown & (base > 0),
            told,
            shares_hidden | (whole_grouped & (base > 0)) | (grouped & is_whole),
        ],
        [
            Mask.PRIMARY.value,
            masks.rows,
            Mask.BASE_ONLY.value,
            Mask.UNKNOWN.value,
            Mask.GROUP.value,
            Mask.PROTECTED.value,
        ],
        Mask.NONE.value,
    )


def dominant_answers(counts: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return for each cell the first group of answers that more than 90 % of a base under 30 gave, -1 without one.

    counts: persons, shape (..., answers). groups: 0/1, shape (groups, answers). See `analysis.disclosure`.
    """
    n = counts.sum(axis=-1)
    nearly_all = (counts @ groups.T > GROUP * n[..., np.newaxis]) & ((n > 0) & (n < N_FLAG))[..., np.newaxis]
    return np.where(nearly_all.any(axis=-1), nearly_all.argmax(axis=-1), -1)


def mark_of(mask: str, base: int) -> str:
    """Return what the public sees of a cell, as one sign of MARKS."""
    if mask:
        return MARK_OF[mask]
    return SMALL_BASE if 0 < base < N_FLAG and has_small_base(base) else WHOLE


def show(cell: CubeCell, use_case: str | None, label: str, audience: str) -> ShownCell:
    """Return a cell as `audience` sees it; shares are those of the base."""
    # The share of a category of respondents rests on all of them.
    mark = mark_of(cell.mask, cell.figures.get("of", cell.base))
    figures = cell.figures | _shares(cell)
    base = cell.base
    if audience == PUBLIC:
        figures = _told(_known(figures))
        visible = VISIBLE.get(mark)
        if visible is not None and "base" not in visible:
            base = None
        hidden = STAFF_ONLY | (WHOLE_ONLY if cell.variable else set())
        # What a mark lets be said is said under the weights too.
        weighted = _kept(figures.get("weighted") or {}, visible, hidden)
        figures = _kept(figures, visible, hidden)
        if "weighted" in figures:
            figures["weighted"] = weighted if any(each is not None for each in weighted.values()) else None
    return ShownCell(use_case, cell.item, cell.mode, cell.variable, cell.category, label, mark, base, figures)


def _kept(figures, visible, hidden):
    """Return the figures, None in place of those that are not visible (None: all are) or are hidden."""
    return {
        name: value if name in WORDS or ((visible is None or name in visible) and name not in hidden) else None
        for name, value in figures.items()
    }


def _known(figures):
    """Return the figures without those who do not know, where nearly all of a small base do not."""
    return figures | {"dont_know": None} if "dont_know" in figures.get("masks", {}) else figures


def _told(figures):
    """Return the figures without the entries of an open list that fewer than five persons named."""
    if "told" not in figures:
        return figures
    told = figures["told"]
    return (
        figures
        | {name: figures[name] and {code: figures[name][code] for code in told} for name in ("counts", "shares")}
        | {"answers": told}
    )


def public_participation(snapshot: Snapshot) -> dict:
    """Return {respondents, interviewees, use_cases_offered, use_cases_answered}; None for 1 to 4 persons."""
    figures = snapshot.participation
    shown = {name: _at_least_shown(figures[name]) for name in ("respondents", "interviewees")}
    answers = {name: figures[name] for name in ("use_cases_offered", "use_cases_answered")}
    return shown | (answers if shown["respondents"] else dict.fromkeys(answers))


def _at_least_shown(persons):
    return None if persons and visible_detail(persons) == Detail.NOTHING else persons


def _shares(cell):
    """Return the shares of a cell's counts in its base, None without one."""
    counts = cell.figures.get("counts")
    if counts is None:
        return {}
    if not cell.base:
        return {"shares": None}
    if isinstance(counts, dict):
        return {"shares": {code: n / cell.base for code, n in counts.items()}}
    return {"shares": [n / cell.base for n in counts]}


def named_often(persons: Mapping[str, int]) -> list[str]:
    """Return the names, {name: persons who gave it}, that enough people gave to be shown to others, commonest first."""
    return [name for name, n in sorted(persons.items(), key=lambda given: (-given[1], given[0])) if n >= N_SHOW]
