"""The general items in the cube: their tables as cells to store at closing, and read back to be tabulated."""

from interviews.analysis.constants import N_SHOW
from interviews.frames import Profiles
from interviews.general_frame import GeneralAnswers, read_general_answers
from interviews.models import Campaign, CubeCell, Item, Snapshot

from .cells import Cell
from .tabulation import ASKED, GeneralCell, dominant_answers, general_cells, public_mark

Mask = CubeCell.Mask
MASKS = {"b": Mask.BASE_ONLY, "g": Mask.GROUP}


def general_item_cells(campaign: Campaign, frame: Profiles) -> list[Cell]:
    """Return the cells of every counted general item by every profile variable (see `figures.GeneralFigures`)."""
    return cells_to_store(frame, read_general_answers(campaign, frame))


def cells_to_store(frame: Profiles, general: list[GeneralAnswers]) -> list[Cell]:
    """Return the cells of these items."""
    open_lists = {each.item.code for each in general if each.item.open_list}
    cells, total, shown = [], None, ""
    for cell in general_cells(frame, general):
        if not cell.variable:
            total, shown = cell, public_mark(cell)
        cells.append(_stored(cell, total, shown, cell.item in open_lists))
    return cells


def read_general_cells(snapshot: Snapshot, item: str, mode: str, variables: tuple[str, ...]) -> list[GeneralCell]:
    """Return the frozen cells of one general item, whole: the total, then the categories of these variables."""
    rows = snapshot.cells.filter(use_case=None, item=item, mode=mode, variable__in=("", *variables))
    return [
        GeneralCell(
            item,
            mode,
            row.variable,
            row.category,
            row.base,
            tuple((code, row.figures["counts"][code]) for code in row.figures["answers"]),
            row.figures["dont_know"],
            row.figures["everyone"],
            row.figures["structures"],
            row.figures["masks"],
        )
        for row in rows
    ]


def opening_words(item: Item) -> str:
    """Return which answers lead to a question that is asked only of some, « Oui » à « … », empty for the others."""
    if not item.asked_if_id:
        return ""
    labels = {option.code: option.label for option in item.asked_if.option_set.options.all()}
    opening = " ou ".join(f"« {labels.get(code, code)} »" for code in item.asked_if_codes)
    return f"{opening} à « {item.asked_if.wording} »"


def _stored(cell, total, shown, is_open_list):
    mark = public_mark(cell, ASKED, "" if cell is total else shown)
    figures = {
        "answers": [code for code, _ in cell.answers],
        "told": [code for code, n in total.answers if not is_open_list or (n >= N_SHOW and shown in ("", "†"))],
        "counts": dict(cell.answers),
        "dont_know": cell.dont_know,
        "everyone": cell.everyone,
        "dominant": next(iter(dominant_answers(cell)), None),
        "structures": cell.structures,
        "masks": cell.masks,
    }
    return Cell(
        None, cell.item, cell.mode, cell.variable, cell.category, cell.base, figures, str(_mask(cell, mark).value)
    )


def _mask(cell, mark):
    if mark == "s":
        return Mask(cell.masks.get("base", Mask.PRIMARY))
    return MASKS.get(mark, Mask.NONE)
