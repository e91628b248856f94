"""Tables of one item by one variable, against counts made by hand, then against an attacker."""

import numpy as np
import pytest

from interviews.analysis.attack import group_leaks
from interviews.analysis.tabulation import (
    NOBODY,
    ItemAnswers,
    describe_variable,
    number_classes,
    tabulate_item,
    whole,
)

YES_NO = np.array([[True, False], [False, True], [False, False]])  # the third value is « ne sait pas »


def yes_no(values):
    return ItemAnswers(("yes", "no"), np.array(values), YES_NO)


def nowhere(persons):
    return np.full(persons, NOBODY)


def test_a_person_counts_once_in_each_category_and_once_in_the_total():
    variable = describe_variable("occupations", ("a", "b"), [[1, 0], [1, 1], [0, 1], [0, 1]], "", nowhere(4))
    item = yes_no([0, 0, 1, 2])
    table, total = (tabulate_item(item, each) for each in (variable, whole(nowhere(4))))
    assert table.variable.categories == ("a", "b")
    assert table.counts.tolist() == [[2, 0], [1, 1]]
    assert (table.base.tolist(), table.dont_know.tolist(), table.everyone.tolist()) == ([2, 2], [0, 1], [2, 3])
    assert (total.counts.tolist(), total.base.tolist(), total.dont_know.tolist()) == ([[2, 1]], [3], [1])


def test_whoever_holds_no_category_has_one_of_their_own():
    variable = describe_variable("gender", ("woman", "man"), [[1, 0], [0, 0], [0, 1]], "", nowhere(3))
    table = tabulate_item(yes_no([0, 1, NOBODY]), variable)
    assert table.variable.categories == ("woman", "man", "")
    assert (table.counts.tolist(), table.base.tolist()) == ([[1, 0], [0, 0], [0, 1]], [1, 0, 1])


def test_a_multiple_answer_counts_persons_by_option():
    ticks = np.array([[True, True, False], [False, False, True], [False, False, False]])
    item = ItemAnswers(("x", "y", "z"), np.array([0, 0, 1, 2, NOBODY]), ticks)
    table = tabulate_item(item, whole(nowhere(5)))
    assert (table.counts.tolist(), table.base.tolist(), table.dont_know.tolist()) == ([[2, 2, 1]], [3], [1])
    assert table.everyone.tolist() == [5]


def test_many_distinct_values_count_as_few_do(monkeypatch):
    rng = np.random.default_rng(7)
    variable = describe_variable("occupations", tuple("abcd"), rng.random((300, 4)) < 0.4, "", nowhere(300))
    item = ItemAnswers(tuple("xyz"), rng.integers(-1, 8, 300), rng.random((8, 3)) < 0.5)
    dense = tabulate_item(item, variable)
    monkeypatch.setattr("interviews.analysis.tabulation.DENSE", 0)
    sparse = tabulate_item(item, variable)
    for name in ("counts", "base", "dont_know", "everyone"):
        assert getattr(sparse, name).tolist() == getattr(dense, name).tolist()


def test_structures_are_counted_and_their_threshold_hides():
    """Twelve women of two structures, and ten men of ten: the women's cell tells what two competitors answered."""
    organisation = np.array([0] * 6 + [1] * 6 + list(range(2, 12)))
    variable = describe_variable("gender", ("woman", "man"), [[1, 0]] * 12 + [[0, 1]] * 10, "", organisation)
    table = tabulate_item(yes_no([0, 1] * 11), variable)
    assert table.structures.tolist() == [2, 10]
    assert {place: str(reason) for place, reason in table.masks.base.items()} == {0: "primary", 1: "complement"}


@pytest.mark.parametrize(
    ("sizes", "hidden", "answers_hidden"),
    [
        ((4, 40, 40), [0, 1], [0, 1]),  # the small one, and the smallest other that covers it
        ((7, 40, 40), [], [0, 1]),  # the base of 7 may show, but no answer follows from the rest
        ((40, 40, 40), [], []),
    ],
)
def test_masks_of_a_partition(sizes, hidden, answers_hidden):
    member = np.repeat(np.eye(3, dtype=bool), sizes, axis=0)
    variable = describe_variable("v", "abc", member, "", nowhere(len(member)))
    table = tabulate_item(yes_no(np.arange(len(member)) % 2), variable)
    assert (sorted(table.masks.base), sorted(table.masks.answers)) == (hidden, answers_hidden)


def test_those_who_do_not_know_are_hidden_where_they_would_be_recognised():
    """Nobody of the third category answered, three do not know: their number alone would tell."""
    member = np.repeat(np.eye(3, dtype=bool), (40, 40, 5), axis=0)
    variable = describe_variable("v", "abc", member, "", nowhere(85))
    table = tabulate_item(yes_no([0, 1] * 40 + [2] * 3 + [NOBODY] * 2), variable)
    assert (table.masks.base, table.masks.answers) == ({}, {})
    assert {place: str(reason) for place, reason in table.masks.dont_know.items()} == {2: "primary", 0: "secondary"}


def test_random_tables_leak_nobody():
    """METHOD 5.5: what stays visible, put in a linear program, gives the answers of no group of one to four people."""
    rng = np.random.default_rng(20261126)
    leaks = []
    for _ in range(60):
        persons = int(rng.integers(12, 90))
        member = rng.random((persons, 4)) < rng.uniform(0.1, 0.6, 4)
        member[~member.any(axis=1), 0] = True
        item = yes_no(rng.choice([0, 1, 2], p=[0.5, 0.4, 0.1], size=persons))
        table = tabulate_item(item, describe_variable("v", "abcd", member, "", nowhere(persons)))
        in_base = item.value < 2
        answers = item.value[in_base, np.newaxis] == [0, 1]
        leaks += group_leaks(member[in_base], answers, set(table.masks.answers))
    assert leaks == []


def test_few_distinct_numbers_are_their_own_classes():
    labels, place = number_classes([10, 2.5, 0], [1, 1, 1])
    assert (labels, place.tolist()) == (("0", "2.5", "10"), [2, 1, 0])


def test_many_distinct_numbers_are_quarters_of_the_persons():
    labels, place = number_classes(list(range(20, 0, -1)), [1] * 20)
    assert labels == ("≤ 5", "> 5 et ≤ 10", "> 10 et ≤ 15", "> 15")
    assert place.tolist() == [3] * 5 + [2] * 5 + [1] * 5 + [0] * 5
