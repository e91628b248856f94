"""Who the simulated respondents are: a documented mix of trades, sectors, structures and ages.

Where the numbers come from (orders of magnitude, rounded; public sources listed in the project's facts):

- Sizes. Of 210 000 persons in image (CNC, 2019), production and post-production are 59 %, television 32.5 %,
  exhibition 6.1 %, distribution and video 2.5 %; video games add some 12 000 jobs (2018). A volunteer survey on AI
  does not mirror that: those whose work it touches answer more. So animation, effects and games weigh several times
  their headcount here, television less, and every family of use cases meets people who can judge it.
- Several trades. The CNC's 2025 barometer counts 1 711 trades for 1 132 persons: 1.51 each, as drawn below.
- Women are 42.7 % in image and about 24 % in games.
- Ages follow a working population: some under 30, a long middle, few after 60.

A trade of the catalogue that no world names joins `OTHER_WORLD`, so that any catalogue can be simulated.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import accumulate

import numpy as np
from scipy.special import ndtri


class Mix:
    """A distribution over codes, {code: relative frequency}, that turns a number between 0 and 1 into a code."""

    def __init__(self, frequencies: Mapping):
        self.codes = tuple(frequencies)
        total = sum(frequencies.values())
        self.upper_bounds = [reached / total for reached in accumulate(frequencies.values())]

    def pick(self, draw: float):
        return self.codes[min(bisect_right(self.upper_bounds, draw), len(self.codes) - 1)]


TRADE_NUMBERS = Mix({1: 0.62, 2: 0.27, 3: 0.09, 4: 0.02})  # trades held: mean 1.51
SAME_WORLD = 0.75  # a second trade is usually a neighbour of the first


@dataclass(frozen=True, eq=False)
class World:
    """A part of the trade whose people resemble each other; codes of the catalogue and of the profile.

    `sectors` holds independent probabilities: a person may work in several.
    """

    weight: float
    occupations: tuple[str, ...]
    sectors: Mapping[str, float]
    structures: Mix
    statuses: Mix
    women: float = 0.43


IMAGE = {"cinema": 0.55, "audiovisual": 0.7, "video_game": 0.02}
DRAWN_IMAGE = {"cinema": 0.45, "audiovisual": 0.6, "video_game": 0.25}
GAMES = {"cinema": 0.03, "audiovisual": 0.05, "video_game": 0.98}
SALARIED = Mix({"employee": 0.85, "freelance": 0.07, "employer": 0.08})
PROJECT_BASED = Mix({"intermittent": 0.75, "employee": 0.1, "freelance": 0.1, "employer": 0.05})

OTHER_WORLD = World(
    weight=4,
    occupations=("other",),
    sectors={"cinema": 0.4, "audiovisual": 0.5, "video_game": 0.2},
    structures=Mix({"institution": 0.4, "school": 0.3, "production": 0.2, "other": 0.1}),
    statuses=Mix({"employee": 0.7, "freelance": 0.15, "student": 0.1, "other": 0.05}),
)
WORLDS = (
    World(
        weight=12,
        occupations=("screenwriters", "storyboard_artists"),
        sectors=IMAGE,
        structures=Mix({"self": 0.85, "production": 0.15}),
        statuses=Mix({"author": 0.85, "freelance": 0.15}),
    ),
    World(
        weight=13,
        occupations=("producers", "line_producers", "production_accountants", "legal_counsels"),
        sectors=IMAGE,
        structures=Mix({"production": 0.9, "broadcaster": 0.05, "self": 0.05}),
        statuses=Mix({"employee": 0.5, "employer": 0.3, "intermittent": 0.2}),
        women=0.5,
    ),
    World(
        weight=13,
        occupations=(
            "directors",
            "assistant_directors",
            "cinematographers",
            "production_designers",
            "makeup_artists",
            "stunt_performers",
            "actors",
        ),
        sectors=IMAGE,
        structures=Mix({"production": 0.7, "self": 0.3}),
        statuses=PROJECT_BASED,
    ),
    World(
        weight=9,
        occupations=("video_editors", "colourists", "post_production_supervisors"),
        sectors=IMAGE,
        structures=Mix({"technical": 0.45, "production": 0.4, "broadcaster": 0.15}),
        statuses=PROJECT_BASED,
    ),
    World(
        weight=8,
        occupations=(
            "sound_engineers",
            "sound_editors",
            "foley_artists",
            "sound_designers",
            "composers",
            "music_supervisors",
        ),
        sectors=DRAWN_IMAGE,
        structures=Mix({"technical": 0.4, "production": 0.3, "self": 0.3}),
        statuses=PROJECT_BASED,
        women=0.25,
    ),
    World(
        weight=5,
        occupations=("dubbing_actors", "dubbing_subtitling_authors", "audio_describers"),
        sectors=DRAWN_IMAGE,
        structures=Mix({"self": 0.6, "technical": 0.4}),
        statuses=Mix({"author": 0.5, "intermittent": 0.5}),
        women=0.55,
    ),
    World(
        weight=14,
        occupations=(
            "artists_2d",
            "artists_3d",
            "animators",
            "technical_directors",
            "lighting_compositing_artists",
            "vfx_supervisors",
        ),
        sectors=DRAWN_IMAGE,
        structures=Mix({"technical": 0.45, "production": 0.35, "game_studio": 0.15, "self": 0.05}),
        statuses=PROJECT_BASED,
        women=0.35,
    ),
    World(
        weight=14,
        occupations=(
            "game_designers",
            "level_designers",
            "game_writers",
            "game_producers",
            "programmers",
            "testers",
            "data_analysts",
            "community_managers",
            "player_support_agents",
        ),
        sectors=GAMES,
        structures=Mix({"game_studio": 0.8, "publisher": 0.15, "self": 0.05}),
        statuses=SALARIED,
        women=0.24,
    ),
    World(
        weight=5,
        occupations=("distributors", "marketing_managers", "publishers"),
        sectors={"cinema": 0.7, "audiovisual": 0.4, "video_game": 0.15},
        structures=Mix({"distribution": 0.65, "publisher": 0.25, "production": 0.1}),
        statuses=SALARIED,
        women=0.55,
    ),
    World(
        weight=9,
        occupations=("programme_managers", "metadata_managers", "broadcast_engineers"),
        sectors={"cinema": 0.15, "audiovisual": 0.97, "video_game": 0.01},
        structures=Mix({"broadcaster": 0.85, "technical": 0.15}),
        statuses=SALARIED,
    ),
    World(
        weight=3,
        occupations=("exhibitors",),
        sectors={"cinema": 1.0},
        structures=Mix({"exhibition": 1.0}),
        statuses=Mix({"employee": 0.7, "employer": 0.3}),
    ),
    World(
        weight=4,
        occupations=("archivists", "catalogue_managers"),
        sectors={"cinema": 0.7, "audiovisual": 0.6},
        structures=Mix({"distribution": 0.4, "institution": 0.3, "broadcaster": 0.3}),
        statuses=SALARIED,
        women=0.55,
    ),
    OTHER_WORLD,
)

STRUCTURE_SIZES = {
    "production": Mix({"1_9": 0.6, "10_49": 0.3, "50_249": 0.1}),
    "technical": Mix({"1_9": 0.25, "10_49": 0.4, "50_249": 0.3, "250_plus": 0.05}),
    "distribution": Mix({"1_9": 0.45, "10_49": 0.4, "50_249": 0.15}),
    "exhibition": Mix({"1_9": 0.6, "10_49": 0.25, "50_249": 0.15}),
    "broadcaster": Mix({"10_49": 0.1, "50_249": 0.25, "250_plus": 0.65}),
    "game_studio": Mix({"1_9": 0.35, "10_49": 0.35, "50_249": 0.2, "250_plus": 0.1}),
    "publisher": Mix({"10_49": 0.3, "50_249": 0.3, "250_plus": 0.4}),
    "school": Mix({"10_49": 0.5, "50_249": 0.5}),
    "institution": Mix({"10_49": 0.4, "50_249": 0.3, "250_plus": 0.3}),
    "self": Mix({"solo": 1.0}),
    "other": Mix({"1_9": 0.5, "10_49": 0.5}),
}
AGES = Mix({"under_30": 0.17, "30_44": 0.42, "45_59": 0.29, "60_plus": 0.08, "undisclosed": 0.04})
SENIORITIES = {
    "under_30": Mix({"0_4": 0.65, "5_14": 0.35}),
    "30_44": Mix({"0_4": 0.12, "5_14": 0.58, "15_plus": 0.3}),
    "45_59": Mix({"0_4": 0.05, "5_14": 0.18, "15_plus": 0.77}),
    "60_plus": Mix({"0_4": 0.02, "5_14": 0.08, "15_plus": 0.9}),
    "undisclosed": Mix({"0_4": 0.2, "5_14": 0.4, "15_plus": 0.4}),
}
UNDISCLOSED_GENDER, OTHER_GENDER = 0.03, 0.01
# How readily each age tries a new tool, in standard deviations of the whole.
OPENNESS_BY_AGE = {"under_30": 0.45, "30_44": 0.15, "45_59": -0.2, "60_plus": -0.5, "undisclosed": 0.0}
# Per person: world, structure (type, size, which), age, seniority, status, gender, number of trades, two per trade.
OTHER_DRAWS = 9 + 2 * max(TRADE_NUMBERS.codes)
# Structures of each type and size, per respondent: small ones bring one or two persons, common ones a dozen.
STRUCTURES_PER_PERSON = 1 / 60


@dataclass(frozen=True)
class SimulatedPerson:
    """One fictional professional; codes everywhere, `openness` to new tools in standard deviations."""

    occupations: tuple[str, ...]
    sectors: tuple[str, ...]
    profile: dict[str, str]
    organisation: str
    openness: float


def draw_persons(
    rng: np.random.Generator, count: int, occupations: Sequence[str], sectors: Sequence[str]
) -> list[SimulatedPerson]:
    """Draw `count` persons among the codes of occupations and sectors that the catalogue holds."""
    worlds = Mix({world: world.weight for world in _settled_worlds(occupations)})
    structures = max(3, round(count * STRUCTURES_PER_PERSON))
    draws = rng.random((count, OTHER_DRAWS + len(sectors))).tolist()
    temperaments = rng.standard_normal(count).tolist()
    return [
        _draw_person(iter(numbers), temperament, worlds, occupations, sectors, structures)
        for numbers, temperament in zip(draws, temperaments, strict=True)
    ]


def with_own_temperament(person: SimulatedPerson, key: str) -> SimulatedPerson:
    """Return the person with the openness that their key gives them, wave after wave: who tries first tries again."""
    draw = int.from_bytes(blake2b(key.encode(), digest_size=6).digest()) / 2**48
    return replace(
        person, openness=_openness(float(ndtri(min(max(draw, 1e-9), 1 - 1e-9))), person.profile["age_group"])
    )


def _openness(temperament, age):
    return 0.95 * temperament + OPENNESS_BY_AGE.get(age, 0.0)


def _settled_worlds(occupations):
    """Return the worlds that have somebody in this catalogue, their occupations cut to it."""
    named = {code for world in WORLDS for code in world.occupations}
    strangers = tuple(code for code in occupations if code not in named)
    worlds = [
        replace(
            world,
            occupations=tuple(code for code in world.occupations if code in occupations)
            + (strangers if world is OTHER_WORLD else ()),
        )
        for world in WORLDS
    ]
    return [world for world in worlds if world.occupations] or worlds


def _draw_person(draws, temperament, worlds, occupations, sectors, structures):
    world = worlds.pick(next(draws))
    structure_type = world.structures.pick(next(draws))
    size = STRUCTURE_SIZES[structure_type].pick(next(draws))
    place = int(next(draws) * structures)
    age = AGES.pick(next(draws))
    return SimulatedPerson(
        profile={
            "structure_type": structure_type,
            "structure_size": size,
            "seniority": SENIORITIES[age].pick(next(draws)),
            "employment_status": world.statuses.pick(next(draws)),
            "gender": _draw_gender(world, next(draws)),
            "age_group": age,
        },
        organisation="" if structure_type == "self" else f"{structure_type}-{size}-{place}",
        sectors=_draw_sectors(world, sectors, draws),
        occupations=_draw_occupations(world, occupations, draws),
        openness=_openness(temperament, age),
    )


def _draw_gender(world, draw):
    if draw < UNDISCLOSED_GENDER:
        return "undisclosed"
    if draw < UNDISCLOSED_GENDER + OTHER_GENDER:
        return "other"
    stated = UNDISCLOSED_GENDER + OTHER_GENDER
    return "woman" if draw < stated + world.women * (1 - stated) else "man"


def _draw_sectors(world, sectors, draws):
    drawn = tuple(code for code in sectors if next(draws) < world.sectors.get(code, 0))
    likeliest = sorted(sectors, key=lambda code: -world.sectors.get(code, 0))[:1]
    return drawn or tuple(likeliest)


def _draw_occupations(world, occupations, draws):
    held = []
    for _ in range(TRADE_NUMBERS.pick(next(draws))):
        neighbours = [code for code in world.occupations if code not in held]
        others = [code for code in occupations if code not in held]
        stays = next(draws) < SAME_WORLD or not held
        among = neighbours if stays and neighbours else others
        if among:
            held.append(among[int(next(draws) * len(among))])
    return tuple(held)
