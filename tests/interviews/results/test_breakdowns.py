"""Adoption by category, from the answers to what is published."""

import pytest

from interviews.models import Level, Usage
from interviews.results.closing import close_campaign
from interviews.results.cube import read_cells
from interviews.results.disclosure import PUBLIC, STAFF
from interviews.results.publication import publish_campaign
from tests.factories import make_campaign, make_occupation, make_use_case
from tests.interviews.results.answers import answer
from usecases.models import RatingBreakdown

USES, KNOWS = {"usage": Usage.REGULAR}, {"usage": Usage.AWARE}
NOT_MINE, UNSURE = {"usage": Usage.NOT_CONCERNED}, {"usage": Usage.DONT_KNOW}


@pytest.fixture
def campaign(db):
    for code in ("editors", "writers", "actors", "grips"):
        make_occupation(code, code.capitalize())
    return make_campaign(use_cases=[make_use_case("Doublage")])


def counted(campaign):
    """(category, base, current users, mark) of the one use case, by occupation, as staff see them."""
    cells = read_cells(close_campaign(campaign), STAFF, items=["usage"], variables=["occupations"])
    return [(cell.category, cell.base, cell.figures["current_users"], cell.mark) for cell in cells]


def published(campaign):
    """(category, base, share, mark) of the edition that closing and publishing give."""
    close_campaign(campaign)
    edition = publish_campaign(campaign, "Édition", accept_proposals=True)
    rows = RatingBreakdown.objects.filter(rating__edition=edition, variable=RatingBreakdown.OCCUPATION).order_by("pk")
    assert set(rows.values_list("rating__dimension", flat=True)) <= {"adoption"}
    return list(rows.values_list("category", "base", "share", "mark"))


def test_a_person_counts_in_each_of_their_occupations_and_silence_is_a_category(campaign):
    answer(campaign, "doublage", (12, USES), (18, KNOWS), (3, NOT_MINE), (2, UNSURE), occupations=["editors"])
    answer(campaign, "doublage", (10, USES), (10, KNOWS), occupations=["editors", "writers"])
    answer(campaign, "doublage", (5, USES), (5, KNOWS))
    answer(campaign, "doublage", (4, USES), occupations=["grips"], mode="interview")
    assert counted(campaign) == [
        ("editors", 50, 22, ""),
        ("writers", 20, 10, "†"),
        ("", 10, 5, "†"),
    ]


def test_a_rate_comes_with_wilson_limits(campaign):
    answer(campaign, "doublage", (15, USES), (133, KNOWS), occupations=["editors"])
    (cell,) = read_cells(close_campaign(campaign), STAFF, items=["usage"], variables=["occupations"])
    # Newcombe (1998), table I: 15 of 148.
    assert (cell.figures["low"], cell.figures["high"]) == (
        pytest.approx(0.0624, abs=1e-4),
        pytest.approx(0.1605, abs=1e-4),
    )


@pytest.mark.django_db
def test_no_answer_gives_no_row(campaign):
    assert counted(campaign) == []


def test_thresholds_of_what_is_published(campaign):
    answer(campaign, "doublage", (20, USES), (20, KNOWS), occupations=["editors"])
    answer(campaign, "doublage", (6, USES), (14, KNOWS), occupations=["writers"])
    answer(campaign, "doublage", (5, USES), (4, KNOWS), occupations=["actors"])
    answer(campaign, "doublage", (4, USES), occupations=["grips"])
    # Four grips would be what the other bases leave of the total: nine actors are hidden with them.
    assert published(campaign) == [
        ("editors", 40, 0.5, ""),
        ("writers", 20, 0.3, "†"),
        ("actors", None, None, "s"),
        ("grips", None, None, "s"),
    ]


def test_a_rate_that_would_give_another_away_by_subtraction_is_not_shown(campaign):
    answer(campaign, "doublage", (20, USES), (20, KNOWS), occupations=["editors"])
    answer(campaign, "doublage", (5, USES), (10, KNOWS), occupations=["writers"])
    answer(campaign, "doublage", (3, USES), (4, KNOWS), occupations=["actors"])
    # All minus editors and writers would be the seven actors: the smaller of the two keeps its rate to itself.
    assert published(campaign) == [
        ("editors", 40, 0.5, ""),
        ("writers", 15, None, "p"),
        ("actors", 7, None, "b"),
    ]


def test_nearly_everybody_is_said_and_no_more(campaign):
    answer(campaign, "doublage", (20, USES), (20, KNOWS), occupations=["editors"])
    answer(campaign, "doublage", (15, USES), occupations=["writers"])
    answer(campaign, "doublage", (8, USES), (12, KNOWS), occupations=["actors"])
    assert published(campaign) == [
        ("editors", 40, 0.5, ""),
        ("writers", 15, None, "g+"),
        ("actors", 20, None, "p"),
    ]


def test_nearly_everybody_is_not_said_of_two_groups_that_would_tell_each_other(campaign):
    answer(campaign, "doublage", (20, USES), (20, KNOWS), occupations=["editors"])
    answer(campaign, "doublage", (14, USES), (1, KNOWS), occupations=["writers"])
    answer(campaign, "doublage", (12, KNOWS), occupations=["actors"])
    # Fourteen of the thirty-four users are not editors: were fourteen writers at least, no actor would be one.
    assert published(campaign) == [
        ("editors", 40, 0.5, ""),
        ("writers", 15, None, "p"),
        ("actors", 12, None, "p"),
    ]


def test_of_ten_persons_nearly_all_is_not_said(campaign):
    answer(campaign, "doublage", (20, USES), (20, KNOWS), occupations=["editors"])
    answer(campaign, "doublage", (10, USES), occupations=["writers"])
    answer(campaign, "doublage", (8, USES), (12, KNOWS), occupations=["actors"])
    assert published(campaign) == [
        ("editors", 40, 0.5, ""),
        ("writers", 10, None, "p"),
        ("actors", 20, None, "p"),
    ]


def test_where_the_rate_of_all_is_hidden_no_occupation_shows_its_own(campaign):
    answer(campaign, "doublage", (14, KNOWS), occupations=["editors"])
    answer(campaign, "doublage", (2, USES), (10, KNOWS), occupations=["writers"])
    assert published(campaign) == [("editors", 14, None, "p"), ("writers", 12, None, "p")]


def test_three_structures_at_least_stand_behind_a_row(campaign):
    for studio in ("a", "b", "c", "d"):
        answer(campaign, "doublage", (6, USES), (6, KNOWS), occupations=["editors"], organisation=studio)
    for studio in ("e", "f"):
        answer(campaign, "doublage", (4, USES), (6, KNOWS), occupations=["writers"], organisation=studio)
    for studio in ("g", "h", "i"):
        answer(campaign, "doublage", (5, USES), (5, KNOWS), occupations=["actors"], organisation=studio)
    # The writers of two studios are hidden; so are the actors, or all minus the others would be those two studios.
    assert published(campaign) == [
        ("editors", 48, 0.5, ""),
        ("writers", None, None, "s"),
        ("actors", None, None, "s"),
    ]


def test_nobody_learns_that_a_few_of_a_trade_do_not_know(campaign):
    """Three editors only say « ne sait pas »: not even a row of nobody tells it."""
    answer(campaign, "doublage", (30, {"usage": Usage.AWARE, "maturity": Level.TWO}), occupations=["writers"])
    answer(campaign, "doublage", (3, {"usage": Usage.AWARE, "maturity": Level.DONT_KNOW}), occupations=["editors"])
    snapshot = close_campaign(campaign)
    rows = {
        audience: {
            cell.category: (cell.mark, cell.base)
            for cell in read_cells(snapshot, audience, items=["maturity"], variables=["occupations"])
        }
        for audience in (PUBLIC, STAFF)
    }
    assert rows == {
        PUBLIC: {"writers": ("", 30)},
        STAFF: {"editors": ("p", 0), "writers": ("", 30)},
    }
