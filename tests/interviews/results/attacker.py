"""A reader with a solver: what follows from one published table, every count and base of it together.

Unlike `analysis.attack.group_leaks`, which looks at one modality at a time, everything shown enters one program: the
counts of the rows that show them, the bases of those that show only that, and the total.
"""

import numpy as np
from scipy.optimize import linprog

from interviews.models import CubeCell
from interviews.results.estimates import estimate_items

SAME = 1e-6  # people are whole, the solver answers in floats


def cells_of(wave, items):
    """Yield (place of the use case, cell) of what the questionnaires said: by item, by use case, the whole first."""
    for found in estimate_items(wave, {}, items):
        if found.mode != CubeCell.Mode.QUESTIONNAIRE:
            continue
        for case in range(len(wave.frame.use_cases)):
            for row, (variable, category) in enumerate(found.rows):
                yield (
                    case,
                    CubeCell(
                        item=found.item,
                        variable=variable,
                        category=category,
                        base=int(found.base[row, case]),
                        figures=found.figures[row][case],
                        mask=str(found.mask[row, case]),
                    ),
                )


class Table:
    """One item by one dimension, as published. `member` (persons × rows, bool) and `values` (persons, the answer, all
    in the base) are the truth; `counts` and `bases` say for each row, then for the total, what is shown (None: not)."""

    def __init__(self, member, values, answers, rows, total):
        self.member, self.values, self.answers = np.asarray(member, dtype=bool), np.asarray(values), answers
        self.patterns, self.of = np.unique(self.member, axis=0, return_inverse=True)
        self.of = self.of.reshape(-1)
        self.rows, self.total = rows, total

    def groups(self):
        """Yield (name, patterns, persons) of the groups that a subtraction could isolate."""
        shown = [place for place, (base, _) in enumerate(self.rows) if base is not None]
        counted = [place for place, (_, counts) in enumerate(self.rows) if counts is not None]
        for place in range(len(self.rows)):
            if place not in counted:
                yield ("in", place), self.patterns[:, place]
            yield ("outside", place), ~self.patterns[:, place]
        for name, places in (("uncovered", shown), ("uncounted", counted)):
            yield (name, None), ~self.patterns[:, places].any(axis=1)

    def leaks(self, k):
        """Return the groups of 1 to k-1 people whose every answer, in shown counts, is known exactly."""
        small = []
        for name, patterns in self.groups():
            people = patterns[self.of].sum()
            if 0 < people < k:
                small.append((name, patterns))
        if not small:
            return []
        equalities, known = self._published()
        return [name for name, patterns in small if self._is_determined(patterns, equalities, known)]

    def base_leaks(self, k):
        """Return the groups of 1 to k-1 people whose number is known, in a row that does not show its base."""
        equalities, known = self._bases()
        truth = np.bincount(self.of, minlength=len(self.patterns))
        return [
            name
            for name, patterns in self.groups()
            if 0 < patterns[self.of].sum() < k and is_known(patterns.astype(float), equalities, known, truth)
        ]

    def _bases(self):
        shown = [place for place, (base, _) in enumerate(self.rows) if base is not None]
        total = [np.ones(len(self.patterns))] if self.total[0] is not None else []
        equalities = np.array([*total, *self.patterns[:, shown].T.astype(float)]).reshape(-1, len(self.patterns))
        known = [self.total[0]] * len(total) + [self.rows[place][0] for place in shown]
        return equalities, known

    def _published(self):
        """One unknown per (pattern, answer); one equation per figure shown."""
        equalities, known = [], []
        everybody = np.ones(len(self.patterns), dtype=bool)
        columns = [*self.patterns.T, everybody]
        for (base, counts), column in zip([*self.rows, self.total], columns, strict=True):
            if counts is not None:
                for answer in range(self.answers):
                    row = np.zeros((len(self.patterns), self.answers))
                    row[column, answer] = 1
                    equalities.append(row.ravel())
                    known.append(counts[answer])
            elif base is not None:
                row = np.zeros((len(self.patterns), self.answers))
                row[column] = 1
                equalities.append(row.ravel())
                known.append(base)
        return np.array(equalities).reshape(-1, len(self.patterns) * self.answers), known

    def _is_determined(self, patterns, equalities, known):
        # If every count of the group is one number, so is any mixture of them.
        mixture = np.zeros((len(self.patterns), self.answers))
        mixture[patterns] = 1 + np.sqrt(np.arange(2, 2 + self.answers))
        truth = np.zeros(mixture.shape)
        np.add.at(truth, (self.of, self.values), 1)
        return is_known(mixture.ravel(), equalities, known, truth.ravel())


def is_known(objective, equalities, known, truth):
    """Do these equations leave one value for the objective, over all tables of non-negative counts?"""
    if not len(known):
        return False
    # The counts that are not empty may move both ways: when the equations let the objective move with them, it is not
    # known, and no program is needed to say so.
    free = truth > 0
    combination, *_ = np.linalg.lstsq(equalities[:, free].T, objective[free], rcond=None)
    if np.abs(equalities[:, free].T @ combination - objective[free]).max() > SAME:
        return False
    # Unknowns that nothing tells apart are one.
    objective, *equalities = np.unique(np.vstack([objective, equalities]), axis=1)
    ends = []
    for sign in (1, -1):
        solution = linprog(sign * objective, A_eq=equalities, b_eq=known, method="highs")
        if solution.status == 3:  # unbounded: nothing says how many
            return False
        assert solution.success, solution.message
        ends.append(sign * solution.fun)
    return ends[1] - ends[0] < SAME


class Unknowns:
    """How many persons of each pattern of categories are in each state, and what is published of these numbers.

    `of` and `states` (persons) are the truth: each one's pattern and state, places among `patterns` (bool, patterns ×
    categories) and `number` states.
    """

    def __init__(self, member, states, number):
        self.patterns, of = np.unique(member, axis=0, return_inverse=True)
        self.of, self.states, self.number = of.reshape(-1), states, number
        self._equations, self._known, self._sides = [], [], []

    def tell(self, patterns, states, persons, side=0):
        """Publish how many persons of these patterns are in these states (bool): exactly so many, or for a positive
        `side` so many at least, for a negative one at most."""
        self._equations.append(np.outer(patterns, states).ravel().astype(float))
        self._known.append(float(persons))
        self._sides.append(side)

    def settle(self):
        """Write down all that was told."""
        truth = np.zeros((len(self.patterns), self.number))
        np.add.at(truth, (self.of, self.states), 1)
        known, sides = np.array(self._known), np.array(self._sides)
        equations = np.array(self._equations).reshape(len(known), truth.size)
        # « More than 90 % »: so many at least, and a surplus that nobody knows.
        surplus = np.diag(sides.astype(float))[:, sides != 0]
        self.equations = np.hstack([equations, -surplus])
        self.known = known
        self.truth = np.append(truth.ravel(), np.abs(equations @ truth.ravel() - known)[sides != 0])

    def knows(self, patterns, weights):
        """Is the sum over these patterns of these weights by state a single number?"""
        objective = np.zeros(self.equations.shape[1])
        objective[: len(self.patterns) * self.number] = np.outer(patterns, weights).ravel()
        return is_known(objective, self.equations, self.known, self.truth)
