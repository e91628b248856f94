"""Change between two waves for every use case by every segment at once (METHOD.md §4).

The same formula as `change.wave_change`, from sums instead of persons: with m the weighted mean of a wave in a cell and
W its sum of weights, the squares of a person's contributions add up to

    sum u² = V1 + V2 - 2 C,   V = (sum w²y² - 2 m sum w²y + m² sum w²) / W²,
    C = (sum w1w2 y1y2 - m2 sum w1w2 y1 - m1 sum w1w2 y2 + m1 m2 sum w1w2) / (W1 W2)  over who is in the cell twice,

so that persons are read by blocks, once, whatever the number of segments.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr, stdtrit

from .change import benjamini_hochberg
from .constants import CONF, FDR_Q, N_RATE
from .missing import ratio
from .variance import ROUNDING
from .weighting import effective_sizes

_BLOCK = 5000  # persons turned into 0/1 columns at a time: fast products, tens of megabytes
# Of a sum of squares, what floats leave when it is exactly zero; one different answer in a million is far above.
_CANCELLED = 1e-11


@dataclass(frozen=True)
class WaveScores:
    """One indicator in one wave: n persons, K use cases, S segments.

    `codes`: int, shape (n, K), positions in `scores`, -1 outside the base. `scores`: what each code is worth.
    `segments`: 0/1, shape (n, S). `weights`: shape (n,), None for 1 each.
    """

    codes: np.ndarray
    scores: np.ndarray
    segments: np.ndarray
    weights: np.ndarray | None = None


@dataclass(frozen=True)
class ChangeTable:
    """Changes of means, arrays of shape (S, K); NaN where a wave has no answer or the change cannot be tested.

    `n_before`, `n_after`, `n_both` count persons in the cell in the first wave, the second, both. `low` and `high` are
    Student's limits, cut at the largest change that the scale allows.
    """

    n_before: np.ndarray
    n_after: np.ndarray
    n_both: np.ndarray
    before: np.ndarray
    after: np.ndarray
    difference: np.ndarray
    standard_error: np.ndarray
    low: np.ndarray
    high: np.ndarray
    p: np.ndarray

    @property
    def has_base(self) -> np.ndarray:
        """Cells with at least 10 answers in each wave."""
        return np.minimum(self.n_before, self.n_after) >= N_RATE


def tabulate_changes(first: WaveScores, second: WaveScores, both: ArrayLike, scale: tuple[float, float]) -> ChangeTable:
    """Change of every mean from the first wave to the second.

    `both`: shape (m, 2), the rows of a person in the first wave and in the second, for those who are in both; each row
    appears once at most. `scale`: the lowest and highest score. Where every contribution is null the error is that of
    Agresti and Caffo (2000), see `change.wave_change`.
    """
    before, after = _wave_sums(first), _wave_sums(second)
    n_both, covariance = _covariance(first, second, np.asarray(both).reshape(-1, 2), before, after)
    squares = before.variance + after.variance - 2 * covariance
    squares = np.where(squares > _CANCELLED * (before.raw + after.raw), squares, 0.0)
    persons = before.n + after.n - n_both
    difference = after.mean - before.mean
    tested = (before.n > 0) & (after.n > 0) & (persons > 1)
    error = np.where(tested, np.sqrt(ratio(persons, persons - 1) * squares), np.nan)
    df = np.where(tested, persons - 1, np.nan)
    fallback = np.hypot(_agresti_caffo(before, scale), _agresti_caffo(after, scale))
    still = (error == 0) & (np.abs(difference) < ROUNDING)
    divisor = np.where(error == 0, fallback, error)
    p = np.where(still, 1.0, 2 * stdtr(df, -np.abs(ratio(difference, divisor))))
    widest = scale[1] - scale[0]
    margin = stdtrit(df, (1 + CONF) / 2) * divisor
    return ChangeTable(
        n_before=before.n,
        n_after=after.n,
        n_both=n_both,
        before=before.mean,
        after=after.mean,
        difference=difference,
        standard_error=np.where((error == 0) & ~still, fallback, error),
        low=np.maximum(difference - margin, -widest),
        high=np.minimum(difference + margin, widest),
        p=p,
    )


def adjust_by_family(
    p: ArrayLike, eligible: ArrayLike, dimensions: ArrayLike, q: float = FDR_Q
) -> tuple[np.ndarray, np.ndarray]:
    """Adjusted p-values (NaN outside) and verdicts, shape (S, K): one family per breakdown dimension.

    `p`, `eligible`: shape (S, K). `dimensions`: the dimension of each segment (S). A family holds all its eligible
    cells, those that will not be shown included.
    """
    p, eligible, dimensions = np.asarray(p), np.asarray(eligible, dtype=bool), np.asarray(dimensions)
    adjusted, announced = np.full(p.shape, np.nan), np.zeros(p.shape, dtype=bool)
    for dimension in dict.fromkeys(dimensions.tolist()):
        family = eligible & (dimensions == dimension)[:, np.newaxis]
        found = benjamini_hochberg(p[family], q)
        adjusted[family], announced[family] = found.adjusted, found.significant
    return adjusted, announced


@dataclass(frozen=True)
class _Sums:
    """Sums of one wave, shape (S, K): persons, weights, mean, the variance V of the mean, and the sum of w²y² / W²
    that tells how small V has to be to be nothing but rounding."""

    n: np.ndarray
    weight: np.ndarray
    n_eff: np.ndarray
    mean: np.ndarray
    variance: np.ndarray
    raw: np.ndarray


def _wave_sums(wave):
    scales = (None,) if wave.weights is None else (None, wave.weights, np.square(wave.weights))
    use_cases = wave.codes.shape[1]
    powers = np.zeros((len(scales), 3, wave.segments.shape[1], use_cases))
    scores = _scores(wave)
    block = np.empty((_BLOCK, 3 * use_cases), dtype=scores.dtype)
    for rows in _blocks(len(wave.codes)):
        codes = wave.codes[rows]
        columns = block[: len(codes)]
        present, score, square = np.hsplit(columns, 3)
        present[:] = codes >= 0
        score[:] = scores.take(codes)
        np.square(score, out=square)
        segments = wave.segments[rows].astype(scores.dtype)
        for total, scale in zip(powers, scales, strict=True):
            weighted = segments if scale is None else segments * scale[rows, np.newaxis]
            total += np.stack(np.hsplit(weighted.T @ columns, 3))
    counts, first, squares = powers[0], powers[len(scales) // 2], powers[-1]
    weight = first[0]
    mean = ratio(first[1], weight)
    raw = ratio(squares[2], weight**2)
    variance = ratio(squares[2] - 2 * mean * squares[1] + mean**2 * squares[0], weight**2)
    return _Sums(
        n=counts[0].astype(int),
        weight=weight,
        n_eff=effective_sizes(weight, squares[0]),
        mean=mean,
        variance=np.where(variance > _CANCELLED * raw, variance, 0.0),
        raw=raw,
    )


def _scores(wave):
    """What each code is worth; -1, outside the base, reads the last entry.

    Halves and whole numbers without weights add up exactly in single precision, a block at a time, twice as fast.
    """
    is_exact = wave.weights is None and (wave.scores * 2 == np.round(wave.scores * 2)).all()
    return np.append(wave.scores, 0.0).astype(np.float32 if is_exact else np.float64)


def _covariance(first, second, both, before, after):
    """Persons in both waves, and the sum C of their crossed contributions, shape (S, K)."""
    sums, worth = np.zeros((5, *before.n.shape)), (_scores(first), _scores(second))
    for rows in _blocks(len(both)):
        one, two = both[rows].T
        codes = first.codes[one], second.codes[two]
        present = (codes[0] >= 0) & (codes[1] >= 0)
        scores = [scores.take(code) * present for scores, code in zip(worth, codes, strict=True)]
        columns = np.hstack([present.astype(scores[0].dtype), *scores, scores[0] * scores[1]])
        segments = (first.segments[one].astype(bool) & second.segments[two].astype(bool)).astype(columns.dtype)
        if first.weights is None and second.weights is None:
            sums[1:] += np.stack(np.hsplit(segments.T @ columns, 4))
            continue
        weight = _weights(first, one) * _weights(second, two)
        sums[0] += segments.T @ present.astype(segments.dtype)
        sums[1:] += np.stack(np.hsplit((segments * weight[:, np.newaxis]).T @ columns, 4))
    persons, weight, one, two, crossed = sums
    if first.weights is None and second.weights is None:
        persons = weight
    total = crossed - after.mean * one - before.mean * two + before.mean * after.mean * weight
    return persons.astype(int), np.where(persons > 0, ratio(total, before.weight * after.weight), 0.0)


def _weights(wave, rows):
    return 1.0 if wave.weights is None else wave.weights[rows]


def _agresti_caffo(sums, scale):
    low, high = scale
    n = sums.n_eff + 2
    share = (sums.n_eff * (sums.mean - low) / (high - low) + 1) / n
    return (high - low) * np.sqrt(share * (1 - share) / n)


def _blocks(count):
    return (slice(start, start + _BLOCK) for start in range(0, count, _BLOCK))
