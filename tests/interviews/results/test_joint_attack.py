"""METHOD.md §5.5 for what use cases ask one after the other: usage, then maturity of those who know, then intention of
those who do not use. All that the public sees of the three, « > 90 % » included, enters one program.
"""

from dataclasses import replace
from itertools import product

import numpy as np

from interviews.analysis.constants import GROUP, N_FLAG, N_RATE, N_SHOW
from interviews.frames import LADDER, MISSING, NON_USERS
from interviews.models import CubeCell, Usage
from interviews.results.counting import set_up_wave
from interviews.results.disclosure import CURRENT_USERS, OTHERS, PUBLIC, show
from tests.interviews.results.attacker import Unknowns, cells_of
from tests.interviews.results.random_frames import next_wave, random_frame

ITEMS = ("usage", "maturity", "intention")
VARIABLES = ("occupations", "structure_size")
CAMPAIGNS = 60
CONTROLS = 10
OUTSIDE = (Usage.NOT_CONCERNED, Usage.DONT_KNOW)
NOTHING = -1
STEPS = len(LADDER)


def _possible():
    """Everything that somebody may have said, as places in the items: (usage, maturity, intention)."""
    for usage in range(NOTHING, STEPS + len(OUTSIDE)):
        step = (*LADDER, *OUTSIDE)[usage] if usage != NOTHING else None
        levels = (NOTHING,) if step in (Usage.NEVER_HEARD, Usage.NOT_CONCERNED) else range(NOTHING, 4)
        intentions = range(NOTHING, 4) if step in NON_USERS else (NOTHING,)
        yield from product((usage,), levels, intentions)


STATES = np.array(list(_possible()))
SIZES = {"usage": STEPS, "maturity": 3, "intention": 3}  # answers of the base
BASES = {item: (said >= 0) & (said < SIZES[item]) for item, said in zip(ITEMS, STATES.T, strict=True)}
HELD = {
    item: (said[:, np.newaxis] == np.arange(SIZES[item])) & BASES[item][:, np.newaxis]
    for item, said in zip(ITEMS, STATES.T, strict=True)
}
CURRENT = np.array([step in (Usage.OCCASIONAL, Usage.REGULAR) for step in LADDER])
NON_USER = HELD["usage"][:, ~CURRENT].any(axis=1)
GROUPS = {CURRENT_USERS: CURRENT, OTHERS: ~CURRENT}
SIDES = np.stack([CURRENT, ~CURRENT], axis=1).astype(int)


def states_of(frame, case):
    """The place in STATES of what each person said of one use case."""
    said = np.stack([frame.usage().values, frame.levels("maturity").values, frame.intention().values], axis=-1)
    place_of = {tuple(state): place for place, state in enumerate(STATES.tolist())}
    return np.array([place_of[tuple(each)] for each in said[:, case].tolist()])


def published(frame, mask=lambda cell: cell.mask):
    """Yield (use case, variable, unknowns, cells shown by item and category) of what everybody sees of a campaign."""
    wave = set_up_wave(frame, None)
    cells = {}
    for case, cell in cells_of(wave, ITEMS):
        cell.mask = mask(cell)
        cells.setdefault((case, cell.variable), {}).setdefault(cell.item, []).append(show(cell, None, "", PUBLIC))
    for case, code in enumerate(frame.use_cases):
        states = states_of(frame, case)
        for variable in VARIABLES:
            member = wave.segments.by_variable[variable].dimension.member
            unknowns = Unknowns(member, states[wave.segments.places], len(STATES))
            shown = {item: cells[case, ""][item] + cells[case, variable][item] for item in ITEMS}
            columns = [np.ones(len(unknowns.patterns), dtype=bool), *unknowns.patterns.T]
            for item, seen in shown.items():
                for column, cell in zip(columns, seen, strict=True):
                    tell(unknowns, column, item, cell)
            unknowns.settle()
            yield code, variable, unknowns, shown


def tell(unknowns, column, item, cell):
    """Publish what one cell shows."""
    if cell.base is not None:
        unknowns.tell(column, BASES[item], cell.base)
    counts = cell.figures["counts"]
    if counts is not None:
        counts = list(counts.values()) if isinstance(counts, dict) else counts
        for place, persons in enumerate(counts):
            unknowns.tell(column, HELD[item][:, place], persons)
    for name, place in (("not_concerned", STEPS), ("dont_know", STEPS + 1 if item == "usage" else SIZES[item])):
        if cell.figures.get(name) is not None:
            unknowns.tell(column, STATES[:, ITEMS.index(item)] == place, cell.figures[name])
    dominant = cell.figures.get("dominant")
    if dominant and counts is None:
        codes = [each.code for each in LADDER] if item == "usage" else ["yes", "maybe", "no"]
        group = GROUPS.get(dominant, np.array([code == dominant for code in codes]))
        least = int(GROUP * cell.base) + 1
        unknowns.tell(column, HELD[item][:, group].any(axis=1), least, side=1)
        if dominant in GROUPS:  # no step of it is alone
            for place in np.flatnonzero(group):
                unknowns.tell(column, HELD[item][:, place], least - 1, side=-1)


def groups(unknowns, shown):
    """Yield (name, patterns) of the groups that a subtraction could isolate."""
    yield ("everybody", ""), np.ones(len(unknowns.patterns), dtype=bool)
    for place, column in enumerate(unknowns.patterns.T):
        yield ("in", place), column
        yield ("outside", place), ~column
    for item, (_, *rows) in shown.items():
        counted = [place for place, cell in enumerate(rows) if cell.figures["counts"] is not None]
        based = [place for place, cell in enumerate(rows) if cell.base is not None]
        yield ("uncounted", item), ~unknowns.patterns[:, counted].any(axis=1)
        yield ("unseen", item), ~unknowns.patterns[:, based].any(axis=1)


def leaks(unknowns, shown):
    """Yield what is known of a group and should not be."""
    for item in ITEMS:
        # Whom another item's rows leave out are no group here.
        own = [(name, patterns) for name, patterns in groups(unknowns, shown) if name[1] not in set(ITEMS) - {item}]
        unanimous = [patterns for _, patterns in own if is_large_and_unanimous(unknowns, patterns, item)]
        for name, patterns in own:
            if any((larger >= patterns).all() or (larger >= ~patterns).all() for larger in unanimous):
                continue  # of thirty or more who all said the same, whose figures are shown, or all others but them
            states = unknowns.states[patterns[unknowns.of]]
            base = int(BASES[item][states].sum())
            # Non-users are asked their intention: where their number is shown, so may be how many answered.
            is_shown = item == "intention" and unknowns.knows(patterns, NON_USER)
            if 0 < base < N_SHOW and not is_shown and unknowns.knows(patterns, BASES[item]):
                yield name, item, "base", base
            readings = {"answers": HELD[item]} | ({"sides": HELD[item] @ SIDES} if item == "usage" else {})
            for reading, held in readings.items():
                given = held[states].sum(axis=0)
                if exposed(base, given, item) and unknowns.knows(patterns, mixture(held)):
                    yield name, item, reading, base, given.tolist()
                # All the same, however many they are.
                is_unanimous = item != "maturity" and 0 < base < N_FLAG and base in given
                if is_unanimous and unknowns.knows(patterns, held[:, given == 0].sum(axis=1)):
                    yield name, item, f"one of the {reading}", base, given.tolist()


def mixture(answers):
    """If every count of a group is one number, so is any mixture of them."""
    return answers @ (1 + np.sqrt(np.arange(2, 2 + answers.shape[1])))


def is_large_and_unanimous(unknowns, patterns, item):
    states = unknowns.states[patterns[unknowns.of]]
    given, base = HELD[item][states].sum(axis=0), BASES[item][states].sum()
    return base >= N_FLAG and base in (given.max(), *(given @ SIDES if item == "usage" else ()))


def exposed(persons, given, item):
    """Ten persons may be told; of a personal item, not that nearly all of fewer than thirty said the same."""
    nearly_all = item != "maturity" and given.max() > GROUP * persons
    return 0 < persons < N_RATE or (0 < persons < N_FLAG and nearly_all)


def campaigns(number):
    """Yield (seed, wave, frame): random campaigns, each with the next one of nearly the same persons. In half of them
    everybody answers whatever they are asked."""
    for seed in range(number):
        first = random_frame(seed)
        for wave, frame in enumerate((first, next_wave(first, seed))):
            yield seed, wave, frame if seed // 2 % 2 else answered_by_all(frame)


def answered_by_all(frame):
    anything = 1 + np.arange(len(frame.keys))[:, np.newaxis] % 3
    filled = {name: np.where(frame.coded[name] == MISSING, anything, frame.coded[name]) for name in ITEMS[1:]}
    return replace(frame, coded=frame.coded | {name: values.astype(np.int8) for name, values in filled.items()})


def bare(cell):
    """The mask of a cell that no other one hides."""
    if cell.base < N_SHOW:
        return CubeCell.Mask.PRIMARY
    if cell.base < N_RATE:
        return CubeCell.Mask.BASE_ONLY
    return CubeCell.Mask.GROUP if cell.figures.get("dominant") else CubeCell.Mask.NONE


def test_an_attacker_recovers_nothing_from_questions_that_follow_each_other():
    """No group of one to four persons is counted; none of one to nine answers, nor of one to twenty-nine who nearly all
    use, do not use, or say the same."""
    found = [
        (seed, wave, *where, *leak)
        for seed, wave, frame in campaigns(CAMPAIGNS)
        for *where, unknowns, shown in published(frame)
        for leak in leaks(unknowns, shown)
    ]
    assert found == []


def test_the_same_attacker_finds_many_groups_in_cells_masked_one_by_one():
    exposed_campaigns = {
        (seed, wave)
        for seed, wave, frame in campaigns(CONTROLS)
        if any(True for *_, unknowns, shown in published(frame, bare) for _ in leaks(unknowns, shown))
    }
    assert len(exposed_campaigns) > CONTROLS
