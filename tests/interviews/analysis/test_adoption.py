import numpy as np
import pytest

from interviews.analysis.adoption import (
    AdoptionDecision,
    NetIntention,
    UsageFunnel,
    decide_adoption,
    decide_adoptions,
    net_intention,
    net_intentions,
    usage_funnel,
)


def summary(decision):
    return decision.level, decision.status, decision.reason


@pytest.mark.parametrize(
    ("current_users", "n", "previous", "expected"),
    [
        (0, 0, None, (None, "insufficient", "small_base")),
        (4, 9, None, (None, "insufficient", "small_base")),
        (9, 9, 1, (1, "insufficient", "small_base")),
        (0, 12, None, (1, "first", None)),
        (3, 20, None, (1, "contested", "undecided")),
        (16, 100, None, (2, "contested", "undecided")),  # exactly 16 % reaches the second level
        (50, 100, None, (3, "contested", "undecided")),  # exactly 50 % reaches the third
        (8, 20, 1, (2, "raised", None)),
        (18, 20, 1, (3, "raised", None)),  # two levels, both cuts passed
        (13, 20, 2, (3, "raised", None)),
        (5, 60, 2, (1, "lowered", None)),
        (5, 20, 3, (2, "lowered", None)),
        (0, 20, 3, (1, "lowered", None)),
        (30, 50, 3, (3, "confirmed", None)),
        (10, 20, 2, (2, "contested", "leaning_up")),
        (3, 20, 2, (2, "contested", "leaning_down")),
        (3, 20, 1, (1, "contested", "undecided")),
    ],
)
def test_the_three_dots(current_users, n, previous, expected):
    assert summary(decide_adoption(current_users, n, previous)) == expected


def test_nobody_in_the_base():
    assert decide_adoption(0, 0, 2) == AdoptionDecision(
        level=2,
        status="insufficient",
        reason="small_base",
        probabilities=pytest.approx((0.261980, 0.238020, 0.5), abs=1e-6),
        rate=None,
        interval=None,
        n=0,
        n_eff=0.0,
    )


def test_weights_widen_the_interval_but_not_the_rate():
    plain, weighted = decide_adoption(10, 40, None), decide_adoption(10, 40, None, n_eff=25.0)
    assert (weighted.rate, weighted.n, weighted.n_eff) == (plain.rate, 40, 25.0)
    assert weighted.interval.low < plain.interval.low
    assert weighted.interval.high > plain.interval.high


def test_many_cells_are_decided_as_one_by_one():
    users, n = np.array([[0, 2, 8], [10, 5, 0]]), np.array([[12, 20, 20], [20, 60, 0]])
    previous = np.array([[0, 0, 1], [2, 2, 3]])
    with np.errstate(invalid="ignore"):
        decided = decide_adoptions(users / n, n, previous, n)
    assert [decided.at(*cell) for cell in np.ndindex(n.shape)] == [
        decide_adoption(users[cell], n[cell], int(previous[cell])) for cell in np.ndindex(n.shape)
    ]


def test_the_funnel():
    assert usage_funnel([10, 20, 10, 30, 10, 20]) == UsageFunnel(
        aware=0.9,
        tried=0.7,
        current=0.4,
        regular=0.1,
        abandoned=0.2,
        tried_if_aware=70 / 90,
        current_if_tried=40 / 70,
        regular_if_current=0.25,
        abandoned_if_used=20 / 60,
    )


def test_an_empty_step_has_no_conversion():
    assert usage_funnel([3, 2, 0, 0, 0, 0]) == UsageFunnel(
        aware=0.4,
        tried=0.0,
        current=0.0,
        regular=0.0,
        abandoned=0.0,
        tried_if_aware=0.0,
        current_if_tried=None,
        regular_if_current=None,
        abandoned_if_used=None,
    )
    assert usage_funnel([0] * 6) == UsageFunnel(*[None] * 9)


@pytest.mark.parametrize(
    ("answers", "interval"),
    [
        ((10, 0, 0), (0.444934, 1.0)),
        ((0, 0, 10), (-1.0, -0.444934)),
        ((0, 10, 0), (-0.277533, 0.277533)),
        ((1, 0, 0), (2 * 0.206549 - 1, 1.0)),
    ],
)
def test_unanimous_intentions_still_have_an_interval(answers, interval):
    balance = net_intention(*answers)
    assert balance.standard_error == 0
    assert balance.interval == pytest.approx(interval, abs=1e-5)


def test_no_intention_was_given():
    assert net_intention(0, 0, 0) == NetIntention(n=0, net=None, standard_error=None, interval=None)


def test_intentions_never_pass_one():
    """Two answers that disagree leave Student's interval wider than the scale."""
    assert net_intention(1, 0, 1) == NetIntention(n=2, net=0.0, standard_error=1.0, interval=(-1.0, 1.0))


def test_weighted_intentions():
    """Three persons, yes (weight 2), maybe (1), no (1): u = (.375, -.0625, -.3125), se² = 3/2 Σ u²."""
    balance = net_intentions([1, 1, 1], [2, 1, 1], [4, 1, 1]).at()
    assert balance.net == 0.25
    assert balance.standard_error == pytest.approx(np.sqrt(1.5 * (0.375**2 + 0.0625**2 + 0.3125**2)))
