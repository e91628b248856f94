"""The page of what moved: announced changes first, what is not compared last, and other surveys."""

from datetime import date

import pytest

from cnc_survey.roles import Role
from interviews.models import ReferenceFigure, Usage
from interviews.results.closing import close_campaign
from tests.factories import YES_NO, make_campaign, make_item, make_questionnaire, make_response, make_use_case
from tests.interviews.results.waves import next_wave, publish_wave
from tests.interviews.staff import sign_in

pytestmark = pytest.mark.django_db

USES, KNOWS = {"usage": Usage.REGULAR}, {"usage": Usage.AWARE}


@pytest.fixture
def analyst(client):
    return sign_in(client, Role.ANALYST)


def text_of(answer):
    return answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ").replace("&nbsp;", " ")


def users(code, count, others, **fields):
    return (count, {code: USES}, fields), (others, {code: KNOWS}, fields)


@pytest.fixture
def two_waves():
    """Subtitling hardly moves, dubbing does, mostly among the young; songs are new."""
    dubbing, subtitles, songs = (make_use_case(name) for name in ("Sous-titrage", "Doublage", "Chansons"))
    first, _ = publish_wave(
        [dubbing, subtitles], *users("doublage", 4, 16, seniority="0_4"), *users("sous-titrage", 9, 11)
    )
    next_wave(
        first,
        [dubbing, subtitles, songs],
        *users("doublage", 16, 4, seniority="0_4"),
        *users("sous-titrage", 10, 10),
    )


def test_a_campaign_that_is_open_shows_nothing(client, analyst):
    make_campaign()
    assert "La campagne n’est pas close." in text_of(client.get("/campagnes/vague-1/evolution/"))


def test_without_a_previous_wave_the_page_says_so(client, analyst):
    close_campaign(make_campaign(use_cases=[make_use_case()]))
    assert "Aucune vague précédente." in text_of(client.get("/campagnes/vague-1/evolution/"))


def test_who_decides_nothing_sees_nothing(client, two_waves):
    sign_in(client, Role.CAMPAIGN_MANAGER)
    assert client.get("/campagnes/vague-2/evolution/").status_code == 403


def test_announced_changes_come_first_and_what_is_not_compared_last(client, analyst, two_waves):
    answer = client.get("/campagnes/vague-2/evolution/")
    assert [(name, change.announced, change.lineage) for name, change in answer.context["rows"]] == [
        ("Doublage", True, "same"),
        ("Sous-titrage", False, "same"),
        ("Chansons", False, "new"),
    ]
    assert ("Doublage", "Ancienneté", "Moins de 5 ans") in [
        (name, variable, change.label) for name, variable, change in answer.context["segments"]
    ]
    page = text_of(answer)
    assert "Ce qui a changé depuis la vague « vague-1 »." in page
    assert "+60,0 pts" in page
    assert "Nouveau : absent de la vague précédente, rien à comparer." in page


def test_another_indicator_is_a_link_away(client, analyst, two_waves):
    answer = client.get("/campagnes/vague-2/evolution/?indicateur=maturity")
    assert {change.obstacle for _, change in answer.context["rows"]} == {"small_base", "lineage"}
    assert client.get("/campagnes/vague-2/evolution/?indicateur=autre").context["chosen"] == "usage"


def test_another_survey_stands_beside(client, analyst):
    questionnaire = make_questionnaire()
    make_item(questionnaire, "ai_ever_used", options=YES_NO, wording="Avez-vous déjà utilisé l’IA ?")
    campaign = make_campaign(questionnaire, use_cases=[make_use_case()])
    for number in range(70):
        make_response(campaign, f"r{number}", answers={"ai_ever_used": "yes" if number < 56 else "no"})
    close_campaign(campaign)
    ReferenceFigure.objects.create(
        item="ai_ever_used", category="yes", percent=60, base=80, date=date(2025, 4, 30), source="Baromètre"
    )
    page = text_of(client.get("/campagnes/vague-1/evolution/"))
    assert "Avez-vous déjà utilisé l’IA ?" in page
    assert "+20,0" in page
    assert "de +5,2 à +33,4" in page


@pytest.mark.parametrize("count", [1, 3])
def test_three_use_cases_ask_as_many_queries_as_one(client, analyst, count, django_assert_num_queries):
    cases = [make_use_case(name) for name in ("Doublage", "Chansons", "Voix")[:count]]
    first, _ = publish_wave(cases, *(group for case in cases for group in users(case.code, 4, 16, seniority="0_4")))
    next_wave(first, cases, *(group for case in cases for group in users(case.code, 16, 4, seniority="0_4")))
    with django_assert_num_queries(19):
        client.get("/campagnes/vague-2/evolution/")
