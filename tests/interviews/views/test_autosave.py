"""Each part of a page saves itself: idempotent, versioned, small."""

import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from interviews.collection.invitations import create_invitation
from interviews.collection.offers import offer_use_cases
from interviews.collection.questionnaire import load_questionnaire
from interviews.collection.responses import start_response
from interviews.collection.structures import structure_key
from interviews.models import Answer, Response, UseCaseAnswer
from tests.factories import make_campaign, make_occupation, make_use_case

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def june():
    with time_machine.travel(datetime(2025, 6, 15, 12, 2, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def token():
    questionnaire, _ = load_questionnaire()
    invitation, token = create_invitation(make_campaign(questionnaire, [make_use_case("Montage")]))
    offer_use_cases(start_response(invitation))
    return token


def send(client, token, unit, **fields):
    return client.post(
        reverse("autosave", args=[token, unit]), {name.replace("__", "-"): v for name, v in fields.items()}
    )


def sentence(answer):
    return re.search(r'id="saved-at"[^>]*>([^<]+)<', answer.content.decode())[1]


def test_a_choice_is_saved_and_the_new_version_comes_back(client, token):
    answer = send(client, token, "cas.montage", montage__usage="tried", montage__version="0")
    assert (answer.status_code, sentence(answer)) == (200, "Enregistré à 14:02")
    assert '<input type="hidden" name="montage-version" id="id_montage-version" value="1" data-version>' in (
        answer.content.decode()
    )
    assert list(UseCaseAnswer.objects.values_list("usage", "version")) == [(2, 1)]


def test_sending_again_changes_nothing(client, token):
    for _ in range(3):
        answer = send(client, token, "question.ai_frequency", ai_frequency="weekly", **{"ai_frequency-version": "0"})
        assert answer.status_code == 200
    assert list(Answer.objects.values_list("item__code", "value", "version")) == [("ai_frequency", "weekly", 1)]


def test_an_older_window_does_not_overwrite_a_newer_answer(client, token):
    send(client, token, "cas.montage", montage__usage="regular", montage__version="0")
    refused = send(client, token, "cas.montage", montage__usage="never_heard", montage__version="0")
    assert refused.status_code == 409
    assert refused["HX-Reswap"] == "none"
    assert "une réponse plus récente a été donnée dans une autre fenêtre" in sentence(refused)
    assert UseCaseAnswer.objects.get().usage == 4


def test_a_request_that_does_not_say_what_it_was_built_on_overwrites_nothing(client, token):
    send(client, token, "cas.montage", montage__usage="regular")
    assert send(client, token, "cas.montage").status_code == 409
    page = reverse("page", args=[token, "cas-postproduction"])
    assert "Une réponse plus récente" in client.post(page, {}, follow=True).content.decode()
    assert UseCaseAnswer.objects.get().usage == 4


def test_the_profile_saves_before_its_one_compulsory_answer(client, token):
    assert send(client, token, "profile", seniority="0_4", version="0").status_code == 200
    editors = make_occupation("editors")
    assert send(client, token, "profile", seniority="0_4", occupations=["editors"], version="1").status_code == 200
    response = Response.objects.get()
    assert (response.seniority, response.profile_version) == ("0_4", 2)
    assert list(response.occupations.all()) == [editors]


def test_the_same_profile_sent_again_changes_nothing_even_from_a_page_that_did_not_hear_the_answer(client, token):
    make_occupation("editors")
    for _ in range(2):
        fields = {"occupations": ["editors"], "seniority": "0_4", "structure_name": "Studio Étoile", "version": "0"}
        answer = send(client, token, "profile", **fields)
        assert (answer.status_code, 'value="1" data-version' in answer.content.decode()) == (200, True)
    assert send(client, token, "profile", seniority="5_14", version="0").status_code == 409
    response = Response.objects.get()
    assert (response.seniority, response.profile_version) == ("0_4", 1)


def test_a_structure_is_kept_as_a_key_that_forgets_how_it_was_written(client, token):
    keys, campaign = [], Response.objects.get().campaign
    for version, name in [("0", "Studio Étoile, SAS"), ("1", "  studio etoile "), ("1", "Autre studio")]:
        send(client, token, "profile", structure_name=name, version=version)
        keys.append(Response.objects.get().organisation)
    assert keys == [structure_key(campaign, name) for name in ("studio etoile", "studio etoile", "autre studio")]
    assert keys[0] != keys[2]
    assert "toile" not in str(list(Response.objects.values()))
    page = client.get(reverse("page", args=[token, "profile"])).content.decode()
    assert ("Un nom est déjà indiqué" in page, "Autre studio" in page) == (True, False)


def test_a_structure_stays_until_another_is_named_or_the_person_asks_to_forget_it(client, token):
    send(client, token, "profile", structure_name="Studio Étoile", version="0")
    kept = Response.objects.get().organisation
    send(client, token, "profile", seniority="0_4", version="1")
    assert Response.objects.get().organisation == kept
    send(client, token, "profile", forget_structure="on", version="2")
    assert Response.objects.get().organisation == ""


def test_what_cannot_be_read_is_refused_in_words(client, token):
    refused = send(client, token, "cas.montage", montage__usage="tried", montage__comment="a" * 5001)
    assert refused.status_code == 422
    assert sentence(refused).startswith("Non enregistré : Assurez-vous que cette valeur comporte au plus")
    assert UseCaseAnswer.objects.get().usage is None


@pytest.mark.parametrize("unit", ["cas.inconnu", "question.inconnue", "autre.chose", "cas"])
def test_a_unit_that_is_not_the_persons_is_not_found(client, token, unit):
    assert send(client, token, unit).status_code == 404


def test_nothing_is_saved_by_reading(client, token):
    assert client.get(reverse("autosave", args=[token, "cas.montage"])).status_code == 405


def test_it_needs_neither_session_nor_form_token(token):
    from django.test import Client

    bare = Client(enforce_csrf_checks=True)
    assert send(bare, token, "cas.montage", montage__usage="tried").status_code == 200


def test_after_the_close_it_says_so(client, token):
    campaign = Response.objects.get().campaign
    type(campaign).objects.update(closes_on=date(2025, 6, 14))
    refused = send(client, token, "cas.montage", montage__usage="tried")
    assert refused.status_code == 409
    assert "Cette enquête est terminée" in refused.content.decode()


@pytest.mark.parametrize(
    ("unit", "fields"),
    [
        ("cas.montage", {"montage-usage": "tried", "montage-version": "0"}),
        ("question.ai_frequency", {"ai_frequency": "weekly", "ai_frequency-version": "0"}),
        ("question.ai_satisfaction", {"ai_satisfaction": "satisfied", "ai_satisfaction-version": "0"}),
        ("profile", {"occupations": ["editors"], "seniority": "0_4", "version": "0"}),
    ],
)
def test_an_autosave_costs_at_most_six_queries(client, token, unit, fields, django_assert_max_num_queries):
    make_occupation("editors")
    # The process has read the questionnaire; this question is asked of those who said so.
    send(client, token, "question.ai_ever_used", ai_ever_used="yes")
    address = reverse("autosave", args=[token, unit])
    with django_assert_max_num_queries(6 + 2 * SAVEPOINTS):
        assert client.post(address, fields).status_code == 200


SAVEPOINTS = 1  # the transaction of the save, inside the test's own
