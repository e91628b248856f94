import pytest

from interviews.analysis.intervals import (
    DesignShare,
    ShareEstimate,
    agresti_coull,
    clopper_pearson,
    difference_of_shares,
    jeffreys,
    korn_graubard,
    weighted_wilson,
    wilson,
)
from interviews.analysis.variance import MeanEstimate, weighted_mean


@pytest.mark.parametrize("interval", [wilson, agresti_coull, clopper_pearson, jeffreys])
def test_no_answer_has_no_interval(interval):
    assert interval(0, 0) is None


def test_nobody_to_weigh():
    assert weighted_wilson([], []) == ShareEstimate(share=None, n_eff=0.0, interval=None)
    assert korn_graubard([], []) == DesignShare(share=None, standard_error=None, df=0, interval=None)
    assert weighted_mean([]) == MeanEstimate(mean=None, standard_error=None, df=0)


def test_newcombe_1998():
    """Table I, method 3: 0/20 and 1/29."""
    assert wilson(0, 20) == pytest.approx((0, 0.1611), abs=5e-5)
    assert wilson(1, 29) == pytest.approx((0.0061, 0.1718), abs=5e-5)


def test_more_coverage_is_wider():
    assert wilson(5, 20, conf=0.99).low < wilson(5, 20, conf=0.95).low


@pytest.mark.parametrize("weights", [[1.0] * 12, [0.1, 0.2, 0.3, 0.7, 1.1, 1.3] * 2])
def test_unanimous_answers_keep_their_number(weights):
    """The design shows no variance, so n* = n, whatever the weights leave in the last bit."""
    found = korn_graubard([1] * 12, weights)
    assert found == DesignShare(share=1.0, standard_error=0.0, df=11, interval=clopper_pearson(12, 12))


def test_one_structure_alone_says_nothing_of_the_spread():
    assert korn_graubard([1, 0, 1], [1, 1, 1], clusters=["a", "a", "a"]) == DesignShare(
        share=pytest.approx(2 / 3), standard_error=None, df=0, interval=None
    )


def test_one_structure_that_is_unanimous_keeps_its_number():
    """These eight weights, added in two ways, do not give the same last bit: the share is 1 all the same."""
    weights = [1.0, 0.4, 1.0, 2.1, 1.0, 1.8, 1.9, 0.6]
    assert korn_graubard([1] * 8, weights, clusters=["a"] * 8) == DesignShare(
        share=1.0, standard_error=None, df=0, interval=clopper_pearson(8, 8)
    )


def test_structures_all_alike_show_no_variance():
    assert korn_graubard([1, 0, 1, 0], [1, 1, 1, 1], clusters=["a", "a", "b", "b"]) == DesignShare(
        share=0.5, standard_error=0.0, df=1, interval=clopper_pearson(2, 4)
    )


def test_colleagues_count_for_less_than_strangers():
    y, weights = [1, 1, 1, 0, 0, 0], [1.0] * 6
    alone, together = korn_graubard(y, weights), korn_graubard(y, weights, clusters=[1, 1, 1, 2, 2, 2])
    assert together.interval.low < alone.interval.low


@pytest.mark.parametrize(
    ("before", "after", "low", "high"),
    [
        ((48, 80), (56, 70), 0.0524, 0.3339),
        ((3, 10), (9, 10), 0.1705, 0.8090),
        ((0, 29), (5, 56), -0.0381, 0.1926),
        ((0, 20), (10, 10), 0.6791, 1.0),
        ((0, 10), (10, 10), 0.6075, 1.0),
    ],
)
def test_limits_of_a_difference_of_shares(before, after, low, high):
    """Newcombe, Statistics in Medicine 17 (1998) 873-890, table II, method 10."""
    (x, n), (y, m) = before, after
    found = difference_of_shares(x / n, n, y / m, m)
    assert found == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))
