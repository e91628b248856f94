"""The charts of a whole campaign: what they say, and the pictures that say the same."""

import re

import pytest

from cnc_survey.roles import Role
from interviews.models import Level, Usage
from interviews.results.closing import close_campaign
from tests.factories import make_campaign, make_item, make_questionnaire, make_response, make_use_case
from tests.interviews.results.answers import answer
from tests.interviews.staff import sign_in
from usecases.models import Stage, UseCaseStage, ValueChain

pytestmark = pytest.mark.django_db

ADDRESS = "/campagnes/vague-1/graphiques/"


@pytest.fixture
def campaign():
    questionnaire = make_questionnaire()
    questionnaire.modules.filter(code="general").update(is_block=True, title="Ce que l’IA permet")
    make_item(questionnaire, "faster", "scale", {"no": "Non", "yes": "Oui"}, wording="Aller plus vite")
    cases = [make_use_case("Doublage", "Postproduction"), make_use_case("Ciblage", "Distribution")]
    stage = Stage.objects.create(code="mix", name="Mixage", chain=ValueChain.objects.create(code="film", name="Film"))
    UseCaseStage.objects.create(use_case=cases[0], stage=stage)
    campaign = make_campaign(questionnaire, cases)
    answer(campaign, "doublage", (30, {"usage": Usage.REGULAR, "maturity": Level.THREE, "impact": Level.ONE}))
    for number in range(12):
        make_response(campaign, f"said{number}", answers={"faster": "yes" if number < 9 else "no"})
    close_campaign(campaign)
    return campaign


def titles(page):
    return re.findall(r'class="chart-title">([^<]+)<', page)


def test_every_chart_says_its_finding(client, campaign):
    sign_in(client, Role.ANALYST)
    page = client.get(f"{ADDRESS}?dimension=maturity&famille=postproduction").content.decode()
    assert titles(page) == [
        "«\u00a0Doublage\u00a0» vient en tête, à 3,0",
        "Aucun niveau n’est encore connu",
        "«\u00a0Aller plus vite\u00a0»\u00a0: 75\u202f% répondent «\u00a0oui\u00a0»",
    ]


def test_another_family_another_dimension(client, campaign):
    sign_in(client, Role.ANALYST)
    page = client.get(f"{ADDRESS}?dimension=adoption&famille=distribution").content.decode()
    assert titles(page)[0] == "Les réponses sont trop peu nombreuses pour être montrées"
    assert "Ciblage" in page


def test_what_is_not_understood_draws_the_first_choices(client, campaign):
    sign_in(client, Role.ANALYST)
    assert client.get(f"{ADDRESS}?dimension=x&famille=y").status_code == 200


def test_pictures_follow_the_choice(client, campaign):
    sign_in(client, Role.ANALYST)
    page = client.get(f"{ADDRESS}?dimension=maturity&famille=postproduction").content.decode()
    addresses = [address.replace("&amp;", "&") for address in re.findall(r'href="([^"]+\.png[^"]*)"', page)]
    assert [address.split("/")[-1] for address in addresses] == [
        "positions.png?dimension=maturity&famille=postproduction",
        "carte.png?dimension=maturity&famille=postproduction",
        "avis-1.png",
    ]
    for address in addresses:
        assert client.get(address).content[:4] == b"\x89PNG"
    assert client.get(f"{ADDRESS}autre.png").status_code == 404


def test_an_open_campaign_draws_nothing(client):
    sign_in(client, Role.ANALYST)
    make_campaign()
    assert "La campagne n’est pas close." in client.get(ADDRESS).content.decode()
    assert client.get(f"{ADDRESS}carte.png").status_code == 404


def test_whoever_holds_the_links_does_not_see_them(client, campaign):
    sign_in(client, Role.CAMPAIGN_MANAGER)
    assert client.get(ADDRESS).status_code == 403
