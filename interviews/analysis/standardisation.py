"""Change at constant structure: what the second wave would say if its respondents had the first wave's mix.

Direct standardisation (Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions, 2003, ch. 19), that is,
the second wave post-stratified onto the first. With h the cells of the mix, pi_h the first wave's share of cell h, m_h
and m'_h the means of the two waves in it,

    d* = sum_h pi_h (m'_h - m_h) = sum_h pi_h m'_h - m.

A person who belongs to several cells (several occupations or sectors) is shared out equally between them, and counts
once. With f_ih their share of cell h and F'_h the sum of shares, their contribution to d* is

    u_i = sum_h pi_h f_ih (y'_i - m'_h) / F'_h - sum_h f_ih (y_i - m_h) / n,

added over the two waves, then squared, as in `change.wave_change`. The mix is a fixed standard: its own sampling error
is not counted. Cells with fewer than 5 persons in either wave are merged, see `merge_cells`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from .constants import CONF, MARGIN_MIN, TOLERANCE
from .missing import ratio
from .variance import ROUNDING


@dataclass(frozen=True)
class Mix:
    """Where n persons stand among H cells.

    Persons with the same profile have the same `pattern` (n,). The rows share each pattern out: `row_pattern`,
    `row_cell` and `row_share` side by side, the shares of a pattern adding up to 1.
    """

    pattern: np.ndarray
    row_pattern: np.ndarray
    row_cell: np.ndarray
    row_share: np.ndarray

    def total(self, values: np.ndarray, cells: int) -> np.ndarray:
        """Sums of one value per pattern over the cells, shape (cells,)."""
        return np.bincount(self.row_cell, self.row_share * values[self.row_pattern], minlength=cells)

    def spread(self, values: np.ndarray) -> np.ndarray:
        """One value per cell brought back to the patterns: the mean over the cells of each."""
        return np.bincount(self.row_pattern, self.row_share * values[self.row_cell])


@dataclass(frozen=True)
class StandardisedChange:
    """`after` is the second wave's mean on the first wave's mix, `difference` that mean less the first wave's own.

    `cells` is how many were kept, `finest` the share of the first wave whose cell was not merged with another.
    `low` and `high` are Student's limits, cut at the ends of the scale; None when every answer is the same.
    """

    after: float
    difference: float
    standard_error: float
    low: float | None
    high: float | None
    cells: int
    finest: float


def merge_cells(first: ArrayLike, second: ArrayLike, parents: Sequence[ArrayLike], least: float = MARGIN_MIN):
    """Return the group of each cell (H), from 0, such that a group holds at least `least` persons in each wave.

    `first`, `second`: persons (sums of shares) of each cell. `parents`: for each step of the merging, coarser and
    coarser, the group that a cell still too small joins. A cell large enough stays as it is; the others are pooled
    with those of the same parent that are too small as well, step after step. What is left at the end is one group,
    or joins the largest one when it is still too small: nobody is dropped. An empty cell is in group 0.
    """
    first, second = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    group = np.zeros(first.size, dtype=int)
    groups = 0
    waiting = (first > 0) | (second > 0)
    for parent in (np.arange(first.size), *map(np.asarray, parents)):
        sizes = [np.bincount(parent[waiting], wave[waiting], minlength=parent.max() + 1) for wave in (first, second)]
        settled = waiting & (np.minimum(*sizes) >= least - TOLERANCE)[parent]
        kept, place = np.unique(parent[settled], return_inverse=True)
        group[settled] = groups + place
        groups += kept.size
        waiting &= ~settled
    if groups:
        placed = ~waiting & (first > 0)
        group[waiting] = int(np.bincount(group[placed], first[placed]).argmax())
    return group


def standardise_change(
    first: Mix,
    first_scores: ArrayLike,
    second: Mix,
    second_scores: ArrayLike,
    both: ArrayLike,
    parents: Sequence[ArrayLike],
    scale: tuple[float, float],
) -> StandardisedChange:
    """Change of a mean at constant structure, in scores.

    `first_scores`, `second_scores`: one score per person of each mix, NaN outside the base; at least one in each wave.
    `both`: shape (m, 2), the rows of those who are in both waves. `parents`: one array (H) per step, as in
    `merge_cells`. `scale`: the lowest and highest score.
    """
    cells = np.asarray(parents[0]).size
    waves = [
        _Wave(mix, np.asarray(scores, dtype=float)) for mix, scores in ((first, first_scores), (second, second_scores))
    ]
    persons = [wave.mix.total(wave.persons, cells) for wave in waves]
    group = merge_cells(*persons, parents)
    sizes = [np.bincount(group, each) for each in persons]
    sums = [np.bincount(group, wave.mix.total(wave.sums, cells)) for wave in waves]
    means = [ratio(total, size) for total, size in zip(sums, sizes, strict=True)]
    mix = sizes[0] / sizes[0].sum()
    after = float(mix @ np.where(mix > 0, means[1], 0))
    difference = after - float(mix @ np.where(mix > 0, means[0], 0))
    error, people = _error(
        waves[0].contributions(np.full(mix.size, -1 / sizes[0].sum())[group], means[0][group]),
        waves[1].contributions(ratio(mix, sizes[1])[group], means[1][group]),
        [wave.place for wave in waves],
        np.asarray(both, dtype=int).reshape(-1, 2),
    )
    margin = float(stdtrit(people - 1, (1 + CONF) / 2)) * error
    widest = scale[1] - scale[0]
    alone = np.bincount(group, (persons[0] > 0) | (persons[1] > 0))[group] == 1
    return StandardisedChange(
        after=after,
        difference=difference,
        standard_error=error,
        low=max(difference - margin, -widest) if error else None,
        high=min(difference + margin, widest) if error else None,
        cells=int(np.unique(group[persons[0] > 0]).size),
        finest=float(persons[0][alone].sum() / persons[0].sum()),
    )


class _Wave:
    """One wave's answers, counted by pattern: few patterns exist, however many persons hold them."""

    def __init__(self, mix: Mix, scores: np.ndarray):
        self.mix = mix
        rows = np.flatnonzero(~np.isnan(scores))
        self.scores, self.pattern = scores[rows], mix.pattern[rows]
        # Where each person of the mix is among those of the base, -1 outside.
        self.place = np.full(scores.size, -1)
        self.place[rows] = np.arange(rows.size)
        patterns = int(mix.row_pattern.max()) + 1
        self.persons = np.bincount(self.pattern, minlength=patterns).astype(float)
        self.sums = np.bincount(self.pattern, self.scores, minlength=patterns)

    def contributions(self, weight, mean):
        """Contributions of the persons of the base; `weight` and `mean` per cell."""
        weight, centre = np.nan_to_num(weight), np.nan_to_num(weight * mean)
        return self.scores * self.mix.spread(weight)[self.pattern] - self.mix.spread(centre)[self.pattern]


def _error(first, second, places, both):
    """Return the standard error, and the distinct persons behind it."""
    one, two = (place[rows] for place, rows in zip(places, both.T, strict=True))
    shared = (one >= 0) & (two >= 0)
    one, two = one[shared], two[shared]
    people = first.size + second.size - int(shared.sum())
    squares = float((first**2).sum() + (second**2).sum() + 2 * (first[one] * second[two]).sum())
    error = float(np.sqrt(people / max(people - 1, 1) * max(squares, 0.0)))
    return (error if error > ROUNDING else 0.0), people
