"""Shape of a distribution over ordered categories: agreement, consensus, interpolated median.

`counts` are non-negative numbers (persons or effective persons), categories in order along the last axis,
the first category being level 1. Functions in the plural take arrays of shape (..., K) and return (...),
NaN where nobody answered; functions in the singular take one distribution and return a float, or None.
"""

from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from .missing import or_none, ratio

# Shares below this are what subtraction of floats leaves of an empty category.
_EMPTY_SHARE = 1e-12


def agreements(counts: ArrayLike) -> np.ndarray:
    """Agreement A of van der Eijk (2001): 1 unanimous, 0 uniform, -1 split between the two extremes."""
    counts = np.asarray(counts, dtype=float)
    categories = counts.shape[-1]
    total = counts.sum(axis=-1)
    remaining = counts
    weighted_sum = np.zeros(total.shape)
    for _ in range(categories):
        present = remaining > _EMPTY_SHARE * total[..., np.newaxis]
        height = np.where(present, remaining, np.inf).min(axis=-1)
        height = np.where(present.any(axis=-1), height, 0.0)
        weighted_sum += height * present.sum(axis=-1) * _layer_agreement(present)
        remaining = np.where(present, remaining - height[..., np.newaxis], 0.0)
    return ratio(weighted_sum, total)


def _layer_agreement(present: np.ndarray) -> np.ndarray:
    """Agreement of one layer, i.e. of a pattern of empty and equally filled categories, shape (..., K) of bool."""
    categories = present.shape[-1]
    filled = present.sum(axis=-1)
    unimodal = np.zeros(filled.shape)
    bimodal = np.zeros(filled.shape)
    for low, middle, high in combinations(range(categories), 3):
        first, second, third = present[..., low], present[..., middle], present[..., high]
        unimodal += second & (first ^ third)
        bimodal += first & ~second & third
    unimodality = ratio(
        (categories - 2) * unimodal - (categories - 1) * bimodal, (categories - 2) * (unimodal + bimodal)
    )
    spread = 1 - (filled - 1) / max(categories - 1, 1)
    return np.select([filled == 1, filled == categories, filled > 1], [1.0, 0.0, unimodality * spread], 0.0)


def agreement(counts: ArrayLike) -> float | None:
    """Agreement A of one distribution over K categories; None when nobody answered."""
    return or_none(agreements(counts))


def consensus(counts: ArrayLike) -> float | None:
    """Consensus of Tastle and Wierman (2007) on categories 1..K; None when nobody answered.

    Shown for comparison: with three levels it ranks (.2, .2, .6) below the uniform distribution, so no rule uses it.
    """
    counts = np.asarray(counts, dtype=float)
    if counts.sum() == 0:
        return None
    filled = np.flatnonzero(counts > 0)
    if filled.size == 1:
        return 1.0
    shares = counts[filled] / counts.sum()
    mean = shares @ filled
    return float(1 + shares @ np.log2(1 - np.abs(filled - mean) / (counts.size - 1)))


def interpolated_medians(counts: ArrayLike) -> np.ndarray:
    """Interpolated median, in levels: m - 1/2 + (1/2 - F(m-1)) / p(m), m the first level with F(m) >= 1/2.

    When exactly half the answers stop at m, the middle of the gap up to the next non-empty level.
    Same values as `interp.median` of the R package psych.
    """
    counts = np.asarray(counts, dtype=float)
    positions = np.arange(counts.shape[-1])
    shares = ratio(counts, counts.sum(axis=-1, keepdims=True))
    cumulated = np.cumsum(shares, axis=-1)
    median = np.argmax(cumulated >= 0.5 - _EMPTY_SHARE, axis=-1)
    at_median = median[..., np.newaxis]
    share = np.take_along_axis(shares, at_median, axis=-1)[..., 0]
    upto = np.take_along_axis(cumulated, at_median, axis=-1)[..., 0]
    inside = median + 0.5 + ratio(0.5 - (upto - share), share)
    following = np.argmax((positions > at_median) & (shares > _EMPTY_SHARE), axis=-1)
    between = (median + 1.5 + following + 0.5) / 2
    return np.where(np.abs(upto - 0.5) <= _EMPTY_SHARE, between, inside)


def interpolated_median(counts: ArrayLike) -> float | None:
    """Interpolated median of one distribution; None when nobody answered."""
    return or_none(interpolated_medians(counts))
