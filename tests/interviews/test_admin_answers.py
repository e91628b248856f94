"""Answers and what is decided about them, in the admin; and the questionnaire they were given to."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from interviews.models import Assessment, Campaign, Response, Usage
from interviews.results.closing import close_campaign
from tests.factories import (
    YES_NO,
    make_campaign,
    make_edition,
    make_item,
    make_questionnaire,
    make_response,
    make_use_case,
)
from tests.interviews.admin_pages import address, messages_of, select
from tests.interviews.results.answers import answer
from usecases.models import Benefit

pytestmark = pytest.mark.django_db


# Decisions


@pytest.fixture
def maturity():
    """Twenty people put dubbing at maturity 3, where no edition had a level."""
    campaign = make_campaign(use_cases=[make_use_case("Doublage")], title="Vague 1")
    answer(campaign, "doublage", (20, {"usage": Usage.AWARE, "maturity": 3}))
    close_campaign(campaign)
    return campaign.assessments.get(dimension="maturity")


def decide(client, assessment, **sent):
    return client.post(address(Assessment, "change", assessment.pk), sent)


def decision_of(assessment):
    assessment.refresh_from_db()
    return assessment.decision, assessment.decided_level, assessment.decision_reason


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ({"decision": "accepted"}, ("accepted", 3, "")),
        ({"decision": "kept", "decision_reason": "Trop tôt"}, ("kept", None, "Trop tôt")),
        ({"decision": "set", "decided_level": "2", "decision_reason": "Prudence"}, ("set", 2, "Prudence")),
    ],
)
def test_a_decision_is_taken_on_the_page_of_the_proposal(admin_client, admin_user, maturity, sent, stored):
    assert decide(admin_client, maturity, **sent).status_code == 302
    assert decision_of(maturity) == stored
    assert maturity.decided_by == admin_user


@pytest.mark.parametrize(
    ("sent", "errors"),
    [
        ({}, {"decision": ["Ce champ est obligatoire."]}),
        (
            {"decision": "kept"},
            {"decision_reason": ["Garder l’ancien niveau ou en retenir un autre demande un motif écrit."]},
        ),
        (
            {"decision": "set", "decision_reason": "Prudence"},
            {"decided_level": ["Indiquez le niveau retenu, de 1 à 3."]},
        ),
    ],
)
def test_a_decision_that_does_not_hold_is_an_error_of_the_form(admin_client, maturity, sent, errors):
    assert decide(admin_client, maturity, **sent).context["adminform"].form.errors == errors
    assert decision_of(maturity) == ("", None, "")


def test_the_evidence_can_be_read(admin_client, maturity):
    page = admin_client.get(address(Assessment, "change", maturity.pk)).content.decode()
    shown = re.findall(r'<th scope="row">(●\S+)</th>\s*<td class="num">(.+?)</td>', page)
    assert shown[:3] == [("●○○", "0,0\u202f%"), ("●●○", "0,0\u202f%"), ("●●●", "100,0\u202f%")]


def test_once_published_a_decision_is_only_shown(admin_client, maturity):
    Campaign.objects.update(edition=make_edition())
    assert list(admin_client.get(address(Assessment, "change", maturity.pk)).context["adminform"].form.fields) == []
    assert decide(admin_client, maturity, decision="accepted").status_code == 403
    answer = select(admin_client, Assessment, "accept", maturity)
    assert messages_of(answer) == [
        "La campagne «\u00a0Vague 1\u00a0» est publiée\u00a0: ses décisions ne changent plus."
    ]
    assert decision_of(maturity) == ("", None, "")


# Responses


def test_a_response_is_read_in_words(admin_client):
    Benefit.objects.create(code="time", name="Gain de temps")
    questionnaire = make_questionnaire()
    make_item(questionnaire, "ai_ever_used", options=YES_NO)
    campaign = make_campaign(questionnaire, [make_use_case("Doublage")])
    given = {"doublage": {"usage": Usage.REGULAR, "benefits": ["time"], "comment": "<b>Utile</b>"}}
    response = make_response(campaign, "r1", use_cases=given, answers={"ai_ever_used": "yes"})
    page = admin_client.get(address(Response, "change", response.pk)).content.decode()
    wanted = ["Usage régulier", "Gain de temps", "&lt;b&gt;Utile&lt;/b&gt;", "<p>Oui</p>"]
    assert [text for text in wanted if text not in page] == []


def test_responses_are_found_by_key_and_never_show_whose_they_are(admin_client):
    campaign = make_campaign()
    first = make_response(campaign, "cle-1", person="personne-secrete", organisation="structure-secrete")
    make_response(campaign, "cle-2")
    found = admin_client.get(address(Response, "changelist"), {"q": "cle-1"})
    assert [response.key for response in found.context["cl"].result_list] == ["cle-1"]
    pages = found.content + admin_client.get(address(Response, "change", first.pk)).content
    assert [secret in pages.decode() for secret in ("personne-secrete", "structure-secrete")] == [False, False]


def test_a_response_is_not_edited(admin_client):
    response = make_response(make_campaign())
    pages = {"add": (), "delete": (response.pk,)}
    assert {page: admin_client.get(address(Response, page, *args)).status_code for page, args in pages.items()} == {
        "add": 403,
        "delete": 403,
    }
    assert admin_client.post(address(Response, "change", response.pk), {"key": "autre"}).status_code == 403


def test_a_response_is_set_aside_with_a_reason_and_reinstated(admin_client):
    campaign = make_campaign()
    first, second = make_response(campaign, "r1"), make_response(campaign, "r2")

    def counted():
        return sorted(Response.objects.counted().values_list("key", flat=True))

    select(admin_client, Response, "set_aside", first)
    assert counted() == ["r1", "r2"]
    refused = select(admin_client, Response, "set_aside", first, confirmed="1", reason=" ")
    assert refused.context["form"].errors == {"reason": ["Ce champ est obligatoire."]}
    done = select(admin_client, Response, "set_aside", first, confirmed="1", reason="Essai")
    assert messages_of(done) == ["Réponses modifiées\u00a0: 1."]
    assert counted() == ["r2"]
    select(admin_client, Response, "reinstate", first, second)
    assert counted() == ["r1", "r2"]
    assert [entry.change_message for entry in LogEntry.objects.order_by("pk")] == [
        "Écartée\u00a0: Essai",
        "Réintégrée.",
    ]


def test_once_the_campaign_is_closed_a_response_keeps_its_standing(admin_client):
    response = make_response(make_campaign(title="Vague 1", closed_at=timezone.now()))
    answer = select(admin_client, Response, "set_aside", response, confirmed="1", reason="Essai")
    assert messages_of(answer) == [
        "La campagne «\u00a0Vague 1\u00a0» est close\u00a0: ses résultats sont figés, la réponse r1 ne change plus."
    ]
    assert Response.objects.counted().count() == 1


# Questionnaire


def test_the_questionnaire_is_shown_and_says_where_it_is_changed(admin_client):
    questionnaire = make_questionnaire()
    item = make_item(questionnaire, "ai_ever_used", options=YES_NO)
    shown = {each: admin_client.get(address(type(each), "change", each.pk)) for each in (questionnaire, item)}
    notice = "Ce questionnaire se modifie par son fichier de données, puis load_questionnaire."
    assert [notice in page.content.decode() for page in shown.values()] == [True, True]
    assert [list(page.context["adminform"].form.fields) for page in shown.values()] == [[], []]
    assert "<div>Oui <small>(yes)</small></div>" in shown[item].content.decode()
