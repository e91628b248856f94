"""Sheets in which a person answers, read back as a spreadsheet program reads them."""

from io import BytesIO

import openpyxl
import pytest

from cnc_survey.fillable_sheet import AnswerCell, Band, FillableSheet, ListsSheet
from cnc_survey.workbook import Column, Notice, WorkbookError, write_workbook

LISTS = ListsSheet(
    "Listes", "Réponses", {"Oui ou non": ["Oui", "Non"], "Usage": ["Jamais", "Connu, pas essayé", "Non"]}
)
CHOICE = AnswerCell(list_title="Usage", error="Choisissez dans la liste.", prompt=("", "Une réponse."))


def opened(*rows, lists=LISTS, banner="", columns=2):
    sheet = FillableSheet(
        title="Questions",
        heading="Vos réponses",
        key_header="Clé",
        columns=[Column(f"C{number}", 20) for number in range(columns)],
        rows=rows,
        lists=lists,
    )
    stream = BytesIO()
    notice = Notice("Guide", "Guide", [], is_locked=True)
    write_workbook(stream, [notice, sheet, lists], title="Essai", banner=banner)
    return openpyxl.load_workbook(BytesIO(stream.getvalue()))


def test_labels_are_locked_and_answers_are_open():
    book = opened(Band("Partie"), ("q1", ["Question", AnswerCell("=1+1 réponse", max_length=9)]))
    sheet = book["Questions"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)] == [
        ["Clé", "C0", "C1"],
        [None, "Partie", None],
        ["q1", "Question", "=1+1 réponse"],
    ]
    assert [(cell.protection.locked, cell.data_type, cell.number_format) for cell in sheet[5]] == [
        (True, "s", "@"),
        (True, "s", "General"),
        (False, "s", "@"),
    ]
    assert [(each.title, each.protection.sheet, each.sheet_state) for each in book] == [
        ("Guide", True, "visible"),
        ("Questions", True, "visible"),
        ("Listes", True, "visible"),
    ]
    assert sheet.protection.password is None
    assert sheet.freeze_panes == "C4"


def test_a_rule_is_written_once_for_all_the_cells_it_holds_for():
    several = AnswerCell(list_title="Oui ou non", is_closed=False)
    book = opened(
        ("q1", [CHOICE, several]),
        ("q2", [CHOICE, AnswerCell(is_number=True, error="Un nombre.")]),
        ("q3", ["Libre", AnswerCell(max_length=40, error="Trop long.")]),
    )
    rules = [
        (str(rule.sqref), rule.type, rule.formula1, rule.showErrorMessage, rule.error, rule.prompt)
        for rule in book["Questions"].data_validations.dataValidation
    ]
    assert rules == [
        ("B4 B5", "list", "'Listes'!$B$4:$B$6", True, "Choisissez dans la liste.", "Une réponse."),
        ("C4", "list", "'Listes'!$A$4:$A$5", False, None, None),
        ("C5", "decimal", "-1E+15", True, "Un nombre.", None),
        ("C6", "textLength", "40", True, "Trop long.", None),
    ]


@pytest.mark.parametrize("banner", ["", "Données fictives"])
def test_a_rule_points_at_the_entries_of_its_list(banner):
    book = opened(("q1", [CHOICE, None]), banner=banner)
    (rule,) = book["Questions"].data_validations.dataValidation
    name, _, cells = rule.formula1.rpartition("!")
    entries = book[name.strip("'")][cells.replace("$", "")]
    assert [cell.value for (cell,) in entries] == ["Jamais", "Connu, pas essayé", "Non"]


def test_a_list_may_stand_on_a_sheet_whose_name_has_an_apostrophe():
    lists = ListsSheet("Listes d'ici", "Réponses", {"Usage": ["Jamais"]})
    (rule,) = opened(("q1", [CHOICE]), lists=lists, columns=1)["Questions"].data_validations.dataValidation
    assert rule.formula1 == "'Listes d''ici'!$A$4:$A$4"


@pytest.mark.parametrize("words", [{"prompt": ("", "a" * 256)}, {"prompt": ("a" * 33, "")}, {"error": "a" * 226}])
def test_words_longer_than_excel_shows_are_refused(words):
    with pytest.raises(WorkbookError, match="consigne trop longue"):
        opened(("q1", [AnswerCell(**words), None]))
