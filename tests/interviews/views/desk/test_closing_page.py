"""Closing a campaign from its own page: what it says, who acts, what is seen meanwhile."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cnc_survey.audit.models import AuditEntry
from cnc_survey.jobs.models import Job
from cnc_survey.roles import Role
from interviews.models import Usage
from interviews.results.closing import ClosingPreview, close_campaign, preview_closing
from tests.factories import make_campaign, make_edition, make_response, make_use_case
from tests.interviews.guided.conversations import make_conversation_campaign, make_interview, make_member
from tests.interviews.staff import sign_in
from tests.waiting_jobs import run_waiting_jobs

pytestmark = pytest.mark.django_db
ADDRESS = "/campagnes/vague-1/cloture/"


@pytest.fixture
def manager(client):
    return sign_in(client, Role.CAMPAIGN_MANAGER)


@pytest.fixture
def campaign():
    today = timezone.localdate()
    campaign = make_campaign(
        use_cases=[make_use_case("Doublage")],
        opens_on=today - timedelta(days=9),
        closes_on=today - timedelta(days=1),
        weighting="margins",
    )
    for number in range(20):
        make_response(campaign, f"r{number}", use_cases={"doublage": {"usage": Usage.AWARE, "maturity": 3}})
    return campaign


def visible(answer):
    return " ".join(answer.content.decode().replace("&nbsp;", " ").replace("\xa0", " ").split())


def test_each_response_is_counted_in_one_place():
    now = timezone.now()
    campaign = make_conversation_campaign()
    make_response(campaign, "sent")
    make_response(campaign, "begun", submitted_at=None)
    make_response(campaign, "begun, set aside", submitted_at=None, excluded_at=now, exclusion_reason="double")
    make_response(campaign, "set aside", excluded_at=now, exclusion_reason="double")
    make_response(campaign, "set aside, taken back", excluded_at=now, exclusion_reason="double", withdrawn_at=now)
    make_response(campaign, "taken back", withdrawn_at=now)
    make_interview(campaign, make_member("irene", Role.INTERVIEWER))
    assert preview_closing(campaign) == ClosingPreview(
        counted=1, unfinished=1, excluded=2, withdrawn=2, interviews_to_approve=1
    )


def test_the_page_says_what_closes_and_the_worker_closes_it(client, manager, campaign):
    make_response(campaign, "begun", submitted_at=None)
    page = visible(client.get(ADDRESS))
    assert "20 réponses envoyées" in page
    assert "1 commencée et jamais envoyée, 0 écartée, 0 retirée" in page
    assert "La collecte court encore" not in page
    assert not Job.objects.exists()

    job = client.post(ADDRESS).url
    assert client.get(job).context["onward"] is None
    campaign.refresh_from_db()
    assert campaign.closed_at is None
    run_waiting_jobs()
    campaign.refresh_from_db()
    assert campaign.closed_at is not None
    entry = AuditEntry.objects.get(action=AuditEntry.Action.CAMPAIGN_CLOSED)
    assert (entry.actor, entry.details) == (manager, {"snapshot": campaign.snapshot.identifier})
    assert client.get(job).context["onward"] == ("Voir la campagne close", "/campagnes/vague-1/")
    # No margin was given: the wave stays unweighted, and the page it leads to says so.
    (message,) = campaign.snapshot.weighting["messages"]
    assert message.replace("\xa0", " ") in visible(client.get("/campagnes/vague-1/"))
    closed = visible(client.get(ADDRESS))
    assert campaign.snapshot.identifier in closed
    assert "Clore définitivement" not in closed


def test_a_collection_under_way_is_not_closed_by_surprise(client, manager, campaign):
    campaign.closes_on = timezone.localdate() + timedelta(days=3)
    campaign.save()
    for number in range(2):
        make_response(campaign, f"begun{number}", submitted_at=None)
    page = visible(client.get(ADDRESS))
    assert "La collecte court encore" in page
    assert "2 questionnaires commencés seraient interrompus" in page


def test_two_people_ask_for_one_closing(client, manager, campaign):
    client.post(ADDRESS)
    sign_in(client, Role.ADMINISTRATOR)
    answer = client.post(ADDRESS)
    assert "Clôture en cours" in visible(answer)
    assert "par campaign_manager" in visible(answer)
    assert Job.objects.count() == 1


def test_a_campaign_closed_meanwhile_ends_well(client, manager, campaign):
    job = client.post(ADDRESS).url
    snapshot = close_campaign(campaign)
    run_waiting_jobs()
    assert Job.objects.get().state == Job.State.FINISHED
    assert client.get(job).status_code == 200
    campaign.refresh_from_db()
    assert campaign.snapshot == snapshot
    client.post(ADDRESS)
    assert Job.objects.count() == 1


def test_a_real_campaign_measured_against_a_demonstration_is_not_closed(client, manager, campaign):
    campaign.baseline = make_edition(title="Démonstration", is_fictional=True)
    campaign.save()
    page = visible(client.post(ADDRESS))
    assert "« Démonstration » est une édition fictive" in page
    assert "Clore définitivement" not in page
    assert not Job.objects.exists()
