"""From the list of what is missing to the edition, and to the one that corrects it."""

import re

import pytest

from cnc_survey.roles import Role
from interviews.models import Level, Usage
from interviews.results.closing import close_campaign
from interviews.results.review import accept_proposals, decide
from tests.factories import make_campaign, make_edition, make_use_case
from tests.interviews.results.answers import answer
from tests.interviews.staff import sign_in
from usecases.editions import RatingDraft
from usecases.models import Edition

pytestmark = pytest.mark.django_db

ADDRESS = "/campagnes/vague-1/publication/"
CORRECTION = "/campagnes/vague-1/correction/"


@pytest.fixture
def campaign():
    case = make_use_case("Doublage")
    baseline = make_edition([RatingDraft("doublage", "maturity", 2, "study")], title="Étude 2024")
    campaign = make_campaign(use_cases=[case], baseline=baseline)
    answer(campaign, "doublage", (20, {"usage": Usage.AWARE, "maturity": Level.THREE, "impact": Level.ONE}))
    close_campaign(campaign)
    campaign.refresh_from_db()
    return campaign


@pytest.fixture
def ready(campaign):
    accept_proposals(campaign.assessments.all(), None)
    return campaign


def titles():
    return list(Edition.objects.order_by("number").values_list("title", flat=True))


def test_what_is_missing_is_listed_and_holds_the_button_back(client, campaign):
    sign_in(client, Role.EDITOR)
    page = client.get(ADDRESS).content.decode()
    assert "3 propositions attendent une décision." in page
    assert "L’édition se publie quand il ne manque plus rien." in page
    refused = client.post(ADDRESS, {"title": "Édition 2025"}).content.decode()
    assert "3 proposition(s) sans décision" in refused
    assert titles() == ["Étude 2024"]


def test_an_editor_publishes(client, ready):
    sign_in(client, Role.EDITOR)
    page = client.get(ADDRESS).content.decode()
    assert "Il ne manque rien." in page
    assert "3 notes, dont 3 changent de niveau" in page.replace("\n", " ")
    found = re.findall(r'data-label="Dimension">([^<]+)<', page)
    assert sorted(found) == ["Adoption", "Impact", "Maturité"]
    answer = client.post(ADDRESS, {"title": "Édition 2025"}, follow=True)
    assert "Édition 2 publiée" in answer.content.decode()
    ready.refresh_from_db()
    assert (titles(), ready.edition.title) == (["Étude 2024", "Édition 2025"], "Édition 2025")


def test_an_analyst_sees_and_does_not_publish(client, ready):
    sign_in(client, Role.ANALYST)
    assert "La publication revient à la rédaction" in client.get(ADDRESS).content.decode()
    assert client.post(ADDRESS, {"title": "Édition 2025"}).status_code == 403
    assert titles() == ["Étude 2024"]


def test_an_edition_has_a_title(client, ready):
    sign_in(client, Role.EDITOR)
    assert "Ce champ est obligatoire." in client.post(ADDRESS, {"title": " "}).content.decode()
    assert titles() == ["Étude 2024"]


def test_an_open_campaign_says_that_it_is_not_closed(client):
    make_campaign()
    sign_in(client, Role.EDITOR)
    assert "La campagne n’est pas close" in client.get(ADDRESS).content.decode()


def test_a_wrong_edition_is_corrected_by_another(client, ready):
    user = sign_in(client, Role.EDITOR)
    client.post(ADDRESS, {"title": "Édition 2025"})
    refused = client.post(CORRECTION, {"reason": " "}, follow=True).content.decode()
    assert "Dites ce qui était faux" in refused
    client.post(CORRECTION, {"reason": "Erreur de saisie."})
    assert "Correction en cours" in client.get(ADDRESS).content.decode()
    decide(ready.assessments.get(dimension="maturity"), "kept", None, "Encore en bêta", user)
    client.post(ADDRESS, {"title": "Édition 2025, corrigée"})
    assert titles() == ["Étude 2024", "Édition 2025", "Édition 2025, corrigée"]

    wrong, right = (client.get(f"/editions/{number}/").content.decode() for number in (2, 3))
    assert ("Cette édition est corrigée" in wrong, "Erreur de saisie." in wrong) == (True, True)
    assert ("Corrige" in right, "Erreur de saisie." in right, "devient" in right) == (True, True, True)
    listed = client.get("/editions/").content.decode()
    assert ("<strong>Corrigée</strong>" in listed, "Corrige «\u00a0" in listed) == (True, True)


def test_a_correction_is_given_up(client, ready):
    sign_in(client, Role.EDITOR)
    client.post(ADDRESS, {"title": "Édition 2025"})
    client.post(CORRECTION, {"reason": "Erreur de saisie."})
    page = client.post(CORRECTION, {"renoncer": "1"}, follow=True).content.decode()
    assert "Correction abandonnée" in page
    ready.refresh_from_db()
    assert ready.edition.title == "Édition 2025"


def test_an_analyst_does_not_open_a_correction(client, ready):
    sign_in(client, Role.ANALYST)
    assert client.post(CORRECTION, {"reason": "Erreur"}).status_code == 403


def test_a_robot_that_follows_links_corrects_nothing(client, ready):
    sign_in(client, Role.EDITOR)
    assert client.get(CORRECTION).status_code == 405
