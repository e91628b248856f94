"""What must stay true whatever the answers: the properties of METHOD 8.

Those that concern files are beside them: a duplicate submission counts once (test_frames, test_general_frame), an
export made twice is the same bytes (test_results_workbook), a hidden cell has no figure in any of them.
"""

import contextlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interviews.analysis import intervals, ordinal, ratings
from interviews.analysis.adoption import decide_adoption, decide_adoptions
from interviews.analysis.constants import A_MIN
from interviews.analysis.reliability import Reliability, krippendorff_alpha, reliability
from interviews.analysis.tabulation import NOBODY, ItemAnswers, describe_variable, tabulate_item, whole
from interviews.analysis.weighting import WeightingError, kish, rake
from interviews.results.tabulation import BASES, public_rows, to_cells

few = settings(derandomize=True, max_examples=60, deadline=None)

counts = st.tuples(*[st.integers(0, 40)] * 3)
baselines = st.sampled_from([None, 1, 2, 3])
weighted_answers = st.lists(st.tuples(st.integers(1, 3), st.floats(0.3, 3.0)), min_size=1, max_size=40)

MIRRORED = {"raised": "lowered", "lowered": "raised"}


def mirror_level(level):
    return None if level is None else 4 - level


@few
@given(counts, baselines, st.floats(0.1, 10))
def test_equal_weights_are_no_weights(answers, baseline, weight):
    levels = np.repeat([1, 2, 3], answers)
    plain = ratings.decide_level(answers, baseline)
    weighted = ratings.decide_weighted_level(levels, np.full(levels.size, weight), baseline)
    assert (weighted.level, weighted.status, weighted.reason) == (plain.level, plain.status, plain.reason)
    assert weighted.probabilities == pytest.approx(plain.probabilities, abs=1e-9)
    assert weighted.n_eff == pytest.approx(plain.n_eff)


@few
@given(weighted_answers, baselines, st.sampled_from([0.25, 2.0, 8.0]))
def test_a_constant_factor_on_weights_changes_nothing(answers, baseline, factor):
    """Powers of two, so that not even the last bit moves."""
    levels, weights = np.array([level for level, _ in answers]), np.array([weight for _, weight in answers])
    assert ratings.decide_weighted_level(levels, factor * weights, baseline) == ratings.decide_weighted_level(
        levels, weights, baseline
    )


@few
@given(weighted_answers, baselines, st.randoms(use_true_random=False))
def test_the_order_of_rows_is_irrelevant(answers, baseline, random):
    shuffled = random.sample(answers, len(answers))
    first, second = (
        ratings.decide_weighted_level(*map(np.array, zip(*rows, strict=True)), baseline) for rows in (answers, shuffled)
    )
    assert (first.level, first.status, first.reason, first.n) == (second.level, second.status, second.reason, second.n)
    assert first.probabilities == pytest.approx(second.probabilities, abs=1e-12)


@few
@given(counts, baselines)
def test_reversing_the_scale_mirrors_the_decision(answers, baseline):
    seen = ratings.decide_level(answers, baseline)
    mirrored = ratings.decide_level(answers[::-1], mirror_level(baseline))
    assert mirrored.level == mirror_level(seen.level)
    assert mirrored.status == MIRRORED.get(seen.status, seen.status)
    assert mirrored.probabilities[::-1] == pytest.approx(seen.probabilities, abs=1e-12)
    assert mirrored.agreement == (None if seen.agreement is None else pytest.approx(seen.agreement))
    if seen.interpolated_median is not None:
        assert mirrored.interpolated_median == pytest.approx(4 - seen.interpolated_median)


@few
@given(counts, baselines, st.sampled_from([1, 2]))
def test_moving_one_answer_up_never_lowers_the_chances_above(answers, baseline, level):
    moved = list(answers)
    if moved[level - 1] == 0:
        moved[level - 1] += 1
        answers = tuple(moved)
    moved[level - 1] -= 1
    moved[level] += 1
    before = ratings.median_level_posterior(answers, baseline).probabilities
    after = ratings.median_level_posterior(moved, baseline).probabilities
    above_second, above_third = 1 - after[0] - (1 - before[0]), after[2] - before[2]
    assert above_second >= -1e-12
    assert above_third >= -1e-12


@few
@given(counts, baselines)
def test_the_agreement_gate_only_contests(answers, baseline):
    """Seen from outside: wherever agreement fails, the level in force stays and the cell is contested."""
    decision = ratings.decide_level(answers, baseline)
    if decision.n >= 10 and decision.agreement < A_MIN - 1e-6:
        assert (decision.level, decision.status) == (baseline, "contested")
        assert decision.reason == ("polarised" if decision.agreement < -1e-6 else "dispersed")


def test_the_gate_is_what_contests(monkeypatch):
    """Without it the same answers would confirm, raise or give a first level."""
    cells = [((30, 40, 30), 2), ((22, 0, 60), 2), ((60, 0, 22), 2), ((22, 0, 60), None)]
    gated = [ratings.decide_level(*cell).status for cell in cells]
    monkeypatch.setattr(ratings, "A_MIN", -1.0)
    ungated = [ratings.decide_level(*cell).status for cell in cells]
    assert list(zip(ungated, gated, strict=True)) == [
        ("confirmed", "contested"),
        ("raised", "contested"),
        ("lowered", "contested"),
        ("first", "contested"),
    ]


@few
@given(st.lists(st.tuples(counts, baselines, st.floats(0, 1)), min_size=1, max_size=12))
def test_arrays_decide_as_one_cell_does(cells):
    answers = np.array([cell[0] for cell in cells])
    decided = ratings.decide_levels(
        answers, answers.sum(axis=-1), [cell[1] or 0 for cell in cells], [cell[2] for cell in cells]
    )
    assert [decided.at(row) for row in range(len(cells))] == [ratings.decide_level(*cell) for cell in cells]


@few
@given(counts)
def test_agreement_of_three_levels_has_a_closed_form(answers):
    """METHOD 1.6, K = 3: r = c - min(c); if r2 = 0, A = (|r1 - r3| - 2 min(r1, r3)) / n, else max(r) / n."""
    n = sum(answers)
    low, middle, high = (count - min(answers) for count in answers)
    if n == 0:
        expected = None
    elif middle == 0:
        expected = pytest.approx((abs(low - high) - 2 * min(low, high)) / n)
    else:
        expected = pytest.approx(max(low, middle, high) / n)
    assert ordinal.agreement(answers) == expected


@few
@given(st.integers(0, 200), st.integers(0, 200), baselines)
def test_adoption_arrays_decide_as_one_cell_does(users, others, previous):
    n = users + others
    decided = decide_adoptions([users / n if n else np.nan], [n], [previous or 0], [n])
    assert decided.at(0) == decide_adoption(users, n, previous)


@few
@given(st.integers(0, 300), st.integers(0, 300))
def test_an_interval_holds_its_share_and_mirrors(successes, failures):
    n = successes + failures
    found, mirrored = intervals.wilson(successes, n), intervals.wilson(failures, n)
    if n == 0:
        assert (found, mirrored) == (None, None)
    else:
        assert 0 <= found.low <= successes / n + 1e-12
        assert successes / n - 1e-12 <= found.high <= 1
        assert mirrored == pytest.approx((1 - found.high, 1 - found.low), abs=1e-12)


@few
@given(st.lists(st.floats(0.3, 3.0), min_size=1, max_size=50))
def test_unequal_weights_only_lose_information(weights):
    n_eff, deff = kish(weights)
    assert n_eff <= len(weights) + 1e-9
    assert n_eff * deff == pytest.approx(len(weights))


@few
@given(
    st.dictionaries(st.sampled_from("xyz"), st.integers(1, 10**6), min_size=2),
    st.lists(st.tuples(st.sampled_from("xyz"), st.floats(0.1, 10)), min_size=1, max_size=40),
)
def test_raking_leaves_the_weights_it_was_given(targets, respondents):
    """Whether it succeeds or fails (a category without a target, a target without respondents…)."""
    base = np.array([weight for _, weight in respondents])
    before = base.copy()
    with contextlib.suppress(WeightingError):
        raked = rake({"sector": [sector for sector, _ in respondents]}, {"sector": targets}, base)
        assert raked.weights.sum() == pytest.approx(sum(targets.values()))
    assert base.tolist() == before.tolist()


@few
@given(st.sampled_from([1, 2, 3]), st.integers(1, 30), st.sampled_from(["nominal", "ordinal", "interval", "ratio"]))
def test_reliability_is_not_defined_when_one_value_was_used(value, units, metric):
    alpha = krippendorff_alpha(np.full((2, units), float(value)), metric)
    assert (alpha, reliability(alpha)) == (None, Reliability.NOT_DEFINED)


held = st.lists(st.sets(st.integers(0, 3)), min_size=1, max_size=60)
said = st.sampled_from([0, 1, 2, NOBODY])  # yes, no, does not know, did not answer


@st.composite
def tables(draw):
    """Yes or no by four categories that may overlap: (the total, the table, which persons are in the base)."""
    occupations = draw(held)
    values = draw(st.lists(said, min_size=len(occupations), max_size=len(occupations)))
    member = np.array([[place in each for place in range(4)] for each in occupations])
    item = ItemAnswers(("yes", "no"), np.array(values), np.array([[True, False], [False, True], [False, False]]))
    nowhere = np.full(len(values), NOBODY)
    variable = describe_variable("occupations", tuple("abcd"), member, "", nowhere)
    return (
        tabulate_item(item, whole(nowhere)),
        tabulate_item(item, variable),
        np.isin(values, (0, 1)),
    )


@few
@given(tables())
def test_the_total_counts_distinct_persons(drawn):
    total, table, in_base = drawn
    assert (total.base.tolist(), total.counts.sum(axis=1).tolist()) == ([in_base.sum()], [in_base.sum()])
    assert table.base.sum() >= in_base.sum()  # each once in each of their occupations
    assert (table.base <= in_base.sum()).all()
    assert table.counts.sum(axis=1).tolist() == table.base.tolist()


@few
@given(tables(), st.sampled_from(BASES))
def test_a_hidden_cell_has_no_figure(drawn, base):
    """And below ten persons no share, and none of one to four answers is left by subtraction from the total."""
    total, table, _ = drawn
    cells = [*to_cells("used", "questionnaire", total), *to_cells("used", "questionnaire", table)]
    rows = public_rows(cells[0], cells[1:], base)
    for row in rows:
        if row.mark == "s":
            assert (row.n, row.base, row.percent, row.low, row.high) == (None,) * 5
        if row.mark in ("b", "g"):
            assert (row.n, row.low, row.high) == (None, None, None)
        if row.percent not in (None, ">90"):
            assert row.base >= 10
    shown = [row for row in rows if row.n is not None and row.answer == "yes"]
    if shown and not shown[0].by and base == "asked":
        rest = {row.category: shown[0].base - row.base for row in shown[1:]}
        assert [category for category, left in rest.items() if 0 < left < 10] == []
