"""The mask of a whole item: every use case by every category of a dimension, persons and structures together.

`disclosure` says what protects one table; here it is asked only where a group is small enough to need it, which is
nowhere in a large wave. Masks are settled on unweighted persons (METHOD.md §5.2).
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from .constants import N_FLAG, N_RATE, N_SHOW, STRUCT_MIN
from .disclosure import Mask, as_they_are, protect, protect_answers, settle_masks, withhold_nearly_all
from .patterns import distinct_rows

NOBODY = -1  # the structure of somebody who names none
_CHUNK = 5000  # persons multiplied at a time


@dataclass(frozen=True)
class DimensionMask:
    """Why each category is hidden for each use case, shape (categories, use cases), "" where it is not: the whole row,
    its shares (which a hidden row hides too), or even that nearly all of it gave the same answer."""

    rows: np.ndarray
    shares: np.ndarray
    nearly_all: np.ndarray

    @classmethod
    def of_nothing(cls, shape: tuple[int, ...]) -> "DimensionMask":
        """The mask that hides nothing."""
        return cls(*(np.full(shape, "", dtype="<U10") for _ in fields(cls)))


class Structures:
    """Who works where. A person without a structure is one of their own, and so is whoever answers alone for theirs:
    only structures of several respondents can make a group smaller than its persons say."""

    def __init__(self, organisation: ArrayLike):
        """organisation: int, shape (persons,), the structure of each person or NOBODY."""
        organisation = np.asarray(organisation)
        self.is_identified = organisation != NOBODY
        sizes = np.bincount(organisation[self.is_identified])
        shared = np.append(sizes > 1, False)[organisation]  # NOBODY reads the last place
        self.shared = np.where(shared, organisation, NOBODY)
        self.order = np.argsort(self.shared, kind="stable")
        self._sorted = self.shared[self.order]
        self._alone = int(np.searchsorted(self._sorted, 0))  # of `order`, those who come first
        self._starts = self._alone + np.flatnonzero(np.diff(self._sorted[self._alone :], prepend=NOBODY))

    def count(self, in_base: np.ndarray) -> np.ndarray:
        """Distinct structures behind those who count (bool, persons × use cases), -1 where none is identified."""
        identified = in_base[self.is_identified].any(axis=0)
        if not identified.any():
            return np.full(in_base.shape[1], NOBODY)
        ordered = in_base[self.order]
        several = np.logical_or.reduceat(ordered, self._starts, axis=0).sum(axis=0) if self._starts.size else 0
        return np.where(identified, ordered[: self._alone].sum(axis=0) + several, NOBODY)

    def members(self, member: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """For each structure of several respondents, its persons in each category, and all of them."""
        if not self._starts.size:
            return np.zeros((0, member.shape[1]), dtype=int), np.zeros(0, dtype=int)
        ordered = member[self.order].astype(np.int64)
        sizes = np.diff(np.append(self._starts, len(self.order)))
        return np.add.reduceat(ordered, self._starts, axis=0), sizes

    def table(
        self, people: np.ndarray, patterns: np.ndarray, pattern_of: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray] | None:
        """Combinations of categories found in one structure, and how many structures have each; None when everybody
        is alone.

        people: positions of the persons who count, in the order of `order`. patterns: bool, (P, categories), of which
        `pattern_of` (persons,) gives each person's.
        """
        structure = self.shared[people]
        alone = int(np.searchsorted(structure, 0))
        if alone == len(people):
            return None
        first_of_each = np.flatnonzero(np.diff(structure[alone:], prepend=NOBODY))
        held = np.logical_or.reduceat(patterns[pattern_of[people[alone:]]], first_of_each, axis=0)
        numbers = np.bincount(pattern_of[people[:alone]], minlength=len(patterns))
        return np.vstack([patterns, held]), np.concatenate([numbers, np.ones(len(held), dtype=int)])


class Dimension:
    """A dimension of a wave: who holds which category (0/1, persons × categories, at least one each)."""

    def __init__(self, member: ArrayLike, structures: Structures):
        self.member = np.asarray(member, dtype=bool)
        self.patterns, self.pattern_of = distinct_rows(self.member)
        inside, sizes = structures.members(self.member)
        # Who works with nobody of a category: the structures that its row would leave out, entirely.
        self.strangers = ~self.member
        if len(sizes):
            place = np.searchsorted(np.unique(structures.shared[structures.shared != NOBODY]), structures.shared)
            colleagues = np.vstack([inside > 0, np.zeros((1, inside.shape[1]), dtype=bool)])
            self.strangers &= ~colleagues[np.where(structures.shared == NOBODY, len(inside), place)]
        # More persons than two structures have, and there are three.
        self._enough_inside = _two_largest(inside)
        self._enough_strangers = _two_largest(np.where(inside > 0, 0, sizes[:, np.newaxis]))

    def needs_a_look(self, total: np.ndarray, sizes: np.ndarray, strangers: np.ndarray, enough: int) -> np.ndarray:
        """Use cases (bool) where a group may be too small. total: persons who count (use cases); sizes: those of each
        category, strangers: those who work with nobody of it, (categories, use cases)."""
        rest = total - sizes
        small = (sizes < enough) | ((rest > 0) & (rest < enough))
        few = (sizes <= self._enough_inside[:, np.newaxis]) | (
            (rest > 0) & (strangers <= self._enough_strangers[:, np.newaxis])
        )
        return ((sizes > 0) & (small | few)).any(axis=0)


def count_strangers(dimensions: Sequence[Dimension], in_base: np.ndarray) -> list[np.ndarray]:
    """For each dimension, the persons who count (bool, persons × use cases) and work with nobody of each category,
    shape (categories, use cases): all dimensions in one pass."""
    widths = [each.strangers.shape[1] for each in dimensions]
    counted = np.zeros((sum(widths), in_base.shape[1]))
    for start in range(0, len(in_base), _CHUNK):
        rows = slice(start, start + _CHUNK)
        held = np.hstack([each.strangers[rows] for each in dimensions]).astype(np.float32)
        counted += held.T @ in_base[rows].astype(np.float32)
    return np.split(counted, np.cumsum(widths)[:-1])


def _two_largest(sizes: np.ndarray) -> np.ndarray:
    """For each category, the persons of its two largest structures; two persons alone are two structures."""
    largest = np.sort(np.vstack([np.ones((2, sizes.shape[1]), dtype=int), sizes]), axis=0)[-2:]
    return largest.sum(axis=0)


def mask_dimension(
    values: np.ndarray,
    answers: int,
    dimension: Dimension,
    structures: Structures,
    total: np.ndarray,
    sizes: np.ndarray,
    strangers: np.ndarray,
    kept_back: np.ndarray,
    groups: np.ndarray | None = None,
    hidden: np.ndarray | None = None,
) -> DimensionMask:
    """Mask one item by one dimension.

    values: int, shape (persons, use cases): the answer, 0 to answers-1 for those who count in the base, anything else
    outside. total: persons who count (use cases); sizes: those of each category, (categories, use cases); strangers:
    see `count_strangers`. kept_back: bool, same shape: shares that another rule does not show. groups: 0/1, shape
    (groups, answers): for a personal item, the answers that must not be nearly everybody's (METHOD.md §5.4); None for
    others. hidden: bool, (categories, use cases): rows that another item's hide.
    """
    enough = N_FLAG if groups is not None else N_RATE
    doubtful = dimension.needs_a_look(total, sizes, strangers, enough) | kept_back.any(axis=0)
    if hidden is not None:
        doubtful |= hidden.any(axis=0)
    mask = DimensionMask.of_nothing(sizes.shape)
    for use_case in np.flatnonzero(doubtful):
        given = values[structures.order, use_case]
        people = structures.order[(given >= 0) & (given < answers)]
        _mask_table(
            mask,
            use_case,
            people,
            values[people, use_case],
            answers,
            (dimension.patterns, dimension.pattern_of),
            structures,
            kept_back[:, use_case],
            groups,
            () if hidden is None else np.flatnonzero(hidden[:, use_case]),
        )
    return mask


def mask_pair(
    values: np.ndarray,
    answers: int,
    is_first: np.ndarray,
    structures: Structures,
    kept_back: np.ndarray,
    groups: np.ndarray | None = None,
) -> DimensionMask:
    """Mask one item by a dimension of two categories that depends on the use case (users, others).

    is_first: bool, shape (persons, use cases). Other arguments and result as in `mask_dimension`.
    """
    in_base = (values >= 0) & (values < answers)
    mask = DimensionMask.of_nothing((2, values.shape[1]))
    alone = (structures.shared == NOBODY)[:, np.newaxis]
    # Those who answer alone for their structure are structures of their own: enough of them, and nobody is exposed.
    plenty = np.stack([(in_base & alone & held).sum(axis=0) for held in (is_first, ~is_first)]) >= N_FLAG
    for use_case in np.flatnonzero(~plenty.all(axis=0) | kept_back.any(axis=0)):
        people = structures.order[in_base[structures.order, use_case]]
        held = (np.eye(2, dtype=bool), np.where(is_first[:, use_case], 0, 1))
        given = values[people, use_case]
        _mask_table(mask, use_case, people, given, answers, held, structures, kept_back[:, use_case], groups)
    return mask


def _mask_table(mask, use_case, people, given, answers, held, structures, kept_back, groups, hidden=()):
    """Mask one use case by the categories of one dimension, into `mask`; `hidden`: those that are so already."""
    patterns, pattern_of = held
    counted = np.bincount(pattern_of[people] * answers + given, minlength=len(patterns) * answers)
    counted = counted.reshape(len(patterns), answers)
    taken = counted.any(axis=1)
    persons = counted[taken].sum(axis=1)
    # People who agree say nothing of each other, but for a personal item.
    agreeing = counted[taken] @ (np.zeros((answers, 0), dtype=int) if groups is None else groups.T)
    by_structure = as_they_are
    if rows := structures.table(people, patterns, pattern_of):
        by_structure = partial(protect, *rows, STRUCT_MIN)
    hidden = dict.fromkeys(map(int, hidden), Mask.PRIMARY)
    hidden = settle_masks(hidden, partial(protect, patterns[taken], persons, N_SHOW), by_structure)
    back = {int(place): Mask.PRIMARY for place in np.flatnonzero(kept_back)}
    by_share = partial(protect_answers, patterns[taken], persons, agreeing)
    for place, reason in hidden.items():
        mask.rows[place, use_case] = reason
    shares = settle_masks(back | hidden, by_share, by_structure)
    for place, reason in shares.items():
        mask.shares[place, use_case] = reason
    for place, reason in withhold_nearly_all(patterns[taken], persons, agreeing, shares).items():
        mask.nearly_all[place, use_case] = reason
