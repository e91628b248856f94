"""What a cell of the cube holds, item by item: the keys that everybody reads.

Shares, rates and probabilities go from 0 to 1; counts are persons; a figure without a base is None. Unless a key says
weighted, figures are unweighted. When the wave is weighted, `weighted` holds the same estimates under the weights;
None otherwise. Changes from a previous
wave are not here: see `results.changes`.
"""

from typing import TypedDict


class WeightedLevel(TypedDict):
    leaning: str
    n_eff: float
    shares: list[float] | None
    dk_share: float | None
    level: int | None
    status: str
    reason: str
    probabilities: list[float]
    agreement: float | None
    interpolated_median: float | None


class LevelFigures(TypedDict):
    """`maturity` and `impact` (METHOD.md §1). Lists follow the levels 1, 2, 3.

    `level` is the published rule's outcome; for a segment the level in force is that of the whole, and `reading` says
    where it stands beside it (as_the_whole, above, below, own_level, contested, insufficient; empty for the whole).
    `flags`: small_base, weights, profiles, interviews (the whole alone). `structures` are distinct structures, None
    where none is identified, and for segments.
    """

    counts: list[int]
    shares: list[float] | None
    dont_know: int
    dk_share: float | None
    n_eff: float
    level: int | None
    status: str
    reason: str
    leaning: str
    probabilities: list[float]
    agreement: float | None
    interpolated_median: float | None
    reading: str
    structures: int | None
    flags: list[str]
    weighted: WeightedLevel | None


class Funnel(TypedDict):
    """Shares of the base, then conversions from step to step (METHOD.md §2.1)."""

    aware: float | None
    tried: float | None
    current: float | None
    regular: float | None
    abandoned: float | None
    tried_if_aware: float | None
    current_if_tried: float | None
    regular_if_current: float | None
    abandoned_if_used: float | None


class WeightedUsage(TypedDict):
    n_eff: float
    shares: dict[str, float] | None
    rate: float | None
    low: float | None
    high: float | None
    funnel: Funnel
    level: int | None
    status: str
    reason: str
    probabilities: list[float]


class UsageFigures(TypedDict):
    """`usage`: the ladder, and the adoption that it gives (METHOD.md §2). Counts and shares by code of the ladder.

    `rate` is the share of current users, `low` and `high` its Wilson limits. `dominant`: the step, or current_users or
    others, that more than 90 % of a base under 30 gave. `audit` (the whole alone, staff alone): the Korn–Graubard
    limits of the rate with structures as clusters, [low, high], or None.
    """

    counts: dict[str, int]
    shares: dict[str, float] | None
    not_concerned: int
    dont_know: int
    current_users: int
    rate: float | None
    low: float | None
    high: float | None
    n_eff: float
    funnel: Funnel
    level: int | None
    status: str
    reason: str
    probabilities: list[float]
    dominant: str | None
    reading: str
    structures: int | None
    flags: list[str]
    audit: list[float] | None
    weighted: WeightedUsage | None


class WeightedIntention(TypedDict):
    n_eff: float
    shares: dict[str, float] | None
    net: float | None
    low: float | None
    high: float | None


class IntentionFigures(TypedDict):
    """`intention` of non-users (METHOD.md §2.2): yes, maybe, no; `net` in [-1, 1] with Student limits."""

    counts: dict[str, int]
    shares: dict[str, float] | None
    dont_know: int
    net: float | None
    low: float | None
    high: float | None
    dominant: str | None
    structures: int | None
    weighted: WeightedIntention | None


class WeightedShares(TypedDict):
    n_eff: float
    shares: dict[str, float] | None


class ChoiceFigures(TypedDict):
    """`satisfaction` (one answer), `benefits`, `barriers`, `tools` (several): persons per code.

    The base of a list is those who ticked at least one entry, so that counts may exceed it. `tools` holds only the
    tools that somebody named.
    """

    counts: dict[str, int]
    shares: dict[str, float] | None
    structures: int | None
    weighted: WeightedShares | None


class RespondentFigures(TypedDict):
    """`respondents` (a general item): the base of a category is its number of respondents by questionnaire; `of` all
    of them, `share` the category among them."""

    of: int
    share: float | None


class InterviewLevelFigures(TypedDict):
    """`maturity` and `impact` as the interviews put them (mode `interview`, the whole alone; METHOD.md §6).

    `concordance` with the questionnaire's level: convergent, divergent, nuance, or empty below 5 interviews.
    `would_change_level` (staff alone): would the level be another if each interview counted as one more answer?
    """

    counts: list[int]
    shares: list[float] | None
    dont_know: int
    concordance: str
    would_change_level: bool


class GeneralFigures(TypedDict):
    """Any other general item, by its code: persons per answer.

    `answers` are the codes in the order of the questionnaire, `told` those that the public may read (of an open list,
    what five persons named in all). `everyone` counts the respondents of the category, whether or not they were asked,
    and `masks` says what hides what of the table of the item by that variable (see `results.tabulation`): for the team.
    `dominant` is the answer that more than 90 % of a base under 30 gave.
    """

    answers: list[str]
    told: list[str]
    counts: dict[str, int]
    shares: dict[str, float] | None
    dont_know: int
    everyone: int
    dominant: str | None
    structures: int | None
    masks: dict[str, str]
