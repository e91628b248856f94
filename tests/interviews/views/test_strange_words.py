"""Whatever a person types is text: kept, shown, exported and imported unchanged, from the page to another campaign."""

import csv
from datetime import UTC, datetime

import openpyxl
import pytest
import time_machine
from django.urls import reverse
from django.utils.html import escape
from django.utils.text import slugify

from interviews.collection.invitations import create_invitation
from interviews.collection.microdata import import_responses
from interviews.collection.offers import offer_use_cases
from interviews.collection.questionnaire import load_questionnaire
from interviews.collection.responses import start_response
from interviews.exports.microdata import export_microdata
from interviews.models import Answer, Response, UseCaseAnswer
from tests.factories import make_campaign, make_use_case

from .html_forms import read_forms

pytestmark = pytest.mark.django_db

TEXTS = [
    '=HYPERLINK("http://exemple.fr";"clic")',
    "@SUM(A1:A9)",
    "+1",
    "-2+3",
    "avant\x07 après\x1b[31m rouge",
    "_x0007_ comme l’écrit un classeur",
    "🎬 👩🏽‍🎨",
    "\u202eשלום\u202c مرحبا",
    "<script>alert(1)</script> & <b>gras</b>",
    "'=1+1",
]
EVERYTHING = " ; ".join(TEXTS)
NAMES = ["Montage", "Étalonnage", "Mixage", "Doublage", "Trucage", "Bruitage", "Casting", "Repérage", "Script", "Devis"]
CODES = [slugify(name) for name in NAMES]
PAGE = "cas-postproduction"


@pytest.fixture(autouse=True)
def june():
    with time_machine.travel(datetime(2025, 6, 15, 12, 2, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def campaign():
    questionnaire, _ = load_questionnaire()
    return make_campaign(questionnaire, [make_use_case(name) for name in NAMES])


@pytest.fixture
def token(campaign):
    invitation, token = create_invitation(campaign)
    offer_use_cases(start_response(invitation))
    return token


def by_page(client, token, slug, data):
    assert client.post(reverse("page", args=[token, slug]), data).status_code == 302


def by_autosave(client, token, slug, data):
    """Each part on its own, as a browser sends them."""
    units = (
        {"question.free_words": ["free_words"]} if slug == "free_words" else {f"cas.{code}": [code] for code in CODES}
    )
    for unit, (code,) in units.items():
        part = {name: value for name, value in data.items() if name.startswith(code)}
        assert client.post(reverse("autosave", args=[token, unit]), part).status_code == 200


@pytest.mark.parametrize("save", [by_page, by_autosave])
def test_words_go_all_the_way_round_unchanged(client, campaign, token, tmp_path, save):
    card = {}
    for code, text in zip(CODES, TEXTS, strict=True):
        card |= {f"{code}-usage": "aware", f"{code}-comment": text, f"{code}-other_barrier": text}
    save(client, token, PAGE, card)
    save(client, token, "free_words", {"free_words": EVERYTHING})
    rows = UseCaseAnswer.objects.order_by("use_case__position").values_list("comment", "other_barrier")
    assert list(rows) == [(text, text) for text in TEXTS]
    assert list(Answer.objects.values_list("item__code", "value")) == [("free_words", EVERYTHING)]

    fields = read_forms(client.get(reverse("page", args=[token, PAGE])).content.decode())[0].fields
    shown = [tuple(fields[f"{code}-{name}"].value[0] for name in ("comment", "other_barrier")) for code in CODES]
    assert shown == [(text, text) for text in TEXTS]
    review = client.get(reverse("review", args=[token])).content.decode()
    assert [text for text in TEXTS if review.count(escape(text)) < 3] == []
    client.post(reverse("review", args=[token]))

    for target in (tmp_path / "vague.xlsx", tmp_path / "vague"):
        export_microdata(campaign, target)
        copy = make_campaign(campaign.questionnaire, campaign.use_cases.all(), slug=f"copie-{target.suffix[1:]}")
        import_responses(copy, target)
        (response,) = copy.responses.all()
        comments = response.use_case_answers.order_by("use_case__position").values_list("comment", flat=True)
        assert (list(comments), response.answers.get().value) == (TEXTS, EVERYTHING)
    sheet = openpyxl.load_workbook(tmp_path / "vague.xlsx")["use_case_answers"]
    comments = next(column for column in sheet.iter_cols() if column[0].value == "comment")
    assert {cell.data_type for cell in comments} == {"s"}
    with (tmp_path / "vague" / "use_case_answers.csv").open(encoding="utf-8", newline="") as stream:
        written = {row["use_case"]: row["comment"] for row in csv.DictReader(stream)}
    assert written == {
        code: f"'{text}" if text[0] in "=+-@'" else text for code, text in zip(CODES, TEXTS, strict=True)
    }


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
    version = {"montage-version" if rest else "free_words-version": 1}
    assert client.post(page, {words: "é" * 5_000} | rest | version).status_code == 302
    comments = UseCaseAnswer.objects.values_list("comment", flat=True)
    assert "é" * 5_000 in [*comments, *Answer.objects.values_list("value", flat=True)]


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
