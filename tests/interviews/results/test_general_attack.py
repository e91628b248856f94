"""METHOD.md §5.5 for the general items: what a reader with a solver finds in the tables of random campaigns. Nothing.

A campaign asks one question of everybody and a second one, of several answers, of those who said yes to the first. All
that the public sees of both, on both bases, enters one program.
"""

from dataclasses import replace
from itertools import product

import numpy as np

from interviews.analysis.constants import GROUP, N_FLAG, N_RATE, N_SHOW
from interviews.analysis.tabulation import NOBODY, ItemAnswers
from interviews.general_frame import DONT_KNOW, GeneralAnswers
from interviews.models import CubeCell, Item
from interviews.results.disclosure import PUBLIC, show
from interviews.results.general_items import cells_to_store
from interviews.results.respondents import respondent_cells
from interviews.results.segments import build_segments
from interviews.results.tabulation import ALL, ASKED, BASES, MORE_THAN_GROUP, general_cells, public_rows
from tests.interviews.results.attacker import Table, Unknowns
from tests.interviews.results.random_frames import next_wave, random_frame
from tests.interviews.results.test_attack import small_groups_of_structures

CAMPAIGNS = 150
CONTROLS = 20
VARIABLES = ("occupations", "structure_size")
FILTER, REASONS = "uses", "reasons"
CODES = {FILTER: ("yes", "no"), REASONS: tuple("xyz")}
YES, NO, UNSURE = range(3)  # of the first question; the last is « ne sait pas »
FILTER_TICKS = np.array([[True, False], [False, True], [False, False]])
# The first, nothing ticked, is « ne sait pas ».
REASON_TICKS = np.array(list(product([False, True], repeat=len(CODES[REASONS]))))
# Everything that somebody may have said: the first question, then the second.
STATES = [(NOBODY, NOBODY), (NO, NOBODY), (UNSURE, NOBODY), *((YES, value) for value in range(-1, len(REASON_TICKS)))]


def random_answers(persons, seed):
    """What everybody said: (persons) places in STATES, now and then nearly all the same."""
    random = np.random.default_rng([seed, 3])
    odds = random.dirichlet(np.full(len(STATES), 0.15 if seed % 3 == 0 else 0.8))
    return random.choice(len(STATES), persons, p=odds)


def answers_of(states, open_list):
    """What everybody said, as the items of a campaign; the second is an open list or not."""
    said = np.array(STATES)[states]
    first = Item(pk=1, code=FILTER, kind=Item.Kind.SINGLE)
    second = Item(pk=2, code=REASONS, kind=Item.Kind.MULTIPLE, asked_if_id=1, open_list="tools" if open_list else "")
    return [
        GeneralAnswers(first, ItemAnswers(CODES[FILTER], said[:, 0], FILTER_TICKS)),
        GeneralAnswers(second, ItemAnswers(CODES[REASONS], said[:, 1], REASON_TICKS)),
    ]


def published(frame, states, open_list, shown):
    """Yield (variable, member, rows by (item, base), headcounts) of what everybody sees, the total first among rows."""
    general = answers_of(states, open_list)
    respondents = respondent_cells(build_segments(frame))
    for variable in VARIABLES:
        rows, categories = {}, None
        for item in (FILTER, REASONS):
            total, *cells = [shown(cell) for cell in general_cells(frame, general, (variable,)) if cell.item == item]
            categories = [cell.category for cell in cells]
            for base in BASES:
                seen = {}
                for row in public_rows(total, cells, base, open_list and item == REASONS):
                    seen.setdefault((row.by, row.category), {})[row.answer] = row
                rows[item, base] = [seen.get(("", ""), {}), *(seen.get((variable, each), {}) for each in categories)]
        told = {cell.category: cell.base for cell in respondents if cell.variable == variable and not cell.mask}
        headcounts = [told.get(category) for category in categories]
        yield variable, membership(frame, variable, categories), rows, headcounts


def on_page(cell):
    """A stored cell as the public's pages and workbooks show it."""
    fields = {name: value for name, value in vars(cell).items() if name != "use_case"}
    return show(CubeCell(**fields), None, "", PUBLIC)


def membership(frame, variable, categories):
    """Who holds each of these categories (persons × categories); those who told none are the category « »."""
    if variable == "occupations":
        held = dict(zip(frame.occupations.codes, frame.occupations.member.T, strict=True))
        held[""] = ~frame.occupations.member.any(axis=1)
    else:
        column = frame.columns[variable]
        held = {category: column == place for place, category in enumerate(frame.categories[variable])}
        held[""] = column < 0
    return np.stack([held[category] for category in categories], axis=1)


class Reader(Unknowns):
    """Everything that is shown of one variable, as equations about how many persons of each pattern are in each
    state."""

    def __init__(self, member, states, rows, headcounts):
        super().__init__(member, states, len(STATES))
        self.rows = rows
        everybody = np.ones(len(STATES), dtype=bool)
        for place, persons in enumerate(headcounts):
            if persons is not None:
                self.tell(self.patterns[:, place], everybody, persons)
        columns = [np.ones(len(self.patterns), dtype=bool), *self.patterns.T]
        for (item, base), seen in rows.items():
            for column, answers in zip(columns, seen, strict=True):
                for mask, value, floor in figures(item, base, answers):
                    self.tell(column, mask, value, side=int(floor))
        self.settle()

    def groups(self, item):
        """Yield (name, patterns, places hidden for) of the groups that a subtraction could isolate."""
        for base in BASES:
            seen = self.rows[item, base][1:]
            visible = [
                place for place, answers in enumerate(seen) if any(row.n is not None for row in answers.values())
            ]
            based = [
                place for place, answers in enumerate(seen) if any(row.base is not None for row in answers.values())
            ]
            for name, places in (("uncounted", visible), ("unseen", based)):
                yield (name, base), ~self.patterns[:, places].any(axis=1)
        yield ("everybody", -1), np.ones(len(self.patterns), dtype=bool)
        for place in range(self.patterns.shape[1]):
            yield ("in", place), self.patterns[:, place]
            yield ("outside", place), ~self.patterns[:, place]

    def leaks(self, item):
        """Yield what is known of a group and should not be."""
        answered, unsure, ticks = reading(item)
        # Who is asked the second question is who said yes: where that number is shown, so may be how many answered.
        opened = np.array([said == YES for said, _ in STATES])
        unanimous = [
            patterns for _, patterns in self.groups(item) if self.is_large_and_unanimous(patterns, answered, ticks)
        ]
        for name, patterns in self.groups(item):
            states = self.states[patterns[self.of]]
            if any((larger >= patterns).all() or (larger >= ~patterns).all() for larger in unanimous):
                continue  # of thirty or more who all said the same, whose figures are shown, or all others but them
            base, asked = answered[states].sum(), (answered | unsure)[states].sum()
            given = ticks[states].sum(axis=0)
            shown = [self.shown(item, each, name) for each in BASES]
            hidden_base = 0 < base < N_SHOW and not shown[0]["base"] and self.knows(patterns, answered)
            if hidden_base and not (item == REASONS and self.knows(patterns, opened)):
                yield name, "base", int(base)
            if 0 < len(states) < N_SHOW and not shown[1]["base"] and self.knows(patterns, np.ones(len(STATES))):
                yield name, "everyone", len(states)
            if unsure[states].any() and asked < N_SHOW and not shown[0]["unsure"] and self.knows(patterns, unsure):
                yield name, "unsure", int(unsure[states].sum())
            mixture = ticks @ (1 + np.sqrt(np.arange(2, 2 + ticks.shape[1])))
            if exposed(base, given) and self.knows(patterns, mixture):
                yield name, "answers", int(base), given.tolist()
            rest = np.append(given, len(states) - base)
            if base and exposed(len(states), rest) and self.knows(patterns, mixture + ~answered):
                yield name, "all answers", len(states), rest.tolist()

    def structure_leaks(self, item, organisation):
        """Yield the groups of one or two structures that the answers shown set apart."""
        answered, *_ = reading(item)
        for base, counted in ((ASKED, answered[self.states]), (ALL, np.ones(len(self.states), dtype=bool))):
            if not any(row.n is not None for row in self.rows[item, base][0].values()):
                continue
            counts = [any(row.n is not None for row in seen.values()) for seen in self.rows[item, base][1:]]
            bases = [1 if each else None for each in counts]
            member = self.patterns[self.of][counted]
            table = Table(member, self.states[counted], len(STATES), [(each, None) for each in bases], (None, None))
            for name in small_groups_of_structures(table, organisation[counted]):
                yield name, "structures", base

    def is_large_and_unanimous(self, patterns, answered, ticks):
        states = self.states[patterns[self.of]]
        given = np.append(ticks[states].sum(axis=0), (~answered)[states].sum())
        return any(
            persons >= N_FLAG and np.isin(shares, (0, persons)).all()
            for persons, shares in ((answered[states].sum(), given[:-1]), (len(states), given))
        )

    def shown(self, item, base, name):
        """What the table itself says of a category: its base, who does not know, that nearly all agree."""
        kind, place = name
        rows = self.rows[item, base][{"in": place + 1, "everybody": 0}[kind]] if kind in ("in", "everybody") else {}
        return {
            "base": any(row.base is not None for row in rows.values()),
            "unsure": bool(rows) and rows[DONT_KNOW].n is not None,
        }


def exposed(persons, given):
    return 0 < persons < N_RATE or (0 < persons < N_FLAG and given.max() > GROUP * persons)


def reading(item):
    """By state: is in the base, does not know, and the answers held (states × answers)."""
    said = np.array(STATES)[:, (FILTER, REASONS).index(item)]
    ticks = FILTER_TICKS if item == FILTER else REASON_TICKS
    held = np.vstack([ticks, np.zeros((1, ticks.shape[1]), dtype=bool)])[said]
    return held.any(axis=1), (said != NOBODY) & ~held.any(axis=1), held


def figures(item, base, answers):
    """Yield (which states, how many persons, is it only a least number) of what one category shows."""
    answered, unsure, held = reading(item)
    bases = {row.base for row in answers.values()} - {None}
    for shown in bases:
        yield (answered if base == ASKED else np.ones(len(STATES), dtype=bool)), shown, False
    for code, row in answers.items():
        states = unsure if code == DONT_KNOW else held[:, CODES[item].index(code)]
        if row.n is not None:
            yield states, row.n, False
        elif row.percent == MORE_THAN_GROUP:
            yield states, int(GROUP * row.base) + 1, True


def bare(cell):
    """The same cell, were every category of five persons or more shown."""
    hidden = {"base": cell.base, "everyone_base": cell.everyone}
    return replace(cell, masks={name: "primary" for name, persons in hidden.items() if 0 < persons < N_SHOW})


def campaigns(number):
    """Yield (seed, wave, frame, states): random campaigns, each with the next one of nearly the same persons."""
    for seed in range(number):
        first = random_frame(seed)
        for wave, frame in enumerate((first, next_wave(first, seed))):
            yield seed, wave, frame, random_answers(len(frame.keys), seed + wave * CAMPAIGNS)


def found(frame, states, open_list, shown=lambda cell: cell):
    """Yield every leak of a campaign."""
    for variable, member, rows, headcounts in published(frame, states, open_list, shown):
        reader = Reader(member, states, rows, headcounts)
        for item in (FILTER, REASONS):
            yield from ((variable, item, *leak) for leak in reader.leaks(item))
            yield from ((variable, item, *leak) for leak in reader.structure_leaks(item, frame.organisation))


def test_an_attacker_recovers_nothing_from_the_general_items():
    """No group of one to four persons is counted, none of one to nine answers, nor of one to twenty-nine who nearly all
    say the same, and no answers shown isolate one or two structures."""
    leaks = [
        (seed, wave, *leak)
        for seed, wave, frame, states in campaigns(CAMPAIGNS)
        for leak in found(frame, states, open_list=seed % 5 == 0)
    ]
    assert leaks == []


def test_the_same_attacker_finds_many_groups_in_tables_masked_cell_by_cell():
    exposed_campaigns = {
        (seed, wave)
        for seed, wave, frame, states in campaigns(CONTROLS)
        if any(True for _ in found(frame, states, False, bare))
    }
    assert len(exposed_campaigns) > CONTROLS


def test_the_cube_shows_the_figures_of_the_table_and_no_other():
    for seed, _, frame, states in campaigns(CAMPAIGNS):
        general = answers_of(states, open_list=seed % 2 == 0)
        cells, stored = list(general_cells(frame, general, VARIABLES)), cells_to_store(frame, general)
        stored = [cell for cell in stored if cell.variable in ("", *VARIABLES)]
        for item in general:
            total, *rest = [cell for cell in cells if cell.item == item.item.code]
            rows = public_rows(total, rest, ASKED, bool(item.item.open_list))
            for cell in [cell for cell in stored if cell.item == item.item.code]:
                seen = on_page(cell)
                mine = [row for row in rows if (row.by, row.category) == (cell.variable, cell.category)]
                counts, named = seen.figures["counts"], [row for row in mine if row.answer != DONT_KNOW]
                assert [counts and counts[row.answer] for row in named] == [row.n for row in named]
                assert {row.base for row in named} <= {seen.base}
                (unsure,) = (row.n for row in mine if row.answer == DONT_KNOW)
                assert seen.figures["dont_know"] in (unsure, None)
