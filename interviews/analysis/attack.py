"""The attacker: what a reader with a pencil, or a solver, recovers from published tables.

Kept beside the mask so that every mask can be attacked by the test suite.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import ArrayLike

from .constants import N_SHOW
from .disclosure import round_percent
from .intervals import Interval

Cell = tuple[int, int]

# Bounds closer than this are the same count: the solver answers in floats, people are whole.
_SAME_COUNT = 1e-6


@dataclass(frozen=True)
class Remainder:
    """What a subtraction leaves: answers by modality, the people behind them, and whether they are 1 to k-1."""

    answers: tuple[int, ...]
    size: int
    leak: bool


@dataclass(frozen=True)
class Leak:
    """A group of 1 to k-1 people whose every answer count is known exactly. `category` is None for "no visible one"."""

    group: str
    category: int | None
    answers: tuple[int, ...]


def _bounds(equalities: np.ndarray, totals: np.ndarray, objective: np.ndarray) -> Interval:
    """Smallest and largest value of objective · x over x >= 0 with equalities · x = totals."""
    # scipy.optimize is slow to import and only audits need it, never a page.
    from scipy.optimize import linprog

    ends = []
    for sign in (1, -1):
        solution = linprog(sign * objective, A_eq=equalities, b_eq=totals, method="highs")
        if not solution.success:
            raise ValueError(f"the published table contradicts itself: {solution.message}")
        ends.append(float(sign * solution.fun))
    return Interval(*ends)


def attack_bounds(table: ArrayLike, hidden: Iterable[Cell]) -> dict[Cell, Interval]:
    """Range of each hidden (row, column) of a table of counts whose margins and other cells are published."""
    table = np.asarray(table, dtype=float)
    hidden = [(int(row), int(column)) for row, column in hidden]
    rows, columns = (np.array(positions) for positions in zip(*hidden, strict=True))
    by_row = rows == np.arange(table.shape[0])[:, np.newaxis]
    by_column = columns == np.arange(table.shape[1])[:, np.newaxis]
    equalities = np.vstack([by_row, by_column]).astype(float)
    totals = equalities @ table[rows, columns]
    return {cell: _bounds(equalities, totals, np.eye(len(hidden))[i]) for i, cell in enumerate(hidden)}


def exactly_recovered(bounds: Mapping[Cell, Interval]) -> list[Cell]:
    """Hidden cells whose range is a single count."""
    return [cell for cell, (low, high) in bounds.items() if high - low < _SAME_COUNT]


def group_leaks(
    membership: ArrayLike, answers: ArrayLike, hidden: Iterable[int], k: int = N_SHOW, partition: bool = False
) -> list[Leak]:
    """Groups of 1 to k-1 people whose answers follow from the visible categories and the total.

    membership: 0/1, shape (persons, categories), at least one each; `partition` when readers know it is exactly one.
    answers: 0/1, shape (persons, modalities). For each group (in a hidden category, outside a category, in no visible
    one) and each modality, a linear program bounds the count over every table that agrees with what is published.
    """
    membership, answers = np.asarray(membership, dtype=bool), np.asarray(answers, dtype=float)
    categories = membership.shape[1]
    visible = [category for category in range(categories) if category not in set(hidden)]
    patterns = np.array([p for p in product([False, True], repeat=categories) if any(p)])
    if partition:
        patterns = patterns[patterns.sum(axis=1) == 1]
    groups = [
        ("in", category, patterns[:, category], membership[:, category])
        for category in range(categories)
        if category not in visible
    ]
    groups += [("outside", c, ~patterns[:, c], ~membership[:, c]) for c in range(categories)]
    groups.append(("uncovered", None, ~patterns[:, visible].any(axis=1), ~membership[:, visible].any(axis=1)))
    equalities = np.vstack([np.ones(len(patterns)), patterns[:, visible].T])
    published = np.vstack([answers.sum(axis=0), membership[:, visible].T @ answers])
    leaks = []
    for name, category, pattern, people in groups:
        if not 0 < people.sum() < k:
            continue
        ranges = [_bounds(equalities, totals, pattern.astype(float)) for totals in published.T]
        if all(high - low < _SAME_COUNT for low, high in ranges):
            leaks.append(Leak(name, category, tuple(round(low) for low, _ in ranges)))
    return leaks


def subtract_published(total: Sequence[int], published: Mapping[str, Sequence[int]], k: int = N_SHOW) -> Remainder:
    """What is left of the total once the visible rows, which do not overlap, are taken away; counts by modality."""
    remainder = np.asarray(total) - sum(np.asarray(row) for row in published.values())
    return _remainder(remainder, k)


def export_differences(
    before: Mapping[str, Sequence[int]], after: Mapping[str, Sequence[int]], k: int = N_SHOW
) -> dict[str, Remainder]:
    """For each cell of both exports, the answers that changed between them; a correction may change 0 or k of them."""
    return {cell: _remainder(np.asarray(after[cell]) - np.asarray(before[cell]), k) for cell in before if cell in after}


def _remainder(answers: np.ndarray, k: int) -> Remainder:
    # An answer moved from one modality to another leaves -1 and +1: one person, whichever side is counted.
    size = int(max(answers.clip(min=0).sum(), -answers.clip(max=0).sum()))
    return Remainder(tuple(answers.tolist()), size, leak=0 < size < k)


def counts_behind_percent(percent: float, n: int, decimals: int = 0) -> list[int]:
    """Every count out of n that prints as this percentage: a single one means that rounding hides nothing."""
    return [count for count in range(n + 1) if round_percent(count / n, decimals) == percent]
