"""Tables of the general items: one item's answers by one profile variable, as cells to store and as rows to show.

The cells of a closed campaign are frozen with the rest of its figures; rows are cells seen by an audience: masked for
the public (METHOD.md §5), whole for staff.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from interviews.analysis.constants import N_RATE, N_SHOW
from interviews.analysis.disclosure import dominant_modality, round_percent
from interviews.analysis.flags import has_small_base
from interviews.analysis.intervals import wilson
from interviews.analysis.tabulation import (
    NOBODY,
    ItemAnswers,
    ItemTable,
    Variable,
    describe_variable,
    tabulate_item,
    whole,
)
from interviews.frames import Profiles
from interviews.general_frame import DONT_KNOW, GeneralAnswers
from interviews.models import PROFILE_COLUMNS, CubeCell

NOT_GIVEN = ""  # the category of those who did not say
VARIABLES = ("sectors", "occupations", *PROFILE_COLUMNS)
MODES = QUESTIONNAIRE, INTERVIEW = CubeCell.Mode.QUESTIONNAIRE.value, CubeCell.Mode.INTERVIEW.value
BASES = ASKED, ALL = "asked", "all"
MORE_THAN_GROUP = ">90"


@dataclass(frozen=True)
class GeneralCell:
    """The answers of one category to one item, unmasked, and what hides them from the public.

    `answers`: (code, persons) in the order of the questionnaire; `base` persons answered, `dont_know` others said so,
    of `everyone` counted in the category; `structures` behind the base, None where none is identified. `masks`: reason
    by what it hides (base, answers, dont_know, everyone_base, everyone_answers); nothing hidden is not there.
    """

    item: str
    mode: str
    variable: str
    category: str
    base: int
    answers: tuple[tuple[str, int], ...]
    dont_know: int
    everyone: int
    structures: int | None
    masks: dict[str, str]


class AnswerRow(NamedTuple):
    """One line of a table; None where there is no figure, or where it is hidden. `percent` is a Decimal, or « >90 »."""

    answer: str
    by: str
    category: str
    n: int | None
    base: int | None
    percent: object
    low: object
    high: object
    mark: str


def general_cells(
    frame: Profiles, general: list[GeneralAnswers], variables: tuple[str, ...] = VARIABLES
) -> Iterator[GeneralCell]:
    """Yield the cells of these items: each by questionnaire then by interview, in total then by each variable.

    A category that no counted person holds has no cell.
    """
    for mode, selected in ((QUESTIONNAIRE, frame.by_questionnaire), (INTERVIEW, ~frame.by_questionnaire)):
        if mode == INTERVIEW and not selected.any():
            continue
        organisation = frame.organisation[selected]
        described = [whole(organisation), *(_variable(frame, name, selected, organisation) for name in variables)]
        hidden = {}
        for each in general:
            item = ItemAnswers(each.given.answers, each.given.value[selected], each.given.ticks)
            for variable in described:
                # Who is asked an item is who gave an answer to another: its base would tell how many did.
                table = tabulate_item(item, variable, hidden.get((each.item.asked_if_id, variable.name)))
                hidden[each.item.pk, variable.name] = table.masks.answers
                yield from to_cells(each.item.code, mode, table)


def _variable(frame: Profiles, name: str, selected: np.ndarray, organisation: np.ndarray) -> Variable:
    if name in PROFILE_COLUMNS:
        categories = frame.categories[name]
        member = frame.columns[name][selected][:, np.newaxis] == np.arange(len(categories))
        return describe_variable(name, categories, member, NOT_GIVEN, organisation)
    membership = getattr(frame, name)
    return describe_variable(name, membership.codes, membership.member[selected], NOT_GIVEN, organisation)


def to_cells(item: str, mode: str, table: ItemTable) -> Iterator[GeneralCell]:
    """Yield the cells of one table, but for the categories that no counted person holds."""
    for place, category in enumerate(table.variable.categories):
        if table.variable.name and not table.everyone[place]:
            continue
        masks = {name: str(found[place]) for name, found in vars(table.masks).items() if place in found}
        structures = int(table.structures[place])
        yield GeneralCell(
            item,
            mode,
            table.variable.name,
            category,
            int(table.base[place]),
            tuple(zip(table.answers, table.counts[place].tolist(), strict=True)),
            int(table.dont_know[place]),
            int(table.everyone[place]),
            None if structures == NOBODY else structures,
            masks,
        )


def public_rows(total: GeneralCell, cells: list[GeneralCell], base: str = ASKED, open_list=False) -> list[AnswerRow]:
    """Return what everybody may see of the total of an item, then of these cells, one row per answer and one for
    « ne sait pas ».

    Of an open list, what fewer than five persons named is not told: a name may be somebody's own.
    """
    told = {code for code, n in total.answers if n >= N_SHOW or not open_list} | {DONT_KNOW}
    shown = public_mark(total, base)
    marks = [shown, *(public_mark(cell, base, shown) for cell in cells)]
    return [
        _masked(row, cell, dominant_answers(cell, base))
        for cell, mark in zip((total, *cells), marks, strict=True)
        for row in _whole_rows(cell, mark, base)
        if row.answer in told
    ]


def staff_rows(total: GeneralCell, cells: list[GeneralCell], base: str = ASKED) -> list[AnswerRow]:
    """Return the rows of `public_rows`, all figures shown; the mark only says a small base."""
    return [row for cell in (total, *cells) for row in _whole_rows(cell, _small(cell, base), base)]


def public_mark(cell: GeneralCell, base: str = ASKED, total: str = "") -> str:
    """Return what the public sees of a cell: « s », « b », « g », « † », or all of it for an empty mark.

    total: mark of the total of the item, for a category. Where the answers of all are not shown, those of a category
    are not: the rest would follow.
    """
    hidden, answers = ("base", "answers") if base == ASKED else ("everyone_base", "everyone_answers")
    if hidden in cell.masks or total == "s":
        return "s"
    if 0 < cell.base < N_RATE:
        return "b"
    if answers in cell.masks or total in ("b", "g"):
        # On one base alone: nearly all of 17, of whom 16 answered, is a number.
        withheld = "nearly_all" in cell.masks and total != "g" and cell.variable
        return "g" if base == ASKED and _tells_nearly_all(cell) and not withheld else "s"
    return _small(cell, base)


def _tells_nearly_all(cell):
    """Tell « > 90 % » of more than ten persons: of ten, it is all of them."""
    return cell.base > N_RATE and bool(dominant_answers(cell))


def _small(cell, base):
    return "†" if has_small_base(_denominator(cell, base)) else ""


def _denominator(cell, base):
    return cell.base if base == ASKED else cell.everyone


def dominant_answers(cell: GeneralCell, base: str = ASKED) -> list[str]:
    """Return the answers that more than 90 % of a small base gave (several, where several may be ticked)."""
    denominator = _denominator(cell, base)
    return [code for code, n in cell.answers if denominator and dominant_modality([n, denominator - n]) == 0]


def _whole_rows(cell, mark, base):
    denominator = _denominator(cell, base)
    rows = [_row(cell, code, n, denominator, mark) for code, n in cell.answers]
    return [*rows, AnswerRow(DONT_KNOW, cell.variable, cell.category, cell.dont_know, denominator, *[None] * 3, mark)]


def _row(cell, code, n, denominator, mark):
    if not denominator:
        return AnswerRow(code, cell.variable, cell.category, n, denominator, None, None, None, mark)
    low, high = wilson(n, denominator)
    shares = (round_percent(share) for share in (n / denominator, low, high))
    return AnswerRow(code, cell.variable, cell.category, n, denominator, *shares, mark)


def _masked(row, cell, dominant):
    if row.mark == "s":
        return row._replace(n=None, base=None, percent=None, low=None, high=None)
    if row.mark == "b":
        return row._replace(n=None, percent=None, low=None, high=None)
    if row.mark == "g":
        percent = MORE_THAN_GROUP if row.answer in dominant else None
        return row._replace(n=None, percent=percent, low=None, high=None)
    if row.answer == DONT_KNOW and "dont_know" in cell.masks:
        return row._replace(n=None, base=None, mark="s")
    return row
