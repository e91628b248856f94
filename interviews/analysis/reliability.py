"""Do two coders of the same interview give the same rating? Krippendorff's alpha and what it allows."""

from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from .constants import ALPHA_PROVISIONAL, ALPHA_PUBLISH, DOUBLE_CODED_SHARE, DOUBLE_CODED_UNITS


class Reliability(StrEnum):
    PUBLISH = "publish"
    PROVISIONAL = "provisional"
    RECODE = "recode"
    NOT_DEFINED = "not_defined"


def _nominal(values: np.ndarray, frequencies: np.ndarray) -> np.ndarray:
    return (values[:, np.newaxis] != values).astype(float)


def _ordinal(values: np.ndarray, frequencies: np.ndarray) -> np.ndarray:
    # Rank of the middle of each value among all pairable values: the gap between two middles is exactly
    # the sum of the frequencies from one to the other, less half of each end.
    middles = np.cumsum(frequencies) - frequencies / 2
    return (middles[:, np.newaxis] - middles) ** 2


def _interval(values: np.ndarray, frequencies: np.ndarray) -> np.ndarray:
    return (values[:, np.newaxis] - values) ** 2


def _ratio(values: np.ndarray, frequencies: np.ndarray) -> np.ndarray:
    sums = values[:, np.newaxis] + values
    return np.divide(_interval(values, frequencies), sums**2, out=np.zeros_like(sums), where=sums != 0)


SQUARED_DISTANCES = {"nominal": _nominal, "ordinal": _ordinal, "interval": _interval, "ratio": _ratio}


def krippendorff_alpha(ratings: ArrayLike, metric: str = "ordinal") -> float | None:
    """Krippendorff's alpha (2011) of `ratings`, shape (coders, units), None or NaN where a coder skipped a unit.

    `metric` is a key of SQUARED_DISTANCES. None, i.e. "not defined", when no unit was coded twice or when a single
    value was used: nothing then shows that the coders could have disagreed.
    """
    table = np.asarray(ratings, dtype=float)
    values = np.unique(table[~np.isnan(table)])
    given = (table[:, :, np.newaxis] == values).sum(axis=0).astype(float)
    coders = given.sum(axis=1)
    given, coders = given[coders >= 2], coders[coders >= 2]
    # Ordered pairs of values within each unit, each unit weighing as many values as it holds.
    coincidences = (given / (coders - 1)[:, np.newaxis]).T @ given
    coincidences -= np.diag((given / (coders - 1)[:, np.newaxis]).sum(axis=0))
    frequencies = coincidences.sum(axis=1)
    distances = SQUARED_DISTANCES[metric](values, frequencies)
    expected = frequencies @ distances @ frequencies
    if expected == 0:
        return None
    return float(1 - (frequencies.sum() - 1) * (coincidences * distances).sum() / expected)


def reliability(alpha: float | None) -> Reliability:
    """What an alpha allows: publish from 0.80, provisional from 0.667, recode below."""
    if alpha is None:
        return Reliability.NOT_DEFINED
    if alpha >= ALPHA_PUBLISH:
        return Reliability.PUBLISH
    return Reliability.PROVISIONAL if alpha >= ALPHA_PROVISIONAL else Reliability.RECODE


def enough_double_coding(interviews: int, double_coded: int, units: int) -> bool:
    """At least 20 % of the interviews and 30 (interview, use case) units were coded twice."""
    return double_coded >= DOUBLE_CODED_SHARE * interviews and units >= DOUBLE_CODED_UNITS
