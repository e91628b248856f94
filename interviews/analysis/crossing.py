"""Two-way tables, for internal use only: which cells to hide so that no small cell can be bounded closely.

Public tables are one-way (`disclosure.protect`). Reference for the attack: Fischetti and Salazar (2001).
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import ArrayLike

from .attack import Cell, attack_bounds
from .constants import N_SHOW


@dataclass(frozen=True)
class CrossingMask:
    """Cells (row, column) to hide. `exposed`: small cells that no pattern protects; the table is then not released."""

    hidden: frozenset[Cell]
    exposed: frozenset[Cell]


def protect_2d(table: ArrayLike, k: int = N_SHOW) -> CrossingMask:
    """Mask of a two-way table of counts whose margins are published.

    Hides every cell of 1 to k-1, then, while a solver bounds one of them within less than k, hides the rest of the
    cheapest rectangle through it (fewest people newly hidden, first in order).
    """
    table = np.asarray(table)
    primary = [(int(row), int(column)) for row, column in np.argwhere((table > 0) & (table < k))]
    hidden = set(primary)
    exposed = _exposed(table, hidden, primary, k)
    hopeless = set()
    while exposed - hopeless:
        target = min(exposed - hopeless)
        addition = _cheapest_rectangle(table, target, hidden)
        if addition:
            hidden |= addition
            exposed = _exposed(table, hidden, primary, k)
        else:
            hopeless.add(target)
    return CrossingMask(frozenset(hidden), frozenset(exposed))


def _exposed(table: np.ndarray, hidden: set[Cell], primary: list[Cell], k: int) -> set[Cell]:
    if not hidden:
        return set()
    bounds = attack_bounds(table, sorted(hidden))
    return {cell for cell in primary if bounds[cell].high - bounds[cell].low < k - 1e-6}


def _cheapest_rectangle(table: np.ndarray, corner: Cell, hidden: set[Cell]) -> set[Cell]:
    """Visible cells of the cheapest rectangle through `corner` that still has one; empty when there is none.

    Rectangles through empty cells come last: a zero leaves no room for the others to vary.
    """
    row, column = corner
    choices = []
    for other_row, other_column in product(range(table.shape[0]), range(table.shape[1])):
        if other_row == row or other_column == column:
            continue
        corners = {(row, other_column), (other_row, column), (other_row, other_column)}
        added = corners - hidden
        if added:
            empty = any(table[cell] == 0 for cell in corners)
            people = sum(int(table[cell]) for cell in added)
            choices.append((empty, people, other_row, other_column, added))
    return min(choices, key=lambda choice: choice[:4])[-1] if choices else set()
