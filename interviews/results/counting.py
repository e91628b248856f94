"""One item counted on every row of the cube: persons, weights, structures, and the mask that other rows require.

A row is a (variable, category); the whole comes first. Interviews never enter a row (METHOD.md §6): they are counted
apart, for the whole alone.
"""

from dataclasses import dataclass, fields

import numpy as np

from interviews.analysis.constants import STRUCT_MIN
from interviews.analysis.masking import NOBODY, DimensionMask, count_strangers, mask_dimension, mask_pair
from interviews.analysis.wave import Tallies, tally, tally_ticks
from interviews.frames import MISSING, CampaignFrame, ItemAnswers, Ticks

from .segments import USAGE_GROUP, USAGE_GROUPS, USE_CASE_VARIABLES, Segments, build_segments

WHOLE = 0  # the first row


@dataclass(frozen=True)
class Wave:
    """What every item is counted on: n respondents by questionnaire, K use cases.

    `member` (bool, n × rows) says who is in which row of the use cases' variables; `is_user` (bool, n × K) who has
    used what; `clusters` (n) the structure of each, or a number of their own; `interviewed` the places of the
    interviews in the frame, and `only_interviewed` (bool) those who did not answer the questionnaire too.
    """

    frame: CampaignFrame
    segments: Segments
    weights: np.ndarray | None
    rows: list[tuple[str, str]]
    member: np.ndarray
    is_user: np.ndarray
    clusters: np.ndarray
    interviewed: np.ndarray
    only_interviewed: np.ndarray


@dataclass(frozen=True)
class Counted:
    """One item counted. `entries` are the codes counted: the answers that form the base, or what a list lets tick;
    `outside` those of the answers that do not.

    `tallies` (rows × K × entries and outside); `base_tallies` (rows × K × answers): the persons of the base, which
    for a list are not the sum of its entries. `base` (rows × K) counts those persons, `structures` (K) the distinct
    structures of the whole, -1 where none is identified. `values` (n × K) is each one's answer, `in_base` (bool) says
    whose counts. `told` holds the same of the interviews: counts by (K, entries and outside), base (K), and
    `told_alone` the counts of those who were only interviewed.
    """

    rows: list[tuple[str, str]]
    entries: tuple[str, ...]
    outside: tuple[str, ...]
    answers: int
    values: np.ndarray
    in_base: np.ndarray
    tallies: Tallies
    base_tallies: Tallies
    structures: np.ndarray
    told: np.ndarray
    told_base: np.ndarray
    told_alone: np.ndarray

    @property
    def base(self) -> np.ndarray:
        return self.base_tallies.counts.sum(axis=-1).astype(int)

    @property
    def counts(self) -> np.ndarray:
        return self.tallies.counts.astype(int)

    @property
    def too_few_structures(self) -> np.ndarray:
        """Where fewer than three structures answered, nothing of the whole may rest on them (rows × K)."""
        few = (self.structures != NOBODY) & (self.structures < STRUCT_MIN)
        return np.vstack([few, np.zeros((len(self.rows) - 1, len(few)), dtype=bool)])


def set_up_wave(frame: CampaignFrame, weights: np.ndarray | None) -> Wave:
    """Prepare what items are counted on; `weights`: one per person of the frame, or None."""
    segments = build_segments(frame)
    used = [segments.by_variable[variable] for variable in USE_CASE_VARIABLES]
    interviewed = np.flatnonzero(~frame.by_questionnaire)
    respondents = {frame.keys[place] for place in segments.places.tolist()} - {""}
    shared = segments.structures.shared
    return Wave(
        frame=frame,
        segments=segments,
        weights=None if weights is None else weights[segments.places],
        rows=[("", ""), *((each.variable, code) for each in used for code in each.categories)],
        member=np.hstack([np.ones((len(shared), 1), dtype=bool), *(each.dimension.member for each in used)]),
        is_user=frame.is_user[segments.places],
        clusters=np.where(shared == NOBODY, shared.max(initial=0) + 1 + np.arange(len(shared)), shared),
        interviewed=interviewed,
        only_interviewed=np.array([frame.keys[place] not in respondents for place in interviewed.tolist()], dtype=bool),
    )


def count_item(wave: Wave, item: ItemAnswers, by_usage: bool = False, ticks: Ticks | None = None) -> Counted:
    """Count one item; `ticks` of a list give its entries, `by_usage` adds the rows of users and others."""
    values = item.values[wave.segments.places]
    rows, member = list(wave.rows), [(values, wave.member)]
    if by_usage:
        rows += [(USAGE_GROUP, group) for group in USAGE_GROUPS]
        member += [(np.where(held, values, np.int8(MISSING)), None) for held in (wave.is_user, ~wave.is_user)]
    codes, answers = len(item.answers) + len(item.outside), len(item.answers)
    answered = _stack(tally(given, codes, held, wave.weights) for given, held in member)
    base_tallies = _columns(answered, slice(answers))
    in_base = (values >= 0) & (values < answers)
    told = item.values[wave.interviewed]
    told_base = ((told >= 0) & (told < answers)).sum(axis=0)
    if ticks is None:
        tallies, entries = answered, item.answers
        told, alone = (_persons(told[kept], codes) for kept in (slice(None), wave.only_interviewed))
    else:
        pattern = ticks.pattern[wave.segments.places]
        tallies = _stack(
            tally_ticks(ticks.patterns, np.where(given == MISSING, 0, pattern), held, wave.weights)
            for given, held in member
        )
        entries = ticks.codes
        pattern = ticks.pattern[wave.interviewed]
        told = alone = tally_ticks(ticks.patterns, pattern).counts[WHOLE].astype(int)
    return Counted(
        rows=rows,
        entries=entries,
        outside=item.outside,
        answers=answers,
        values=values,
        in_base=in_base,
        tallies=tallies,
        base_tallies=base_tallies,
        structures=wave.segments.structures.count(in_base),
        told=told,
        told_base=told_base,
        told_alone=alone,
    )


def mask_rows(
    wave: Wave,
    counted: Counted,
    kept_back: np.ndarray | None = None,
    groups: np.ndarray | None = None,
    hidden: np.ndarray | None = None,
) -> DimensionMask:
    """Return the masks that rows owe to each other, (rows × K); arguments as in `analysis.masking`."""
    base, structures = counted.base, wave.segments.structures
    kept_back = np.zeros(base.shape, dtype=bool) if kept_back is None else kept_back
    masks = DimensionMask.of_nothing(base.shape)
    start = WHOLE + 1
    dimensions = [wave.segments.by_variable[variable].dimension for variable in USE_CASE_VARIABLES]
    strangers = count_strangers(dimensions, counted.in_base)
    for dimension, outsiders in zip(dimensions, strangers, strict=True):
        rows = slice(start, start + dimension.member.shape[1])
        found = mask_dimension(
            counted.values,
            counted.answers,
            dimension,
            structures,
            base[WHOLE],
            base[rows],
            outsiders,
            kept_back[rows],
            groups,
            None if hidden is None else hidden[rows],
        )
        _put(found, masks, rows)
        start = rows.stop
    if start < len(counted.rows):
        found = mask_pair(counted.values, counted.answers, wave.is_user, structures, kept_back[start:], groups)
        _put(found, masks, slice(start, None))
    return masks


def _put(found, masks, rows):
    for each in fields(DimensionMask):
        getattr(masks, each.name)[rows] = getattr(found, each.name)


def _persons(values, codes):
    return tally(values, codes).counts[WHOLE].astype(int)


def _stack(parts):
    parts = list(parts)
    return Tallies(*(np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(Tallies)))


def _columns(tallies, columns):
    return Tallies(*(getattr(tallies, each.name)[..., columns] for each in fields(Tallies)))
