"""The page of one use case in a closed campaign, and the decisions taken from it."""

import re

import pytest

from cnc_survey.roles import Role
from interviews.models import Intention, Level, Usage
from interviews.results.closing import close_campaign
from interviews.results.publication import publish_campaign
from tests.factories import make_campaign, make_edition, make_response, make_use_case
from tests.interviews.results.answers import answer
from tests.interviews.staff import sign_in
from usecases.editions import RatingDraft
from usecases.models import Barrier, Benefit, Tool

pytestmark = pytest.mark.django_db

ADDRESS = "/campagnes/vague-1/resultats/doublage/"
RAISED = {"usage": Usage.REGULAR, "maturity": Level.THREE, "impact": Level.ONE, "benefits": ["time"]}


@pytest.fixture
def campaign():
    Benefit.objects.create(code="time", name="Gain de temps")
    cases = [make_use_case("Doublage"), make_use_case("Ciblage"), make_use_case("Archives")]
    campaign = make_campaign(use_cases=cases, baseline=make_edition([RatingDraft("doublage", "maturity", 2, "study")]))
    answer(campaign, "doublage", (20, RAISED))
    return campaign


@pytest.fixture
def closed(campaign):
    close_campaign(campaign)
    campaign.refresh_from_db()
    return campaign


def shown(client):
    return client.get(ADDRESS).content.decode()


def decision_of(campaign, dimension="maturity"):
    assessment = campaign.assessments.get(use_case__code="doublage", dimension=dimension)
    return assessment.decision, assessment.decided_level, assessment.decision_reason


def test_figures_and_charts_say_the_same(client, closed):
    sign_in(client, Role.ANALYST)
    page = shown(client)
    assert "100\u202f% des réponses placent la maturité à ●●●" in page
    assert "«\u00a0Gain de temps\u00a0» vient en tête" in page
    ids = re.findall(r'<figure class="chart" id="graphique-([^"]+)"', page)
    assert ids == ["maturity", "impact", "usage", "benefits"]
    assert "Personne n’a répondu sur l’intention, la satisfaction, les freins, les outils." in page
    assert client.get(f"{ADDRESS}satisfaction.png").status_code == 404


def test_every_answer_has_its_chart(client, campaign):
    Barrier.objects.create(code="cost", name="Coût")
    Tool.objects.create(code="deepdub", name="Deepdub")
    asked = {"usage": Usage.TRIED, "intention": Intention.YES, "satisfaction": 1, "barriers": ["cost"]}
    answer(campaign, "doublage", (1, asked | {"tools": ["deepdub"]}))
    close_campaign(campaign)
    sign_in(client, Role.ANALYST)
    page = shown(client)
    ids = re.findall(r'<figure class="chart" id="graphique-([^"]+)"', page)
    assert ids == ["maturity", "impact", "usage", "intention", "satisfaction", "benefits", "barriers", "tools"]
    assert "Personne n’a répondu" not in page


def test_no_id_stands_twice(client, closed):
    sign_in(client, Role.ANALYST)
    ids = re.findall(r' id="([^"]+)"', shown(client))
    assert sorted(ids) == sorted(set(ids))


def test_every_chart_is_a_picture_to_download(client, closed):
    sign_in(client, Role.ANALYST)
    for address in re.findall(r'href="([^"]+\.png)"', shown(client)):
        answer = client.get(address)
        assert (answer.status_code, answer.content[:4]) == (200, b"\x89PNG")
    assert client.get(f"{ADDRESS}autre.png").status_code == 404


def test_only_comments_that_may_be_quoted_are_shown_as_text(client, campaign):
    said = {"usage": Usage.REGULAR, "comment": "<script>x</script> Utile", "may_be_quoted": True}
    make_response(campaign, "a", use_cases={"doublage": said})
    make_response(campaign, "b", use_cases={"doublage": {"usage": Usage.REGULAR, "comment": "Entre nous"}})
    make_response(campaign, "c", use_cases={"doublage": said | {"comment": "Inachevé"}}, submitted_at=None)
    close_campaign(campaign)
    sign_in(client, Role.ANALYST)
    page = shown(client)
    assert "&lt;script&gt;x&lt;/script&gt; Utile" in page
    assert [words for words in ("<script>x", "Entre nous", "Inachevé") if words in page] == []
    assert "aucune page ni aucun fichier public ne les reprend" in page


def test_a_decision_is_taken_changed_and_taken_back(client, closed):
    user = sign_in(client, Role.ANALYST)
    sent = client.post(ADDRESS, {"dimension": "maturity", "decision": "accepted"})
    assert (sent.status_code, sent.url) == (302, f"{ADDRESS}#maturity")
    assert decision_of(closed) == ("accepted", 3, "")
    client.post(ADDRESS, {"dimension": "maturity", "decision": "kept", "decision_reason": "Encore en bêta"})
    assert decision_of(closed) == ("kept", 2, "Encore en bêta")
    client.post(ADDRESS, {"dimension": "maturity", "annuler": "1"})
    assert decision_of(closed) == ("", None, "")
    page = shown(client)
    assert "Historique des décisions (3)" in page
    assert page.count(f"par {user.username} le") == 3
    assert "«\u00a0Encore en bêta\u00a0»" in page


def test_a_refused_decision_stands_beside_its_own_form(client, closed):
    sign_in(client, Role.ANALYST)
    page = client.post(ADDRESS, {"dimension": "maturity", "decision": "kept"}).content.decode()
    assert "demande un motif écrit" in page
    assert 'href="#maturity-decision_reason"' in page
    assert decision_of(closed) == ("", None, "")


@pytest.mark.parametrize("dimension", ["", "autre"])
def test_a_dimension_that_does_not_exist_decides_nothing(client, closed, dimension):
    sign_in(client, Role.ANALYST)
    assert client.post(ADDRESS, {"dimension": dimension, "decision": "accepted"}).status_code == 200
    assert decision_of(closed) == ("", None, "")


def test_an_editor_reads_and_does_not_decide(client, closed):
    sign_in(client, Role.EDITOR)
    assert "Enregistrer la décision" not in shown(client)
    client.post(ADDRESS, {"dimension": "maturity", "decision": "accepted"})
    assert decision_of(closed) == ("", None, "")


def test_history_and_slope_once_another_edition_exists(client, closed):
    publish_campaign(closed, "Édition 2025", accept_proposals=True)
    sign_in(client, Role.ANALYST)
    page = shown(client)
    assert 'id="graphique-history"' in page
    assert "La maturité monte" in page


def test_neighbours_are_those_of_the_campaign(client, closed):
    sign_in(client, Role.ANALYST)
    page = client.get("/campagnes/vague-1/resultats/ciblage/").content.decode()
    assert re.findall(r'rel="(prev|next)"><small>[^<]+</small>([^<]+)<', page) == [
        ("prev", "Doublage"),
        ("next", "Archives"),
    ]


def test_an_open_campaign_or_an_unknown_use_case_is_not_found(client, campaign):
    sign_in(client, Role.ANALYST)
    assert client.get(ADDRESS).status_code == 404
    close_campaign(campaign)
    assert client.get("/campagnes/vague-1/resultats/inconnu/").status_code == 404


def test_comments_cost_no_query_each(client, campaign, django_assert_max_num_queries):
    said = {"usage": Usage.REGULAR, "comment": "Utile", "may_be_quoted": True}
    for number in range(3):
        make_response(campaign, f"said{number}", use_cases={"doublage": said})
    close_campaign(campaign)
    sign_in(client, Role.ANALYST)
    with django_assert_max_num_queries(34):
        client.get(ADDRESS)
