"""« Vous et les professionnels de votre métier »: what the shown edition published, beside the person's own usage."""

from datetime import date

import pytest

from interviews.collection.comparison import compare_with_peers
from interviews.models import Usage
from tests.factories import make_campaign, make_edition, make_occupation, make_response, make_use_case
from usecases.breakdowns import AdoptionShare
from usecases.editions import BreakdownDraft, RatingDraft
from usecases.models import Dimension, Rating

pytestmark = pytest.mark.django_db


def breakdown(category, base=None, share=None, mark="s"):
    return BreakdownDraft("occupation", category, base, share, None, None, mark)


def measured(code, *breakdowns, base=100, share=0.25, **details):
    return RatingDraft(
        code,
        Dimension.ADOPTION,
        2,
        Rating.Status.FIRST,
        base=base,
        share=share,
        details={"mark": "", "dominant": None} | details,
        breakdowns=breakdowns,
    )


@pytest.fixture
def campaign():
    make_occupation("editors", "Monteurs")
    make_occupation("writers", "Auteurs")
    return make_campaign(use_cases=[make_use_case(name) for name in ("Doublage", "Montage", "Rushes", "Mixage")])


def compared(response):
    """(use case, own usage, peers, everyone) of each row."""
    return [(use.use_case.code, use.usage, use.peers, use.everyone) for use in compare_with_peers(response).uses]


def test_own_usage_stands_beside_each_trade_and_everybody(campaign):
    edition = make_edition(
        [
            measured("doublage", breakdown("editors", 31, 0.419, ""), breakdown("writers", 7, None, "b")),
            measured("montage", breakdown("editors", 14, None, "g-"), base=20, share=None, mark="g", dominant="aware"),
            measured("rushes", base=None, share=None, mark="s"),
            RatingDraft("mixage", Dimension.MATURITY, 2, Rating.Status.CONFIRMED),
        ]
    )
    usages = {"rushes": Usage.NOT_CONCERNED, "montage": Usage.TRIED, "doublage": Usage.REGULAR, "mixage": Usage.AWARE}
    response = make_response(
        campaign, occupations=["writers", "editors"], use_cases={code: {"usage": usages[code]} for code in usages}
    )
    assert compare_with_peers(response).edition == edition
    everyone = "Toute la profession"
    assert compared(response) == [
        (
            "doublage",
            "Usage régulier",
            [AdoptionShare("Monteurs", 31, 0.419), AdoptionShare("Auteurs", 7, mark="b")],
            AdoptionShare(everyone, 100, 0.25),
        ),
        (
            "montage",
            "Essayé, sans plus",
            [AdoptionShare("Monteurs", 14, mark="g-"), AdoptionShare("Auteurs")],
            AdoptionShare(everyone, 20, mark="g-"),
        ),
        (
            "rushes",
            "Pas mon métier",
            [AdoptionShare("Monteurs"), AdoptionShare("Auteurs")],
            AdoptionShare(everyone, mark="s"),
        ),
    ]


@pytest.mark.parametrize(
    ("mark", "words"),
    [
        ("", "base insuffisante"),
        ("s", "base insuffisante"),
        ("b", "base insuffisante"),
        ("p", "part non montrée"),
        ("g+", "plus de 90\u202f%"),
        ("g-", "moins de 10\u202f%"),
    ],
)
def test_a_share_that_is_not_shown_has_words(mark, words):
    assert AdoptionShare("Monteurs", mark=mark).words == words


def test_only_what_was_answered_is_compared(campaign):
    make_edition([measured("doublage"), measured("montage")])
    response = make_response(campaign, occupations=["editors"], use_cases={"doublage": {}, "montage": {"usage": 2}})
    assert [row[0] for row in compared(response)] == ["montage"]


def test_nothing_to_compare_with(campaign):
    response = make_response(campaign, occupations=["editors"], use_cases={"doublage": {"usage": Usage.REGULAR}})
    assert compare_with_peers(response) is None
    # The 2024 study describes adoption in prose.
    make_edition([RatingDraft("doublage", Dimension.ADOPTION, None, Rating.Status.NOT_PROVIDED)])
    assert compare_with_peers(response) is None


def test_the_edition_is_the_last_one_shown(campaign):
    response = make_response(campaign, occupations=["editors"], use_cases={"doublage": {"usage": Usage.REGULAR}})
    make_edition([RatingDraft("doublage", Dimension.MATURITY, 2, Rating.Status.STUDY)])
    demonstration = make_edition([measured("doublage", share=0.9)], is_fictional=True, published_on=date(2025, 1, 1))
    assert compare_with_peers(response).edition == demonstration
    real = make_edition([measured("doublage", share=0.4)], published_on=date(2026, 1, 1))
    make_edition([measured("doublage", share=0.9)], is_fictional=True, published_on=date(2026, 2, 1))
    assert (compare_with_peers(response).edition, compared(response)[0][3].share) == (real, 0.4)


@pytest.mark.parametrize("number", [1, 3])
def test_it_costs_the_same_whatever_the_person_answered(campaign, number, django_assert_num_queries):
    codes = ["doublage", "montage", "rushes"][:number]
    make_edition([measured(code, breakdown("editors", 31, 0.4, "")) for code in codes])
    response = make_response(campaign, occupations=["editors"], use_cases={code: {"usage": 2} for code in codes})
    with django_assert_num_queries(6):
        compare_with_peers(response)
