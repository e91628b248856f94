"""The page of weighting: what margins would give, the file that brings them, the choice."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from cnc_survey.roles import Role
from interviews.models import Campaign, PopulationMargin
from tests.factories import make_campaign, make_response
from tests.interviews.staff import sign_in

pytestmark = pytest.mark.django_db

PAGE = "/campagnes/vague-1/redressement/"
CSV = "variable,modalite,cible,unite,source,annee\ngender,woman,43,part,CNC,2019\ngender,man,57,part,CNC,2019\n"


@pytest.fixture
def analyst(client):
    return sign_in(client, Role.ANALYST)


@pytest.fixture
def campaign():
    return make_campaign()


def respond(campaign, women=12, men=8):
    for number in range(women + men):
        make_response(campaign, f"r{number:02d}", gender="woman" if number < women else "man")


def enter(campaign, woman=43, man=57):
    for category, target in {"woman": woman, "man": man}.items():
        PopulationMargin.objects.create(
            campaign=campaign,
            variable="gender",
            category=category,
            target=target,
            unit="share",
            source="CNC",
            year=2019,
        )


def text_of(answer):
    return answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ").replace("&nbsp;", " ")


def upload(client, content, name="marges.csv"):
    return client.post(PAGE, {"margins": SimpleUploadedFile(name, content.encode())})


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.ANALYST, 200), (Role.ADMINISTRATOR, 200), (Role.CAMPAIGN_MANAGER, 403), (Role.EDITOR, 403)],
)
def test_who_sees_the_page(client, campaign, role, status):
    sign_in(client, role)
    assert client.get(PAGE).status_code == status


def test_without_margins_the_page_says_that_everybody_counts_for_one(client, analyst, campaign):
    page = text_of(client.get(PAGE))
    assert "Non redressé : chaque personne compte pour une." in page
    assert "La population et les répondants" not in page


def test_margins_stand_beside_the_respondents_with_what_weighting_costs(client, analyst, campaign):
    respond(campaign)
    enter(campaign)
    answer = client.get(PAGE)
    preview = answer.context["preview"]
    assert [(row.category, row.respondents, row.share, row.target_share) for row in preview.margins[0].rows] == [
        ("Femme", 12, 0.6, 0.43),
        ("Homme", 8, 0.4, 0.57),
    ]
    page = text_of(answer)
    assert "Ce que donnerait le calage sur les marges de population" in page
    assert [f"<dd>{figure}" in page for figure in ("20", "18", "1,12", "0,72 à 1,4")] == [True] * 4
    assert "CNC, 2019" in page


def test_a_failure_is_said_with_what_to_do(client, analyst, campaign):
    respond(campaign, women=18, men=2)
    enter(campaign)
    page = text_of(client.get(PAGE))
    assert "2 répondants seulement, il en faut au moins 5. Regroupez cette catégorie avec une autre." in page
    assert "La vague reste non redressée." in page


def test_margins_that_contradict_themselves_are_said_too(client, analyst, campaign):
    respond(campaign)
    enter(campaign, man=30)
    page = text_of(client.get(PAGE))
    assert "les parts font 73 %, au lieu de 100 %." in page


def test_a_file_brings_margins(client, analyst, campaign):
    respond(campaign)
    assert upload(client, CSV).status_code == 302
    assert list(campaign.margins.order_by("pk").values_list("category", "target")) == [("woman", 43), ("man", 57)]
    assert "Marges importées : 2 cibles." in text_of(client.get(PAGE))


def test_a_wrong_file_is_refused_with_every_mistake(client, analyst, campaign):
    answer = upload(client, CSV.replace("woman", "femmes").replace("57", "beaucoup"), "les miennes.csv")
    page = text_of(answer)
    assert (answer.status_code, campaign.margins.count()) == (422, 0)
    assert "2 erreurs dans le fichier : rien n’a été importé" in page
    assert "les miennes.csv, ligne 2, colonne « modalite » : code « femmes » inconnu." in page
    assert "les miennes.csv, ligne 3, colonne « cible » : « beaucoup » n’est pas un nombre" in page


@pytest.mark.parametrize(
    ("name", "message"), [("marges.ods", "Donnez un classeur .xlsx ou un fichier .csv."), (None, "Choisissez d’abord")]
)
def test_no_file_or_another_kind_is_refused(client, analyst, campaign, name, message):
    answer = upload(client, CSV, name) if name else client.post(PAGE, {})
    assert answer.status_code == 422
    assert message in text_of(answer)


def test_the_choice_is_kept_for_the_closing(client, analyst, campaign):
    assert client.post(PAGE, {"weighting": "margins"}).status_code == 302
    campaign.refresh_from_db()
    assert campaign.weighting == Campaign.Weighting.MARGINS
    assert client.post(PAGE, {"weighting": "autre"}).status_code == 422


def test_nothing_changes_once_the_campaign_is_closed(client, analyst, campaign):
    campaign.closed_at = timezone.now()
    campaign.save()
    for answer in (client.post(PAGE, {"weighting": "margins"}), upload(client, CSV)):
        assert answer.status_code == 422
        assert "son redressement ne change plus" in text_of(answer)
    campaign.refresh_from_db()
    assert (campaign.weighting, campaign.margins.count()) == ("off", 0)
    assert "Enregistrer ce choix" not in text_of(client.get(PAGE))


def test_the_template_is_a_workbook(client, analyst, campaign):
    answer = client.get(f"{PAGE}modele.xlsx")
    assert answer["Content-Disposition"] == 'attachment; filename="marges-vague-1.xlsx"'
    assert answer.content.startswith(b"PK")


@pytest.mark.parametrize("persons", [6, 18])
def test_the_page_reads_no_more_for_more_respondents(client, analyst, campaign, persons, django_assert_num_queries):
    respond(campaign, persons, persons)
    enter(campaign)
    with django_assert_num_queries(17):
        client.get(PAGE)
