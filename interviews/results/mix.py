"""The mix of respondents by sector, occupation and age, on which a change is put at constant structure."""

from dataclasses import dataclass
from itertools import product

import numpy as np

from interviews.analysis.standardisation import Mix
from interviews.frames import MISSING, Profiles

NOBODY = ""  # the sector, occupation or age of those who gave none


@dataclass(frozen=True)
class Structure:
    """Both waves among the same cells. `parents`: what a cell too small is pooled with, finest distinction first.

    Occupations go first, as they are the most numerous and most of them too small in a sector and an age; then
    sectors; age last, since what people use differs most between ages.
    """

    first: Mix
    second: Mix
    parents: list[np.ndarray]


def build_structure(
    first: Profiles, first_places: np.ndarray, second: Profiles, second_places: np.ndarray
) -> Structure:
    """Return the mix of the persons at these places of each wave. Somebody of several sectors or occupations is shared
    out equally between their cells."""
    cells: dict[tuple[str, str, str], int] = {}
    mixes = [_mix(first, first_places, cells), _mix(second, second_places, cells)]
    parents = [
        _numbered((sector, age) for sector, _, age in cells),
        _numbered(age for _, _, age in cells),
        np.zeros(len(cells), dtype=int),
    ]
    return Structure(*mixes, parents)


def _mix(profiles, places, cells):
    sectors, occupations = profiles.sectors, profiles.occupations
    ages = profiles.columns["age_group"][places]
    first, pattern = _patterns(sectors.member[places], occupations.member[places], ages)
    rows = []
    for number, place in enumerate(places[first].tolist()):
        age = profiles.columns["age_group"][place]
        age = NOBODY if age == MISSING else profiles.categories["age_group"][age]
        held = (_named(each.codes, each.member[place]) for each in (sectors, occupations))
        combinations = list(product(*held))
        rows += [
            (number, cells.setdefault((sector, occupation, age), len(cells)), 1 / len(combinations))
            for sector, occupation in combinations
        ]
    row_pattern, row_cell, row_share = zip(*rows, strict=True) if rows else ((), (), ())
    return Mix(
        pattern,
        np.array(row_pattern, dtype=int),
        np.array(row_cell, dtype=int),
        np.array(row_share, dtype=float),
    )


def _patterns(sectors, occupations, ages):
    """Return the place of the first person of each distinct profile, and the number of everybody's profile.

    Rows of bits are compared as integers, eight bytes at a time: a hundred times as fast as row by row.
    """
    bits = np.packbits(np.column_stack([sectors, occupations]), axis=1)
    words = np.pad(bits, ((0, 0), (0, -bits.shape[1] % 8))).view(np.uint64)
    number = ages.astype(np.int64) + 1
    for word in words.T:
        _, part = np.unique(word, return_inverse=True)
        number = number * (part.max(initial=0) + 1) + part
        _, number = np.unique(number, return_inverse=True)
    _, first, number = np.unique(number, return_index=True, return_inverse=True)
    return first, number


def _named(codes, member):
    return [codes[place] for place in np.flatnonzero(member)] or [NOBODY]


def _numbered(groups):
    numbers = {}
    return np.array([numbers.setdefault(group, len(numbers)) for group in groups], dtype=int)
