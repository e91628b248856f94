"""The mix of respondents by sector, occupation and age, on which a change is put at constant structure."""

from dataclasses import dataclass
from itertools import product

import numpy as np

from interviews.analysis.standardisation import Mix
from interviews.frames import MISSING, Profiles

NOBODY = ""  # the sector or occupation of those who gave none


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
    held = np.column_stack([sectors.member[places], occupations.member[places], ages])
    patterns, pattern = np.unique(held, axis=0, return_inverse=True)
    rows = []
    for number, profile in enumerate(patterns):
        mine = np.split(profile, [len(sectors.codes), len(sectors.codes) + len(occupations.codes)])
        age = "" if profile[-1] == MISSING else profiles.categories["age_group"][profile[-1]]
        combinations = list(product(_named(sectors.codes, mine[0]), _named(occupations.codes, mine[1])))
        rows += [
            (number, cells.setdefault((sector, occupation, age), len(cells)), 1 / len(combinations))
            for sector, occupation in combinations
        ]
    row_pattern, row_cell, row_share = zip(*rows, strict=True) if rows else ((), (), ())
    return Mix(
        pattern.reshape(-1),
        np.array(row_pattern, dtype=int),
        np.array(row_cell, dtype=int),
        np.array(row_share, dtype=float),
    )


def _named(codes, member):
    return [codes[place] for place in np.flatnonzero(member)] or [NOBODY]


def _numbered(groups):
    numbers = {}
    return np.array([numbers.setdefault(group, len(numbers)) for group in groups], dtype=int)
