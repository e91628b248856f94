"""Spreadsheet mode as a person meets it: download, fill, deposit, check, confirm."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from io import BytesIO
from zipfile import ZipFile

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from interviews.collection.invitations import create_invitation, find_invitation
from interviews.collection.questionnaire import load_questionnaire
from interviews.collection.responses import response_of, start_response
from interviews.models import Response, UseCaseAnswer
from tests.factories import make_campaign, make_occupation, make_use_case
from tests.interviews.filled_workbooks import filled
from usecases.models import UseCaseOccupation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("june")]

USAGE = "Où en êtes-vous ?"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def june():
    with time_machine.travel(datetime(2025, 6, 15, 12, 30, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def campaign():
    questionnaire, _ = load_questionnaire()
    editors = make_occupation("editors", "Monteurs")
    cases = [make_use_case("Montage assisté"), make_use_case("Étalonnage"), make_use_case("Doublage", family="Son")]
    UseCaseOccupation.objects.create(use_case=cases[0], occupation=editors)
    return make_campaign(questionnaire, cases)


@pytest.fixture
def token(campaign):
    """The personal link of somebody who has consented and answered nothing yet."""
    invitation, token = create_invitation(campaign)
    start_response(invitation)
    return token


def response_behind(token):
    return response_of(find_invitation(token))


def deposit(client, token, data, name="questionnaire.xlsx"):
    return client.post(reverse("spreadsheet", args=[token]), {"workbook": SimpleUploadedFile(name, data, XLSX)})


def confirm(client, token, preview):
    return client.post(reverse("spreadsheet", args=[token]), {"sealed": sealed(preview)})


def sealed(preview):
    return re.search(r'name="sealed" value="([^"]+)"', preview.content.decode())[1]


def text(answer):
    words = re.sub(r"<[^>]+>", " ", unescape(answer.content.decode()))
    return re.sub(r"\s+", " ", words)


def answered(token, **usages):
    cells = {("Cas d’usage", code.replace("_", "-"), USAGE): usage for code, usage in usages.items()}
    return filled(response_behind(token), {("Profil", "occupations"): "Monteurs"} | cells)


def stored():
    return dict(UseCaseAnswer.objects.exclude(usage=None).values_list("use_case__code", "usage"))


def test_the_workbook_is_downloaded_and_get_and_head_only_show(client, token):
    page, file = reverse("spreadsheet", args=[token]), reverse("workbook", args=[token])
    assert client.get(page).status_code == client.head(page).status_code == client.head(file).status_code == 200
    answer = client.get(file)
    assert (answer["Content-Type"], answer["Content-Disposition"]) == (
        XLSX,
        'attachment; filename="questionnaire-vague-1.xlsx"',
    )
    assert answer.content.startswith(b"PK")
    assert "no-store" in answer["Cache-Control"]
    assert client.post(file).status_code == 405
    with ZipFile(BytesIO(answer.content)) as archive:
        assert [name for name in archive.namelist() if token.encode() in archive.read(name)] == []


def test_a_workbook_is_shown_then_confirmed_then_counted_apart(client, token):
    preview = deposit(client, token, answered(token, montage_assiste="Usage régulier", doublage="pas mon metier"))
    assert "3 réponses ajoutées. Rien n’est encore enregistré." in text(preview)
    assert (stored(), Response.objects.get().mode) == ({}, "web")
    done = confirm(client, token, preview)
    assert done.url == reverse("review", args=[token])
    assert stored() == {"montage-assiste": 4, "doublage": 8}
    assert Response.objects.get().mode == "spreadsheet"
    assert "Votre classeur est enregistré." in text(client.get(done.url))


def test_confirming_twice_is_harmless(client, token):
    preview = deposit(client, token, answered(token, doublage="Abandonné"))
    confirm(client, token, preview)
    again = confirm(client, token, preview)
    assert "Votre classeur était déjà enregistré." in text(client.get(again.url))
    assert stored() == {"doublage": 5}


def test_answers_given_elsewhere_since_the_preview_are_shown_first(client, token):
    preview = deposit(client, token, answered(token, doublage="Abandonné"))
    other = deposit(client, token, answered(token, doublage="Usage régulier"))
    confirm(client, token, other)
    outdated = confirm(client, token, preview)
    assert outdated.status_code == 200
    assert "Vos réponses ont changé entre-temps." in text(outdated)
    assert stored() == {"doublage": 4}
    confirm(client, token, outdated)
    assert stored() == {"doublage": 5}


def test_mistakes_are_listed_and_nothing_is_kept(client, token):
    answer = deposit(client, token, answered(token, doublage="Abandonnée depuis", etalonnage="Usage régulier"))
    assert answer.status_code == 200
    shown = text(answer)
    assert "Erreur : Répondre dans un classeur" in shown
    assert "Cas d’usage, ligne 10, colonne D (Où en êtes-vous ?) : « Abandonnée depuis » n’est pas" in shown
    assert "Vouliez-vous dire « Abandonné » ?" in shown
    assert (stored(), b"sealed" in answer.content) == ({}, False)


def test_typed_tags_stay_text_on_the_preview(client, token):
    place = ("Cas d’usage", "doublage", "En vos mots")
    preview = deposit(
        client,
        token,
        filled(response_behind(token), {("Profil", "occupations"): "Monteurs", place: "<script>alert(1)</script>"}),
    )
    assert b"&lt;script&gt;alert(1)&lt;/script&gt;" in preview.content
    assert b"<script>alert" not in preview.content


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "Ce fichier est vide."),
        (b"pas un classeur", "ce n’est pas un classeur .xlsx, ou il est abîmé."),
        (b"x" * (3 << 20), "Ce fichier dépasse 2 Mo."),
        (b"x" * ((2 << 20) + 1), "le fichier dépasse 2 Mo"),
    ],
)
def test_what_is_no_workbook_is_refused_in_words(client, token, data, words):
    answer = deposit(client, token, data)
    assert answer.status_code == 200
    assert words in text(answer)
    assert stored() == {}


def test_a_file_that_cannot_be_read_is_not_an_answer_to_review(client, token):
    assert "Le classeur est à revoir" in text(deposit(client, token, b"pas un classeur"))
    wrong = filled(
        response_behind(token), {("Profil", "occupations"): "Monteurs", ("Profil", "seniority"): "Longtemps"}
    )
    assert "Une réponse du classeur est à revoir" in text(deposit(client, token, wrong))


def test_a_deposit_without_a_file_says_what_to_do(client, token):
    answer = client.post(reverse("spreadsheet", args=[token]), {})
    assert "Choisissez d’abord le fichier à déposer." in text(answer)


def test_a_preview_expires_and_cannot_be_forged(client, token, june):
    preview = deposit(client, token, answered(token, doublage="Abandonné"))
    forged = client.post(reverse("spreadsheet", args=[token]), {"sealed": sealed(preview)[:-2]})
    assert "Cette vérification est incomplète. Renvoyez votre classeur." in text(forged)
    june.shift(timedelta(minutes=31))
    assert "plus d’une demi-heure. Renvoyez votre classeur." in text(confirm(client, token, preview))
    assert stored() == {}


def test_before_consent_and_after_the_close_there_is_no_spreadsheet(client, campaign, token):
    preview = deposit(client, token, answered(token, doublage="Abandonné"))
    _, unbegun = create_invitation(campaign)
    for name in ("spreadsheet", "workbook"):
        assert client.get(reverse(name, args=[unbegun])).url == reverse("resume", args=[unbegun])
    type(campaign).objects.update(closed_at=datetime(2025, 6, 15, 12, tzinfo=UTC))
    for name in ("spreadsheet", "workbook"):
        assert client.get(reverse(name, args=[token])).url == reverse("resume", args=[token])
    assert confirm(client, token, preview).url == reverse("resume", args=[token])
    assert stored() == {}
    assert client.get(reverse("spreadsheet", args=["inconnu"])).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_the_workbook_costs_the_same_whatever_it_holds(client, campaign, token, number, django_assert_num_queries):
    """One invitation, then the form: profile, offers, catalogue, questions and lists, for one use case or three."""
    campaign.use_case_links.filter(use_case__position__gt=number).delete()
    with django_assert_num_queries(14):
        client.get(reverse("workbook", args=[token]))
