"""The frozen cube: filled once at closing, then the only source of every figure that a page or a file shows."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from django.db.models import Q

from interviews.frames import CampaignFrame
from interviews.models import Campaign, CubeCell, Snapshot
from usecases.editions import levels_in_force

from .cells import Cell
from .counting import Wave, set_up_wave
from .disclosure import PUBLIC, ShownCell, mark_of, show
from .estimates import estimate_items
from .general_items import general_item_cells
from .respondents import respondent_cells
from .segments import category_labels


def compute_cells(campaign: Campaign, frame: CampaignFrame, weights: np.ndarray | None = None) -> list[Cell]:
    """Return every cell of a campaign: who answered, what they say of each use case, then of the general items.

    A row in which nobody is counted, in the base or outside it, has no cell; the whole always has one. `weights`: one
    per person of the frame, or None.
    """
    wave, in_force = set_up_wave(frame, weights), levels_in_force(campaign.baseline)
    with ThreadPoolExecutor(1) as aside:
        # Arithmetic alone, while this thread waits for the general answers.
        estimates = aside.submit(use_case_cells, wave, in_force)
        general = general_item_cells(campaign, frame)
        return [*respondent_cells(wave.segments), *estimates.result(), *general]


def use_case_cells(wave: Wave, in_force: dict[tuple[str, str], int]) -> list[Cell]:
    """Return the cells about each use case, in catalogue order; `in_force` as in `estimate_items`. Asks no database."""
    frame = wave.frame
    cells = {code: [] for code in frame.use_cases}
    for table in estimate_items(wave, in_force):
        taken, base, mask = table.taken.tolist(), table.base.tolist(), table.mask.tolist()
        for row, (variable, category) in enumerate(table.rows):
            for case, code in enumerate(frame.use_cases):
                if taken[row][case]:
                    figures = table.figures[row][case]
                    cells[code].append(
                        Cell(
                            code, table.item, table.mode, variable, category, base[row][case], figures, mask[row][case]
                        )
                    )
    return [cell for each in cells.values() for cell in each]


def read_cells(
    snapshot: Snapshot,
    audience: str,
    *,
    use_cases: Sequence[str] | None = None,
    items: Sequence[str] | None = None,
    variables: Sequence[str] | None = None,
    mode: str = CubeCell.Mode.QUESTIONNAIRE,
) -> list[ShownCell]:
    """Return the cells of a closed campaign as an audience (PUBLIC or STAFF) sees them, in catalogue order.

    `use_cases` (codes), `items` and `variables` (the whole is "") keep some of them; None keeps all. An empty list of
    use cases keeps the general items. Three queries at most, whatever is asked.
    """
    rows = snapshot.cells.filter(mode=mode).select_related("use_case")
    if use_cases is not None:
        rows = rows.filter(use_case__code__in=use_cases) if use_cases else rows.filter(use_case=None)
    if items is not None:
        rows = rows.filter(item__in=items)
    if variables is not None:
        rows = rows.filter(variable__in=variables)
    if audience == PUBLIC:
        # A segment's row of nobody would tell that somebody of it answered outside the base (« ne sait pas »).
        rows = rows.exclude(Q(base=0, use_case__isnull=False) & ~Q(variable=""))
    rows = list(rows)
    labels = category_labels() if any(cell.variable for cell in rows) else {}

    def label(cell):
        return labels[cell.variable].get(cell.category, cell.category) if cell.variable else ""

    return [show(cell, cell.use_case and cell.use_case.code, label(cell), audience) for cell in rows]


def read_marks(
    snapshot: Snapshot,
    *,
    use_cases: Sequence[str] | None = None,
    items: Sequence[str] | None = None,
    variables: Sequence[str] | None = None,
) -> dict[tuple[str, str, str, str], tuple[str, int]]:
    """Return {(use case, item, variable, category): (mark, base)} of the questionnaires' cells about use cases.

    The base is whole, whatever the mark: it is there to compare, not to show. Arguments as in `read_cells`; one query.
    """
    rows = snapshot.cells.filter(mode=CubeCell.Mode.QUESTIONNAIRE, use_case__isnull=False).order_by()
    for field, kept in (("use_case__code", use_cases), ("item", items), ("variable", variables)):
        if kept is not None:
            rows = rows.filter(**{f"{field}__in": kept})
    columns = ("use_case__code", "item", "variable", "category", "mask", "base")
    return {tuple(place): (mark_of(mask, base), base) for *place, mask, base in rows.values_list(*columns)}
