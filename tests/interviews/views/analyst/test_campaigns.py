from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cnc_survey.roles import Role
from interviews.campaign_progress import campaign_progress, count_responses, next_step
from interviews.models import Assessment
from interviews.results.closing import close_campaign
from tests.factories import make_campaign, make_edition, make_questionnaire, make_response, make_use_case
from tests.interviews.staff import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def analyst(client):
    return sign_in(client, Role.ANALYST)


@pytest.fixture
def questionnaire():
    return make_questionnaire()


def test_a_stranger_signs_in_first(client):
    assert client.get("/campagnes/").url == "/compte/connexion/?next=/campagnes/"


def test_an_interviewer_is_told_that_the_page_is_closed(client):
    sign_in(client, Role.INTERVIEWER)
    assert client.get("/campagnes/").status_code == 403


def test_the_bar_shows_what_one_may_open(client):
    sign_in(client, Role.ANALYST)
    page = client.get("/campagnes/").content.decode()
    assert [f">{label}</a>" in page for label in ("Campagnes", "Administration")] == [True, True]
    assert "Se déconnecter" in page


def test_no_campaign_yet(client, analyst):
    assert "Aucune campagne" in client.get("/campagnes/").content.decode()


def test_each_campaign_says_what_comes_next(analyst, questionnaire):
    today = timezone.localdate()
    day = timedelta(days=1)

    def made(slug, opens, closes, **fields):
        return make_campaign(
            questionnaire, slug=slug, opens_on=today + opens * day, closes_on=today + closes * day, **fields
        )

    made("upcoming", 1, 9)
    made("open", -1, 9)
    made("ended", -9, -1)
    closed = made("closed", -9, -1)
    close_campaign(closed)
    Assessment.objects.create(
        campaign=closed, use_case=make_use_case(), dimension="maturity", status="raised", base=20, computed_level=3
    )
    published = made("published", -9, -1, edition=make_edition(), closed_at=timezone.now())
    steps = {each.slug: next_step(each, analyst) for each in campaign_progress()}
    assert {slug: (step.text, step.address != "") for slug, step in steps.items()} == {
        "upcoming": ("Préparer la campagne", True),
        "open": ("Suivre la participation", True),
        "ended": ("Clore la campagne", False),  # a manager's to do
        "closed": ("Examiner 1 proposition", True),
        "published": ("Lire l’édition publiée", True),
    }
    assert steps["published"].address == published.edition.get_absolute_url()


def test_responses_are_counted_live_then_read_from_the_snapshot(questionnaire):
    open_one = make_campaign(questionnaire, slug="open")
    closed = make_campaign(questionnaire, slug="closed")
    for campaign in (open_one, closed):
        make_response(campaign, "sent")
        make_response(campaign, "begun", submitted_at=None)
    close_campaign(closed)
    closed.responses.all().delete()
    assert {each.slug: count_responses(each) for each in campaign_progress()} == {"open": (2, 1), "closed": (2, 1)}


def test_the_list_asks_as_much_for_three_campaigns_as_for_one(
    client, analyst, questionnaire, django_assert_num_queries
):
    for number in range(3):
        make_campaign(questionnaire, slug=f"v{number}")
        with django_assert_num_queries(5):
            client.get("/campagnes/")


def test_the_first_page_of_a_campaign(client, analyst):
    campaign = make_campaign(slug="v1", title="Vague 1")
    make_response(campaign)
    page = client.get(reverse("campaign", args=["v1"])).content.decode()
    assert "1 comptée, 1 commencée" in page
    assert client.get("/campagnes/inconnue/").status_code == 404
