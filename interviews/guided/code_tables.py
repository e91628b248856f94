"""Who speaks of what: codes by segment, counting persons and never sentences, masked as everything else."""

from collections.abc import Iterable
from dataclasses import dataclass

from interviews.analysis.constants import N_SHOW
from interviews.analysis.disclosure import protect
from interviews.models import Campaign, Code, Interview, Verbatim
from interviews.results.disclosure import HIDDEN, PUBLIC

VARIABLES = {"occupations": "Métiers", "sectors": "Secteurs"}
NOBODY_SAID = ""  # the category of interviews whose segment is not known


@dataclass(frozen=True)
class CodeCell:
    """How many persons; None where the audience may not see it, `mark` says that the public does not."""

    n: int | None
    mark: str = ""


@dataclass(frozen=True)
class CodeRow:
    code: Code
    total: CodeCell
    cells: list[CodeCell]


@dataclass(frozen=True)
class CodeTable:
    """`categories` are names; a person with two occupations counts in each: rows do not add up."""

    variable: str
    categories: list[str]
    rows: list[CodeRow]


def code_table(campaign: Campaign, variable: str, audience: str) -> CodeTable:
    """Return the codes of a campaign's verbatims by occupation or sector, in the order of the codebook, in a number of
    queries that does not depend on theirs.

    A person counts once per code, whatever they said of it. Cells of fewer than five persons are hidden, and those from
    which one could be worked out (METHOD.md §5.2).
    """
    persons = _segments(campaign, variable)
    speakers = {}
    quoted = Verbatim.objects.filter(participant__interview__in=list(persons), withdrawn_at=None)
    for code, interview in quoted.order_by().values_list("codes", "participant__interview").distinct():
        if code is not None:
            speakers.setdefault(code, set()).add(interview)
    held = {entry for entries in persons.values() for entry in entries}
    categories = sorted(held, key=lambda entry: (not entry, entry))
    codes = Code.objects.filter(pk__in=speakers).select_related("parent")
    rows = [
        _row(code, [persons[interview] for interview in speakers[code.pk]], categories, audience)
        for code in sorted(codes, key=_place)
    ]
    return CodeTable(variable, [category or "non renseigné" for category in categories], rows)


def _segments(campaign, variable) -> dict[int, list[str]]:
    """Return {interview: the names of its categories}, for the approved interviews of a campaign."""
    interviews = Interview.objects.approved().filter(campaign=campaign).prefetch_related(f"response__{variable}")
    return {
        interview.pk: [entry.name for entry in getattr(interview.response, variable).all()] or [NOBODY_SAID]
        for interview in interviews.select_related("response")
    }


def _row(code, persons: Iterable[list[str]], categories, audience):
    membership = [[category in held for category in categories] for held in persons]
    masks = protect(membership)
    counts = [sum(column) for column in zip(*membership, strict=True)]
    few = len(membership) < N_SHOW
    cells = [_cell(n, few or place in masks, audience) for place, n in enumerate(counts)]
    return CodeRow(code, _cell(len(membership), few, audience), cells)


def _cell(n, is_hidden, audience):
    mark = HIDDEN if is_hidden and n else ""
    return CodeCell(None if mark and audience == PUBLIC else n, mark)


def _place(code):
    parent = code.parent
    return (parent.position if parent else code.position, parent is not None, code.position, code.name)
