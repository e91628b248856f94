"""Adoption by category, as an edition publishes it: the cells of usage, ready for `usecases.editions`."""

from collections import defaultdict

from interviews.models import Snapshot
from usecases.editions import BreakdownDraft
from usecases.models import RatingBreakdown

from .cube import read_cells
from .disclosure import CURRENT_USERS, GROUPED, PUBLIC, ShownCell
from .segments import USE_CASE_VARIABLES, category_labels

ABOVE_90, BELOW_10 = "g+", "g-"  # which side nearly everybody is on, when that is all that may be said
CURRENT_USE = {CURRENT_USERS, "occasional", "regular"}
PUBLISHED_AS = {"occupations": RatingBreakdown.OCCUPATION}


def adoption_breakdowns(snapshot: Snapshot) -> dict[str, list[BreakdownDraft]]:
    """Return {use case code: rows by category of every variable}, as everybody may see them; None where hidden.

    Rows do not add up: a person counts in each of their occupations (METHOD.md §2.6).
    """
    drafts = defaultdict(list)
    for cell in read_cells(snapshot, PUBLIC, items=["usage"], variables=USE_CASE_VARIABLES):
        drafts[cell.use_case].append(_draft(cell))
    return drafts


def breakdown_labels() -> dict[str, dict[str, str]]:
    """Return {variable: {category: label}} for those rows, under the names that an edition gives the variables."""
    labels = category_labels()
    return {PUBLISHED_AS.get(variable, variable): labels[variable] for variable in USE_CASE_VARIABLES}


def _draft(cell: ShownCell):
    figures = cell.figures["weighted"] or cell.figures
    return BreakdownDraft(
        variable=PUBLISHED_AS.get(cell.variable, cell.variable),
        category=cell.category,
        base=cell.base,
        share=figures["rate"],
        low=figures["low"],
        high=figures["high"],
        mark=_mark(cell),
        unweighted_share=cell.figures["rate"] if cell.figures["weighted"] else None,
    )


def _mark(cell):
    if cell.mark != GROUPED:
        return cell.mark
    return ABOVE_90 if cell.figures["dominant"] in CURRENT_USE else BELOW_10
