"""What may be shown without recognising a respondent: thresholds of one cell, mask of a dimension, rounding."""

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from .constants import GROUP, N_FLAG, N_RATE, N_SHOW, STRUCT_MIN

# A share computed in floats is off by less than this; the noise is removed before the half is rounded up.
_SHARE_NOISE = Decimal("1e-12")


class Detail(StrEnum):
    NOTHING = "nothing"
    BASE = "base"
    EVERYTHING = "everything"


class Mask(StrEnum):
    PRIMARY = "primary"
    COMPLEMENT = "complement"
    SECONDARY = "secondary"


def visible_detail(n: int, structures: int | None = None) -> Detail:
    """What a cell of n persons may show: nothing below 5, the base alone below 10, everything from 10.

    `structures`: distinct structures they work for, when identified; below 3 the cell shows nothing.
    """
    if n < N_SHOW or (structures is not None and structures < STRUCT_MIN):
        return Detail.NOTHING
    return Detail.BASE if n < N_RATE else Detail.EVERYTHING


def protect(
    membership: ArrayLike,
    persons: ArrayLike | None = None,
    k: int = N_SHOW,
    parents: ArrayLike | None = None,
    hidden: Mapping[int, Mask] | None = None,
) -> dict[int, Mask]:
    """Categories of one dimension to hide, by position, with the reason, so that no group of 1 to k-1 is exposed.

    membership: 0/1, shape (rows, categories); a row is a person, or a pattern of categories held by `persons[row]`
    people. parents: 0/1, shape (rows, parents), published groups besides the total that enclose some categories.
    hidden: categories that another rule already hides.
    A category is hidden when it is small (primary), when the rest of a group that encloses it is small (complement),
    and then, smallest first, until the people of no visible category are none or at least k (secondary).
    Run on structures instead of persons with k = STRUCT_MIN. Raises ValueError when someone holds no category:
    people who did not declare one need a category of their own, or the total would give them away.
    """
    membership = np.asarray(membership, dtype=bool)
    persons = np.ones(len(membership), dtype=int) if persons is None else np.asarray(persons)
    membership, groups = membership[persons > 0], _enclosing_groups(membership, parents)[persons > 0]
    persons = persons[persons > 0]
    if not membership.any(axis=1).all():
        raise ValueError("every person holds at least one category")
    sizes = persons @ membership
    inside = persons @ groups
    contained = (groups.T * persons) @ membership == sizes
    rest = inside[:, np.newaxis] - sizes
    complement = (contained & (rest > 0) & (rest < k)).any(axis=0)
    masks = dict(hidden or {})
    masks |= {int(category): Mask.COMPLEMENT for category in np.flatnonzero(complement)}
    masks |= {int(category): Mask.PRIMARY for category in np.flatnonzero((sizes > 0) & (sizes < k))}
    for group, categories in zip(groups.T, contained, strict=True):
        _hide_until_uncovered(masks, membership[group], persons[group], categories, sizes, k)
    return masks


def protect_shares(
    membership: ArrayLike,
    persons: ArrayLike,
    holders: ArrayLike,
    k: int = N_RATE,
    hidden: Mapping[int, Mask] | None = None,
) -> dict[int, Mask]:
    """Categories of one dimension whose share of `holders` is not shown: `protect_answers` for a yes or a no.

    membership: 0/1, shape (patterns, categories), held by `persons` people of whom `holders` have the attribute.
    """
    persons, holders = np.asarray(persons), np.asarray(holders)
    return protect_answers(membership, persons, np.stack([holders, persons - holders], axis=-1), k, hidden)


def protect_answers(
    membership: ArrayLike,
    persons: ArrayLike,
    answers: ArrayLike,
    k: int = N_RATE,
    hidden: Mapping[int, Mask] | None = None,
) -> dict[int, Mask]:
    """Categories of one dimension whose answers are not shown, by position, with the reason.

    The rule of `protect`, for what people answered rather than for how many they are: the answers of a group are
    exposed below k people, and also below N_FLAG when more than 90 % of them gave the same (METHOD.md §5.4).
    membership: 0/1, shape (patterns, categories). persons: (patterns,) people who hold each. answers: (patterns,
    answers), how many of them gave each one, which may overlap. The answers of all of them are published. `hidden` as
    in `protect`.
    """
    membership, persons, answers = np.asarray(membership, dtype=bool), np.asarray(persons), np.asarray(answers)
    sizes, given = persons @ membership, membership.T @ answers
    masks = dict(hidden or {})
    outside = is_exposed(persons.sum() - sizes, answers.sum(axis=0) - given, k)
    masks |= {int(category): Mask.COMPLEMENT for category in np.flatnonzero(outside)}
    masks |= {int(category): Mask.PRIMARY for category in np.flatnonzero(is_exposed(sizes, given, k))}
    while masks:
        visible = sizes > 0
        visible[list(masks)] = False
        uncovered = ~membership[:, visible].any(axis=1)
        if not visible.any() or not is_exposed(persons[uncovered].sum(), answers[uncovered].sum(axis=0), k):
            break
        masks[int(np.flatnonzero(visible)[sizes[visible].argmin()])] = Mask.SECONDARY
    return masks


def withhold_nearly_all(
    membership: ArrayLike, persons: ArrayLike, answers: ArrayLike, hidden: Mapping[int, Mask]
) -> dict[int, Mask]:
    """Categories of which « nearly all » is not said, by position: all those of which it could be, or none.

    It may be said of a category of more than N_RATE people (of ten, more than 90 % is all of them) whose answers are
    not shown. Where it is, the rest, known up to a person or two, must be a group that could be shown. Arguments as in
    `protect_answers`; hidden: the categories whose answers are not shown.
    """
    membership, persons, answers = np.asarray(membership, dtype=bool), np.asarray(persons), np.asarray(answers)
    sizes, given = persons @ membership, membership.T @ answers
    shown = ~np.isin(np.arange(len(sizes)), list(hidden))
    said = ~shown & (sizes > N_RATE) & (sizes < N_FLAG) & (given.max(axis=1, initial=0) > GROUP * sizes)
    if not said.any():
        return {}
    rest = ~membership[:, shown | said].any(axis=1)
    others = [rest, *~membership[:, said].T]
    enough = persons @ rest and not any(is_exposed(persons @ each, each @ answers, N_RATE) for each in others)
    return {} if enough else {int(place): Mask.SECONDARY for place in np.flatnonzero(said)}


def settle_masks(masks: dict[int, Mask], *rules: Callable[..., dict[int, Mask]]) -> dict[int, Mask]:
    """Apply the rules (called with `hidden`) in turn, until none hides anything more because of what another hid."""
    while True:
        wider = masks
        for rule in rules:
            wider = rule(hidden=wider)
        if wider.keys() == masks.keys():
            return wider
        masks = wider


def as_they_are(hidden: dict[int, Mask]) -> dict[int, Mask]:
    """The rule of `settle_masks` that hides nothing more."""
    return hidden


def is_exposed(sizes: np.ndarray, answers: np.ndarray, k: int) -> np.ndarray:
    """Groups whose published answers (last axis) would say what nearly each of their members answered."""
    unanimous = answers.max(axis=-1, initial=0) > GROUP * sizes
    return (sizes > 0) & ((sizes < k) | ((sizes < N_FLAG) & unanimous))


def _enclosing_groups(membership: np.ndarray, parents: ArrayLike | None) -> np.ndarray:
    """Published groups, shape (rows, groups); parents before the total, which sees what they hid."""
    total = np.ones((len(membership), 1), dtype=bool)
    return total if parents is None else np.hstack([np.asarray(parents, dtype=bool), total])


def _hide_until_uncovered(
    masks: dict[int, Mask],
    membership: np.ndarray,
    persons: np.ndarray,
    categories: np.ndarray,
    sizes: np.ndarray,
    k: int,
) -> None:
    """Hide the smallest visible category of one group, ties first in order, while 1 to k-1 people are uncovered."""
    for _ in range(sizes.size):
        visible = categories.copy()
        visible[list(masks)] = False
        uncovered = persons[~membership[:, visible].any(axis=1)].sum()
        candidates = np.flatnonzero(visible & (sizes > 0))
        something_hidden = any(categories[category] for category in masks)
        if not something_hidden or not 0 < uncovered < k or candidates.size == 0:
            return
        masks[int(candidates[sizes[candidates].argmin()])] = Mask.SECONDARY


def protect_partition(sizes: Sequence[int], k: int = N_SHOW) -> dict[int, Mask]:
    """`protect` for categories that do not overlap, from their sizes alone."""
    return protect(np.eye(len(sizes), dtype=bool), np.asarray(sizes), k)


def dominant_modality(counts: Sequence[int]) -> int | None:
    """Position of the answer given by more than 90 % of a cell of fewer than 30 people, None when there is none.

    For personal items (usage, intention) such a cell prints "> 90 %" for that answer and merges the others: the exact
    share would say what nearly each of them answered.
    """
    n = sum(counts)
    if n == 0 or n >= N_FLAG or max(counts) <= GROUP * n:
        return None
    return list(counts).index(max(counts))


def round_percent(share: float, decimals: int = 1) -> Decimal:
    """A share in [-1, 1] as a percentage rounded half up, as the CNC prints it: 0.0125 → Decimal("1.3")."""
    exact = Decimal(repr(float(share))).quantize(_SHARE_NOISE, ROUND_HALF_EVEN) * 100
    return exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
