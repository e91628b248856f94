"""What simulated respondents know, use and think of each use case: a hidden truth drawn once, answers drawn around it.

The truth is made so that a demonstration shows every status. Levels already in force are dealt a fate in turn (it moved
up, it stands, opinions are split, it moved down); the others are settled at a level, between two levels, split between
the extremes, or too vague for most to answer. Usage follows how close the person's trade is to the use case, and a
person's openness carries from one use case to the next.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtr

from interviews.models import Intention, Level, Usage

# Shares of the three levels when the profession agrees on one of them; the last answer of two in ten differs.
SETTLED = {1: (0.80, 0.17, 0.03), 2: (0.10, 0.80, 0.10), 3: (0.03, 0.17, 0.80)}
BETWEEN = {1: (0.48, 0.44, 0.08), 2: (0.08, 0.48, 0.44), 3: (0.08, 0.44, 0.48)}
SPLIT = (0.46, 0.08, 0.46)
VAGUE = (0.34, 0.33, 0.33)
FATES = ("up", "stands", "split", "stands", "down", "up")  # dealt in turn to the levels in force
STATES = {"settled": 0.6, "between": 0.2, "split": 0.1, "vague": 0.1}  # of the use cases without a level
FIRST_LEVELS = {"maturity": (0.30, 0.45, 0.25), "impact": (0.45, 0.40, 0.15)}
DONT_KNOW_SHARE, VAGUE_DONT_KNOW_SHARE = 0.12, 0.62
USERS_DOUBT_LESS = 0.4  # times the share of « ne sait pas », among current users

# Current users among the people of the trade: (relative frequency, lowest, highest share).
ADOPTIONS = ((0.45, 0.02, 0.12), (0.40, 0.20, 0.42), (0.15, 0.55, 0.75))
# By reason of the offer, nearest first: usage falls and « pas mon métier » rises with distance.
USE_BY_REASON = np.array([1.0, 0.65, 0.4, 0.25])
NOT_CONCERNED_BY_REASON = np.array([0.04, 0.18, 0.32, 0.55])
DONT_KNOW_USAGE = 0.02
ASCENDING = (
    Usage.NEVER_HEARD,
    Usage.AWARE,
    Usage.TRIED,
    Usage.ABANDONED,
    Usage.OCCASIONAL,
    Usage.REGULAR,
)
CARRY = 0.3  # share of the variance of a person's usages that is their openness

# From one wave to the next: (share of the use cases, power to which cumulated shares are raised).
MOVES = {"up": (0.35, 2.2), "still": (0.55, 1.03), "down": (0.10, 0.7)}

UNANSWERED = 0.03  # of each question put to people, left empty
TICKS_BENEFITS, TICKS_BARRIERS, NAMES_TOOL, COMMENTS = 0.7, 0.55, 0.35, 0.015
# Cumulated over very satisfied, satisfied, dissatisfied: of current users, of those who tried or gave up.
SAYS_SATISFACTION, CONTENT, DISAPPOINTED = 0.7, (0.12, 0.63, 0.91), (0.04, 0.34, 0.78)
OWN_BENEFIT, OTHER_BENEFIT = 0.6, 0.12  # ticked when the catalogue gives it to the use case, or not
REMARKS = (
    "Utile pour dégrossir, jamais pour finir.",
    "Le résultat demande encore beaucoup de reprise à la main.",
    "Nous l’avons essayé sur un projet, sans suite faute de temps.",
    "Je crains surtout pour les débutants du métier.",
    "Cela devient courant chez nos prestataires.",
    "Les droits sur les images produites restent flous.",
    "Très bon gain de temps sur les tâches répétitives.",
    "La qualité varie trop d’un essai à l’autre.",
)


_NOT_ANSWERED = -1


@dataclass(frozen=True)
class KnownUseCase:
    """What the truth of a use case starts from: catalogue codes, and the levels in force by dimension."""

    code: str
    benefits: frozenset[str]
    tools: tuple[str, ...]
    levels: dict[str, int]


@dataclass(frozen=True)
class Truth:
    """The profession's mind, K use cases: probabilities.

    `levels[dimension]`: K × 3; `dont_know[dimension]`: K; `ladder`: K × reasons × 6, cumulated over ASCENDING;
    `intention`: K × 3, cumulated over no, maybe, yes; `benefits`, `barriers`: K × entries, each ticked apart.
    """

    levels: dict[str, np.ndarray]
    dont_know: dict[str, np.ndarray]
    ladder: np.ndarray
    intention: np.ndarray
    benefits: np.ndarray
    barriers: np.ndarray
    benefit_codes: tuple[str, ...]
    barrier_codes: tuple[str, ...]
    tools: tuple[tuple[str, ...], ...]


def draw_truth(
    rng: np.random.Generator,
    use_cases: Sequence[KnownUseCase],
    benefits: Sequence[str],
    barriers: Sequence[str],
) -> Truth:
    """Draw the truth of each use case, in order."""
    levels, dont_know = {}, {}
    for dimension in FIRST_LEVELS:
        levels[dimension], dont_know[dimension] = _draw_levels(rng, use_cases, dimension)
    frequencies, lowest, highest = np.array(ADOPTIONS).T
    kind = rng.choice(len(ADOPTIONS), size=len(use_cases), p=frequencies)
    users = rng.uniform(lowest[kind], highest[kind])
    own = np.array([[code in case.benefits for code in benefits] for case in use_cases]).reshape(
        len(use_cases), len(benefits)
    )
    weight_of_barriers = rng.beta(1.5, 4.5, size=len(barriers))
    return Truth(
        levels=levels,
        dont_know=dont_know,
        ladder=np.cumsum(_ladders(users), axis=-1),
        intention=np.cumsum(rng.dirichlet((4, 3, 3), size=len(use_cases)), axis=-1),
        benefits=np.where(own, OWN_BENEFIT, OTHER_BENEFIT),
        barriers=np.clip(weight_of_barriers * rng.uniform(0.6, 1.4, size=(len(use_cases), len(barriers))), 0, 0.9),
        benefit_codes=tuple(benefits),
        barrier_codes=tuple(barriers),
        tools=tuple(case.tools for case in use_cases),
    )


def move_truth(rng: np.random.Generator, truth: Truth) -> Truth:
    """Return the truth one wave later: some use cases gained ground, a few lost some, the others hardly moved.

    Every distribution is an ordered one: its cumulated shares are raised to a power, above 1 to move it up.
    """
    kinds = np.array(list(MOVES.values()))
    kind = rng.choice(len(kinds), size=len(truth.ladder), p=kinds[:, 0])
    power = kinds[kind, 1] * rng.uniform(0.9, 1.1, size=len(kind))
    opinion = np.sqrt(power)  # opinions follow practice, at a distance
    return replace(
        truth,
        ladder=truth.ladder ** power[:, np.newaxis, np.newaxis],
        intention=truth.intention ** opinion[:, np.newaxis],
        levels={
            dimension: np.diff(np.cumsum(shares, axis=1) ** opinion[:, np.newaxis], axis=1, prepend=0)
            for dimension, shares in truth.levels.items()
        },
    )


def continue_truth(own: Truth, earlier: Truth, places: Sequence[int | None]) -> Truth:
    """Return `own` with the rows of the use cases that were already there; `places` gives their row in `earlier`."""
    here = np.array([row for row, place in enumerate(places) if place is not None], dtype=int)
    there = np.array([place for place in places if place is not None], dtype=int)

    def joined(mine, theirs):
        rows = mine.copy()
        rows[here] = theirs[there]
        return rows

    return replace(
        own,
        **{name: joined(getattr(own, name), getattr(earlier, name)) for name in ("ladder", "intention", "barriers")},
        **{
            name: {key: joined(rows, getattr(earlier, name)[key]) for key, rows in getattr(own, name).items()}
            for name in ("levels", "dont_know")
        },
    )


def _draw_levels(rng, use_cases, dimension):
    fates = iter(np.roll(FATES, rng.integers(len(FATES))).tolist() * len(use_cases))
    shares, doubts = [], []
    for case in use_cases:
        state = rng.choice(list(STATES), p=list(STATES.values()))
        level = int(rng.choice((1, 2, 3), p=FIRST_LEVELS[dimension]))
        if dimension in case.levels:
            fate = next(fates)
            state = "split" if fate == "split" else "settled"
            step = {"up": 1, "down": -1}.get(fate, 0)
            level = min(max(case.levels[dimension] + step, 1), 3)
        shares.append({"settled": SETTLED[level], "between": BETWEEN[level], "split": SPLIT, "vague": VAGUE}[state])
        doubts.append(VAGUE_DONT_KNOW_SHARE if state == "vague" else DONT_KNOW_SHARE)
    return np.array(shares).reshape(-1, 3), np.array(doubts)


def _ladders(users):
    """Shares of each step of ASCENDING, K × reasons × 6, from the share of current users in the trade."""
    current = users[:, np.newaxis] * USE_BY_REASON
    heard = np.clip((0.6 + 0.4 * np.sqrt(users))[:, np.newaxis] * (0.55 + 0.45 * USE_BY_REASON), current, 1)
    passed_by = heard - current
    regular = current * (0.3 + 0.4 * users)[:, np.newaxis]
    return np.stack(
        [1 - heard, 0.62 * passed_by, 0.27 * passed_by, 0.11 * passed_by, current - regular, regular], axis=-1
    )


def draw_opinions(
    rng: np.random.Generator, truth: Truth, use_case: np.ndarray, reason: np.ndarray, openness: np.ndarray
) -> list[dict]:
    """Draw the answer to each (person, use case) pair: the fields of a `UseCaseAnswer` that were answered.

    `use_case` and `reason` hold positions (in the truth, in `routing.REASONS`), `openness` that of the pair's person.
    """
    usage = _draw_usage(rng, truth, use_case, reason, openness)
    knows = np.isin(usage, (Usage.AWARE, Usage.TRIED, Usage.OCCASIONAL, Usage.REGULAR, Usage.ABANDONED))
    uses = np.isin(usage, (Usage.OCCASIONAL, Usage.REGULAR))
    columns = {"usage": usage}
    for dimension in truth.levels:
        doubt = truth.dont_know[dimension][use_case] * np.where(uses, USERS_DOUBT_LESS, 1)
        columns[dimension] = np.where(knows, _draw_level(rng, truth.levels[dimension][use_case], doubt), _NOT_ANSWERED)
    columns["intention"] = np.where(knows & ~uses, _draw_intention(rng, truth, use_case, openness), _NOT_ANSWERED)
    for values in columns.values():
        values[rng.random(len(values)) < UNANSWERED] = _NOT_ANSWERED
    opinions = [
        {name: value for name, value in zip(columns, row, strict=True) if value != _NOT_ANSWERED}
        for row in zip(*(values.tolist() for values in columns.values()), strict=True)
    ]
    answered = columns["usage"] != _NOT_ANSWERED
    for opinion, given in zip(opinions, answered.tolist(), strict=True):
        if not given:
            opinion.clear()  # who leaves the first question of a use case does not reach the next ones
    _tick(rng, opinions, "benefits", truth.benefits, truth.benefit_codes, use_case, knows & answered, TICKS_BENEFITS)
    _tick(rng, opinions, "barriers", truth.barriers, truth.barrier_codes, use_case, knows & answered, TICKS_BARRIERS)
    for place in np.flatnonzero(uses & answered & (rng.random(len(usage)) < NAMES_TOOL)).tolist():
        known = truth.tools[use_case[place]]
        if known:
            opinions[place]["tools"] = [known[int(rng.integers(len(known)))]]
    for place in np.flatnonzero(knows & answered & (rng.random(len(usage)) < COMMENTS)).tolist():
        opinions[place]["comment"] = REMARKS[int(rng.integers(len(REMARKS)))]
    tried = uses | np.isin(usage, (Usage.TRIED, Usage.ABANDONED))
    _say_satisfaction(rng.spawn(1)[0], opinions, uses, tried & answered)
    return opinions


def _say_satisfaction(rng, opinions, uses, among):
    bounds = np.where(uses[:, np.newaxis], CONTENT, DISAPPOINTED)
    satisfaction = 1 + (rng.random((len(uses), 1)) > bounds).sum(axis=1)
    for place in np.flatnonzero(among & (rng.random(len(uses)) < SAYS_SATISFACTION)).tolist():
        opinions[place]["satisfaction"] = int(satisfaction[place])


def _draw_usage(rng, truth, use_case, reason, openness):
    inclination = ndtr(np.sqrt(CARRY) * openness + np.sqrt(1 - CARRY) * rng.standard_normal(len(use_case)))
    step = (inclination[:, np.newaxis] > truth.ladder[use_case, reason, :-1]).sum(axis=1)
    outside = rng.random(len(use_case))
    not_concerned = NOT_CONCERNED_BY_REASON[reason]
    return np.select(
        [outside < not_concerned, outside < not_concerned + DONT_KNOW_USAGE],
        [Usage.NOT_CONCERNED, Usage.DONT_KNOW],
        np.array(ASCENDING)[step],
    )


def _draw_level(rng, shares, doubt):
    level = 1 + (rng.random(len(doubt))[:, np.newaxis] > np.cumsum(shares, axis=1)[:, :-1]).sum(axis=1)
    return np.where(rng.random(len(doubt)) < doubt, Level.DONT_KNOW, level)


def _draw_intention(rng, truth, use_case, openness):
    inclination = ndtr(np.sqrt(CARRY) * openness + np.sqrt(1 - CARRY) * rng.standard_normal(len(use_case)))
    step = (inclination[:, np.newaxis] > truth.intention[use_case, :-1]).sum(axis=1)
    intention = np.array((Intention.NO, Intention.MAYBE, Intention.YES))[step]
    return np.where(rng.random(len(use_case)) < DONT_KNOW_SHARE / 2, Intention.DONT_KNOW, intention)


def _tick(rng, opinions, field, probabilities, codes, use_case, among, answer_share):
    rows = np.flatnonzero(among & (rng.random(len(use_case)) < answer_share))
    ticked = rng.random((len(rows), len(codes))) < probabilities[use_case[rows]]
    for place, row in zip(rows.tolist(), ticked.tolist(), strict=True):
        chosen = [code for code, tick in zip(codes, row, strict=True) if tick]
        if chosen:
            opinions[place][field] = chosen
