"""Adoption by occupation on the public sheet."""

import pytest

from tests.factories import make_occupation, make_use_case
from tests.usecases.pages import page, publish, study_of_2024
from usecases.editions import BreakdownDraft, RatingDraft
from usecases.models import Dimension, Occupation, Rating, UseCaseOccupation

pytestmark = pytest.mark.django_db

TITLE = "Adoption par métier"


def measured(*breakdowns):
    """A first adoption of dubbing, whole, with these (occupation, base, share, mark)."""
    return RatingDraft(
        "doublage",
        Dimension.ADOPTION,
        2,
        Rating.Status.FIRST,
        base=120,
        share=0.408,
        low=0.3,
        high=0.5,
        details={"mark": "", "dominant": None},
        breakdowns=tuple(
            BreakdownDraft("occupation", category, base, share, None, None, mark)
            for category, base, share, mark in breakdowns
        ),
    )


def test_the_sheet_shows_each_occupation_under_the_rules(client):
    make_use_case("Doublage")
    for code, name in [
        ("editors", "Monteurs"),
        ("writers", "Auteurs"),
        ("grips", "Machinistes"),
        ("actors", "Acteurs"),
    ]:
        make_occupation(code, name)
    publish(2024, measured(("actors", 80, 0.9, "")))
    # In the order of the codes, as an edition stores them: the page follows the list.
    rows = [("", 10, None, "p"), ("actors", None, None, "s"), ("editors", 50, 0.2, ""), ("grips", 7, None, "b")]
    publish(2026, measured(*rows, ("writers", 20, None, "g-")))
    text = page(client, "/cas-usage/doublage/")
    assert (
        "Métier Utilisateurs actuels Toute la profession 40,8\u202f% · n = 120 Monteurs 20,0\u202f% · n = 50"
        " Auteurs moins de 10\u202f% · n = 20 † Machinistes base insuffisante · n = 7 †"
        " Métier non renseigné part non montrée · n = 10 † Base insuffisante\u00a0: Acteurs." in text
    )
    assert "90,0" not in text


def test_who_asks_for_an_occupation_reads_its_adoption_in_the_list(client, django_assert_num_queries):
    case = make_use_case("Doublage")
    for code, name in [("editors", "Monteurs"), ("writers", "Auteurs"), ("grips", "Machinistes")]:
        UseCaseOccupation.objects.create(use_case=case, occupation=make_occupation(code, name))
    publish(2024)
    publish(2026, measured(("editors", 50, 0.2, ""), ("writers", None, None, "s")))
    whole = "40,8\u202f% première note · n = 120"
    assert f"{whole} Monteurs\u00a0: 20,0\u202f% · n = 50" in page(client, "/?occupation=editors").replace(
        "&nbsp;", "\u00a0"
    )
    hidden = page(client, "/?occupation=writers").replace("&nbsp;", "\u00a0")
    assert f"{whole} Auteurs\u00a0: base insuffisante" in hidden
    assert "20,0" not in hidden
    assert "Machinistes\u00a0:" not in page(client, "/?occupation=grips").replace("&nbsp;", "\u00a0")
    assert "Monteurs\u00a0:" not in page(client, "/").replace("&nbsp;", "\u00a0")
    with django_assert_num_queries(11):
        client.get("/?occupation=editors")
    another = make_use_case("Montage")
    UseCaseOccupation.objects.create(use_case=another, occupation=Occupation.objects.get(code="editors"))
    with django_assert_num_queries(11):
        client.get("/?occupation=editors")


def test_a_sheet_without_a_measure_says_nothing_of_occupations(client):
    make_use_case("Doublage")
    assert TITLE not in page(client, "/cas-usage/doublage/")
    study_of_2024("doublage")
    assert TITLE not in page(client, "/cas-usage/doublage/")


@pytest.mark.parametrize("number", [1, 3])
def test_the_sheet_costs_the_same_for_one_occupation_and_for_three(client, number, django_assert_num_queries):
    make_use_case("Doublage")
    codes = [f"trade_{place}" for place in range(number)]
    for code in codes:
        make_occupation(code, code)
    publish(2026, measured(*[(code, 50, 0.2, "") for code in codes]))
    with django_assert_num_queries(15):
        client.get("/cas-usage/doublage/")
