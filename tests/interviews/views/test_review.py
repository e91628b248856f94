"""The review: everything on one page, each answer changed in place, without JavaScript."""

import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from interviews.campaigns import create_campaign
from interviews.collection.answers import save_profile
from interviews.collection.invitations import create_invitation
from interviews.collection.offers import offer_use_cases
from interviews.collection.pages import path_of
from interviews.collection.questionnaire import load_questionnaire
from interviews.collection.responses import start_response
from interviews.models import Answer, Campaign, Response, UseCaseAnswer
from tests.factories import make_campaign, make_occupation, make_use_case
from usecases.catalogue import load_catalogue
from usecases.models import Occupation

from .html_forms import read_forms

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def june():
    with time_machine.travel(datetime(2025, 6, 15, 12, 30, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def token():
    """A person who has filled in their profile, offered one use case."""
    questionnaire, _ = load_questionnaire()
    invitation, token = create_invitation(make_campaign(questionnaire, [make_use_case("Montage")]))
    response = start_response(invitation)
    save_profile(response, {"seniority": "0_4"}, [], [make_occupation("editors", "Monteurs")])
    offer_use_cases(response)
    return token


def address(token, unit=""):
    return reverse("review", args=[token]) + (f"?modifier={unit}" if unit else "")


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def test_each_answer_and_each_missing_one_leads_to_its_form_on_the_page(client, token):
    shown = text(client.get(address(token)))
    units = re.findall(r'href="\?modifier=([^#"]+)#([^"]+)"', shown)
    assert units[:3] == [
        ("profile", "profile"),
        ("question.ai_ever_used", "question-ai_ever_used"),
        ("question.ai_frequency", "question-ai_frequency"),
    ]
    assert ("cas.montage", "cas-montage") in units
    assert [anchor for _, anchor in units if f'id="{anchor}"' not in shown] == []
    for unit, anchor in units:
        opened = text(client.get(address(token, unit)))
        assert opened.count(f'id="{anchor}"') == 1
        assert opened.count("data-autosave") == 1


def test_an_answer_changed_in_place_is_saved_and_the_person_comes_back_to_it(client, token):
    opened = client.get(address(token, "question.ai_frequency"))
    form = read_forms(opened.content.decode())[0]
    assert form.action == "?modifier=question.ai_frequency"
    assert set(form.fields) == {"ai_frequency", "ai_frequency-version"}
    saved = client.post(address(token, "question.ai_frequency"), form.values | {"ai_frequency": "weekly"})
    assert saved.url == address(token) + "#question-ai_frequency"
    shown = text(client.get(saved.url))
    assert "Enregistré à 14:30." in shown
    assert '<div class="review-part" id="question-ai_frequency">' in shown
    assert list(Answer.objects.values_list("item__code", "value")) == [("ai_frequency", "weekly")]


def test_a_use_case_and_the_profile_are_changed_in_place_too(client, token):
    form = read_forms(client.get(address(token, "cas.montage")).content.decode())[0]
    client.post(address(token, "cas.montage"), form.values | {"montage-usage": "tried", "montage-maturity": "2"})
    assert list(UseCaseAnswer.objects.values_list("usage", "maturity")) == [(2, 2)]
    form = read_forms(client.get(address(token, "profile")).content.decode())[0]
    assert (form.values["occupations"], form.values["seniority"]) == (["editors"], ["0_4"])
    client.post(address(token, "profile"), form.values | {"seniority": "5_14", "structure_name": "Studio"})
    response = Response.objects.get()
    assert (response.seniority, bool(response.organisation)) == ("5_14", True)
    assert "indiquée, le nom n’est pas conservé" in text(client.get(address(token)))


def test_what_cannot_be_read_is_said_where_it_is_and_nothing_typed_is_lost(client, token):
    fields = {"montage-usage": "tried", "montage-comment": "a" * 5001, "montage-version": "0"}
    refused = client.post(address(token, "cas.montage"), fields)
    shown = text(refused)
    assert (refused.status_code, "a" * 5001 in shown) == (200, True)
    assert "<title>Erreur" in shown
    assert 'href="#id_montage-comment"' in shown
    assert UseCaseAnswer.objects.get().usage is None


def test_a_newer_answer_given_elsewhere_is_kept_and_said(client, token):
    client.post(reverse("autosave", args=[token, "question.ai_frequency"]), {"ai_frequency": "never"})
    older = {"ai_frequency": "daily", "ai_frequency-version": "0"}
    shown = client.post(address(token, "question.ai_frequency"), older, follow=True)
    assert "Une réponse plus récente" in text(shown)
    assert Answer.objects.get().value == "never"


@pytest.mark.parametrize(
    "unit", ["question.inconnue", "cas.inconnu", "autre", "question.", "cas.\x00", "question.ai_tools"]
)
def test_what_is_not_asked_of_the_person_is_not_found(client, token, unit):
    assert client.get(address(token), {"modifier": unit}).status_code == 404
    assert client.post(reverse("review", args=[token]) + f"?modifier={unit}".replace("\x00", "%00")).status_code == 404
    assert not Response.objects.counted().exists()


def test_it_is_edited_until_the_close_once_sent_and_no_longer(client, token):
    client.post(address(token))
    client.post(address(token, "question.ai_frequency"), {"ai_frequency": "weekly", "ai_frequency-version": "0"})
    assert (Response.objects.counted().count(), Answer.objects.get().value) == (1, "weekly")
    campaign = Response.objects.get().campaign
    type(campaign).objects.update(closes_on=date(2025, 6, 14))
    late = client.post(address(token, "question.ai_frequency"), {"ai_frequency": "never", "ai_frequency-version": "1"})
    assert (late.status_code, Answer.objects.get().value) == (409, "weekly")
    assert "modifier=" not in text(client.get(address(token)))


def test_whatever_is_open_the_review_of_the_whole_study_costs_at_most_eight_queries(
    client, django_assert_max_num_queries
):
    load_catalogue()
    load_questionnaire()
    invitation, token = create_invitation(create_campaign("vague", "Vague", date(2025, 1, 1), date(2025, 12, 31)))
    response = start_response(invitation)
    save_profile(response, {}, [], Occupation.objects.order_by("position")[:2])
    offer_use_cases(response)
    units = [unit for page in path_of(response).pages for unit in page.units]
    assert len(units) > 20
    client.get(address(token))  # the process has read the questionnaire
    for unit in ["", "profile", next(unit for unit in units if unit.startswith("cas.")), units[-1]]:
        with django_assert_max_num_queries(8):
            assert client.get(address(token, unit)).status_code == 200


def test_who_has_nothing_to_correct_sends_from_the_top_of_the_page(client, token):
    shown = text(client.get(address(token)))
    assert '<form method="post" action="' + address(token) + '" id="send"' in shown
    assert shown.index('form="send"') < shown.index('id="page-profile"')
    assert 'form="send"' not in text(client.get(address(token, "profile")))
    assert client.post(address(token)).status_code == 302
    assert 'form="send"' not in text(client.get(address(token)))


def test_an_anonymous_response_is_sent_from_the_bottom_alone_beside_its_warning(client, token):
    Campaign.objects.update(is_anonymous=True)
    shown = text(client.get(address(token)))
    assert "ne pourra plus être modifiée" in shown
    assert 'form="send"' not in shown
