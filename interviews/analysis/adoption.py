"""Adoption: the share of current users, the ladder that leads to it, and the intention of those who are not there.

Usage codes, one per person and use case: 0 never heard, 1 aware, 2 tried, 3 occasional, 4 regular, 5 abandoned.
The base is everyone who placed themselves on this ladder, "never heard" included.
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc, stdtrit

from .constants import CONF, CUTS, LEANING, N_RATE, TAU, TOLERANCE
from .intervals import Interval, interval_or_none, wilson_bounds
from .missing import or_none, ratio
from .statuses import Reason, Status, first_name
from .weighting import effective_sizes

# Which usage codes stand on each step.
AWARE, TRIED, CURRENT, REGULAR, ABANDONED = [1, 2, 3, 4, 5], [2, 3, 4, 5], [3, 4], [4], [5]
EVER_USED = [3, 4, 5]

# Answers to "will you use it within 12 months?", in the order of the counts.
BALANCE = np.array([1.0, 0.0, -1.0])  # yes, maybe, no


@dataclass(frozen=True)
class UsageFunnel:
    """Shares of the base, then conversions from step to step; None (NaN in arrays) where a step is empty."""

    aware: float | None
    tried: float | None
    current: float | None
    regular: float | None
    abandoned: float | None
    tried_if_aware: float | None
    current_if_tried: float | None
    regular_if_current: float | None
    abandoned_if_used: float | None


@dataclass(frozen=True)
class UsageFunnels:
    """The fields of UsageFunnel for many cells: arrays of one shape, NaN where a step is empty."""

    aware: np.ndarray
    tried: np.ndarray
    current: np.ndarray
    regular: np.ndarray
    abandoned: np.ndarray
    tried_if_aware: np.ndarray
    current_if_tried: np.ndarray
    regular_if_current: np.ndarray
    abandoned_if_used: np.ndarray

    def at(self, *index: int) -> UsageFunnel:
        """One cell as plain data."""
        return UsageFunnel(*(or_none(getattr(self, field.name)[index]) for field in fields(self)))


@dataclass(frozen=True)
class AdoptionDecision:
    """What one use case's usage answers decide.

    level: 1–3, or None. reason: why the level stays or is not sure, None otherwise. probabilities: P(share of current
    users below 16 %, from 16 to 50 %, 50 % and more). rate and interval: observed share and its Wilson interval,
    None without answers. n: persons in the base; n_eff: Kish's effective number.
    """

    level: int | None
    status: Status
    reason: Reason | None
    probabilities: tuple[float, float, float]
    rate: float | None
    interval: Interval | None
    n: int
    n_eff: float


@dataclass(frozen=True)
class AdoptionDecisions:
    """The fields of AdoptionDecision for many cells: no level is 0, no reason "", no figure NaN."""

    level: np.ndarray
    status: np.ndarray
    reason: np.ndarray
    probabilities: np.ndarray
    rate: np.ndarray
    low: np.ndarray
    high: np.ndarray
    n: np.ndarray
    n_eff: np.ndarray

    def at(self, *index: int) -> AdoptionDecision:
        """One cell as plain data."""
        reason = str(self.reason[index])
        return AdoptionDecision(
            level=int(self.level[index]) or None,
            status=Status(str(self.status[index])),
            reason=Reason(reason) if reason else None,
            probabilities=tuple(self.probabilities[index].tolist()),
            rate=or_none(self.rate[index]),
            interval=interval_or_none(self.low[index], self.high[index]),
            n=int(self.n[index]),
            n_eff=float(self.n_eff[index]),
        )


@dataclass(frozen=True)
class NetIntention:
    """Share of "yes" less share of "no" within 12 months among non-users, in [-1, 1]; None without answers."""

    n: int
    net: float | None
    standard_error: float | None
    interval: Interval | None


@dataclass(frozen=True)
class NetIntentions:
    """The fields of NetIntention for many cells: arrays of one shape, NaN without answers."""

    n: np.ndarray
    net: np.ndarray
    standard_error: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def at(self, *index: int) -> NetIntention:
        """One cell as plain data."""
        return NetIntention(
            n=int(self.n[index]),
            net=or_none(self.net[index]),
            standard_error=or_none(self.standard_error[index]),
            interval=interval_or_none(self.low[index], self.high[index]),
        )


def usage_funnels(counts_by_usage: ArrayLike) -> UsageFunnels:
    """Funnels of counts (or sums of weights) by usage code, shape (..., 6), into arrays of shape (...)."""
    counts = np.asarray(counts_by_usage, dtype=float)

    def people(codes: list[int]) -> np.ndarray:
        return counts[..., codes].sum(axis=-1)

    base = counts.sum(axis=-1)
    return UsageFunnels(
        aware=ratio(people(AWARE), base),
        tried=ratio(people(TRIED), base),
        current=ratio(people(CURRENT), base),
        regular=ratio(people(REGULAR), base),
        abandoned=ratio(people(ABANDONED), base),
        tried_if_aware=ratio(people(TRIED), people(AWARE)),
        current_if_tried=ratio(people(CURRENT), people(TRIED)),
        regular_if_current=ratio(people(REGULAR), people(CURRENT)),
        abandoned_if_used=ratio(people(ABANDONED), people(EVER_USED)),
    )


def usage_funnel(counts_by_usage: ArrayLike) -> UsageFunnel:
    """Funnel of one use case from its 6 counts by usage code."""
    return usage_funnels(counts_by_usage).at()


def decide_adoptions(
    rate: ArrayLike, n: ArrayLike, previous: ArrayLike, n_eff: ArrayLike, conf: float = CONF
) -> AdoptionDecisions:
    """Adoption levels of many cells, all arguments broadcasting together.

    rate: (weighted) share of current users, NaN without answers. n: persons. previous: last published level, 0 for
    none. n_eff: effective answers. The share's posterior is Beta(n_eff·rate + 1/2, n_eff·(1 - rate) + 1/2) (Jeffreys).
    Without a previous level the level is that of the observed share; with one it moves only with probability TAU.
    """
    rate, n, previous, n_eff = np.broadcast_arrays(
        np.asarray(rate, dtype=float), n, previous, np.asarray(n_eff, dtype=float)
    )
    users = np.where(n_eff > 0, n_eff * rate, 0.0)
    shape_users, shape_others = users + 0.5, n_eff - users + 0.5
    low_cut, high_cut = CUTS
    beyond_low = betainc(shape_others, shape_users, 1 - low_cut)
    beyond_high = betainc(shape_others, shape_users, 1 - high_cut)
    probabilities = np.stack(
        [betainc(shape_users, shape_others, low_cut), np.clip(beyond_low - beyond_high, 0, 1), beyond_high], axis=-1
    )
    # P(level >= 2), P(level >= 3) and their complements, each read from the side that keeps small numbers exact.
    above = np.select([previous == 1, previous == 2], [beyond_low, beyond_high], 0.0)
    below = np.select(
        [previous == 3, previous == 2], [betainc(shape_users, shape_others, high_cut), probabilities[..., 0]], 0.0
    )
    observed = 1 + (rate >= low_cut - TOLERANCE).astype(int) + (rate >= high_cut - TOLERANCE)
    sure = np.take_along_axis(probabilities, (np.where(previous, previous, observed) - 1)[..., np.newaxis], -1)
    sure = sure[..., 0] >= TAU
    raised_to = np.where((previous == 2) | (beyond_high >= TAU), 3, 2)
    lowered_to = np.where((previous == 2) | (probabilities[..., 0] >= TAU), 1, 2)
    table = [
        (n < N_RATE, Status.INSUFFICIENT, previous),
        ((previous == 0) & sure, Status.FIRST, observed),
        (previous == 0, Status.CONTESTED, observed),
        (above >= TAU, Status.RAISED, raised_to),
        (below >= TAU, Status.LOWERED, lowered_to),
        (sure, Status.CONFIRMED, previous),
        (np.ones(n.shape, dtype=bool), Status.CONTESTED, previous),
    ]
    conditions, statuses, levels = zip(*table, strict=True)
    status = first_name(zip(conditions, statuses, strict=True))
    contested = status == Status.CONTESTED
    low, high = wilson_bounds(rate, n_eff, conf)
    return AdoptionDecisions(
        level=np.select(conditions, levels),
        status=status,
        reason=first_name(
            [
                (n < N_RATE, Reason.SMALL_BASE),
                (contested & (above >= LEANING - TOLERANCE), Reason.LEANING_UP),
                (contested & (below >= LEANING - TOLERANCE), Reason.LEANING_DOWN),
                (contested, Reason.UNDECIDED),
            ]
        ),
        probabilities=probabilities,
        rate=rate,
        low=low,
        high=high,
        n=n,
        n_eff=n_eff,
    )


def decide_adoption(current_users: float, n: int, previous: int | None, n_eff: float | None = None) -> AdoptionDecision:
    """Adoption level of one use case: current users out of n persons; `n_eff` when the answers are weighted."""
    return decide_adoptions(ratio(current_users, n), n, previous or 0, n if n_eff is None else n_eff).at()


def net_intentions(
    counts: ArrayLike, weight_sums: ArrayLike, square_sums: ArrayLike, conf: float = CONF
) -> NetIntentions:
    """Net balances of (yes, maybe, no): persons, sums of weights and of squared weights, each (..., 3).

    se² = n/(n-1) Σ u², Student interval on n - 1 degrees of freedom cut at ±1. Unanimous answers have no variance:
    a Wilson limit on the effective size then stands for the interval.
    """
    counts, weight_sums, square_sums = (
        np.asarray(values, dtype=float) for values in (counts, weight_sums, square_sums)
    )
    n, total = counts.sum(axis=-1), weight_sums.sum(axis=-1)
    net = ratio((weight_sums * BALANCE).sum(axis=-1), total)
    deviations = (square_sums * (BALANCE - net[..., np.newaxis]) ** 2).sum(axis=-1)
    unanimous = (counts > 0).sum(axis=-1) == 1
    error = np.where(unanimous, 0.0, np.sqrt(ratio(n * deviations, (n - 1) * total**2)))
    half_width = stdtrit(np.maximum(n - 1, 1), (1 + conf) / 2) * error
    n_eff = effective_sizes(total, square_sums.sum(axis=-1))
    certain, _ = wilson_bounds(1.0, n_eff, conf)
    _, possible = wilson_bounds(0.0, n_eff, conf)
    unanimous_low = np.select([net == 1, net == -1], [2 * certain - 1, -1.0], -possible)
    unanimous_high = np.select([net == 1, net == -1], [1.0, 1 - 2 * certain], possible)
    return NetIntentions(
        n=n,
        net=net,
        standard_error=error,
        low=np.where(unanimous, unanimous_low, np.maximum(net - half_width, -1)),
        high=np.where(unanimous, unanimous_high, np.minimum(net + half_width, 1)),
    )


def net_intention(yes: int, maybe: int, no: int) -> NetIntention:
    """Net balance of one use case from unweighted counts of non-users."""
    counts = np.array([yes, maybe, no])
    return net_intentions(counts, counts, counts).at()
