"""METHOD.md §5.5: what a reader with a solver finds in the tables of random campaigns, two waves each. Nothing."""

import numpy as np

from interviews.analysis.constants import N_RATE, N_SHOW, STRUCT_MIN
from interviews.analysis.masking import NOBODY
from interviews.results.counting import set_up_wave
from interviews.results.disclosure import PUBLIC, show
from tests.interviews.results.attacker import Table, cells_of
from tests.interviews.results.random_frames import next_wave, random_frame

ITEMS = ("maturity", "usage", "intention")
VARIABLES = ("occupations", "structure_size")
CAMPAIGNS = 500


def published(frame, wave):
    """Yield (item, use case, variable, table, people) of what everybody sees of the campaign, with the truth behind."""
    shown = {}
    for case, cell in cells_of(wave, ITEMS):
        seen = show(cell, frame.use_cases[case], "", PUBLIC)
        counts = seen.figures["counts"]
        counts = list(counts.values()) if isinstance(counts, dict) else counts
        shown.setdefault((cell.item, case), {}).setdefault(cell.variable, []).append((seen.base, counts))
    for (name, case), rows in shown.items():
        item = frame.levels(name) if name == "maturity" else getattr(frame, name)()
        people = item.in_base[:, case]
        for variable in VARIABLES:
            member = wave.segments.by_variable[variable].dimension.member[people]
            table = Table(member, item.values[people, case], len(item.answers), rows[variable], rows[""][0])
            yield name, frame.use_cases[case], variable, table, people


def bare(table):
    """The same table, were every row of five persons or more shown whole."""
    answers = np.eye(table.answers, dtype=int)[table.values]
    rows = [
        (int(held.sum()), answers[held].sum(axis=0).tolist()) if held.sum() >= N_SHOW else (None, None)
        for held in table.member.T
    ]
    return Table(table.member, table.values, table.answers, rows, (len(answers), answers.sum(axis=0).tolist()))


def small_groups_of_structures(table, organisation):
    """Return the groups of one or two structures that stand in a row shown, out of it, or in no row shown."""
    shown = [place for place, (base, _) in enumerate(table.rows) if base]
    alone = np.flatnonzero(organisation == NOBODY)
    numbers = organisation.copy()
    numbers[alone] = organisation.max(initial=0) + 1 + np.arange(len(alone))
    structures, of = np.unique(numbers, return_inverse=True)
    held = np.zeros((len(structures), len(table.rows)), dtype=bool)
    np.logical_or.at(held, of, table.member)
    groups = {("in", place): held[:, place] for place in shown} | {
        ("outside", place): ~held[:, place] for place in shown
    }
    if any(base is None for base, _ in table.rows):
        groups["uncovered"] = ~held[:, shown].any(axis=1)
    return [name for name, inside in groups.items() if 0 < inside.sum() < STRUCT_MIN]


def test_an_attacker_recovers_nothing_from_random_campaigns():
    """No group of one to four persons is found from the bases, none of one to nine from the answers, and no row shown
    isolates one or two structures, in either wave. The same attacker finds many in tables masked row by row alone."""
    leaks, attacked, unprotected = [], 0, 0
    for seed in range(CAMPAIGNS):
        first = random_frame(seed)
        for number, frame in enumerate((first, next_wave(first, seed))):
            wave = set_up_wave(frame, None)
            for *where, table, people in published(frame, wave):
                if table.total[0] is None:
                    assert table.rows == [(None, None)] * len(table.rows)
                    continue
                found = [("base", group) for group in table.base_leaks(N_SHOW)]
                found += [
                    ("structures", group) for group in small_groups_of_structures(table, frame.organisation[people])
                ]
                if table.total[1] is not None:
                    attacked += 1
                    found += [("answers", group) for group in table.leaks(N_RATE)]
                    unprotected += seed < CAMPAIGNS // 10 and bool(bare(table).leaks(N_SHOW))
                leaks += [(seed, number, *where, *leak) for leak in found]
    assert leaks == []
    assert attacked > 10 * CAMPAIGNS
    assert unprotected > CAMPAIGNS // 10
