"""The table of changes says, cell by cell, what `wave_change` says of the persons of that cell."""

import numpy as np
import pytest

from interviews.analysis.change import wave_change
from interviews.analysis.change_table import WaveScores, adjust_by_family, tabulate_changes

LEVELS = np.array([1.0, 2.0, 3.0])
SHARES = np.array([0.0, 1.0])


def draw_wave(random, persons, scores=LEVELS, weighted=False, use_cases=3, segments=4):
    """A wave in which a third of the questions go unanswered; the first segment is everybody."""
    codes = random.integers(-1, len(scores), (persons, use_cases))
    member = np.hstack([np.ones((persons, 1), dtype=bool), random.random((persons, segments - 1)) < 0.4])
    return WaveScores(codes, scores, member, random.uniform(0.3, 3, persons) if weighted else None)


def one_by_one(first, second, both, segment, use_case, scale):
    """The same cell through the function that reads persons."""
    names = [np.arange(len(first.codes)), 10_000 + np.arange(len(second.codes))]
    names[1][both[:, 1]] = both[:, 0]
    person, wave, y, weights = [], [], [], []
    for number, (one, name) in enumerate(zip((first, second), names, strict=True), 1):
        rows = np.flatnonzero((one.codes[:, use_case] >= 0) & one.segments[:, segment].astype(bool))
        person += name[rows].tolist()
        wave += [number] * len(rows)
        y += one.scores[one.codes[rows, use_case]].tolist()
        weights += (np.ones(len(rows)) if one.weights is None else one.weights[rows]).tolist()
    return wave_change(person, wave, y, weights, scale), len(person) - len(set(person))


@pytest.mark.parametrize("overlap", [0, 17, 40])
@pytest.mark.parametrize("weighted", [False, True])
def test_every_cell_is_what_the_persons_say(overlap, weighted):
    random = np.random.default_rng(overlap + weighted)
    first, second = (draw_wave(random, persons, weighted=weighted) for persons in (40, 55))
    both = np.stack([random.permutation(40)[:overlap], random.permutation(55)[:overlap]], axis=1)
    table = tabulate_changes(first, second, both, scale=(1, 3))
    for segment in range(4):
        for use_case in range(3):
            found, n_both = one_by_one(first, second, both, segment, use_case, (1, 3))
            cell = (segment, use_case)
            assert (table.n_before[cell], table.n_after[cell], table.n_both[cell]) == (*found.n, n_both)
            assert (table.before[cell], table.after[cell]) == pytest.approx(found.means)
            assert table.difference[cell] == pytest.approx(found.test.difference)
            assert table.standard_error[cell] == pytest.approx(found.test.standard_error)
            assert table.p[cell] == pytest.approx(found.test.p)
            assert table.low[cell] < table.difference[cell] < table.high[cell]


@pytest.mark.parametrize("weighted", [False, True])
def test_the_same_persons_who_say_the_same_have_not_moved(weighted):
    wave = draw_wave(np.random.default_rng(1), 200, weighted=weighted)
    both = np.stack([np.arange(200)] * 2, axis=1)
    table = tabulate_changes(wave, wave, both, scale=(1, 3))
    assert (table.difference == 0).all()
    assert (table.standard_error == 0).all()
    assert (table.p == 1).all()
    assert (table.n_both == table.n_before).all()


def test_swapping_the_waves_mirrors_the_table():
    random = np.random.default_rng(2)
    first, second = draw_wave(random, 60, weighted=True), draw_wave(random, 50, weighted=True)
    both = np.stack([random.permutation(60)[:20], random.permutation(50)[:20]], axis=1)
    forth = tabulate_changes(first, second, both, scale=(1, 3))
    back = tabulate_changes(second, first, both[:, ::-1], scale=(1, 3))
    for name, mirrored in (("difference", -back.difference), ("low", -back.high), ("high", -back.low)):
        assert getattr(forth, name) == pytest.approx(mirrored)
    assert forth.p == pytest.approx(back.p)
    assert forth.standard_error == pytest.approx(back.standard_error)


def test_a_panel_that_hardly_changes_its_mind_is_more_precise_than_independent_samples():
    random = np.random.default_rng(3)
    first = draw_wave(random, 100, SHARES, segments=1)
    moved = np.where((random.random(first.codes.shape) < 0.1) & (first.codes >= 0), 1, first.codes)
    second = WaveScores(moved, SHARES, first.segments)
    panel = tabulate_changes(first, second, np.stack([np.arange(100)] * 2, axis=1), scale=(0, 1))
    independent = tabulate_changes(first, second, [], scale=(0, 1))
    assert panel.difference == pytest.approx(independent.difference)
    assert (panel.standard_error < 0.6 * independent.standard_error).all()


def test_all_no_then_all_yes_takes_the_error_of_agresti_and_caffo():
    """See `test_everyone_moved_together`: se² = 2 · (1/12)(11/12)/12."""
    waves = [WaveScores(np.full((10, 1), code), SHARES, np.ones((10, 1))) for code in (0, 1)]
    table = tabulate_changes(*waves, [], scale=(0, 1))
    assert table.difference.tolist() == [[1.0]]
    assert table.standard_error[0, 0] == pytest.approx(np.sqrt(2 * (1 / 12) * (11 / 12) / 12))
    assert table.p[0, 0] < 0.001
    assert table.high[0, 0] == 1.0


@pytest.mark.parametrize("weights", [None, np.array([0.7, 2.4, 0.8, 1.5] * 5)])
def test_a_panel_that_moves_as_one_has_no_error_left(weights):
    codes = np.array([0, 1, 0, 1] * 5).reshape(-1, 1)
    waves = [WaveScores(codes + step, LEVELS, np.ones((20, 1)), weights) for step in (0, 1)]
    table = tabulate_changes(*waves, np.stack([np.arange(20)] * 2, axis=1), scale=(1, 3))
    assert table.difference[0, 0] == pytest.approx(1)
    assert table.standard_error[0, 0] > 0.1


def test_always_everybody_has_not_moved_but_is_not_certain():
    waves = [WaveScores(np.ones((12, 1), dtype=int), SHARES, np.ones((12, 1))) for _ in range(2)]
    table = tabulate_changes(*waves, [], scale=(0, 1))
    assert (table.difference[0, 0], table.standard_error[0, 0], table.p[0, 0]) == (0.0, 0.0, 1.0)
    assert table.low[0, 0] < -0.1


def test_a_wave_without_answers_cannot_be_compared():
    first = WaveScores(np.full((3, 1), -1), SHARES, np.ones((3, 1)))
    second = WaveScores(np.ones((3, 1), dtype=int), SHARES, np.ones((3, 1)))
    table = tabulate_changes(first, second, [], scale=(0, 1))
    assert (table.n_before.tolist(), table.n_after.tolist(), table.has_base.tolist()) == ([[0]], [[3]], [[False]])
    assert np.isnan([table.difference, table.p, table.low]).all()


def test_each_dimension_is_a_family_of_its_own():
    """Four p-values in one family: adjusted as in `test_false_discoveries`; a family of one keeps its p-value."""
    p = np.array([[0.04, 0.001], [0.5, 0.03], [0.08, np.nan]])
    eligible = ~np.isnan(p)
    adjusted, announced = adjust_by_family(p, eligible, ["sectors", "sectors", "gender"])
    assert adjusted[:2].ravel().tolist() == pytest.approx([0.16 / 3, 0.004, 0.5, 0.16 / 3])
    assert adjusted[2, 0] == 0.08
    assert np.isnan(adjusted[2, 1])
    assert announced.tolist() == [[True, True], [False, True], [True, False]]
