"""Routing against simpler orders, on the study's own catalogue and the documented mix of trades (no database)."""

from io import StringIO

import numpy as np
import pytest
from django.core.management import call_command

from interviews.collection.routing import Coverage
from interviews.collection.simulation.population import draw_persons
from interviews.collection.simulation.routing_comparison import FIXED, RANDOM, REFERENCE, ROUTED, STRICT, compare_orders
from interviews.collection.simulation.tally import Tally
from interviews.management.commands.compare_routing import packaged_catalogue

SEED = 1


@pytest.fixture(scope="module")
def catalogue():
    return packaged_catalogue()


def test_the_smallest_base_is_at_least_twice_that_of_a_random_order(catalogue):
    """400 respondents, the simulation’s own answers; over five seeds, since the smallest of 62 random bases is luck."""
    outcomes = [compare_orders(catalogue, REFERENCE, seed) for seed in range(1, 6)]
    assert {len(order.bases) for outcome in outcomes for order in outcome.values()} == {62}
    smallest = {name: sum(outcome[name].smallest for outcome in outcomes) for name in outcomes[0]}
    assert smallest[ROUTED] >= 2 * smallest[RANDOM] > 0
    assert min(outcome[ROUTED].smallest for outcome in outcomes) >= 45


def test_so_it_is_when_only_the_proposed_trades_answer(catalogue):
    outcomes = compare_orders(catalogue, STRICT, SEED)
    assert {len(outcome.bases) for outcome in outcomes.values()} == {62}
    # A random order may leave a use case with nobody: the bar is then one answer, not none.
    assert outcomes[ROUTED].smallest >= 2 * max(1, outcomes[RANDOM].smallest)
    assert outcomes[ROUTED].smallest >= 2 * max(1, outcomes[FIXED].smallest)


def test_every_use_case_reaches_a_base_that_can_be_published(catalogue):
    assert compare_orders(catalogue, STRICT, SEED)[ROUTED].too_short == 0


def test_routing_asks_of_the_trade_far_more_often(catalogue):
    outcomes = compare_orders(catalogue, STRICT, SEED)
    assert outcomes[ROUTED].own_trade >= 4 * max(outcomes[RANDOM].own_trade, outcomes[FIXED].own_trade)


def test_people_are_asked_of_what_concerns_them_more_often_than_by_chance(catalogue):
    outcomes = compare_orders(catalogue, REFERENCE, SEED)
    assert outcomes[ROUTED].smallest > outcomes[RANDOM].smallest > outcomes[FIXED].smallest
    assert outcomes[ROUTED].in_base > max(outcomes[RANDOM].in_base, outcomes[FIXED].in_base)


def test_a_seed_always_gives_the_same_figures_and_another_one_others(catalogue):
    assert compare_orders(catalogue, REFERENCE, SEED) == compare_orders(catalogue, REFERENCE, SEED)
    assert compare_orders(catalogue, REFERENCE, SEED) != compare_orders(catalogue, REFERENCE, SEED + 1)


def test_a_tally_counts_each_person_of_the_segment_once(catalogue):
    persons = draw_persons(np.random.default_rng(SEED), 200, catalogue.occupations, catalogue.sectors)
    tally = Tally({"a": 5})
    for person in persons:
        tally.add(person.occupations, ["a", "b"] if len(person.occupations) > 1 else ["a"])
    held = {"producers", "directors", "programmers", "animators"}
    peers = [person for person in persons if held & set(person.occupations)]
    several = sum(len(person.occupations) > 1 for person in peers)
    coverage = tally.coverage_for(held)
    assert coverage == Coverage(
        segment={"a": len(peers), "b": several},
        overall={"a": 205, "b": sum(len(person.occupations) > 1 for person in persons)},
    )
    assert 0 < several < len(peers) < len(persons)


def test_the_command_prints_one_line_for_each_hypothesis_seed_and_order():
    out = StringIO()
    call_command("compare_routing", "--respondents", "60", "--seeds", "2", stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[0] == "60 répondants, 62 cas d’usage"
    named = [tuple(cell.strip() for cell in line.split("|")[1:5]) for line in lines[3:]]
    assert named == [
        (hypothesis, "10", seed, order)
        for hypothesis in (REFERENCE, STRICT)
        for seed in ("1", "2")
        for order in (ROUTED, FIXED, RANDOM)
    ]
