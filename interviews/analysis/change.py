"""Did it move? Change between two waves, difference between two segments, and how many such claims may be made.

One formula serves every indicator (share 0/1, balance -1/0/1, level 1/2/3): each person's contributions to both means
are added before squaring, so a panel, two independent samples and any overlap are the same computation
(R survey: `svydesign(ids = ~person)`, `svyby(covmat = TRUE)`, `svycontrast`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .constants import FDR_Q
from .variance import ROUNDING, mean_contributions, standard_error, sum_by_cluster, two_sided_p
from .weighting import kish


@dataclass(frozen=True)
class Difference:
    """Second mean less first, with Student's test. `t` is None without error, `p` None when it cannot be tested."""

    difference: float
    standard_error: float | None
    df: int
    t: float | None
    p: float | None


@dataclass(frozen=True)
class WaveChange:
    """`n` and `means` are (first wave, second wave); `test` is None when a wave has no answer."""

    n: tuple[int, int]
    means: tuple[float | None, float | None]
    test: Difference | None


@dataclass(frozen=True)
class SegmentDifference:
    """`n` and `means` have one entry per segment; the persons are counted once whatever they hold."""

    persons: int
    n: tuple[int, ...]
    means: tuple[float | None, ...]
    test: Difference | None


@dataclass(frozen=True)
class FalseDiscoveries:
    """Adjusted p-values and verdicts in the order given; the Bonferroni verdicts show what stricter control costs."""

    adjusted: np.ndarray
    significant: np.ndarray
    significant_bonferroni: np.ndarray


def wave_change(
    person: ArrayLike,
    wave: ArrayLike,
    y: ArrayLike,
    weights: ArrayLike | None = None,
    scale: tuple[float, float] = (0.0, 1.0),
) -> WaveChange:
    """Change of the mean of `y` from wave 1 to wave 2.

    One row per (person, wave); `person` identifies a person across waves, `wave` holds 1 or 2, `scale` is the lowest
    and highest value `y` may take. When every answer is constant the error is that of Agresti and Caffo (2000): one
    answer added at each end of the scale in each wave. Raises ValueError when a (person, wave) comes twice.
    """
    person, wave, y = np.asarray(person), np.asarray(wave), np.asarray(y, dtype=float)
    weights = np.ones(y.shape) if weights is None else np.asarray(weights, dtype=float)
    _, position = np.unique(person, return_inverse=True)
    if np.unique(2 * position + (wave == 2)).size < position.size:
        raise ValueError("a person answers once per wave")
    rows = (wave == 1, wave == 2)
    n = (int(rows[0].sum()), int(rows[1].sum()))
    estimates = [mean_contributions(y[row], weights[row]) if row.any() else None for row in rows]
    means = tuple(None if estimate is None else estimate[0] for estimate in estimates)
    if None in means:
        return WaveChange(n, means, test=None)
    contributions = np.zeros(y.size)
    contributions[rows[0]] = -estimates[0][1]
    contributions[rows[1]] = estimates[1][1]
    by_person = sum_by_cluster(contributions, person)
    test = _student(means[1] - means[0], standard_error(by_person), by_person.size - 1)
    if test.standard_error == 0 and test.p is None:
        error = np.hypot(*(_agresti_caffo(y[row], weights[row], scale) for row in rows))
        test = _student(test.difference, float(error), test.df)
    return WaveChange(n, means, test)


def _agresti_caffo(y: np.ndarray, weights: np.ndarray, scale: tuple[float, float]) -> float:
    low, high = scale
    n = kish(weights).n_eff + 2
    position = (n - 2) * (np.average(y, weights=weights) - low) / (high - low)
    share = (position + 1) / n
    return float((high - low) * np.sqrt(share * (1 - share) / n))


def _student(difference: float, error: float | None, df: int) -> Difference:
    if error is None or df < 1:
        return Difference(difference, None, df, t=None, p=None)
    if error == 0:
        return Difference(difference, error, df, t=None, p=1.0 if abs(difference) < ROUNDING else None)
    t = difference / error
    return Difference(difference, error, df, t, two_sided_p(t, df))


def segment_difference(
    membership: ArrayLike, y: ArrayLike, weights: ArrayLike | None, first: int, second: int
) -> SegmentDifference:
    """Mean of `y` in segment `second` less its mean in `first`, for persons who may hold both.

    `membership`: 0/1, shape (persons, segments); persons in no segment are left out. `y`, `weights`: shape (persons,).
    """
    membership = np.asarray(membership, dtype=bool)
    held = membership.any(axis=1)
    membership, y = membership[held], np.asarray(y, dtype=float)[held]
    weights = np.ones(y.shape) if weights is None else np.asarray(weights, dtype=float)[held]
    estimates = [mean_contributions(y[rows], weights[rows]) if rows.any() else (None, None) for rows in membership.T]
    n = tuple(membership.sum(axis=0).tolist())
    means = tuple(mean for mean, _ in estimates)
    test = None
    if means[first] is not None and means[second] is not None:
        contributions = np.zeros(y.size)
        contributions[membership[:, second]] += estimates[second][1]
        contributions[membership[:, first]] -= estimates[first][1]
        test = _student(means[second] - means[first], standard_error(contributions), y.size - 1)
    return SegmentDifference(y.size, n, means, test)


def benjamini_hochberg(p: ArrayLike, q: float = FDR_Q) -> FalseDiscoveries:
    """Benjamini and Hochberg (1995) on one family of p-values, shape (tests,): expected share of false alarms <= q.

    The family holds every eligible cell, including those not shown. Raises ValueError when a p-value is missing.
    """
    p = np.asarray(p, dtype=float)
    if np.isnan(p).any():
        raise ValueError("a p-value is missing: only testable cells belong to the family")
    order = np.argsort(p, kind="stable")
    stepped = p[order] * p.size / np.arange(1, p.size + 1)
    adjusted = np.empty(p.size)
    adjusted[order] = np.minimum(np.minimum.accumulate(stepped[::-1])[::-1], 1.0)
    return FalseDiscoveries(adjusted, adjusted <= q, p * p.size <= q)
