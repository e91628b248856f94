from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from interviews.collection.answers import Saving, save_answers, save_profile, save_use_case_answers
from interviews.collection.invitations import create_invitation
from interviews.collection.offers import offer_use_cases
from interviews.collection.responses import ResponseRefusedError, start_response
from interviews.models import Item, Response, Usage, UseCaseAnswer
from tests.factories import (
    make_campaign,
    make_item,
    make_occupation,
    make_questionnaire,
    make_response,
    make_use_case,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("june")]

NOTHING = {
    "maturity": None,
    "impact": None,
    "intention": None,
    "benefits": [],
    "barriers": [],
    "tools": [],
    "comment": "",
}


@pytest.fixture
def june():
    with time_machine.travel(datetime(2025, 6, 15, 12, 30, tzinfo=UTC), tick=False):
        yield


def begin(campaign):
    invitation, _ = create_invitation(campaign)
    response = start_response(invitation)
    response.campaign = campaign
    return response


def test_what_the_usage_does_not_ask_is_emptied():
    cases = [make_use_case("Connu"), make_use_case("Inconnu"), make_use_case("Régulier")]
    response = begin(make_campaign(use_cases=cases))
    offer_use_cases(response)
    given = {"maturity": 3, "impact": 9, "intention": 1, "benefits": [], "barriers": [], "tools": [], "comment": ""}
    usages = (Usage.AWARE, Usage.NEVER_HEARD, Usage.REGULAR)
    save_use_case_answers(
        response, {case.pk: {"usage": usage, **given} for case, usage in zip(cases, usages, strict=True)}
    )
    stored = UseCaseAnswer.objects.order_by("use_case__position")
    assert list(stored.values_list("usage", "maturity", "impact", "intention")) == [
        (Usage.AWARE, 3, 9, 1),
        (Usage.NEVER_HEARD, None, None, None),
        (Usage.REGULAR, 3, 9, None),
    ]


def test_an_answer_given_elsewhere_since_is_left_alone():
    case = make_use_case("Montage")
    response = begin(make_campaign(use_cases=[case]))
    offer_use_cases(response)
    regular, tried = {"usage": Usage.REGULAR, **NOTHING}, {"usage": Usage.TRIED, **NOTHING}
    assert save_use_case_answers(response, {case.pk: regular}, {case.pk: 0}) == Saving({case.pk: 1}, [])
    # The same again, as a browser that never got the answer would send it.
    assert save_use_case_answers(response, {case.pk: regular}, {case.pk: 0}) == Saving({case.pk: 1}, [])
    assert save_use_case_answers(response, {case.pk: tried}, {case.pk: 0}) == Saving({case.pk: 1}, [case])
    assert response.use_case_answers.get().usage == Usage.REGULAR
    assert save_use_case_answers(response, {case.pk: tried}, {case.pk: 1}) == Saving({case.pk: 2}, [])


def test_nor_is_a_general_answer_or_a_profile():
    questionnaire = make_questionnaire()
    used = make_item(questionnaire, "used", options={"yes": "Oui", "no": "Non"})
    response = begin(make_campaign(questionnaire))
    assert save_answers(response, {used: "yes"}, {"used": 0}) == Saving({"used": 1}, [])
    assert save_answers(response, {used: "yes"}, {"used": 0}) == Saving({"used": 1}, [])
    assert save_answers(response, {used: "no"}, {"used": 0}) == Saving({"used": 1}, [used])
    assert save_answers(response, {used: None}, {"used": 1}) == Saving({"used": 0}, [])
    assert save_profile(response, {"seniority": "0_4"}, [], [], 0) == 1
    assert save_profile(response, {"seniority": "15_plus"}, [], [], 0) is None
    assert response.seniority == "0_4"


def test_the_time_spent_leaves_pauses_out():
    questionnaire = make_questionnaire()
    used = make_item(questionnaire, "used", options={"yes": "Oui", "no": "Non"})
    response = begin(make_campaign(questionnaire))
    for seconds, answer in ((40, "yes"), (3600, "no"), (15, "yes")):
        with time_machine.travel(response.last_saved_at + timedelta(seconds=seconds), tick=False):
            save_answers(response, {used: answer})
    assert response.active_seconds == 40 + 120 + 15


def test_a_use_case_that_was_not_offered_cannot_be_answered():
    response = begin(make_campaign(use_cases=[make_use_case("Offert")]))
    stranger = make_use_case("Étranger")
    with pytest.raises(KeyError):
        save_use_case_answers(response, {stranger.pk: {"usage": Usage.REGULAR, **NOTHING}})
    assert not UseCaseAnswer.objects.exists()


def test_answers_are_replaced_removed_and_dropped_when_no_longer_asked():
    questionnaire = make_questionnaire()
    used = make_item(questionnaire, "used", options={"yes": "Oui", "no": "Non"})
    tools = make_item(
        questionnaire, "tools", Item.Kind.MULTIPLE, open_list="tools", asked_if=used, asked_if_codes=["yes"]
    )
    words = make_item(questionnaire, "words", Item.Kind.TEXT)
    response = begin(make_campaign(questionnaire))

    save_answers(response, {used: "yes", words: "Du temps gagné"})
    save_answers(response, {tools: ["ChatGPT", "chatgpt"]})
    assert dict(response.answers.values_list("item__code", "value")) == {
        "used": "yes",
        "tools": ["chatgpt"],
        "words": "Du temps gagné",
    }
    save_answers(response, {used: "no", words: None})
    assert dict(response.answers.values_list("item__code", "value")) == {"used": "no"}


def test_a_withdrawn_response_takes_no_more_answers():
    response = make_response(make_campaign(), withdrawn_at=datetime(2025, 6, 2, tzinfo=UTC))
    with pytest.raises(ResponseRefusedError):
        save_answers(response, {})


def test_a_save_under_way_when_the_response_is_withdrawn_leaves_nothing():
    questionnaire = make_questionnaire()
    used = make_item(questionnaire, "used", options={"yes": "Oui", "no": "Non"})
    response = begin(make_campaign(questionnaire))
    Response.objects.update(withdrawn_at=datetime(2025, 6, 15, tzinfo=UTC))  # elsewhere: our copy does not know
    with pytest.raises(ResponseRefusedError):
        save_answers(response, {used: "yes"})
    with pytest.raises(ResponseRefusedError):
        save_profile(response, {"seniority": "0_4"}, [], [make_occupation()])
    stored = Response.objects.get()
    assert (stored.answers.count(), stored.seniority, stored.occupations.count()) == (0, "", 0)
