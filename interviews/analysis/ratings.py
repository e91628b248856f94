"""Maturity and impact: from answers to dots, by the posterior of the respondents' median level.

A level is 1, 2 or 3; in arrays 0 means "no level", in plain data None does. Effective counts are n_eff times the
weighted shares, i.e. plain counts when nobody is weighted.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import bdtrc, betainc

from .constants import A_MIN, DK_MAX, EPS, LEANING, M_PRIOR, N_RATE, N_SHOW, TAU, TOLERANCE
from .missing import or_none, ratio, tuple_or_none
from .ordinal import agreements, interpolated_medians
from .statuses import Leaning, Reason, Status, first_name
from .weighting import kish

LEVELS = np.array([1, 2, 3])


class LevelPosterior(NamedTuple):
    """Dirichlet parameters of the shares of the three levels, and P(median level = 1, 2, 3)."""

    alpha: tuple[float, float, float]
    probabilities: tuple[float, float, float]


@dataclass(frozen=True)
class LevelDecision:
    """What one use case's answers decide.

    level: 1–3, or None when there is neither a level in force nor a first one. reason: why the level in force stays,
    None otherwise. leaning: the side the answers lean to, when it may be shown. probabilities: P(median = 1, 2, 3).
    n: persons who gave a level; n_eff: Kish's effective number; shares of the three levels, None without answers.
    """

    level: int | None
    status: Status
    reason: Reason | None
    leaning: Leaning | None
    probabilities: tuple[float, float, float]
    agreement: float | None
    interpolated_median: float | None
    n: int
    n_eff: float
    shares: tuple[float, float, float] | None


@dataclass(frozen=True)
class LevelDecisions:
    """The fields of LevelDecision for many cells at once: arrays of one shape, with a last axis of 3 for
    `probabilities` and `shares`. No level is 0, no reason or leaning is "", no figure is NaN."""

    level: np.ndarray
    status: np.ndarray
    reason: np.ndarray
    leaning: np.ndarray
    probabilities: np.ndarray
    agreement: np.ndarray
    interpolated_median: np.ndarray
    n: np.ndarray
    n_eff: np.ndarray
    shares: np.ndarray

    def at(self, *index: int) -> LevelDecision:
        """One cell as plain data."""
        reason, leaning = str(self.reason[index]), str(self.leaning[index])
        return LevelDecision(
            level=int(self.level[index]) or None,
            status=Status(str(self.status[index])),
            reason=Reason(reason) if reason else None,
            leaning=Leaning(leaning) if leaning else None,
            probabilities=tuple(self.probabilities[index].tolist()),
            agreement=or_none(self.agreement[index]),
            interpolated_median=or_none(self.interpolated_median[index]),
            n=int(self.n[index]),
            n_eff=float(self.n_eff[index]),
            shares=tuple_or_none(self.shares[index]),
        )


class Boundary(NamedTuple):
    """Has the majority crossed the line between two adjacent levels? Arrays of bool."""

    up: np.ndarray
    down: np.ndarray


def prior_alpha(baseline: ArrayLike) -> np.ndarray:
    """Perks prior plus two answers on the level in force: baselines (0 = none) of shape (...) give (..., 3)."""
    return EPS + M_PRIOR * (np.asarray(baseline)[..., np.newaxis] == LEVELS)


def median_level_probabilities(alpha: np.ndarray) -> np.ndarray:
    """P(median level = 1, 2, 3) when the shares follow Dirichlet(alpha), shapes (..., 3).

    The share at or below a level follows a Beta law; the median is above that level when this share is below 1/2.
    """
    low, middle, high = np.moveaxis(alpha, -1, 0)
    first = betainc(middle + high, low, 0.5)
    third = betainc(low + middle, high, 0.5)
    return np.stack([first, np.clip(1 - first - third, 0, 1), third], axis=-1)


def median_level_posterior(counts: ArrayLike, baseline: int | None = None) -> LevelPosterior:
    """Posterior of the median level after `counts` (3 effective counts) and the level in force, if any."""
    alpha = prior_alpha(baseline or 0) + np.asarray(counts, dtype=float)
    return LevelPosterior(tuple(alpha.tolist()), tuple(median_level_probabilities(alpha).tolist()))


def _boundary(level: int, prior: np.ndarray, effective: np.ndarray) -> Boundary:
    """Crossing of the line below `level` (2 or 3), with TAU and still with TAU without its most favourable answer."""
    prior_below, prior_above = prior[..., : level - 1].sum(axis=-1), prior[..., level - 1 :].sum(axis=-1)
    below, above = effective[..., : level - 1].sum(axis=-1), effective[..., level - 1 :].sum(axis=-1)

    def chance_above(below: np.ndarray, above: np.ndarray) -> np.ndarray:
        return betainc(prior_below + below, prior_above + above, 0.5)

    def chance_below(below: np.ndarray, above: np.ndarray) -> np.ndarray:
        return betainc(prior_above + above, prior_below + below, 0.5)

    one_fewer_above, one_fewer_below = np.maximum(above - 1, 0), np.maximum(below - 1, 0)
    return Boundary(
        up=(chance_above(below, above) >= TAU) & (chance_above(below, one_fewer_above) >= TAU),
        down=(chance_below(below, above) >= TAU) & (chance_below(one_fewer_below, above) >= TAU),
    )


class Sides(NamedTuple):
    """P(median above, at, below the level in force); all 0 where there is none: nothing lies above or below."""

    above: np.ndarray
    at: np.ndarray
    below: np.ndarray


def _sides(probabilities: np.ndarray, baseline: np.ndarray) -> Sides:
    distance = np.where(baseline[..., np.newaxis] > 0, np.sign(LEVELS - baseline[..., np.newaxis]), np.nan)
    return Sides(*(np.where(distance == side, probabilities, 0).sum(axis=-1) for side in (1, 0, -1)))


def _moves(prior: np.ndarray, effective: np.ndarray, baseline: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Levels to raise and to lower the rating to, 0 where it does not move; two levels only across both boundaries."""
    second, third = (_boundary(level, prior, effective) for level in (2, 3))
    raised_to = np.select(
        [(baseline == 1) & second.up & third.up, (baseline == 1) & second.up, (baseline == 2) & third.up],
        [3, 2, 3],
        0,
    )
    lowered_to = np.select(
        [(baseline == 3) & third.down & second.down, (baseline == 3) & third.down, (baseline == 2) & second.down],
        [1, 2, 1],
        0,
    )
    return raised_to, lowered_to


def decide_levels(
    effective_counts: ArrayLike, n: ArrayLike, baseline: ArrayLike, dk_share: ArrayLike = 0.0
) -> LevelDecisions:
    """The decision table of the method, on arrays; the first row that matches wins.

    effective_counts: (..., 3). n: persons who gave a level. baseline: level in force, 0 for none. dk_share: share of
    "ne sait pas", NaN when nobody was asked. n, baseline and dk_share broadcast against (...).
    """
    effective = np.asarray(effective_counts, dtype=float)
    n, baseline, dk_share, n_eff = np.broadcast_arrays(n, baseline, dk_share, effective.sum(axis=-1))
    effective = np.broadcast_to(effective, (*n_eff.shape, 3))
    prior = prior_alpha(baseline)
    probabilities = median_level_probabilities(prior + effective)
    sides = _sides(probabilities, baseline)
    agreement = agreements(effective)
    raised_to, lowered_to = _moves(prior, effective, baseline)
    table = [
        (n < N_SHOW, Status.INSUFFICIENT, baseline),
        (n < N_RATE, Status.INSUFFICIENT, baseline),
        (dk_share > DK_MAX + TOLERANCE, Status.INSUFFICIENT, baseline),
        (agreement < A_MIN - TOLERANCE, Status.CONTESTED, baseline),
        (raised_to > 0, Status.RAISED, raised_to),
        (lowered_to > 0, Status.LOWERED, lowered_to),
        ((baseline == 0) & (probabilities.max(axis=-1) >= TAU), Status.FIRST, probabilities.argmax(axis=-1) + 1),
        (sides.at >= TAU, Status.CONFIRMED, baseline),
        (np.ones(n.shape, dtype=bool), Status.CONTESTED, baseline),
    ]
    conditions, statuses, levels = zip(*table, strict=True)
    row = np.select(conditions, range(1, 10))
    no_clear_side = row == 9
    leans_up = no_clear_side & (sides.above >= LEANING - TOLERANCE)
    leans_down = no_clear_side & (sides.below >= LEANING - TOLERANCE)
    return LevelDecisions(
        level=np.select(conditions, levels),
        status=first_name(zip(conditions, statuses, strict=True)),
        reason=first_name(
            [
                (row <= 2, Reason.SMALL_BASE),
                (row == 3, Reason.UNKNOWN),
                ((row == 4) & (agreement < -TOLERANCE), Reason.POLARISED),
                (row == 4, Reason.DISPERSED),
                (leans_up, Reason.LEANING_UP),
                (leans_down, Reason.LEANING_DOWN),
                (no_clear_side, Reason.UNDECIDED),
            ]
        ),
        # From 5 to 9 answers the side is told only when it is as clear as a rating would need.
        leaning=first_name(
            [
                (leans_up | ((row == 2) & (sides.above >= TAU)), Leaning.UP),
                (leans_down | ((row == 2) & (sides.below >= TAU)), Leaning.DOWN),
            ]
        ),
        probabilities=probabilities,
        agreement=agreement,
        interpolated_median=interpolated_medians(effective),
        n=n,
        n_eff=n_eff,
        shares=ratio(effective, n_eff[..., np.newaxis]),
    )


def decide_level(counts: ArrayLike, baseline: int | None, dk_share: float | None = 0.0) -> LevelDecision:
    """The decision on one use case from its 3 unweighted counts; `dk_share` is None when nobody was asked."""
    counts = np.asarray(counts, dtype=float)
    return decide_levels(counts, counts.sum(), baseline or 0, dk_share or 0.0).at()


def decide_weighted_level(
    levels: ArrayLike, weights: ArrayLike, baseline: int | None, dk_share: float | None = 0.0
) -> LevelDecision:
    """The decision from weighted answers: `levels` (1–3) and `weights`, shape (persons,); `dk_share` is weighted."""
    levels, weights = np.asarray(levels, dtype=int), np.asarray(weights, dtype=float)
    sums = np.bincount(levels - 1, weights=weights, minlength=3)
    effective = sums * (kish(weights).n_eff / sums.sum() if levels.size else 0.0)
    return decide_levels(effective, levels.size, baseline or 0, dk_share or 0.0).at()


def answers_needed(n: int) -> dict[tuple[int, int], int | None]:
    """(from, to) adjacent levels → answers on the far side that move the rating, out of n, all answers adjacent.

    None when even n answers out of n do not.
    """
    far = np.arange(n + 1)
    needed = {}
    for origin, destination in ((1, 2), (2, 3), (2, 1), (3, 2)):
        counts = np.zeros((n + 1, 3))
        counts[:, origin - 1] = n - far
        counts[:, destination - 1] = far
        moved = decide_levels(counts, n, origin).level == destination
        needed[origin, destination] = int(far[moved].min()) if moved.any() else None
    return needed


def chance_to_move(needed: int, n: int, share: float) -> float:
    """Chance that at least `needed` of n answers stand on the far side of a boundary when `share` of the profession
    does: a false alarm for a share of one half, a detection beyond (exact binomial)."""
    return float(bdtrc(needed - 1, n, share))
