"""The workbook that a person fills in: what stands on its sheets, and that it reads back as it was written."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
import time_machine

from interviews.collection.offers import offer_use_cases
from interviews.collection.questionnaire import load_questionnaire
from interviews.collection.received_sheets import read_filled
from interviews.collection.sheet_questions import form_of
from interviews.collection.spreadsheet import preview_of
from interviews.exports.questionnaire_workbook import write_questionnaire
from interviews.models import Item, Usage
from tests.factories import make_campaign, make_occupation, make_response, make_sector, make_use_case
from tests.interviews.filled_workbooks import downloaded
from usecases.catalogue import load_catalogue
from usecases.models import Tool, UseCase

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("june")]


@pytest.fixture
def june():
    with time_machine.travel(datetime(2025, 6, 15, 12, 30, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def campaign():
    make_occupation("editors", "Monteurs")
    make_sector("cinema")
    cases = [
        make_use_case("Montage assisté", summary="Propose un premier montage."),
        make_use_case("Étalonnage"),
        make_use_case("Doublage", family="Son"),
    ]
    questionnaire, _ = load_questionnaire()
    return make_campaign(questionnaire, cases)


def column(sheet, index):
    return [row[index].value for row in sheet.iter_rows()]


def test_a_persons_use_cases_come_first_then_the_rest_by_family(campaign):
    response = make_response(campaign, occupations=["editors"], use_cases={"doublage": {"usage": Usage.REGULAR}})
    sheet = downloaded(response)["Cas d’usage"]
    assert [[cell.value for cell in row[:4]] for row in sheet.iter_rows(min_row=6)] == [
        [None, "Choisis pour vous", None, None],
        ["doublage", "Doublage", None, "Usage régulier"],
        [None, "Postproduction", None, None],
        ["montage-assiste", "Montage assisté", "Propose un premier montage.", None],
        ["etalonnage", "Étalonnage", None, None],
    ]


def test_the_sheets_stand_in_order_and_none_is_hidden(campaign):
    campaign.is_fictional = True
    book = downloaded(make_response(campaign))
    assert [(sheet.title, sheet.sheet_state, sheet["A1"].value) for sheet in book] == [
        (title, "visible", "Données fictives — démonstration")
        for title in ("Mode d’emploi", "Profil", "Cas d’usage", "Perceptions", "Listes")
    ]
    guide = dict(zip(column(book["Mode d’emploi"], 0), column(book["Mode d’emploi"], 1), strict=True))
    assert guide["Référence du classeur"] == "vague-1 · usages-ia · version 1"
    assert guide["Questionnaire"] == "Vos usages de l’IA (version 1)"
    assert "Ce classeur est celui d’une personne." in guide["Une seule personne"]
    assert guide["Une cellule vide"].startswith("Ne change rien")


def test_every_general_question_has_a_row_those_of_the_person_first(campaign):
    response = make_response(campaign, blocks=["long_term"])
    keys = [key for key in column(downloaded(response)["Perceptions"], 0) if key]
    items = Item.objects.filter(module__questionnaire=campaign.questionnaire).order_by("module__position", "position")
    asked = [item.code for item in items if not item.module.is_block or item.module.code == "long_term"]
    others = [item.code for item in items if item.code not in asked]
    assert keys[-len(asked) - len(others) :] == asked + others
    assert others


def test_answers_already_given_are_there_and_read_back_as_they_are(campaign):
    Tool.objects.create(code="chatgpt", name="ChatGPT")
    response = make_response(
        campaign,
        occupations=["editors"],
        sectors=["cinema"],
        seniority="15_plus",
        use_cases={
            "doublage": {
                "usage": Usage.TRIED,
                "maturity": 2,
                "impact": 9,
                "intention": 1,
                "tools": ["chatgpt"],
                "comment": "=1+1\r\n'citation' _x0041_ 🎬",
            },
            "etalonnage": {},
        },
        answers={"ai_ever_used": "yes", "ai_tools": ["chatgpt"], "ai_tool_types": ["consumer"], "free_words": "+33"},
    )
    stream = BytesIO()
    write_questionnaire(response, stream)
    form = form_of(response)
    stream.seek(0)
    content = read_filled(stream, len(stream.getvalue()), form)
    assert content["Profil"] == {
        "occupations": {"value": ["editors"]},
        "sectors": {"value": ["cinema"]},
        "seniority": {"value": "15_plus"},
    }
    preview = preview_of(form, content)
    assert (preview.changes, preview.ignored, preview.unchanged) == ([], [], 13)


def test_the_whole_catalogue_fits_and_every_answer_of_it_can_be_chosen(django_assert_num_queries):
    load_catalogue()
    questionnaire, _ = load_questionnaire()
    response = make_response(
        make_campaign(questionnaire, UseCase.objects.retained()), occupations=["video_editors"], submitted_at=None
    )
    offer_use_cases(response)
    with django_assert_num_queries(13):
        form = form_of(response)
    assert len([row for row in form.grids[1].rows if row.section == "Choisis pour vous"]) == 10
    assert len(form.grids[1].rows) == 62
    book = downloaded(response)
    for sheet in ("Profil", "Cas d’usage", "Perceptions"):
        for rule in book[sheet].data_validations.dataValidation:
            if rule.type == "list":
                name, _, cells = rule.formula1.rpartition("!")
                entries = [cell.value for (cell,) in book[name.strip("'")][cells.replace("$", "")]]
                assert None not in entries
                question = question_at(form, sheet, book, str(rule.sqref).split()[0])
                assert [question.read(entry) for entry in entries] == [question.read(code) for code in question.options]


def question_at(form, sheet, book, reference):
    """The question that a cell asks: its column's header says which of the row's."""
    grid = next(grid for grid in form.grids if grid.title == sheet)
    cell = book[sheet][reference]
    header = next(row for row in book[sheet].iter_rows() if row[0].value == "Clé")[cell.column - 1].value
    questions = grid.by_key[book[sheet].cell(cell.row, 1).value].questions.values()
    return next(question for question in questions if question.header == header)
