"""Linearised variance of weighted means: one formula for a mean, a change, a difference and a balance.

Each person contributes u = w (y - mean) / sum(w); contributions are summed within a cluster (a structure, or a person
who appears twice) before squaring: se^2 = m / (m - 1) * sum(u^2) over the m clusters. Same values as R survey's
`svymean` on `svydesign(ids = ~cluster, weights = ~w)`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr

# What floats leave of quantities that cancel out: neither an error to divide by nor a difference to test.
ROUNDING = 1e-12


@dataclass(frozen=True)
class MeanEstimate:
    """A weighted mean. `standard_error` is None with a single cluster; `mean` is None without any answer."""

    mean: float | None
    standard_error: float | None
    df: int


def mean_contributions(y: ArrayLike, weights: ArrayLike | None = None) -> tuple[float, np.ndarray]:
    """Weighted mean of `y` (at least one person) and each person's contribution to it, shape (persons,)."""
    y = np.asarray(y, dtype=float)
    weights = np.ones(y.shape) if weights is None else np.asarray(weights, dtype=float)
    # Measured from the first answer, so that identical answers have exactly that mean and no spread at all.
    mean = float(y[0] + weights @ (y - y[0]) / weights.sum())
    return mean, weights * (y - mean) / weights.sum()


def standard_error(contributions: ArrayLike) -> float | None:
    """Standard error of a sum of independent contributions, one per cluster; None below two clusters."""
    contributions = np.asarray(contributions, dtype=float)
    clusters = contributions.size
    if clusters < 2:
        return None
    error = float(np.sqrt(clusters / (clusters - 1) * (contributions**2).sum()))
    return error if error > ROUNDING else 0.0


def sum_by_cluster(contributions: ArrayLike, clusters: ArrayLike) -> np.ndarray:
    """Contributions added up within each distinct value of `clusters`, in the order of the sorted values."""
    clusters, contributions = np.asarray(clusters), np.asarray(contributions, dtype=float)
    if clusters.dtype.kind == "i" and clusters.min(initial=0) >= 0:  # numbers already: nothing to sort
        return np.bincount(clusters, weights=contributions)[np.bincount(clusters) > 0]
    _, position = np.unique(clusters, return_inverse=True)
    return np.bincount(position, weights=contributions)


def weighted_mean(y: ArrayLike, weights: ArrayLike | None = None, clusters: ArrayLike | None = None) -> MeanEstimate:
    """Weighted mean with its design-based standard error; `df` is the number of clusters less one."""
    if np.size(y) == 0:
        return MeanEstimate(mean=None, standard_error=None, df=0)
    mean, contributions = mean_contributions(y, weights)
    if clusters is not None:
        contributions = sum_by_cluster(contributions, clusters)
    return MeanEstimate(mean, standard_error(contributions), contributions.size - 1)


def two_sided_p(t: float, df: int) -> float:
    """Two-sided p-value of a Student t with `df` degrees of freedom."""
    return float(2 * stdtr(df, -abs(t)))
