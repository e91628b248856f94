"""One item's answers by the categories of one variable: counts, bases, and the masks that protect the table.

Few distinct answers exist, and few combinations of categories, however many persons gave or hold them: both are
counted once, then spread over answers and categories.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from .constants import N_SHOW, STRUCT_MIN
from .disclosure import Mask, as_they_are, protect, protect_answers, settle_masks, withhold_nearly_all
from .patterns import distinct_rows, distinct_words, pack, unpack

NOBODY = -1  # no answer, no structure
DENSE = 1 << 20  # cells of a table of patterns by values below which it is counted whole
CLASSES = 4  # of a number with many values: quarters of the persons, whose bounds tell nobody's own
MAX_VALUES = 12  # distinct numbers shown one by one


@dataclass(frozen=True)
class Variable:
    """Who holds which categories: `patterns` (P × categories, bool), the pattern of each person (n), and how many
    hold each pattern.

    `masks` say which categories are hidden whatever the item, for how many they are, and `by_structure` for whom they
    work.
    `pair_of` (n) is a place among the pairs (structure, pattern), -1 for whoever names no structure; `pairs` are those
    pairs, structure after structure.
    """

    name: str
    categories: tuple[str, ...]
    patterns: np.ndarray
    pattern_of: np.ndarray
    persons: np.ndarray
    pair_of: np.ndarray
    pairs: np.ndarray
    masks: dict[int, Mask] = field(default_factory=dict)
    by_structure: Callable = as_they_are


@dataclass(frozen=True)
class ItemAnswers:
    """What n persons answered to one item.

    value: (n) positions among the V distinct values, -1 for whoever was not asked or did not answer. ticks: (V ×
    answers, bool) the answers that each value holds; a value that holds none is « ne sait pas », outside the base.
    """

    answers: tuple[str, ...]
    value: np.ndarray
    ticks: np.ndarray

    @cached_property
    def given(self) -> tuple[np.ndarray, np.ndarray]:
        """The places of the persons who gave a value, and their values."""
        places = np.flatnonzero(self.value != NOBODY)
        return places, self.value[places].astype(np.intp)

    @cached_property
    def base(self) -> np.ndarray:
        """The places of the persons in the base."""
        places, values = self.given
        return places[self.ticks.any(axis=1)[values]]


@dataclass(frozen=True)
class TableMasks:
    """Why categories are hidden, by position. `base`: nothing of them is shown; `answers`: not what they answered;
    `dont_know`: not how many do not know. `everyone_…`: the same where the base is every counted person;
    `nearly_all`: not even that nearly all of them answered the same."""

    base: dict[int, Mask]
    answers: dict[int, Mask]
    dont_know: dict[int, Mask]
    everyone_base: dict[int, Mask]
    everyone_answers: dict[int, Mask]
    nearly_all: dict[int, Mask]


@dataclass(frozen=True)
class ItemTable:
    """Persons, by category (first axis): `counts` per answer, `base`, `dont_know` outside it, `everyone`.

    `structures`: distinct structures behind the base, -1 where none is identified.
    """

    variable: Variable
    answers: tuple[str, ...]
    counts: np.ndarray
    base: np.ndarray
    dont_know: np.ndarray
    everyone: np.ndarray
    structures: np.ndarray
    masks: TableMasks


def describe_variable(
    name: str, categories: Sequence[str], member: ArrayLike, not_given: str, organisation: ArrayLike
) -> Variable:
    """Return the variable of `member` (0/1, persons × categories); persons of none are the category `not_given`.

    organisation: (n) structure of each person, -1 for none.
    """
    member = np.asarray(member, dtype=bool)
    silent = ~member.any(axis=1)
    if silent.any() or not len(categories):
        categories, member = (*categories, not_given), np.column_stack([member, silent])
    return _with_structures(name, categories, *distinct_rows(member), organisation)


def whole(organisation: ArrayLike) -> Variable:
    """Return the variable that has everybody in one category: the total. organisation: as above."""
    nowhere = np.zeros(len(organisation), dtype=np.int64)
    return _with_structures("", ("",), np.ones((1, 1), dtype=bool), nowhere, organisation)


def _with_structures(name, categories, patterns, pattern_of, organisation):
    organisation = np.asarray(organisation, dtype=np.int64)
    identified = organisation != NOBODY
    pairs, pair_of = np.unique(organisation[identified] * len(patterns) + pattern_of[identified], return_inverse=True)
    every_pair = np.full(len(organisation), NOBODY)
    every_pair[identified] = pair_of.reshape(-1)
    persons = np.bincount(pattern_of, minlength=len(patterns))
    divided = np.stack(np.divmod(pairs, max(len(patterns), 1)))
    variable = Variable(name, tuple(categories), patterns, pattern_of, persons, every_pair, divided)
    by_structure = _structure_rule(_structures(np.arange(len(organisation)), variable))
    masks = settle_masks({}, partial(protect, patterns, persons), by_structure)
    return replace(variable, masks=masks, by_structure=by_structure)


def tabulate_item(item: ItemAnswers, variable: Variable, kept_back: Mapping[int, Mask] | None = None) -> ItemTable:
    """Count one item's answers by the categories of one variable, and settle what hides what.

    kept_back: categories whose base would tell what another table hides.
    """
    patterns, everyone = variable.patterns, variable.persons
    counts, persons, dont_know = _count(item, variable.pattern_of, len(patterns))
    structures = _structures(item.base, variable)
    return ItemTable(
        variable,
        item.answers,
        patterns.T @ counts,
        persons @ patterns,
        dont_know @ patterns,
        everyone @ patterns,
        np.full(patterns.shape[1], NOBODY) if structures is None else structures[1] @ structures[0],
        _masks(variable, persons, counts, dont_know, structures, kept_back or {}),
    )


def _count(item, pattern_of, patterns):
    """Return by pattern the persons per answer, those of the base, and those who do not know."""
    persons, given = item.given
    values = len(item.ticks)
    cell = pattern_of[persons] * values + given
    if patterns * values <= DENSE:
        by_value = np.bincount(cell, minlength=patterns * values).reshape(patterns, values)
        answered = item.ticks.any(axis=1)
        return by_value @ item.ticks, by_value @ answered, by_value @ ~answered
    cells, held = np.unique(cell, return_counts=True)
    pattern, value = np.divmod(cells, values)
    counts = np.zeros((patterns, item.ticks.shape[1]), dtype=np.int64)
    row, answer = np.nonzero(item.ticks[value])
    np.add.at(counts, (pattern[row], answer), held[row])
    answered = item.ticks.any(axis=1)[value]
    persons, dont_know = (
        np.bincount(pattern[rows], weights=held[rows], minlength=patterns).astype(np.int64)
        for rows in (answered, ~answered)
    )
    return counts, persons, dont_know


def _structures(base, variable):
    """Return the structures behind the base as (combinations of categories, how many structures hold each), or None
    where none is identified. Somebody without a structure is one of their own."""
    pair = variable.pair_of[base]
    taken = np.zeros(variable.pairs.shape[1] + 1, dtype=bool)
    taken[pair] = True  # those of no structure fall on the last place
    taken[-1] = False
    if not taken.any():
        return None
    structure, pattern = (each[taken[:-1]] for each in variable.pairs)
    first_of_each = np.flatnonzero(np.diff(structure, prepend=NOBODY))
    words = pack(variable.patterns)
    held = np.bitwise_or.reduceat(words[pattern], first_of_each, axis=0)
    alone = np.bincount(variable.pattern_of[base[pair == NOBODY]], minlength=len(words))
    # Few combinations exist, however many structures have them.
    rows, same = distinct_words(np.vstack([words, held]))
    numbers = np.append(alone, np.ones(len(held), dtype=np.int64))
    return unpack(rows, variable.patterns.shape[1]), np.bincount(same, weights=numbers).astype(np.int64)


def _structure_rule(structures):
    return _remembering(partial(protect, *structures, STRUCT_MIN)) if structures else as_they_are


def _masks(variable, persons, counts, dont_know, structures, kept_back):
    patterns, everyone, by_structure = variable.patterns, variable.persons, _structure_rule(structures)
    structure_rules = by_structure, variable.by_structure
    rest = np.column_stack([counts, everyone - persons])
    # First what is hidden for every item: two that hid others beside a small category would give it away together.
    base = settle_masks({**variable.masks, **kept_back}, partial(protect, patterns, persons), by_structure)
    answers = settle_masks(base, partial(protect_answers, patterns, persons, counts), by_structure)
    everyone_base = settle_masks(base, partial(protect, patterns, everyone), *structure_rules)
    return TableMasks(
        base,
        answers,
        # Whoever nearly all do not know says so of each of them.
        settle_masks(
            answers, partial(protect_answers, patterns, persons + dont_know, dont_know[:, np.newaxis], N_SHOW)
        ),
        everyone_base,
        settle_masks(everyone_base | answers, partial(protect_answers, patterns, everyone, rest), *structure_rules),
        withhold_nearly_all(patterns, persons, counts, answers),
    )


def _remembering(rule):
    """Return the rule, which is asked the same thing for each mask of a table, with its answers kept."""
    known = {}

    def remembered(hidden):
        place = frozenset(hidden)
        if place not in known:
            known[place] = rule(hidden=hidden)
        return known[place] | hidden

    return remembered


def number_classes(values: ArrayLike, persons: ArrayLike) -> tuple[tuple[str, ...], np.ndarray]:
    """Answers to a number as few classes: (labels, class of each of the distinct `values`, held by `persons`).

    Up to MAX_VALUES distinct values each is its own class. Beyond, quarters of the persons: « ≤ 3 », « ≤ 8 »…, the
    last one open.
    """
    values, persons = np.asarray(values, dtype=float), np.asarray(persons)
    order = np.argsort(values)
    if values.size <= MAX_VALUES:
        place = np.empty(values.size, dtype=np.int64)
        place[order] = np.arange(values.size)
        return tuple(_plain(value) for value in values[order]), place
    reached = np.cumsum(persons[order]) / persons.sum()
    bounds = np.unique([values[order][np.searchsorted(reached, part / CLASSES)] for part in range(1, CLASSES)])
    labels = [f"≤ {_plain(bounds[0])}"]
    labels += [f"> {_plain(low)} et ≤ {_plain(high)}" for low, high in pairwise(bounds)]
    return (*labels, f"> {_plain(bounds[-1])}"), np.searchsorted(bounds, values)


def _plain(number):
    return str(int(number)) if float(number).is_integer() else repr(float(number))
