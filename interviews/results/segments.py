"""The fixed dimensions by which a wave is read (METHOD.md §5.3: no other crossing leaves), as arrays and as words."""

from dataclasses import dataclass

import numpy as np
from django.utils.text import capfirst

from interviews.analysis.masking import Dimension, Structures
from interviews.frames import Profiles
from interviews.models import PROFILE_COLUMNS, Response
from usecases.models import Occupation, Sector

LISTS = ("sectors", "occupations")  # a person may hold several entries
SEVERAL_TRADES = "Une personne peut avoir plusieurs métiers ou secteurs ; les lignes ne s’additionnent pas."
USE_CASE_VARIABLES = (*LISTS, "structure_type", "structure_size", "seniority")
PROFILE_VARIABLES = (*LISTS, *PROFILE_COLUMNS)
USAGE_GROUP = "usage_group"
USERS, OTHERS = USAGE_GROUPS = ("users", "others")
NOT_GIVEN, NOT_GIVEN_LABEL = "", "Non renseigné"
GROUP_LABELS = {USERS: "Utilisateurs, actuels ou passés", OTHERS: "Autres"}
VARIABLE_LABELS = {"sectors": "Secteur", "occupations": "Métier", USAGE_GROUP: "Usage"}


@dataclass(frozen=True)
class Segment:
    """One variable of the respondents: its categories, those who did not say last, and who holds which."""

    variable: str
    categories: tuple[str, ...]
    dimension: Dimension


@dataclass(frozen=True)
class Segments:
    """The respondents by questionnaire: their places among the persons of the frame, structures, and variables."""

    places: np.ndarray
    structures: Structures
    by_variable: dict[str, Segment]


def build_segments(profiles: Profiles) -> Segments:
    """Return every profile variable of those who answered by questionnaire."""
    places = np.flatnonzero(profiles.by_questionnaire)
    structures = Structures(profiles.organisation[places])
    segments = {}
    for variable in PROFILE_VARIABLES:
        categories, member = variable_members(profiles, variable, places)
        segments[variable] = Segment(variable, categories, Dimension(member, structures))
    return Segments(places, structures, segments)


def variable_members(profiles: Profiles, variable: str, places: np.ndarray) -> tuple[tuple[str, ...], np.ndarray]:
    """Return the categories of a variable, those who did not say last, and who of the persons at these places holds
    which (bool, persons × categories)."""
    categories, member = _membership(profiles, variable, places)
    return (*categories, NOT_GIVEN), np.column_stack([member, ~member.any(axis=1)])


def _membership(profiles, variable, places):
    if variable in LISTS:
        held = getattr(profiles, variable)
        return held.codes, held.member[places]
    categories = profiles.categories[variable]
    values = profiles.columns[variable][places]
    return categories, values[:, np.newaxis] == np.arange(len(categories))


def variable_label(variable: str) -> str:
    """Return the name of a variable, with a capital."""
    if variable in VARIABLE_LABELS:
        return VARIABLE_LABELS[variable]
    return capfirst(Response._meta.get_field(variable).verbose_name)


def category_labels() -> dict[str, dict[str, str]]:
    """Return {variable: {category: label}} for every variable of the cube, in the order of their lists (two queries).

    An entry removed from a list since the closing has no label any more: show its code.
    """
    labels = {
        "sectors": dict(Sector.objects.order_by("position", "code").values_list("code", "name")),
        "occupations": dict(Occupation.objects.order_by("position", "code").values_list("code", "name")),
        USAGE_GROUP: GROUP_LABELS,
    }
    for variable in PROFILE_COLUMNS:
        labels[variable] = {code: str(label) for code, label in Response._meta.get_field(variable).choices}
    return {variable: named | {NOT_GIVEN: NOT_GIVEN_LABEL} for variable, named in labels.items()}
