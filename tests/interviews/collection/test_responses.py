from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from interviews.collection.responses import (
    ResponseRefusedError,
    Saving,
    create_invitation,
    find_invitation,
    hash_token,
    offer_use_cases,
    response_of,
    save_answers,
    save_profile,
    save_use_case_answers,
    start_response,
    submit_response,
)
from interviews.models import Invitation, Item, Response, ResponseLink, Usage, UseCaseAnswer
from tests.factories import (
    make_campaign,
    make_item,
    make_occupation,
    make_questionnaire,
    make_response,
    make_sector,
    make_use_case,
)
from usecases.models import UseCaseOccupation

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


def test_only_the_hash_of_a_token_is_kept():
    campaign = make_campaign()
    invitation, token = create_invitation(campaign)
    assert Invitation.objects.get().token_hash == hash_token(token) == invitation.token_hash
    assert token not in str(Invitation.objects.values().get())
    assert find_invitation(token) == invitation
    assert find_invitation("another") is None


def test_a_revoked_link_opens_nothing():
    _, token = create_invitation(make_campaign())
    Invitation.objects.update(revoked_on=date(2025, 6, 1))
    assert find_invitation(token) is None


def test_starting_twice_begins_once():
    invitation, _ = create_invitation(make_campaign())
    assert start_response(invitation) == start_response(invitation)
    response = Response.objects.get()
    assert (response.started_on, response.consent_version, response.submitted_at) == (date(2025, 6, 15), "1", None)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"opens_on": date(2025, 7, 1)},
            "Cette enquête ouvre le 01/07/2025. Revenez ce jour-là.",
        ),
        (
            {"closes_on": date(2025, 6, 14)},
            "Cette enquête est terminée : elle ne prend plus de réponse.",
        ),
        (
            {"closed_at": datetime(2025, 6, 1, tzinfo=UTC)},
            "Cette enquête est terminée : elle ne prend plus de réponse.",
        ),
    ],
)
def test_no_answer_outside_the_campaigns_dates(fields, message):
    invitation, _ = create_invitation(make_campaign(**fields))
    with pytest.raises(ResponseRefusedError) as refusal:
        start_response(invitation)
    assert str(refusal.value) == message
    assert not Response.objects.exists()


def test_the_profile_is_stored_and_use_cases_are_offered():
    editors = make_occupation("editors")
    near, far = make_use_case("Montage"), make_use_case("Réseau")
    UseCaseOccupation.objects.create(use_case=near, occupation=editors)
    response = begin(make_campaign(use_cases=[near, far]))
    assert save_profile(response, {"seniority": "0_4"}, [make_sector("cinema")], [editors]) == 1
    offer_use_cases(response)
    response.refresh_from_db()
    assert response.seniority == "0_4"
    assert [s.code for s in response.sectors.all()] == ["cinema"]
    assert list(response.use_case_answers.values_list("use_case__code", "rank", "usage")) == [
        ("montage", 1, None),
        ("reseau", 2, None),
    ]


def test_a_changed_profile_keeps_what_was_answered():
    cases = [make_use_case(f"Cas {n}") for n in range(14)]
    response = begin(make_campaign(use_cases=cases))
    one, other = make_occupation("one"), make_occupation("other", "Autre")
    save_profile(response, {}, [], [one])
    offer_use_cases(response)
    answered = response.use_case_answers.first().use_case
    save_use_case_answers(response, {answered.pk: {"usage": Usage.REGULAR, **NOTHING}})
    save_profile(response, {}, [], [other])
    offer_use_cases(response)
    assert response.use_case_answers.count() == 10
    assert response.use_case_answers.get(use_case=answered).usage == Usage.REGULAR


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


def test_a_submission_keeps_its_time_and_its_link():
    response = begin(make_campaign())
    submit_response(response)
    assert Response.objects.get().submitted_at == datetime(2025, 6, 15, 12, 30, tzinfo=UTC)
    assert ResponseLink.objects.count() == 1


def test_an_anonymous_submission_destroys_the_link_and_keeps_the_day_only():
    campaign = make_campaign(is_anonymous=True)
    invitation, token = create_invitation(campaign)
    response = start_response(invitation)
    submit_response(response)
    # Midnight in Paris, where the day is.
    assert Response.objects.get().submitted_at == datetime(2025, 6, 14, 22, tzinfo=UTC)
    assert (ResponseLink.objects.count(), Invitation.objects.count()) == (0, 0)
    assert find_invitation(token) is None


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


def test_an_invitation_knows_its_response_only_once_begun():
    invitation, token = create_invitation(make_campaign())
    assert response_of(find_invitation(token)) is None
    response = start_response(invitation)
    assert response_of(find_invitation(token)) == response
