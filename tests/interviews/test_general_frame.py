"""From general answers to arrays: whose answers count, of whom each item was asked."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from interviews.frames import build_profiles
from interviews.general_frame import read_general_answers
from interviews.models import Item
from tests.factories import YES_NO, make_campaign, make_item, make_questionnaire, make_response

pytestmark = pytest.mark.django_db

FIRST, SECOND = (datetime(2025, 3, day, 12, tzinfo=UTC) for day in (1, 2))


@pytest.fixture
def questionnaire():
    questionnaire = make_questionnaire()
    used = make_item(questionnaire, "used", options=YES_NO, allows_dont_know=True)
    happy = {"asked_if": used, "asked_if_codes": ["yes"]}
    happy = make_item(questionnaire, "happy", Item.Kind.SCALE, options={"yes": "Oui", "no": "Non"}, **happy)
    make_item(
        questionnaire, "why", Item.Kind.MULTIPLE, options={"a": "A", "b": "B"}, asked_if=happy, asked_if_codes=["no"]
    )
    make_item(questionnaire, "hours", Item.Kind.NUMBER)
    make_item(questionnaire, "remark", Item.Kind.TEXT)
    make_item(questionnaire, "named", Item.Kind.MULTIPLE, open_list="tools")
    return questionnaire


def given(campaign, codes=None):
    """{item: what each person ticked, « nsp » when they do not know, None when they are outside}"""
    frame = build_profiles(campaign)
    found = {}
    for each in read_general_answers(campaign, frame, codes):
        read = each.given
        ticked = [
            "|".join(code for code, tick in zip(read.answers, row, strict=True) if tick) or "nsp" for row in read.ticks
        ]
        found[each.item.code] = [None if value < 0 else ticked[value] for value in read.value.tolist()]
    return found


def test_nobody_answered(questionnaire):
    assert given(make_campaign(questionnaire)) == {"used": [], "happy": [], "why": [], "hours": [], "named": []}


def test_an_item_is_asked_of_those_whose_answer_opens_it(questionnaire):
    campaign = make_campaign(questionnaire)
    for key, answers in enumerate(
        [
            {"used": "yes", "happy": "no", "why": ["a", "b"], "hours": 3, "remark": "Bien.", "named": ["runway"]},
            {"used": "no", "happy": "no", "why": ["a"]},  # a file may hold answers that nobody was asked for
            {"used": "nsp", "happy": "yes"},
            {"happy": "yes", "hours": "nsp"},
            {"used": "yes", "happy": "yes", "why": ["b"], "hours": 0, "named": []},
        ]
    ):
        make_response(campaign, f"r{key}", answers=answers, submitted_at=FIRST.replace(minute=key))
    assert given(campaign) == {
        "used": ["yes", "no", "nsp", None, "yes"],
        "happy": ["no", None, None, None, "yes"],
        "why": ["a|b", None, None, None, None],
        "hours": ["3", None, None, "nsp", "0"],
        "named": ["runway", None, None, None, None],
    }
    # The conditions of an item are read with it, whatever is asked for.
    assert given(campaign, {"why"}) == {"why": ["a|b", None, None, None, None]}


def test_only_counted_responses_and_the_last_answer_of_a_person(questionnaire):
    campaign = make_campaign(questionnaire)
    make_response(campaign, "late", person="ada", submitted_at=SECOND, answers={"used": "no", "hours": ""})
    make_response(campaign, "early", person="ada", submitted_at=FIRST, answers={"used": "yes", "hours": 4})
    make_response(campaign, "draft", submitted_at=None, answers={"used": "yes"})
    make_response(campaign, "out", excluded_at=SECOND, exclusion_reason="Essai.", answers={"used": "yes"})
    make_response(campaign, "gone", withdrawn_at=SECOND, answers={"used": "yes"})
    found = given(campaign)
    assert (found["used"], found["hours"]) == (["no"], ["4"])


def test_the_number_of_queries_does_not_follow_the_answers(questionnaire, django_assert_num_queries):
    campaign = make_campaign(questionnaire)
    for number in (1, 2):
        make_response(campaign, f"r{number}", answers={"used": "yes", "happy": "yes", "hours": number})
        frame = build_profiles(campaign)
        with django_assert_num_queries(6 if connection.vendor == "postgresql" else 5):
            read_general_answers(campaign, frame)
