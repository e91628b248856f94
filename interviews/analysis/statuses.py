"""What a rating says of itself: its status and, when it keeps the level in force, why."""

from collections.abc import Iterable
from enum import StrEnum

import numpy as np


class Status(StrEnum):
    RAISED = "raised"
    LOWERED = "lowered"
    FIRST = "first"
    CONFIRMED = "confirmed"
    CONTESTED = "contested"
    INSUFFICIENT = "insufficient"


class Reason(StrEnum):
    SMALL_BASE = "small_base"
    UNKNOWN = "unknown"
    POLARISED = "polarised"
    DISPERSED = "dispersed"
    LEANING_UP = "leaning_up"
    LEANING_DOWN = "leaning_down"
    UNDECIDED = "undecided"


class Leaning(StrEnum):
    UP = "up"
    DOWN = "down"


class SegmentReading(StrEnum):
    """How a segment stands beside the whole profession, whose level of the same wave is its level in force."""

    AS_THE_WHOLE = "as_the_whole"
    ABOVE = "above"
    BELOW = "below"
    OWN_LEVEL = "own_level"  # the whole has no level: nothing to stand above or below of
    CONTESTED = "contested"
    INSUFFICIENT = "insufficient"


SEGMENT_READINGS = {
    Status.CONFIRMED: SegmentReading.AS_THE_WHOLE,
    Status.RAISED: SegmentReading.ABOVE,
    Status.LOWERED: SegmentReading.BELOW,
    Status.FIRST: SegmentReading.OWN_LEVEL,
    Status.CONTESTED: SegmentReading.CONTESTED,
    Status.INSUFFICIENT: SegmentReading.INSUFFICIENT,
}


def first_name(choices: Iterable[tuple[np.ndarray, str]]) -> np.ndarray:
    """For each cell the name of the first (condition, name) that holds, "" when none does: an array of str."""
    conditions, names = zip(*choices, strict=True)
    return np.select(list(conditions), [np.array(str(name)) for name in names], "")
