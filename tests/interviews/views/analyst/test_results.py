"""The board: what it shows, how it is filtered and sorted, and the decisions taken from it."""

import re

import pytest

from cnc_survey.roles import Role
from interviews.models import Level, Usage
from interviews.results.closing import close_campaign
from interviews.results.publication import publish_campaign
from tests.factories import make_campaign, make_edition, make_questionnaire, make_use_case
from tests.interviews.results.answers import answer
from tests.interviews.staff import sign_in
from usecases.editions import RatingDraft
from usecases.models import Stage, UseCaseStage, ValueChain

pytestmark = pytest.mark.django_db

ADDRESS = "/campagnes/vague-1/resultats/"
RAISED = {"usage": Usage.REGULAR, "maturity": Level.THREE, "impact": Level.ONE}
CONFIRMED = {"usage": Usage.AWARE, "maturity": Level.TWO, "impact": Level.ONE}


@pytest.fixture
def campaign():
    """Two closed use cases: the maturity of « Doublage » is raised to 3, that of « Ciblage » confirmed at 2."""
    cases = [make_use_case("Doublage", "Postproduction"), make_use_case("Ciblage", "Distribution")]
    drafts = [RatingDraft(case.code, "maturity", 2, "study") for case in cases]
    campaign = make_campaign(use_cases=cases, baseline=make_edition(drafts))
    answer(campaign, "doublage", (20, RAISED))
    answer(campaign, "ciblage", (30, CONFIRMED))
    close_campaign(campaign)
    campaign.refresh_from_db()
    return campaign


def rows(client, query=""):
    """(use case, dimension) of each row shown, in order."""
    page = client.get(ADDRESS + query).content.decode()
    return re.findall(r'class="case-name"[^>]*>([^<]+)</a>\s*<span class="board-dimension">([^<]+)<', page)


def test_every_rating_of_the_campaign_is_there_in_catalogue_order(client, campaign):
    sign_in(client, Role.ANALYST)
    dimensions = ["Maturité technologique", "Impact pressenti", "Adoption"]
    assert rows(client) == [(case, dimension) for case in ("Ciblage", "Doublage") for dimension in dimensions]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?dimension=maturity", ["Ciblage", "Doublage"]),
        ("?dimension=maturity&famille=distribution", ["Ciblage"]),
        ("?dimension=maturity&statut=raised", ["Doublage"]),
        ("?dimension=maturity&statut=waiting", ["Doublage"]),
        ("?dimension=maturity&filiere=game", ["Doublage"]),
        ("?dimension=maturity&famille=inconnue", ["Ciblage", "Doublage"]),
        ("?dimension=maturity&tri=base", ["Doublage", "Ciblage"]),
        ("?dimension=maturity&tri=base&sens=desc", ["Ciblage", "Doublage"]),
        ("?dimension=maturity&tri=ecart&sens=desc", ["Doublage", "Ciblage"]),
        ("?dimension=maturity&tri=inconnu", ["Ciblage", "Doublage"]),
    ],
)
def test_filters_and_sorts(client, campaign, query, shown):
    sign_in(client, Role.ANALYST)
    chain = ValueChain.objects.create(code="game", name="Jeu")
    for name in ("Production", "Lancement"):  # two stages of one chain: the row stands once
        stage = Stage.objects.create(code=name.lower(), name=name, chain=chain)
        UseCaseStage.objects.create(use_case=campaign.use_cases.get(code="doublage"), stage=stage)
    assert [name for name, _ in rows(client, query)] == shown


def tick(campaign, *dimensions, case="doublage"):
    chosen = campaign.assessments.filter(use_case__code=case, dimension__in=dimensions)
    return [str(pk) for pk in chosen.values_list("pk", flat=True)]


def decided(campaign):
    """{(use case, dimension): (decision, level)} of what is decided."""
    taken = campaign.assessments.exclude(decision="").select_related("use_case")
    return {(each.use_case.code, each.dimension): (each.decision, each.decided_level) for each in taken}


def test_several_proposals_are_accepted_together(client, campaign):
    user = sign_in(client, Role.ANALYST)
    ticked = {"assessment": tick(campaign, "maturity", "adoption"), "decision": "accepted"}
    answer = client.post(ADDRESS + "?statut=waiting", ticked)
    assert (answer.status_code, answer.url) == (302, ADDRESS + "?statut=waiting")
    assert decided(campaign) == {("doublage", "maturity"): ("accepted", 3), ("doublage", "adoption"): ("accepted", 3)}
    assert set(campaign.assessments.exclude(decision="").values_list("decided_by", flat=True)) == {user.pk}
    assert "2 décisions enregistrées." in client.get(ADDRESS).content.decode()


def test_a_refused_decision_says_why_and_keeps_what_was_ticked_and_typed(client, campaign):
    sign_in(client, Role.ANALYST)
    ticked = tick(campaign, "maturity") + tick(campaign, "maturity", case="ciblage")
    sent = {"assessment": ticked, "decision": "accepted", "decision_reason": "Vu en réunion"}
    page = client.post(ADDRESS, sent).content.decode()
    assert "Ciblage\u00a0: Maturité technologique — L’enquête ne propose ici aucun changement" in page
    assert len(re.findall(r'name="assessment"[^>]* checked>', page)) == 2
    assert "Vu en réunion" in page
    assert decided(campaign) == {}


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({"decision": "accepted"}, "Cochez au moins une ligne du tableau."),
        ({"assessment": ["9", "x", "9" * 30], "decision": "accepted"}, "Cochez au moins une ligne du tableau."),
        ({}, "Choisissez une décision."),
    ],
)
def test_nothing_ticked_or_nothing_chosen(client, campaign, sent, error):
    sign_in(client, Role.ANALYST)
    assert error in client.post(ADDRESS, sent).content.decode()
    assert decided(campaign) == {}


def test_assessments_of_another_campaign_cannot_be_decided_from_here(client, campaign):
    sign_in(client, Role.ANALYST)
    other = make_campaign(campaign.questionnaire, slug="autre", use_cases=campaign.use_cases.all())
    answer(other, "doublage", (20, RAISED))
    close_campaign(other)
    client.post(ADDRESS, {"assessment": tick(other, "adoption"), "decision": "accepted"})
    assert decided(other) == {}


def test_an_editor_reads_and_does_not_decide(client, campaign):
    sign_in(client, Role.EDITOR)
    page = client.get(ADDRESS).content.decode()
    assert 'type="checkbox"' not in page
    client.post(ADDRESS, {"assessment": tick(campaign, "maturity"), "decision": "accepted"})
    assert decided(campaign) == {}


@pytest.mark.parametrize("role", [Role.CAMPAIGN_MANAGER, Role.INTERVIEWER])
def test_whoever_holds_the_links_does_not_read_results(client, campaign, role):
    sign_in(client, role)
    assert client.get(ADDRESS).status_code == 403


def test_once_published_nothing_can_be_ticked(client, campaign):
    sign_in(client, Role.ANALYST)
    publish_campaign(campaign, "Édition 2025", accept_proposals=True)
    page = client.get(ADDRESS).content.decode()
    assert ("ses décisions ne changent plus" in page, 'type="checkbox"' in page) == (True, False)


def test_an_open_campaign_shows_no_result(client):
    sign_in(client, Role.ANALYST)
    make_campaign()
    assert "La campagne n’est pas close." in client.get(ADDRESS).content.decode()


def test_the_board_asks_as_much_for_three_use_cases_as_for_one(client, django_assert_max_num_queries):
    sign_in(client, Role.ANALYST)
    cases, questionnaire, asked = [make_use_case(name) for name in ("Un", "Deux", "Trois")], make_questionnaire(), []
    for number in (1, 3):
        close_campaign(make_campaign(questionnaire, slug=f"v{number}", use_cases=cases[:number]))
        with django_assert_max_num_queries(16) as queries:
            client.get(f"/campagnes/v{number}/resultats/")
        asked.append(len(queries))
    assert asked[0] == asked[1]
