"""The decision table of maturity and impact, row by row, and what it takes to move a rating."""

from math import comb

import numpy as np
import pytest

from interviews.analysis.ratings import (
    LevelDecision,
    answers_needed,
    decide_level,
    decide_levels,
    decide_weighted_level,
    median_level_posterior,
)


def summary(decision):
    return decision.level, decision.status, decision.reason, decision.leaning


@pytest.mark.parametrize(
    ("counts", "baseline", "dk_share", "expected"),
    [
        # 1. fewer than 5 answers: the level in force, not even an arrow
        ((0, 0, 4), 2, 0.0, (2, "insufficient", "small_base", None)),
        ((0, 0, 4), 1, 0.0, (1, "insufficient", "small_base", None)),
        ((0, 0, 4), None, 0.0, (None, "insufficient", "small_base", None)),
        # 2. fewer than 10: an arrow when the side is clear
        ((0, 0, 9), 2, 0.0, (2, "insufficient", "small_base", "up")),
        ((9, 0, 0), 2, 0.0, (2, "insufficient", "small_base", "down")),
        ((2, 3, 4), 2, 0.0, (2, "insufficient", "small_base", None)),
        ((0, 0, 9), None, 0.0, (None, "insufficient", "small_base", None)),
        # 3. more people do not know than know
        ((1, 3, 16), 2, 0.55, (2, "insufficient", "unknown", None)),
        ((1, 3, 16), 2, 0.50, (3, "raised", None, None)),
        # 4. no agreement
        ((10, 0, 14), 2, 0.0, (2, "contested", "polarised", None)),
        ((7, 7, 7), 2, 0.0, (2, "contested", "dispersed", None)),
        ((10, 0, 14), None, 0.0, (None, "contested", "polarised", None)),
        # 5. raised by one level, then by two
        ((0, 1, 9), 2, 0.0, (3, "raised", None, None)),
        ((0, 6, 6), 1, 0.0, (2, "raised", None, None)),
        ((0, 1, 11), 1, 0.0, (3, "raised", None, None)),
        # 6. lowered by one level, then by two
        ((9, 1, 0), 2, 0.0, (1, "lowered", None, None)),
        ((6, 6, 0), 3, 0.0, (2, "lowered", None, None)),
        ((9, 1, 0), 3, 0.0, (1, "lowered", None, None)),
        # 7. first level of a new use case
        ((2, 8, 5), None, 0.0, (2, "first", None, None)),
        # 8. confirmed; an agreement of exactly 0.20 passes
        ((2, 7, 1), 2, 0.0, (2, "confirmed", None, None)),
        ((4, 8, 8), 2, 0.0, (2, "confirmed", None, None)),
        # 9. no side is sure
        ((0, 2, 8), 2, 0.0, (2, "contested", "leaning_up", "up")),
        ((8, 2, 0), 2, 0.0, (2, "contested", "leaning_down", "down")),
        ((0, 8, 9), None, 0.0, (None, "contested", "undecided", None)),
        ((0, 4, 6), 2, 0.0, (2, "contested", "undecided", None)),
    ],
)
def test_the_decision_table(counts, baseline, dk_share, expected):
    assert summary(decide_level(counts, baseline, dk_share)) == expected


def test_one_favourable_answer_does_not_make_a_raise():
    """8 of 10 above pass 80 %, but no longer without one of them."""
    assert median_level_posterior((0, 2, 8), 2).probabilities[2] > 0.80
    assert median_level_posterior((0, 2, 7), 2).probabilities[2] < 0.80
    assert decide_level((0, 2, 8), 2).status == "contested"


def test_a_decision_carries_its_evidence():
    assert decide_level((0, 2, 18), 2, dk_share=0.1) == LevelDecision(
        level=3,
        status="raised",
        reason=None,
        leaning=None,
        probabilities=(
            pytest.approx(1.0765e-08, abs=1e-12),
            pytest.approx(0.00130475, abs=1e-8),
            pytest.approx(0.99869524, abs=1e-8),
        ),
        agreement=pytest.approx(0.9),
        interpolated_median=pytest.approx(2.5 + (0.5 - 0.1) / 0.9),
        n=20,
        n_eff=20.0,
        shares=(0.0, 0.1, 0.9),
    )


@pytest.mark.parametrize("baseline", [None, 1, 2, 3])
def test_nobody_answered(baseline):
    decision = decide_level((0, 0, 0), baseline, dk_share=None)
    assert summary(decision) == (baseline, "insufficient", "small_base", None)
    assert (decision.agreement, decision.interpolated_median, decision.shares) == (None, None, None)
    assert (decision.n, decision.n_eff) == (0, 0.0)
    assert sum(decision.probabilities) == pytest.approx(1)
    assert decide_weighted_level([], [], baseline) == decision


def test_many_cells_in_one_pass():
    counts = np.array([[[0, 0, 0], [0, 1, 9]], [[9, 1, 0], [5, 5, 5]]])
    decided = decide_levels(counts, counts.sum(axis=-1), baseline=[2, 2], dk_share=[[np.nan, 0.0], [0.6, 0.0]])
    assert decided.level.tolist() == [[2, 3], [2, 2]]
    assert decided.status.tolist() == [["insufficient", "raised"], ["insufficient", "contested"]]
    assert decided.reason.tolist() == [["small_base", ""], ["unknown", "dispersed"]]
    assert np.isnan(decided.agreement).tolist() == [[True, False], [False, False]]


# METHOD 1.5: answers needed on the far side of the boundary, from the middle level and from an end.
NEEDED = {
    10: (9, 8),
    12: (10, 9),
    15: (11, 11),
    20: (14, 14),
    25: (17, 16),
    30: (20, 19),
    40: (25, 25),
    50: (30, 30),
    75: (43, 43),
    100: (56, 56),
}


def test_answers_needed():
    assert {n: answers_needed(n) for n in NEEDED} == {
        n: {(1, 2): from_end, (2, 3): from_middle, (2, 1): from_middle, (3, 2): from_end}
        for n, (from_middle, from_end) in NEEDED.items()
    }


def test_no_number_of_answers_moves_a_rating_below_ten():
    assert answers_needed(9) == {(1, 2): None, (2, 3): None, (2, 1): None, (3, 2): None}


def false_alarm(n):
    """Exact chance that a profession split 50/50 at the upper boundary of the middle level raises it."""
    needed = answers_needed(n)[2, 3]
    return sum(comb(n, above) for above in range(needed, n + 1)) / 2**n


def test_false_alarms_in_the_worst_case():
    """METHOD 1.5, exact binomial."""
    assert {n: round(100 * false_alarm(n)) for n in (10, 15, 20, 30, 50, 100)} == {
        10: 1,
        15: 6,
        20: 6,
        30: 5,
        50: 10,
        100: 14,
    }
    assert max(false_alarm(n) for n in range(10, 301)) < 0.165
