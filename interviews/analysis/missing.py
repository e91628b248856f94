"""Where a figure has no base it is NaN in an array and None in plain data, never 0."""

import numpy as np
from numpy.typing import ArrayLike


def ratio(numerator: ArrayLike, denominator: ArrayLike) -> np.ndarray:
    """Elementwise quotient, NaN where the denominator is 0 (broadcasts like numpy)."""
    numerator, denominator = np.broadcast_arrays(
        np.asarray(numerator, dtype=float), np.asarray(denominator, dtype=float)
    )
    return np.divide(numerator, denominator, out=np.full(numerator.shape, np.nan), where=denominator != 0)


def or_none(value: ArrayLike) -> float | None:
    """A Python float, or None for NaN."""
    number = float(value)
    return None if np.isnan(number) else number


def tuple_or_none(values: ArrayLike) -> tuple[float, ...] | None:
    """A tuple of Python floats, or None when any of them is NaN."""
    numbers = np.asarray(values, dtype=float)
    return None if np.isnan(numbers).any() else tuple(numbers.tolist())
