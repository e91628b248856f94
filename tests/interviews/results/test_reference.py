"""Our general figures beside another survey's: points, interval, masks."""

from datetime import date

import pytest

from interviews.models import Item, ReferenceFigure
from interviews.results.closing import close_campaign
from interviews.results.disclosure import PUBLIC, STAFF
from interviews.results.reference import ReferenceComparison, compare_with_references
from tests.factories import YES_NO, make_campaign, make_item, make_questionnaire, make_response, make_use_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def questionnaire():
    made = make_questionnaire()
    make_item(made, "ai_ever_used", options=YES_NO, wording="Avez-vous déjà utilisé l’IA ?")
    return made


def close_wave(questionnaire, **answers):
    """Close a campaign in which so many persons gave each answer."""
    campaign = make_campaign(questionnaire, use_cases=[make_use_case()])
    for answer, persons in answers.items():
        for number in range(persons):
            make_response(campaign, f"{answer}{number}", answers={"ai_ever_used": answer})
    return close_campaign(campaign)


def barometer(percent, base=None, **fields):
    fields = {"item": "ai_ever_used", "category": "yes", "date": date(2025, 4, 30), "source": "Baromètre"} | fields
    return ReferenceFigure.objects.create(percent=percent, base=base, **fields)


def test_points_and_their_limits_from_both_bases(questionnaire):
    """Newcombe's example: 48 of 80 there, 56 of 70 here: +20 points, from +5.2 to +33.4."""
    barometer(60, base=80, base_label="répondants")
    (found,) = compare_with_references(close_wave(questionnaire, yes=56, no=14), PUBLIC)
    assert found == ReferenceComparison(
        item="ai_ever_used",
        item_label="Avez-vous déjà utilisé l’IA ?",
        category="yes",
        category_label="Oui",
        asked_of="",
        source="Baromètre",
        date=date(2025, 4, 30),
        reference=60,
        reference_base=80,
        reference_base_label="répondants",
        mark="",
        base=70,
        percent=80.0,
        points=20.0,
        low=pytest.approx(5.24, abs=0.01),
        high=pytest.approx(33.39, abs=0.01),
    )


def test_no_interval_without_the_base_of_the_source(questionnaire):
    barometer(60)
    (found,) = compare_with_references(close_wave(questionnaire, yes=56, no=14), PUBLIC)
    assert (found.points, found.low, found.high) == (20.0, None, None)


def test_figures_come_by_date_and_a_question_we_did_not_ask_is_left_out(questionnaire):
    barometer(40, date=date(2025, 4, 30))
    barometer(20, date=date(2024, 4, 30))
    barometer(10, item="never_asked")
    found = compare_with_references(close_wave(questionnaire, yes=56, no=14), PUBLIC)
    assert [(each.date.year, each.points) for each in found] == [(2024, 60.0), (2025, 40.0)]


def test_the_public_reads_nothing_of_a_hidden_figure(questionnaire):
    barometer(60, base=80)
    snapshot = close_wave(questionnaire, yes=5, no=3)
    (public,), (staff,) = (compare_with_references(snapshot, audience) for audience in (PUBLIC, STAFF))
    assert (public.mark, public.base, public.percent, public.points, public.low) == ("b", 8, None, None, None)
    assert (staff.mark, staff.base, staff.percent, staff.points) == ("b", 8, 62.5, 2.5)


def test_nothing_to_compare_with(questionnaire):
    assert compare_with_references(close_wave(questionnaire, yes=10), PUBLIC) == []


@pytest.mark.parametrize("figures", [1, 3])
def test_three_figures_ask_as_many_queries_as_one(questionnaire, figures, django_assert_num_queries):
    for year in range(figures):
        barometer(60, date=date(2022 + year, 4, 30))
    snapshot = close_wave(questionnaire, yes=56, no=14)
    with django_assert_num_queries(5):
        compare_with_references(snapshot, PUBLIC)


def test_a_question_asked_of_some_says_of_whom(questionnaire):
    used = Item.objects.get(code="ai_ever_used")
    make_item(questionnaire, "genai_ever_used", options=YES_NO, asked_if=used, asked_if_codes=["yes"])
    barometer(66, base=50, item="genai_ever_used")
    campaign = make_campaign(questionnaire, use_cases=[make_use_case()])
    for number in range(50):
        answers = {"ai_ever_used": "yes", "genai_ever_used": "yes" if number < 33 else "no"}
        make_response(campaign, f"r{number}", answers=answers if number < 38 else {"ai_ever_used": "no"})
    (found,) = compare_with_references(close_campaign(campaign), STAFF)
    assert found.asked_of == "«\xa0Oui\xa0» à «\xa0Avez-vous déjà utilisé l’IA ?\xa0»"
    assert (found.base, round(found.percent, 1), round(found.points, 1)) == (38, 86.8, 20.8)
