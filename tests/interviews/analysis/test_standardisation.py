"""Change at constant structure, worked by hand and by properties."""

from dataclasses import asdict

import numpy as np
import pytest

from interviews.analysis.change import wave_change
from interviews.analysis.standardisation import Mix, merge_cells, standardise_change

SHARES = (0, 1)


def simple_mix(cells):
    """Each person wholly in one cell."""
    cells = np.asarray(cells)
    held, pattern = np.unique(cells, return_inverse=True)
    return Mix(pattern, np.arange(held.size), held, np.ones(held.size))


def people(*groups):
    """(persons, cell, how many of them use) → cells and scores."""
    cells, scores = [], []
    for persons, cell, users in groups:
        cells += [cell] * persons
        scores += [1.0] * users + [0.0] * (persons - users)
    return simple_mix(cells), np.array(scores)


ONE_STEP = [np.array([0, 0])]  # two cells, one parent


def test_a_rise_that_is_only_a_younger_sample_vanishes():
    """Young 50 % users, old 20 %, in both waves. Before: 40 young, 60 old → 32 %. After: 60 young, 40 old → 38 %.

    On the mix of before, .4 · .5 + .6 · .2 = 32 %: raw change +6 points, 0 at constant structure.
    """
    first, before = people((40, 0, 20), (60, 1, 12))
    second, after = people((60, 0, 30), (40, 1, 8))
    found = standardise_change(first, before, second, after, [], ONE_STEP, SHARES)
    assert (before.mean(), after.mean()) == (0.32, 0.38)
    assert (found.after, found.difference) == (pytest.approx(0.32), pytest.approx(0, abs=1e-15))
    assert (found.cells, found.finest) == (2, 1.0)


def test_the_error_is_that_of_a_directly_standardised_rate():
    """Two independent waves: se² = N/(N-1) · sum_h pi_h² [p(1-p)/n + p'(1-p')/n'], pi = (.4, .6)."""
    first, before = people((40, 0, 20), (60, 1, 12))
    second, after = people((60, 0, 36), (40, 1, 10))
    found = standardise_change(first, before, second, after, [], ONE_STEP, SHARES)
    by_hand = 0.4**2 * (0.5 * 0.5 / 40 + 0.6 * 0.4 / 60) + 0.6**2 * (0.2 * 0.8 / 60 + 0.25 * 0.75 / 40)
    assert found.difference == pytest.approx(0.4 * 0.1 + 0.6 * 0.05)
    assert found.standard_error == pytest.approx(np.sqrt(200 / 199 * by_hand))
    assert found.low < found.difference < found.high


def test_the_same_mix_leaves_the_raw_change():
    first, before = people((40, 0, 20), (60, 1, 12))
    second, after = people((40, 0, 24), (60, 1, 30))
    found = standardise_change(first, before, second, after, [], ONE_STEP, SHARES)
    assert found.difference == pytest.approx(after.mean() - before.mean())


def test_one_cell_for_everybody_is_the_raw_change_and_its_error():
    random = np.random.default_rng(4)
    before, after = random.integers(0, 2, 40).astype(float), random.integers(0, 2, 50).astype(float)
    both = np.stack([random.permutation(40)[:15], random.permutation(50)[:15]], axis=1)
    found = standardise_change(
        simple_mix(np.zeros(40, int)), before, simple_mix(np.zeros(50, int)), after, both, [np.zeros(1, int)], SHARES
    )
    names = 1000 + np.arange(50)
    names[both[:, 1]] = both[:, 0]
    raw = wave_change([*range(40), *names], [1] * 40 + [2] * 50, [*before, *after]).test
    assert (found.difference, found.standard_error) == (
        pytest.approx(raw.difference),
        pytest.approx(raw.standard_error),
    )


def test_a_person_of_two_trades_is_shared_out_and_counts_once():
    """Before: 10 of trade A, 10 of both, nobody else → A holds 15, B holds 5 of 20 persons.

    After: 5 of A (no user), 15 of both (all users): A holds 12.5 with 7.5 users, B 7.5 with 7.5 users.
    On the former mix: .75 · .6 + .25 · 1 = 70 %, raw 75 %.
    """
    rows = {"row_pattern": np.array([0, 1, 1]), "row_cell": np.array([0, 0, 1]), "row_share": np.array([1, 0.5, 0.5])}
    first, second = (Mix(np.array([0] * a + [1] * both), **rows) for a, both in ((10, 10), (5, 15)))
    before, after = np.zeros(20), np.array([0.0] * 5 + [1.0] * 15)
    found = standardise_change(first, before, second, after, [], ONE_STEP, SHARES)
    assert found.after == pytest.approx(0.75 * 0.6 + 0.25 * 1)
    assert found.cells == 2


def test_the_same_persons_and_answers_have_not_moved():
    random = np.random.default_rng(5)
    mix = simple_mix(random.integers(0, 4, 80))
    scores = random.integers(1, 4, 80).astype(float)
    both = np.stack([np.arange(80)] * 2, axis=1)
    found = standardise_change(mix, scores, mix, scores, both, [np.array([0, 0, 1, 1]), np.zeros(4, int)], (1, 3))
    assert (found.difference, found.standard_error, found.low) == (pytest.approx(0), 0.0, None)


def test_those_who_did_not_answer_are_in_no_cell():
    first, before = people((40, 0, 20), (60, 1, 12))
    second, after = people((60, 0, 30), (40, 1, 8))
    silent = np.full(7, np.nan)
    with_silent = simple_mix([*([0] * 40 + [1] * 60), *([0] * 7)])
    found = standardise_change(with_silent, np.concatenate([before, silent]), second, after, [], ONE_STEP, SHARES)
    assert asdict(found) == pytest.approx(
        asdict(standardise_change(first, before, second, after, [], ONE_STEP, SHARES)), abs=1e-15
    )


def test_small_cells_are_merged_finest_distinction_first():
    """Cells 0-1 share a parent, 2-3 another, all a grandparent. 0 is large; 1 is small and its parent holds nothing
    else that is: it waits. 2 and 3 are pooled. 1 is alone at the end, too small: it joins the largest group."""
    first, second = [50, 3, 4, 3], [40, 9, 2, 6]
    parents = [np.array([0, 0, 1, 1]), np.zeros(4, int)]
    assert merge_cells(first, second, parents).tolist() == [0, 0, 1, 1]
    assert merge_cells([50, 6, 4, 3], second, parents).tolist() == [0, 1, 2, 2]
    assert merge_cells([1, 1, 1, 1], [1, 1, 1, 1], parents).tolist() == [0, 0, 0, 0]
    assert merge_cells([2, 2, 2, 2], [2, 2, 2, 2], parents).tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("seed", range(20))
def test_a_group_is_never_small_unless_there_is_only_one(seed):
    random = np.random.default_rng(seed)
    first, second = random.poisson(4, 24), random.poisson(4, 24)
    parents = [np.arange(24) // 2, np.arange(24) // 6, np.zeros(24, int)]
    group = merge_cells(first, second, parents)
    sizes = [np.bincount(group, each) for each in (first, second)]
    assert group.max() == 0 or np.minimum(*sizes).min() >= 5
    assert sorted(set(group.tolist())) == list(range(group.max() + 1))
