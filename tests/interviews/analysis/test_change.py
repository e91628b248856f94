import numpy as np
import pytest

from interviews.analysis.change import (
    Difference,
    SegmentDifference,
    WaveChange,
    benjamini_hochberg,
    segment_difference,
    wave_change,
)


def test_a_panel_is_compared_person_by_person():
    """Four persons, two of whom start using: d = .5, u = (.125, .125, -.125, -.125), se² = 4/3 · 4 · .125²."""
    found = wave_change([1, 2, 3, 4] * 2, [1] * 4 + [2] * 4, [0, 0, 1, 0, 1, 1, 1, 0])
    assert (found.n, found.means) == ((4, 4), (0.25, 0.75))
    assert found.test.difference == 0.5
    assert found.test.standard_error == pytest.approx(np.sqrt(4 / 3 * 4 * 0.125**2))
    assert found.test.df == 3


def test_nothing_moved():
    found = wave_change([1, 2, 3, 4] * 2, [1] * 4 + [2] * 4, [1] * 8, weights=[0.3, 0.7, 1.1, 2.3] * 2)
    assert found == WaveChange(
        n=(4, 4), means=(1.0, 1.0), test=Difference(difference=0.0, standard_error=0.0, df=3, t=None, p=1.0)
    )


def test_everyone_moved_together():
    """No variance is left, so one success and one failure are added to each wave: se² = 2 · (1/12)(11/12)/12."""
    found = wave_change([*range(10), *range(10)], [1] * 10 + [2] * 10, [0] * 10 + [1] * 10)
    assert found.test.difference == 1.0
    assert found.test.standard_error == pytest.approx(np.sqrt(2 * (1 / 12) * (11 / 12) / 12))
    assert found.test.p < 0.001


def test_everyone_moved_one_level_up():
    """On levels the added answers are a 1 and a 3: on the scale of shares, se is half of the level's."""
    levels = wave_change([*range(10), *range(10)], [1] * 10 + [2] * 10, [1] * 10 + [2] * 10, scale=(1, 3))
    shares = wave_change([*range(10), *range(10)], [1] * 10 + [2] * 10, [0] * 10 + [0.5] * 10)
    assert levels.test.standard_error == pytest.approx(2 * shares.test.standard_error)
    assert levels.test.t == pytest.approx(shares.test.t)


def test_what_floats_leave_of_a_common_move_is_no_error():
    """Four persons all rise by one level, with weights three times larger: their contributions cancel but for 3e-17."""
    weights = np.array([0.7, 2.4, 0.8, 1.5])
    found = wave_change([*range(4)] * 2, [1] * 4 + [2] * 4, [1, 2, 1, 2, 2, 3, 2, 3], [*weights, *3 * weights], (1, 3))
    assert found.test.difference == pytest.approx(1)
    assert found.test.standard_error > 0.1


def test_a_wave_without_answers():
    assert wave_change([1, 2], [1, 1], [0, 1]) == WaveChange(n=(2, 0), means=(0.5, None), test=None)
    assert wave_change([], [], []) == WaveChange(n=(0, 0), means=(None, None), test=None)


def test_one_person_alone_cannot_be_tested():
    assert wave_change([7, 7], [1, 2], [0, 1]).test == Difference(
        difference=1.0, standard_error=None, df=0, t=None, p=None
    )


def test_a_person_answers_once_per_wave():
    with pytest.raises(ValueError, match="once per wave"):
        wave_change(["a", "a", "b"], [1, 1, 2], [0, 1, 1])


def test_two_metiers_that_share_everyone_do_not_differ():
    assert segment_difference([[1, 1]] * 4, [0, 1, 1, 0], None, 0, 1) == SegmentDifference(
        persons=4,
        n=(4, 4),
        means=(0.5, 0.5),
        test=Difference(difference=0.0, standard_error=0.0, df=3, t=None, p=1.0),
    )


def test_persons_of_no_segment_are_left_out_and_an_empty_segment_is_not_tested():
    assert segment_difference([[1, 0], [1, 0], [0, 0]], [0, 1, 1], None, 0, 1) == SegmentDifference(
        persons=2, n=(2, 0), means=(0.5, None), test=None
    )


def test_false_discoveries():
    found = benjamini_hochberg([0.04, 0.001, 0.5, 0.03], q=0.10)
    assert found.adjusted.tolist() == pytest.approx([0.16 / 3, 0.004, 0.5, 0.16 / 3])
    assert found.significant.tolist() == [True, True, False, True]
    assert found.significant_bonferroni.tolist() == [False, True, False, False]
    assert benjamini_hochberg([]).adjusted.tolist() == []


def test_an_untestable_cell_is_not_in_the_family():
    with pytest.raises(ValueError, match="missing"):
        benjamini_hochberg([0.01, np.nan])
