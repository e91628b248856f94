"""Intervals of a share. Wilson with Kish's effective size is the published one; the others serve audits.

`conf` is the two-sided coverage. An interval without a base is None (NaN in arrays).
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv, ndtri, stdtrit

from .constants import CONF
from .missing import or_none, ratio
from .variance import weighted_mean
from .weighting import kish


class Interval(NamedTuple):
    low: float
    high: float


@dataclass(frozen=True)
class ShareEstimate:
    """A weighted share, Kish's effective number of answers behind it, and its Wilson interval."""

    share: float | None
    n_eff: float
    interval: Interval | None


@dataclass(frozen=True)
class DesignShare:
    """A share with its design-based standard error, degrees of freedom and Korn–Graubard interval."""

    share: float | None
    standard_error: float | None
    df: int
    interval: Interval | None


def _tail(conf: float) -> float:
    return (1 - conf) / 2


def wilson_bounds(share: ArrayLike, n_eff: ArrayLike, conf: float = CONF) -> tuple[np.ndarray, np.ndarray]:
    """Wilson limits of shares (any shape) known on `n_eff` effective answers; NaN where n_eff is 0.

    Formula: centre (p + z²/2n)/(1 + z²/n), half-width z sqrt(p(1-p)/n + z²/4n²)/(1 + z²/n), with n_eff for n as
    recommended by Franco, Little, Louis and Slud (2019).
    """
    share, n_eff = np.broadcast_arrays(np.asarray(share, dtype=float), np.asarray(n_eff, dtype=float))
    share = np.clip(share, 0, 1)  # a ratio of float sums may pass 1 by its last bit
    z = -ndtri(_tail(conf))
    centre = ratio(share * n_eff + z**2 / 2, n_eff + z**2)
    half_width = z * ratio(np.sqrt(share * (1 - share) * n_eff + z**2 / 4), n_eff + z**2)
    low = np.where(n_eff > 0, np.clip(centre - half_width, 0, 1), np.nan)
    high = np.where(n_eff > 0, np.clip(centre + half_width, 0, 1), np.nan)
    return low, high


def interval_or_none(low: ArrayLike, high: ArrayLike) -> Interval | None:
    """One pair of limits as plain data; None when there was no base."""
    return None if or_none(low) is None else Interval(float(low), float(high))


def wilson(x: float, n: float, conf: float = CONF) -> Interval | None:
    """Wilson (1927) interval of x out of n; both may be effective numbers."""
    return interval_or_none(*wilson_bounds(ratio(x, n), n, conf))


def difference_of_shares(before: float, n_before: float, after: float, n_after: float, conf: float = CONF) -> Interval:
    """Limits of after - before, shares of two independent samples with at least one answer each.

    Newcombe (1998), method 10: the Wilson limits of each share combined in squares.
    """
    low_before, high_before = wilson(before * n_before, n_before, conf)
    low_after, high_after = wilson(after * n_after, n_after, conf)
    difference = after - before
    return Interval(
        difference - float(np.hypot(after - low_after, high_before - before)),
        difference + float(np.hypot(high_after - after, before - low_before)),
    )


def weighted_wilson(y: ArrayLike, weights: ArrayLike, conf: float = CONF) -> ShareEstimate:
    """Share of the 1s in `y` (0/1, shape (persons,)) with weights, and its Wilson interval on Kish's n_eff."""
    share = weighted_mean(y, weights).mean
    n_eff = kish(weights).n_eff
    if share is None:
        return ShareEstimate(share=None, n_eff=n_eff, interval=None)
    return ShareEstimate(share, n_eff, interval_or_none(*wilson_bounds(share, n_eff, conf)))


def agresti_coull(x: float, n: float, conf: float = CONF) -> Interval | None:
    """Agresti–Coull (1998) interval cut at 0 and 1, for comparison: nearly Wilson, but it can leave [0, 1]."""
    if n == 0:
        return None
    z = -ndtri(_tail(conf))
    share = (x + z**2 / 2) / (n + z**2)
    half_width = z * np.sqrt(share * (1 - share) / (n + z**2))
    return Interval(float(max(share - half_width, 0)), float(min(share + half_width, 1)))


def clopper_pearson(x: float, n: float, conf: float = CONF) -> Interval | None:
    """Clopper–Pearson (1934) interval, for comparison; x and n may be effective (non-integer) numbers."""
    if n == 0:
        return None
    low = betaincinv(x, n - x + 1, _tail(conf)) if x > 0 else 0.0
    high = betaincinv(x + 1, n - x, 1 - _tail(conf)) if x < n else 1.0
    return Interval(float(low), float(high))


def jeffreys(x: float, n: float, conf: float = CONF) -> Interval | None:
    """Equal-tailed interval of the Beta(x + 1/2, n - x + 1/2) posterior, for comparison."""
    if n == 0:
        return None
    limits = betaincinv(x + 0.5, n - x + 0.5, [_tail(conf), 1 - _tail(conf)])
    return Interval(*limits.tolist())


def korn_graubard(
    y: ArrayLike, weights: ArrayLike, clusters: ArrayLike | None = None, conf: float = CONF
) -> DesignShare:
    """Korn–Graubard (1998) interval of the share of 1s in `y`, clusters being the structures people work for.

    Clopper–Pearson on n* = p(1-p)/se² · (t(n-1)/t(df))², as R's `svyciprop(method = "beta")`. n* = n where the design
    shows no variance (p of 0 or 1, or clusters all alike). The interval is None when a share strictly between 0 and 1
    comes from a single cluster: nothing then measures its spread.
    """
    n = np.size(y)
    estimate = weighted_mean(y, weights, clusters)
    share, error, df = estimate.mean, estimate.standard_error, estimate.df
    if share is None:
        return DesignShare(share=None, standard_error=None, df=df, interval=None)
    if share in (0.0, 1.0) or error == 0:
        n_star = n
    elif error is None:
        return DesignShare(share, None, df, interval=None)
    else:
        quantiles = stdtrit([n - 1, df], 1 - _tail(conf))
        n_star = share * (1 - share) / error**2 * (quantiles[0] / quantiles[1]) ** 2
    return DesignShare(share, error, df, clopper_pearson(n_star * share, n_star, conf))
