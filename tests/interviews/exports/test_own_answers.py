from datetime import UTC, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from interviews.collection.pages import Page
from interviews.collection.review import Line, Part, Section
from interviews.exports.own_answers import write_own_answers
from tests.factories import make_campaign, make_response

pytestmark = pytest.mark.django_db

SECTIONS = [
    Section(
        Page("vous", "Vous", "", "profile"), [Part("profile", "Vous", [Line("Métiers", "Monteurs"), Line("Genre", "")])]
    ),
    Section(
        Page("mots", "Vos mots", "", "items"),
        [Part("question.mot", "Mot", [Line("En un mot", '=HYPERLINK("http://x")')])],
    ),
]
RECEIPT = [("Enquête", "Vague 1"), ("Envoyé le", "14\u00a0mars 2025 à 11:30")]


def written(response):
    content = BytesIO()
    write_own_answers(response, SECTIONS, RECEIPT, content)
    book = load_workbook(content)
    return {
        sheet.title: [[value for value in row if value is not None] for row in sheet.iter_rows(values_only=True)]
        for sheet in book
    }, {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None}


def test_the_workbook_holds_the_receipt_and_what_was_answered():
    response = make_response(make_campaign())
    sheets, types = written(response)
    assert sheets == {
        "Reçu": [
            ["Vos réponses"],
            [],
            ["Reçu"],
            ["Enquête", "Vague 1"],
            ["Envoyé le", "14\u00a0mars 2025 à 11:30"],
        ],
        "Réponses": [
            ["Vague 1"],
            [],
            ["Page", "Question", "Votre réponse"],
            ["Vous", "Métiers", "Monteurs"],
            ["Vos mots", "En un mot", '=HYPERLINK("http://x")'],
        ],
    }
    # What a person typed is text, never a formula.
    assert types == {"s"}


def test_a_demonstration_says_so_on_every_sheet():
    response = make_response(make_campaign(is_fictional=True), submitted_at=datetime(2025, 3, 14, tzinfo=UTC))
    sheets, _ = written(response)
    banner = "Campagne de démonstration\u00a0: ces réponses ne comptent dans aucun résultat réel."
    assert [rows[0] for rows in sheets.values()] == [[banner], [banner]]
