"""Small random campaigns as frames, without a database: what masks are attacked on."""

from dataclasses import replace

import numpy as np

from interviews.frames import (
    CODED_ANSWERS,
    LADDER,
    LISTS,
    MISSING,
    PROFILE_COLUMNS,
    CampaignFrame,
    Membership,
    Ticks,
)
from interviews.models import Usage

CASES = 2


def random_frame(seed: int) -> CampaignFrame:
    """A campaign on two use cases, of 8 to 80 persons: two to four trades, overlapping or not, three sizes of
    structures, with or without structures, now and then about something that hardly anybody uses."""
    random = np.random.default_rng(seed)
    persons, trades = int(random.integers(8, 80)), int(random.integers(2, 5))
    weights = random.dirichlet(np.full(trades, 0.6))
    member = np.eye(trades, dtype=bool)[random.choice(trades, persons, p=weights)]
    if seed % 2:
        member |= random.random((persons, trades)) < 0.6 * weights
    structures = random.integers(MISSING, 12, persons) if seed % 3 == 0 else np.full(persons, MISSING)
    odds = np.array([10, 10, 1, 1, 1, 1, 1, 1] if seed % 4 == 0 else [2, 2, 2, 2, 2, 2, 1, 1])
    usage = random.choice([*LADDER, Usage.NOT_CONCERNED, Usage.DONT_KNOW], size=(persons, CASES), p=odds / odds.sum())
    levels = random.choice([1, 2, 3, 9, MISSING], size=(2, persons, CASES), p=[0.2, 0.3, 0.3, 0.1, 0.1])
    coded = {name: np.full((persons, CASES), MISSING, dtype=np.int8) for name in CODED_ANSWERS}
    coded |= {"usage": usage.astype(np.int8)} | dict(zip(("maturity", "impact"), levels.astype(np.int8), strict=True))
    coded["intention"] = random.choice([1, 2, 3, 9, MISSING], size=(persons, CASES)).astype(np.int8)
    columns = {name: np.full(persons, MISSING, dtype=np.int8) for name in PROFILE_COLUMNS}
    columns["structure_size"] = random.choice(4, persons, p=[0.1, 0.3, 0.3, 0.3]).astype(np.int8) - 1
    nothing = Ticks((), np.zeros((1, 0), dtype=bool), np.zeros((persons, CASES), dtype=np.int32))
    return CampaignFrame(
        responses=None,
        keys=("",) * persons,
        columns=columns | {"mode": np.zeros(persons, dtype=np.int8)},
        categories=dict.fromkeys(PROFILE_COLUMNS, ("a", "b", "c")) | {"mode": ("web", "interview")},
        weight=np.full(persons, np.nan),
        organisation=structures.astype(np.int32),
        sectors=Membership((), np.zeros((persons, 0), dtype=bool)),
        occupations=Membership(tuple(f"trade_{trade}" for trade in range(trades)), member),
        use_cases=("doublage", "montage"),
        offered=np.ones((persons, CASES), dtype=bool),
        coded=coded,
        ticks=dict.fromkeys(LISTS, nothing),
    )


def next_wave(frame: CampaignFrame, seed: int) -> CampaignFrame:
    """The campaign after: a quarter of the persons have left, as many have come, a third of the others answer anew."""
    random = np.random.default_rng([seed, 2])
    persons = len(frame.keys)
    stays = random.random(persons) < 0.75
    rows = np.concatenate([np.flatnonzero(stays), random.choice(persons, int((~stays).sum()))])
    # Whoever answers anew answers as somebody drawn from the first wave did.
    says = np.where(random.random(len(rows)) < 0.35, random.choice(persons, len(rows)), rows)
    return replace(
        frame,
        keys=("",) * len(rows),
        columns={name: values[rows] for name, values in frame.columns.items()},
        weight=frame.weight[rows],
        organisation=frame.organisation[rows],
        sectors=replace(frame.sectors, member=frame.sectors.member[rows]),
        occupations=replace(frame.occupations, member=frame.occupations.member[rows]),
        offered=frame.offered[rows],
        coded={name: values[says] for name, values in frame.coded.items()},
        ticks={name: replace(each, pattern=each.pattern[says]) for name, each in frame.ticks.items()},
    )
