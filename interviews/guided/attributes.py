"""Which one attribute may stand beside a quote: a cell of the closed campaign that is visible and large enough."""

from interviews.analysis.constants import N_RATE
from interviews.models import Campaign, Snapshot
from interviews.results.cube import read_cells
from interviews.results.disclosure import PUBLIC, SMALL_BASE, WHOLE
from interviews.results.respondents import RESPONDENTS

VARIABLES = ("occupations", "sectors")


def visible_attributes(campaign: Campaign) -> set[tuple[str | None, str, str]]:
    """Return the cells that may be named, (use case code, or None for no use case; variable; category).

    None before the campaign is closed: nothing is published yet. A quote about a use case needs the cell of that use
    case; another one needs that of all respondents.
    """
    snapshot = Snapshot.objects.filter(campaign=campaign).first()
    if snapshot is None:
        return set()
    cells = read_cells(snapshot, PUBLIC, items=["usage", RESPONDENTS], variables=VARIABLES)
    return {
        (cell.use_case, cell.variable, cell.category)
        for cell in cells
        if cell.mark in (WHOLE, SMALL_BASE) and (cell.base or 0) >= N_RATE
    }
