"""The public results workbook, frozen with the edition that it shows."""

import pytest

from cnc_survey.jobs.models import Job
from cnc_survey.jobs.running import run_job
from interviews.exports.results_workbook import export_results
from interviews.models import Usage
from interviews.results.closing import close_campaign
from interviews.results.correction import give_up_correction, start_correction
from interviews.results.publication import publish_campaign
from tests.factories import make_campaign, make_response, make_use_case
from tests.waiting_jobs import run_waiting_jobs

pytestmark = pytest.mark.django_db
ADDRESS = "/editions/1/donnees/resultats.xlsx"


@pytest.fixture
def campaign():
    campaign = make_campaign(use_cases=[make_use_case("Montage")])
    make_response(campaign, use_cases={"montage": {"usage": Usage.TRIED}})
    close_campaign(campaign)
    return campaign


def test_publishing_announces_the_workbook_and_a_worker_brings_it(client, campaign, tmp_path):
    edition = publish_campaign(campaign, "Édition 1", accept_proposals=True)
    assert client.get(ADDRESS).status_code == 404
    assert "en préparation" in client.get(edition.get_absolute_url()).content.decode()
    run_waiting_jobs()
    campaign.refresh_from_db()
    export_results(campaign, tmp_path / "same.xlsx")
    assert client.get(ADDRESS).content == (tmp_path / "same.xlsx").read_bytes()
    job = Job.objects.get()
    assert (job.title, job.owner, job.state, job.file.name) == (
        "Classeur de l’édition 1 — Vague 1",
        None,
        Job.State.FINISHED,
        "",
    )


def test_a_workbook_is_never_published_twice(client, campaign):
    publish_campaign(campaign, "Édition 1", accept_proposals=True)
    run_waiting_jobs()
    before = client.get(ADDRESS).content
    type(campaign).objects.update(title="Renommée")
    Job.objects.update(finished_at=None, started_at=None)
    run_job.call(str(Job.objects.get().pk))
    assert client.get(ADDRESS).content == before


def test_the_workbook_of_an_edition_corrected_meanwhile_is_not_that_of_its_correction(client, campaign):
    publish_campaign(campaign, "Édition 1", accept_proposals=True)
    campaign.refresh_from_db()
    start_correction(campaign, "Erreur de saisie.")
    publish_campaign(campaign, "Édition 2", accept_proposals=True)
    run_waiting_jobs()
    assert {job.parameters["edition"]: job.state for job in Job.objects.all()} == {
        1: Job.State.FAILED,
        2: Job.State.FINISHED,
    }
    page = client.get("/editions/1/").content.decode()
    assert "en préparation" not in page
    assert "n’a pas été établi" in page
    assert client.get("/editions/2/donnees/resultats.xlsx").status_code == 200


def test_the_workbook_of_an_edition_under_correction_waits_for_the_correction_to_be_given_up(client, campaign):
    publish_campaign(campaign, "Édition 1", accept_proposals=True)
    campaign.refresh_from_db()
    start_correction(campaign, "Erreur de saisie.")
    run_waiting_jobs()
    (job,) = Job.objects.all()
    assert job.state == Job.State.FAILED
    assert job.error.startswith("L’édition 1 est en cours de correction")
    give_up_correction(campaign)
    run_waiting_jobs()
    assert client.get(ADDRESS).status_code == 200
    campaign.refresh_from_db()
    start_correction(campaign, "Erreur de saisie.")
    give_up_correction(campaign)
    assert Job.objects.count() == 2  # it is there: nothing to make again
