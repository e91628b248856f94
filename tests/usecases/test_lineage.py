import pytest

from tests.factories import make_use_case
from usecases.lineage import Descent, Lineage, trace_lineages

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue():
    """Six use cases; B and C replace A, D replaces E and F."""
    cases = {name: make_use_case(name) for name in "ABCDEF"}
    cases["B"].replaces.set([cases["A"]])
    cases["C"].replaces.set([cases["A"]])
    cases["D"].replaces.set([cases["E"], cases["F"]])
    return cases


def test_the_same_use_case_compares_with_itself(catalogue):
    assert trace_lineages(["a", "e"], ["a", "e"]) == [
        Lineage("a", Descent.SAME, ("a",)),
        Lineage("e", Descent.SAME, ("e",)),
    ]


def test_a_replacement_alone_is_a_new_name(catalogue):
    assert trace_lineages(["a"], ["b"]) == [Lineage("b", Descent.RENAMED, ("a",))]


def test_two_replacements_of_one_are_a_split(catalogue):
    assert trace_lineages(["a"], ["b", "c"]) == [
        Lineage("b", Descent.SPLIT, ("a",)),
        Lineage("c", Descent.SPLIT, ("a",)),
    ]


def test_what_remains_of_a_use_case_that_gave_birth_to_another_is_a_part_too(catalogue):
    assert trace_lineages(["a"], ["a", "b"]) == [
        Lineage("a", Descent.SPLIT, ("a",)),
        Lineage("b", Descent.SPLIT, ("a",)),
    ]


def test_one_replacement_of_two_is_a_merger(catalogue):
    assert trace_lineages(["f", "e"], ["d"]) == [Lineage("d", Descent.MERGED, ("f", "e"))]


def test_one_that_takes_over_a_part_of_another_cannot_be_compared(catalogue):
    catalogue["D"].replaces.add(catalogue["A"])
    assert trace_lineages(["a", "e"], ["b", "d"]) == [
        Lineage("b", Descent.SPLIT, ("a",)),
        Lineage("d", Descent.TANGLED, ("a", "e")),
    ]


def test_new_and_dropped(catalogue):
    assert trace_lineages(["f"], ["b"]) == [Lineage("b", Descent.NEW), Lineage("f", Descent.DROPPED)]


def test_a_chain_of_names_is_followed_back(catalogue):
    catalogue["E"].replaces.set([catalogue["B"]])
    assert trace_lineages(["a"], ["e"]) == [Lineage("e", Descent.RENAMED, ("a",))]


def test_a_circle_of_replacements_ends(catalogue):
    catalogue["A"].replaces.set([catalogue["B"]])
    assert trace_lineages(["c"], ["a", "b"]) == [
        Lineage("a", Descent.NEW),
        Lineage("b", Descent.NEW),
        Lineage("c", Descent.DROPPED),
    ]


def test_lineages_in_words(catalogue):
    names = {"a": "Doublage", "e": "Sous-titrage"}
    assert [Lineage("x", descent, ("a", "e")).describe(names) for descent in (Descent.SAME, Descent.MERGED)] == [
        "",
        "Réuni\u00a0: remplace «\u00a0Doublage\u00a0» et «\u00a0Sous-titrage\u00a0». L’évolution compare l’ensemble à "
        "ses parties d’avant\u00a0: lisez-la avec réserve.",
    ]
    assert (
        Lineage("x", Descent.RENAMED, ("a",)).describe(names).startswith("Renommé\u00a0: appelé «\u00a0Doublage\u00a0»")
    )


@pytest.mark.parametrize("count", [1, 3])
def test_one_query_whatever_the_list(catalogue, count, django_assert_num_queries):
    with django_assert_num_queries(1):
        trace_lineages(list("abc")[:count], list("bcd")[:count])
