"""Signals shown beside a rating, which never change it: small base, weights, profiles, interviews."""

from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from .constants import INTERVIEWS_MIN, N_FLAG, N_RATE, TAU
from .ratings import decide_levels, median_level_posterior


class Concordance(StrEnum):
    CONVERGENT = "convergent"
    DIVERGENT = "divergent"
    NUANCE = "nuance"


def has_small_base(n: int) -> bool:
    """The figure rests on fewer than 30 persons and carries †."""
    return n < N_FLAG


def profiles_differ(users: ArrayLike, others: ArrayLike) -> bool:
    """Users and others (3 counts each, at least 10 answers) each clearly place the median, at different levels.

    No prior level enters: the two groups are compared, not rated.
    """
    placed = []
    for counts in (users, others):
        probabilities = median_level_posterior(counts).probabilities
        if np.sum(counts) < N_RATE or max(probabilities) < TAU:
            return False
        placed.append(probabilities.index(max(probabilities)))
    return placed[0] != placed[1]


def interview_concordance(interviews: ArrayLike, published: int | None) -> Concordance | None:
    """Do the interviews (3 counts of coded levels) say what the published level says?

    Convergent: same median level. Divergent: they alone leave it less than 20 % of chances, with the prior of the
    rating rule. None below 5 interviews, reported as text only, or without a published level.
    """
    counts = np.asarray(interviews, dtype=float)
    if published is None or counts.sum() < INTERVIEWS_MIN:
        return None
    median = int(np.argmax(np.cumsum(counts) >= counts.sum() / 2)) + 1
    if median == published:
        return Concordance.CONVERGENT
    elsewhere = 1 - median_level_posterior(counts, published).probabilities[published - 1]
    return Concordance.DIVERGENT if elsewhere >= TAU else Concordance.NUANCE


def interviews_would_change_level(
    counts: ArrayLike,
    interviews: ArrayLike,
    baseline: int | None,
    dk_share: float | None = 0.0,
    persons: int | None = None,
) -> bool:
    """Internal sensitivity: would the level be another one if each interview counted as one more answer?

    `interviews` leaves out the persons who also answered the questionnaire: they count once, as respondents. `counts`
    are effective where the wave is weighted: `persons` then says how many stand behind them.
    """
    counts, interviews = np.asarray(counts, dtype=float), np.asarray(interviews, dtype=float)
    persons = counts.sum() if persons is None else persons
    effective = np.stack([counts, counts + interviews])
    decided = decide_levels(effective, [persons, persons + interviews.sum()], baseline or 0, dk_share or 0.0)
    return bool(decided.level[0] != decided.level[1])
