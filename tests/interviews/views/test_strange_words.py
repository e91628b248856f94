"""Whatever a person types is text: kept, shown, exported and imported unchanged, from the page to another campaign."""

import csv
from datetime import UTC, datetime

import openpyxl
import pytest
import time_machine
from django.urls import reverse
from django.utils.html import escape

from interviews.collection.microdata import import_responses
from interviews.collection.questionnaire import load_questionnaire
from interviews.collection.responses import create_invitation, offer_use_cases, start_response
from interviews.exports.microdata import export_microdata
from interviews.models import Answer, Response, UseCaseAnswer
from tests.factories import make_campaign, make_use_case

from .html_forms import read_forms

pytestmark = pytest.mark.django_db

TEXTS = {
    "link": '=HYPERLINK("http://exemple.fr";"clic")',
    "function": "@SUM(A1:A9)",
    "sum": "+1",
    "difference": "-2+3",
    "control character": "avant\x07 après\x1b[31m rouge",
    "escape of a workbook": "_x0007_",
    "emoji": "🎬 👩🏽‍🎨",
    "right to left": "\u202eשלום\u202c مرحبا",
    "tags": "<script>alert(1)</script> & <b>gras</b>",
    "quoted": "'=1+1",
}
PAGE = "cas-postproduction"


@pytest.fixture(autouse=True)
def june():
    with time_machine.travel(datetime(2025, 6, 15, 12, 2, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def campaign():
    questionnaire, _ = load_questionnaire()
    return make_campaign(questionnaire, [make_use_case("Montage")])


@pytest.fixture
def token(campaign):
    invitation, token = create_invitation(campaign)
    offer_use_cases(start_response(invitation))
    return token


def by_page(client, token, slug, unit, data):
    assert client.post(reverse("page", args=[token, slug]), data).status_code == 302


def by_autosave(client, token, slug, unit, data):
    assert client.post(reverse("autosave", args=[token, unit]), data).status_code == 200


@pytest.mark.parametrize("save", [by_page, by_autosave])
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_words_go_all_the_way_round_unchanged(client, campaign, token, tmp_path, text, save):
    card = {"montage-usage": "aware", "montage-comment": text, "montage-other_barrier": text}
    save(client, token, PAGE, "cas.montage", card)
    save(client, token, "free_words", "question.free_words", {"free_words": text})
    assert list(UseCaseAnswer.objects.values_list("comment", "other_barrier")) == [(text, text)]
    assert list(Answer.objects.values_list("item__code", "value")) == [("free_words", text)]

    fields = read_forms(client.get(reverse("page", args=[token, PAGE])).content.decode())[0].fields
    assert [fields[f"montage-{name}"].value for name in ("comment", "other_barrier")] == [[text], [text]]
    review = client.get(reverse("review", args=[token])).content.decode()
    assert review.count(escape(text)) == 3
    client.post(reverse("review", args=[token]))

    for target in (tmp_path / "vague.xlsx", tmp_path / "vague"):
        export_microdata(campaign, target)
        copy = make_campaign(campaign.questionnaire, campaign.use_cases.all(), slug=f"copie-{target.suffix[1:]}")
        import_responses(copy, target)
        (response,) = copy.responses.all()
        assert response.use_case_answers.get().comment == text
        assert response.answers.get().value == text
    answers = openpyxl.load_workbook(tmp_path / "vague.xlsx")["answers"]
    assert [cell.data_type for cell in answers[2]] == ["s", "s", "s"]
    with (tmp_path / "vague" / "answers.csv").open(encoding="utf-8", newline="") as stream:
        written = list(csv.reader(stream))[1][2]
    assert written == (f"'{text}" if text[0] in "=+-@'" else text)


@pytest.mark.parametrize("slug", [PAGE, "free_words"])
def test_words_too_long_are_refused_in_words_and_the_rest_of_the_page_stays(client, token, slug):
    page = reverse("page", args=[token, slug])
    words = {PAGE: "montage-comment", "free_words": "free_words"}[slug]
    rest = {"montage-usage": "tried", "montage-benefits": [], "montage-tools": "Runway"} if slug == PAGE else {}
    client.post(page, {words: "Avant"} | rest)
    before = list(UseCaseAnswer.objects.values()), list(Answer.objects.values())

    refused = client.post(page, {words: "é" * 40_000} | rest | ({"montage-usage": "regular"} if rest else {}))
    shown = refused.content.decode()
    assert refused.status_code == 200
    assert "au plus 5\u202f000" in shown or "au plus 5\xa0000" in shown or "au plus 5000" in shown
    assert f'<a href="#id_{words}">' in shown
    assert (list(UseCaseAnswer.objects.values()), list(Answer.objects.values())) == before
    fields = read_forms(shown)[0].fields
    assert fields[words].value == ["é" * 40_000]
    if rest:
        assert (fields["montage-usage"].value, fields["montage-tools"].value) == (["regular"], ["Runway"])

    # Cut to what is allowed, the same page passes.
    assert client.post(page, {words: "é" * 5_000} | rest).status_code == 302
    assert "é" * 5_000 in [*UseCaseAnswer.objects.values_list("comment", flat=True), *Answer.objects.values_list("value", flat=True)]


def test_everything_said_about_a_use_case_is_on_the_review(client, token):
    card = {
        "montage-usage": "tried",
        "montage-maturity": "2",
        "montage-impact": "nsp",
        "montage-intention": "maybe",
        "montage-satisfaction": "dissatisfied",
        "montage-tools": "Runway",
        "montage-other_barrier": "Le bruit",
        "montage-comment": "Pas mal",
        "montage-may_be_quoted": "on",
    }
    client.post(reverse("page", args=[token, PAGE]), card)
    review = client.get(reverse("review", args=[token])).content.decode()
    said = ["Essayé, sans plus", "technologie", "impact", "Peut-être".lower(), "Plutôt insatisfait·e".lower(), "Runway"]
    said += ["Le bruit", "Pas mal", "citation acceptée"]
    assert [words for words in said if words not in review] == []
    assert Response.objects.get().submitted_at is None
