"""One pass over a wave: every use case by every segment, as arrays of shape (segments, use cases).

Row 0 of `segments` is the whole profession; a person may belong to several others. Codes are integers, one per person
and use case; any value outside 0..K-1 (use -1) is outside the base.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .adoption import (
    CURRENT,
    AdoptionDecisions,
    NetIntentions,
    UsageFunnels,
    decide_adoptions,
    net_intentions,
    usage_funnels,
)
from .constants import N_SHOW
from .disclosure import protect
from .missing import ratio
from .ratings import LevelDecisions, decide_levels
from .weighting import effective_sizes

# Persons turned into 0/1 columns at a time: enough for fast products, little enough to stay in tens of megabytes.
_CHUNK = 5000
_COLUMNS = 4_000_000  # cells of a matrix of ticks in memory at a time

DK = 0  # code of "ne sait pas" among levels 1, 2, 3
LEVEL_CODES = 4
USAGE_CODES = 6
INTENTION_CODES = 3  # yes, maybe, no


@dataclass(frozen=True)
class Tallies:
    """Persons, sums of weights and sums of squared weights by code, each of shape (segments, use cases, K)."""

    counts: np.ndarray
    weights: np.ndarray
    squares: np.ndarray


@dataclass(frozen=True)
class LevelTable:
    """Ratings of a wave. dk_share is NaN where nobody was asked; counts are persons at levels 1, 2, 3."""

    counts: np.ndarray
    dk_share: np.ndarray
    decisions: LevelDecisions


@dataclass(frozen=True)
class AdoptionTable:
    """Adoption of a wave: counts are persons by usage code; funnels and decisions follow the weights."""

    counts: np.ndarray
    funnels: UsageFunnels
    decisions: AdoptionDecisions


def tally(
    codes: ArrayLike, categories: int, segments: ArrayLike | None = None, weights: ArrayLike | None = None
) -> Tallies:
    """Count the answers of a wave.

    codes: int, shape (persons, use cases). categories: K. segments: 0/1, shape (persons, segments); None for one that
    holds everybody. weights: shape (persons,), 1 each by default.
    """
    codes = np.asarray(codes)
    persons, use_cases = codes.shape
    segments = np.ones((persons, 1)) if segments is None else np.asarray(segments)
    scales = _scales(weights)
    sums = np.zeros((len(scales), segments.shape[1], categories * use_cases))
    for start in range(0, persons, _CHUNK):
        rows = slice(start, start + _CHUNK)
        answered = np.empty((len(codes[rows]), categories, use_cases), dtype=bool)
        for category in range(categories):
            np.equal(codes[rows], category, out=answered[:, category])
        _add_products(sums, segments[rows], answered.reshape(len(answered), categories * use_cases), scales, rows)
    sums = sums.reshape(len(scales), segments.shape[1], categories, use_cases).swapaxes(2, 3)
    return Tallies(*sums) if weights is not None else Tallies(sums[0], sums[0], sums[0])


def tally_ticks(
    patterns: ArrayLike, pattern: ArrayLike, segments: ArrayLike | None = None, weights: ArrayLike | None = None
) -> Tallies:
    """Count the entries ticked in a list of a wave.

    patterns: 0/1, shape (P, entries): the different answers given. pattern: int, shape (persons, use cases): the
    answer of each person. segments: 0/1, shape (persons, segments); None for one that holds everybody. Tallies of
    shape (segments, use cases, entries).
    """
    patterns, pattern = np.asarray(patterns, dtype=bool), np.asarray(pattern)
    scales = _scales(weights)
    sums = (
        _tally_everybody(patterns, pattern, scales)[:, np.newaxis]
        if segments is None
        else _tally_segments(patterns, pattern, np.asarray(segments), scales)
    )
    return Tallies(*sums) if weights is not None else Tallies(sums[0], sums[0], sums[0])


def _tally_segments(
    patterns: np.ndarray, pattern: np.ndarray, segments: np.ndarray, scales: list[np.ndarray | None]
) -> np.ndarray:
    """Return the sums, of shape (scales, segments, use cases, entries)."""
    use_cases, entries = pattern.shape[1], patterns.shape[1]
    # Of hundreds of tools, those of a use case are a few: a column for each pair that somebody ticked.
    given = np.zeros((len(patterns), use_cases), dtype=bool)
    given[pattern, np.arange(use_cases)] = True
    met = (given.T.astype(np.float32) @ patterns.astype(np.float32) > 0).reshape(-1)
    column = np.cumsum(met) - 1
    columns = int(met.sum())
    sums = np.zeros((len(scales), segments.shape[1], columns))
    step = max(1, min(_CHUNK, _COLUMNS // max(columns, 1)))
    for start in range(0, len(pattern), step):
        rows = slice(start, start + step)
        person, cell = _ticked(patterns, pattern[rows])
        ticked = np.zeros((len(pattern[rows]), columns), dtype=np.float32)
        ticked[person, column[cell]] = 1
        _add_products(sums, segments[rows], ticked, scales, rows)
    spread = np.zeros((len(scales), segments.shape[1], use_cases * entries))
    spread[..., met] = sums
    return spread.reshape(len(scales), segments.shape[1], use_cases, entries)


def _tally_everybody(patterns: np.ndarray, pattern: np.ndarray, scales: list[np.ndarray | None]) -> np.ndarray:
    """Return the sums of one segment that holds all persons (scales × use cases × entries): patterns are counted."""
    use_cases = pattern.shape[1]
    given = np.zeros((len(scales), len(patterns) * use_cases))
    for start in range(0, len(pattern), _CHUNK):
        rows = slice(start, start + _CHUNK)
        places = (pattern[rows] * np.intp(use_cases) + np.arange(use_cases)).reshape(-1)
        for total, scale in zip(given, scales, strict=True):
            brought = None if scale is None else np.repeat(scale[rows], use_cases)
            total += np.bincount(places, brought, minlength=len(total))
    return given.reshape(len(scales), len(patterns), use_cases).swapaxes(1, 2) @ patterns.astype(float)


def _add_products(
    sums: np.ndarray, segments: np.ndarray, counted: np.ndarray, scales: list[np.ndarray | None], rows: slice
) -> None:
    """Add to `sums` (scales × segments × columns) what the persons `rows` bring; counted: 0/1, (persons, columns)."""
    held = segments.T
    # Counts of a chunk are whole numbers far below 2^24: single precision keeps them exact, in half the time.
    sums[0] += held.astype(np.float32) @ counted.astype(np.float32, copy=False)
    if len(scales) > 1:
        scaled = np.concatenate([held * scale[rows] for scale in scales[1:]])
        sums[1:] += (scaled @ counted.astype(np.float64)).reshape(sums[1:].shape)


def _scales(weights: ArrayLike | None) -> list[np.ndarray | None]:
    return [None] if weights is None else [None, np.asarray(weights, dtype=float), np.square(weights)]


def _ticked(patterns: np.ndarray, pattern: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return for each tick its person, and its use case and entry as one number."""
    numbers = patterns.sum(axis=1)
    entry_of = np.nonzero(patterns)[1]
    firsts = np.cumsum(numbers) - numbers
    person, use_case = np.nonzero(numbers[pattern])
    given = pattern[person, use_case]
    repeats = numbers[given]
    within = np.arange(repeats.sum()) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    entry = entry_of[np.repeat(firsts[given], repeats) + within]
    return np.repeat(person, repeats), np.repeat(use_case, repeats) * patterns.shape[1] + entry


def rate_levels(tallies: Tallies, baseline: ArrayLike, unrateable: ArrayLike = False) -> LevelTable:
    """Ratings (maturity or impact) of tallies by code (0 "ne sait pas", then levels 1 to 3).

    baseline: level in force of each use case, 0 for none. A segment's level in force is the level of the whole
    profession in the same wave. unrateable: cells (broadcast to segments × use cases) on which nothing may rest,
    whatever their persons.
    """
    counts, weights = tallies.counts[..., 1:], tallies.weights[..., 1:]
    n, total = np.where(unrateable, 0, counts.sum(axis=-1)), weights.sum(axis=-1)
    n_eff = effective_sizes(total, tallies.squares[..., 1:].sum(axis=-1))
    shares = ratio(weights, total[..., np.newaxis])
    effective = np.where(np.isnan(shares), 0.0, shares) * n_eff[..., np.newaxis]
    dk_share = ratio(tallies.weights[..., DK], tallies.weights[..., DK] + total)
    whole = decide_levels(effective[0], n[0], baseline, dk_share[0])
    in_force = np.vstack([np.broadcast_to(baseline, (1, n.shape[1])), np.tile(whole.level, (len(n) - 1, 1))])
    return LevelTable(counts, dk_share, decide_levels(effective, n, in_force, dk_share))


def estimate_adoption(tallies: Tallies, previous: ArrayLike = 0, unrateable: ArrayLike = False) -> AdoptionTable:
    """Adoption of tallies by usage code; `previous` is the last published level, 0 for none, broadcast to all cells.

    unrateable: as in `rate_levels`.
    """
    n, total = np.where(unrateable, 0, tallies.counts.sum(axis=-1)), tallies.weights.sum(axis=-1)
    n_eff = effective_sizes(total, tallies.squares.sum(axis=-1))
    rate = ratio(tallies.weights[..., CURRENT].sum(axis=-1), total)
    return AdoptionTable(tallies.counts, usage_funnels(tallies.weights), decide_adoptions(rate, n, previous, n_eff))


def estimate_intention(tallies: Tallies) -> NetIntentions:
    """Net intention of tallies of non-users by answer (yes, maybe, no)."""
    return net_intentions(tallies.counts, tallies.weights, tallies.squares)


def mask_segments(answered: ArrayLike, segments: ArrayLike, dimensions: Sequence[str], k: int = N_SHOW) -> np.ndarray:
    """Disclosure mask of one item, shape (segments, use cases): "" visible, else why it is hidden.

    answered: 0/1, shape (persons, use cases), who counts in the item. segments: 0/1, shape (persons, segments).
    dimensions: the dimension of each segment; each is masked by itself against the total. The whole profession is a
    dimension of one segment. Raises ValueError when a person who counts has no segment in some dimension.
    """
    answered, segments = np.asarray(answered, dtype=bool), np.asarray(segments, dtype=bool)
    names = np.asarray(dimensions)
    mask = np.full((segments.shape[1], answered.shape[1]), "", dtype="<U10")
    for dimension in dict.fromkeys(dimensions):
        columns = np.flatnonzero(names == dimension)
        # Few patterns of categories exist, however many persons hold them.
        patterns, held = np.unique(segments[:, columns], axis=0, return_inverse=True)
        for use_case, people in enumerate(answered.T):
            persons = np.bincount(held[people], minlength=len(patterns))
            for category, reason in protect(patterns, persons, k).items():
                mask[columns[category], use_case] = reason
    return mask
