from decimal import Decimal

import numpy as np
import pytest

from interviews.analysis.attack import Leak, group_leaks
from interviews.analysis.disclosure import (
    dominant_modality,
    protect,
    protect_partition,
    protect_shares,
    round_percent,
    visible_detail,
    withhold_nearly_all,
)


@pytest.mark.parametrize(
    ("n", "structures", "expected"),
    [
        (0, None, "nothing"),
        (4, None, "nothing"),
        (5, None, "base"),
        (9, None, "base"),
        (10, None, "everything"),
        (50, 2, "nothing"),
        (50, 3, "everything"),
        (9, 3, "base"),
    ],
)
def test_what_a_cell_may_show(n, structures, expected):
    assert visible_detail(n, structures) == expected


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([20, 8, 2], {2: "primary", 1: "secondary"}),
        ([28, 2], {1: "primary", 0: "complement"}),
        ([20, 4, 8, 2], {1: "primary", 3: "primary"}),
        ([9, 9, 9], {}),
        ([6, 6, 4], {2: "primary", 0: "secondary"}),  # of two equal categories the first is hidden
        ([20, 8, 0, 2], {3: "primary", 1: "secondary"}),  # an empty category protects nobody: it stays "-"
        ([0, 0], {}),
        ([], {}),
    ],
)
def test_categories_that_do_not_overlap(sizes, expected):
    assert protect_partition(sizes) == expected


def test_structures_use_their_own_threshold():
    assert protect_partition([12, 5, 2], k=3) == {2: "primary", 1: "secondary"}
    assert protect_partition([12, 5, 3], k=3) == {}


def test_patterns_stand_for_the_persons_who_hold_them():
    patterns, persons = [[1, 0, 0], [1, 1, 0], [0, 1, 1]], [10, 15, 3]
    people = np.repeat(patterns, persons, axis=0)
    assert protect(patterns, persons) == {0: "complement", 2: "primary"}
    assert protect(people) == protect(patterns, persons)


def test_a_published_parent_is_subtracted_from_too():
    """Two steps of one chain (12 and 3 people, 15 in all) beside another chain: the total alone would not protect."""
    sizes, chains = [12, 3, 40, 30], [[1, 0], [1, 0], [0, 1], [0, 1]]
    assert protect(np.eye(4), sizes) == {1: "primary", 0: "secondary"}
    assert protect(np.eye(4), sizes, parents=chains) == {1: "primary", 0: "complement"}
    # Three steps hidden here and there reach 5 in the total, not inside their chain.
    sizes, chains = [12, 8, 3, 40, 2], [[1, 0], [1, 0], [1, 0], [0, 1], [0, 1]]
    assert protect(np.eye(5), sizes) == {2: "primary", 4: "primary"}
    assert protect(np.eye(5), sizes, parents=chains) == {
        2: "primary",
        4: "primary",
        1: "secondary",
        3: "complement",
    }


def test_a_group_is_not_subtracted_from_by_the_categories_of_another():
    """23 people in one chain, a category of 20 in the other: the 3 of difference are nobody."""
    chains = [[1, 0], [0, 1], [0, 1]]
    assert protect(np.eye(3), [20, 10, 13], parents=chains) == {}


def test_someone_who_declared_nothing_needs_a_category():
    with pytest.raises(ValueError, match="at least one category"):
        protect([[1, 0], [0, 1], [0, 0]])


def random_tables(partition, tables=200):
    """Small dimensions with three possible answers: (membership, answers), persons in rows."""
    random = np.random.default_rng(2024 + partition)
    for _ in range(tables):
        persons, categories = random.integers(12, 40), random.integers(3, 5)
        weights = random.dirichlet(np.full(categories, 0.6))
        membership = np.eye(categories, dtype=int)[random.choice(categories, persons, p=weights)]
        if not partition:
            membership |= random.random((persons, categories)) < 0.6 * weights
        yield membership, np.eye(3, dtype=int)[random.integers(0, 3, persons)]


@pytest.mark.parametrize("partition", [True, False])
def test_the_mask_leaves_no_group_of_one_to_four(partition):
    """METHOD 5.5: the attacker finds groups behind primary masking alone, none behind the whole mask."""
    behind_primary, behind_mask = 0, []
    for membership, answers in random_tables(partition):
        masks = protect(membership)
        primary = [category for category, reason in masks.items() if reason == "primary"]
        behind_primary += bool(group_leaks(membership, answers, primary, partition=partition))
        behind_mask += group_leaks(membership, answers, masks, partition=partition)
    assert behind_mask == []
    assert behind_primary >= 20


def test_what_another_rule_hides_is_hidden_and_its_rest_protected():
    # Hidden elsewhere, twenty people are enough to stay unknown; the three of the last category are not.
    assert protect(np.eye(3), [30, 20, 10], hidden={1: "primary"}) == {1: "primary"}
    assert protect(np.eye(3), [30, 3, 10], k=3, hidden={1: "primary"}) == {1: "primary"}
    assert protect(np.eye(3), [30, 3, 10], hidden={1: "primary"}) == {1: "primary", 2: "secondary"}


def test_shares_of_small_or_unanimous_groups_are_not_shown():
    trades = np.eye(3)
    assert protect_shares(trades, [40, 20, 15], [20, 10, 5]) == {}
    # Fewer than ten, and then the smallest of the others, so that they are not what is left of the total.
    assert protect_shares(trades, [40, 20, 9], [20, 10, 5]) == {2: "primary", 1: "secondary"}
    # Fifteen of fifteen; thirty of thirty is shown: METHOD.md §5.4 stops at thirty.
    assert protect_shares(trades, [40, 20, 15], [20, 10, 15]) == {2: "primary", 1: "secondary"}
    assert protect_shares(trades, [40, 20, 30], [20, 10, 30]) == {}
    # The others of nearly everybody's trade are few: its share would be theirs.
    assert protect_shares([[1, 0], [1, 1]], [8, 40], [4, 20]) == {1: "complement"}
    assert protect_shares(trades, [40, 20, 15], [20, 10, 5], hidden={0: "primary"}) == {0: "primary"}


def test_what_nearly_everybody_said_is_told_where_the_rest_may_be():
    trades = np.eye(3, dtype=int)
    said = [[30, 10], [14, 0], [10, 10]]  # yes and no of forty, fourteen and twenty persons
    hidden = {1: "primary", 2: "secondary"}
    assert withhold_nearly_all(trades, [40, 14, 20], said, hidden) == {}
    # Nobody is left: the first and the total would say how many of the fourteen.
    assert withhold_nearly_all(trades[:2], [40, 14], said[:2], {1: "primary"}) == {1: "secondary"}
    # Of those left, nearly all said the same.
    assert withhold_nearly_all(trades, [40, 14, 20], [*said[:2], [20, 0]], hidden) == {1: "secondary", 2: "secondary"}
    # Of ten, more than 90 % is all of them: nothing could be said. Where answers are shown, nothing is withheld.
    assert withhold_nearly_all(trades, [40, 10, 20], [said[0], [10, 0], said[2]], hidden) == {}
    assert withhold_nearly_all(trades, [40, 14, 20], said, {}) == {}


def test_the_attacker_names_what_it_finds():
    membership = np.eye(2, dtype=int)[[0] * 28 + [1] * 2]
    answers = np.eye(3, dtype=int)[[0] * 20 + [1] * 8 + [2] * 2]
    assert group_leaks(membership, answers, hidden=[1], partition=True) == [
        Leak(group="in", category=1, answers=(0, 0, 2)),
        Leak(group="outside", category=0, answers=(0, 0, 2)),
        Leak(group="uncovered", category=None, answers=(0, 0, 2)),
    ]
    assert group_leaks(membership, answers, hidden=[0, 1], partition=True) == []


@pytest.mark.parametrize(
    ("counts", "expected"),
    [((19, 1, 0), 0), ((0, 1, 28), 2), ((18, 2), None), ((29, 1), None), ((300, 1), None), ((0, 0), None), ((5,), 0)],
)
def test_one_answer_of_nearly_everyone(counts, expected):
    """More than 90 % of fewer than 30 people."""
    assert dominant_modality(counts) == expected


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (0.0125, "1.3"),
        (247 / 2000, "12.4"),  # 12.35 %, which floats hold a little below
        (0.1 + 0.2, "30.0"),
        (1 / 3, "33.3"),
        (2 / 3, "66.7"),
        (0.9995, "100.0"),
        (0.99949, "99.9"),
        (0, "0.0"),
        (1, "100.0"),
        (-0.0125, "-1.3"),
    ],
)
def test_percentages_are_rounded_half_up(share, expected):
    assert str(round_percent(share)) == expected


def test_whole_percentages_on_request():
    assert round_percent(0.125, decimals=0) == Decimal(13)
