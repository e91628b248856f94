import pytest

from interviews.analysis.attack import (
    Remainder,
    attack_bounds,
    counts_behind_percent,
    exactly_recovered,
    export_differences,
    subtract_published,
)
from interviews.analysis.crossing import CrossingMask, protect_2d

INVESTMENTS = [[20, 50, 10], [8, 19, 22], [17, 32, 12]]


def test_fischetti_and_salazar_2001():
    bounds = attack_bounds(INVESTMENTS, [(1, 0), (1, 2), (2, 0), (2, 2)])
    assert bounds == {
        (1, 0): pytest.approx((0, 25)),
        (1, 2): pytest.approx((5, 30)),
        (2, 0): pytest.approx((0, 25)),
        (2, 2): pytest.approx((4, 29)),
    }
    assert exactly_recovered(bounds) == []


def test_a_lone_hidden_cell_is_recovered():
    assert exactly_recovered(attack_bounds(INVESTMENTS, [(1, 2)])) == [(1, 2)]


def test_subtraction():
    assert subtract_published([6, 14, 10], {"cinema": [6, 12, 9]}) == Remainder(answers=(0, 2, 1), size=3, leak=True)
    assert subtract_published([6, 14, 10], {"cinema": [5, 12, 8]}) == Remainder(answers=(1, 2, 2), size=5, leak=False)
    assert subtract_published([6, 14, 10], {}) == Remainder(answers=(6, 14, 10), size=30, leak=False)


def test_two_exports():
    before = {"total": [10, 20, 12], "cinema": [5, 5, 5], "gone": [1, 1, 1]}
    after = {"total": [10, 21, 14], "cinema": [5, 5, 5], "new": [9, 9, 9]}
    assert export_differences(before, after) == {
        "total": Remainder(answers=(0, 1, 2), size=3, leak=True),
        "cinema": Remainder(answers=(0, 0, 0), size=0, leak=False),
    }


def test_a_corrected_answer_is_one_person():
    assert export_differences({"total": [10, 20]}, {"total": [9, 21]}) == {
        "total": Remainder(answers=(-1, 1), size=1, leak=True)
    }


def test_withdrawn_answers_are_read_by_difference_too():
    assert export_differences({"total": [10, 20]}, {"total": [10, 17]}) == {
        "total": Remainder(answers=(0, -3), size=3, leak=True)
    }


def test_whole_percentages_give_counts_away_up_to_a_hundred_and_then_not():
    assert counts_behind_percent(33, 100) == [33]
    assert counts_behind_percent(33, 300) == [98, 99, 100]


def test_a_crossing_without_small_cells_is_shown():
    assert protect_2d(INVESTMENTS) == CrossingMask(hidden=frozenset(), exposed=frozenset())


def test_a_crossing_hides_the_cheapest_rectangle():
    """Through the 3: 51 people more to hide by the last row and column, 52, 68 or 89 by the others."""
    table = [[20, 50, 10], [3, 19, 22], [17, 32, 12]]
    mask = protect_2d(table)
    assert mask == CrossingMask(hidden=frozenset({(1, 0), (1, 2), (2, 0), (2, 2)}), exposed=frozenset())
    assert attack_bounds(table, sorted(mask.hidden))[1, 0] == pytest.approx((0, 20))


def test_a_crossing_prefers_rectangles_without_empty_cells():
    """15 people to hide through the zero, 56 otherwise; but the zero would leave the 3 within [0, 3]."""
    table = [[3, 0, 20], [6, 9, 30]]
    assert protect_2d(table) == CrossingMask(hidden=frozenset({(0, 0), (0, 2), (1, 0), (1, 2)}), exposed=frozenset())


def test_a_crossing_that_cannot_be_protected_is_not_released():
    """Empty cells leave no room: the only small cell equals its margins whatever is hidden."""
    assert protect_2d([[2, 0, 0], [0, 30, 20], [0, 10, 40]]).exposed == frozenset({(0, 0)})
    assert protect_2d([[3]]) == CrossingMask(hidden=frozenset({(0, 0)}), exposed=frozenset({(0, 0)}))
