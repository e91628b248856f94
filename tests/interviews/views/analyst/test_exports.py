"""The files of a campaign, from the page that offers them to the file in hand."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest

from cnc_survey.jobs.models import Job
from cnc_survey.roles import Role
from interviews.models import Usage
from interviews.results.closing import close_campaign
from tests.factories import YES_NO, make_campaign, make_item, make_response, make_use_case
from tests.interviews.staff import sign_in
from tests.waiting_jobs import run_waiting_jobs

pytestmark = pytest.mark.django_db
ADDRESS = "/campagnes/vague-1/exports/"
NAMES = [
    *("resultats", "resultats-equipe", "terrain", "microdonnees-xlsx", "microdonnees-csv", "microdonnees-spss"),
    "dictionnaire",
]


@pytest.fixture
def campaign():
    cases = [make_use_case("Montage"), make_use_case("Sous-titrage")]
    campaign = make_campaign(use_cases=cases, closes_on=date(2099, 12, 31))
    for number in range(3):
        make_response(campaign, f"r{number}", use_cases={"montage": {"usage": Usage.TRIED}}, gender="woman")
    return campaign


def offered(client):
    page = client.get(ADDRESS).content.decode()
    return [name for name in NAMES if f'value="{name}"' in page]


def fetch(client, name):
    """Ask for a file, let a worker make it, download it; return its name and content."""
    job = client.post(ADDRESS, {"export": name}).url
    run_waiting_jobs()
    file = client.get(f"{job}fichier/")
    assert file.status_code == 200, Job.objects.first().error
    return file.headers["Content-Disposition"].split('"')[1], b"".join(file.streaming_content)


def test_each_role_is_offered_what_it_may_have(client, campaign):
    close_campaign(campaign)
    found = {}
    for role in (Role.ADMINISTRATOR, Role.ANALYST, Role.CAMPAIGN_MANAGER, Role.EDITOR):
        sign_in(client, role)
        found[role] = offered(client)
    assert found == {
        Role.ADMINISTRATOR: NAMES,
        Role.ANALYST: NAMES,
        Role.CAMPAIGN_MANAGER: ["terrain", "dictionnaire"],
        Role.EDITOR: ["resultats", "resultats-equipe", "terrain", "dictionnaire"],
    }
    sign_in(client, Role.INTERVIEWER)
    assert client.get(ADDRESS).status_code == 403


def test_what_is_not_offered_cannot_be_asked_for(client, campaign):
    sign_in(client, Role.CAMPAIGN_MANAGER)
    assert client.post(ADDRESS, {"export": "microdonnees-csv"}).status_code == 404
    assert client.post(ADDRESS, {"export": "rien"}).status_code == 404
    assert not Job.objects.exists()


def test_results_wait_for_the_closing(client, campaign):
    sign_in(client, Role.ANALYST)
    assert offered(client) == NAMES[2:]
    page = client.post(ADDRESS, {"export": "resultats"}, follow=True).content.decode()
    assert "une fois la campagne close" in page
    assert not Job.objects.exists()


def test_microdata_in_both_formats(client, campaign):
    sign_in(client, Role.ANALYST)
    name, content = fetch(client, "microdonnees-xlsx")
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert (name, book.sheetnames) == ("microdonnees-vague-1.xlsx", ["responses", "use_case_answers", "answers"])
    assert book["responses"].max_row == 4
    job = Job.objects.get()
    assert (job.done, job.total, job.unit, job.title) == (6, 6, "lignes", "Microdonnées (Excel) — Vague 1")
    name, content = fetch(client, "microdonnees-csv")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert (name, archive.namelist()) == (
            "microdonnees-vague-1.zip",
            ["responses.csv", "use_case_answers.csv", "answers.csv"],
        )
        assert archive.read("use_case_answers.csv").decode().splitlines()[1] == "r0,montage,tried,,,,,,,"


def test_microdata_for_spss_and_the_codebook(client, campaign):
    sign_in(client, Role.ANALYST)
    name, content = fetch(client, "microdonnees-spss")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert (name, archive.namelist()) == ("microdonnees-vague-1-spss.zip", ["repondants.sav", "cas_usage.sav"])
    make_item(campaign.questionnaire, "ai_ever_used", options=YES_NO, wording="Avez-vous essayé ?")
    name, content = fetch(client, "dictionnaire")
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert (name, book.sheetnames) == ("dictionnaire-vague-1.xlsx", ["Lisez-moi", "Questions", "Codes"])
    questions = [[cell.value for cell in row] for row in book["Questions"].iter_rows()]
    (question,) = (row for row in questions if row[1] == "ai_ever_used")
    assert question[2:] == ["Avez-vous essayé ?", None, "un seul choix", None, None, "Oui\u00a0; Non"]
    codes = [[cell.value for cell in row] for row in book["Codes"].iter_rows()]
    assert ["option:ai_ever_used", "yes", "Oui"] in codes


def test_results_for_the_team_and_for_the_public(client, campaign):
    close_campaign(campaign)
    sign_in(client, Role.ANALYST)
    files = {name: fetch(client, name) for name in ("resultats", "resultats-equipe")}
    assert [name for name, _ in files.values()] == ["resultats-vague-1.xlsx", "resultats-vague-1-equipe.xlsx"]
    readmes = [
        [row[1].value for row in openpyxl.load_workbook(io.BytesIO(content))["Lisez-moi"].iter_rows()]
        for _, content in files.values()
    ]
    assert ["moins de 5" in readme for readme in readmes] == [True, False]


def test_a_fieldwork_workbook_masks_small_counts_for_who_holds_the_links(client, campaign):
    found = {}
    for role in (Role.ANALYST, Role.CAMPAIGN_MANAGER):
        sign_in(client, role)
        name, content = fetch(client, "terrain")
        book = openpyxl.load_workbook(io.BytesIO(content))
        assert (name, book.sheetnames) == (
            "terrain-vague-1.xlsx",
            [
                *("Lisez-moi", "Par jour", "Par page", "Par profil", "Par partenaire", "Couverture"),
                "Sans réponse",
            ],
        )
        rows = [[cell.value for cell in row] for sheet in book for row in sheet.iter_rows()]
        found[role] = [row[2] for row in rows if row[:2] in (["Genre", "Femme"], ["Montage", "Postproduction"])]
        assert ["Réponses envoyées", 3] in rows
    assert found == {Role.ANALYST: [3, 3], Role.CAMPAIGN_MANAGER: ["moins de 5", "moins de 5"]}


def test_the_page_asks_the_same_of_the_database_for_one_and_three_jobs(client, campaign, django_assert_num_queries):
    sign_in(client, Role.ANALYST)
    client.post(ADDRESS, {"export": "terrain"})
    client.get(ADDRESS)
    with django_assert_num_queries(6):
        client.get(ADDRESS)
    for name in ("microdonnees-xlsx", "microdonnees-csv"):
        client.post(ADDRESS, {"export": name})
    with django_assert_num_queries(6):
        page = client.get(ADDRESS).content.decode()
    assert page.count("En attente") == 3
