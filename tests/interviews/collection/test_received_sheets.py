"""The workbook that comes back: every mistake where the person sees it, hostile files refused, nothing else."""

import time
import tracemalloc
import zipfile
from datetime import UTC, date, datetime
from io import BytesIO

import openpyxl
import pytest
import time_machine

from interviews.collection.core_wordings import WORDINGS
from interviews.collection.received_sheets import FilledWorkbookError, read_filled
from interviews.collection.sheet_questions import form_of
from tests.factories import (
    YES_NO,
    make_campaign,
    make_item,
    make_occupation,
    make_questionnaire,
    make_response,
    make_sector,
    make_use_case,
)
from tests.interviews.filled_workbooks import cell_of, downloaded, filled, saved

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("june")]

USAGE, TECHNOLOGY = "Où en êtes-vous ?", "Où en est la technologie ?"
BLANK = {"Profil": {}, "Cas d’usage": {}, "Perceptions": {}}


@pytest.fixture
def june():
    with time_machine.travel(datetime(2025, 6, 15, 12, 30, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def response():
    make_occupation("editors", "Monteurs")
    make_occupation("directors", "Réalisateurs")
    make_sector("cinema")
    questionnaire = make_questionnaire()
    make_item(questionnaire, "ai_ever_used", options=YES_NO, wording="Avez-vous utilisé l’IA ?")
    cases = [make_use_case("Montage assisté"), make_use_case("Étalonnage"), make_use_case("Doublage", family="Son")]
    campaign = make_campaign(questionnaire, cases)
    return make_response(campaign, occupations=["editors"], use_cases={"etalonnage": {}}, submitted_at=None)


def read(response, data):
    return read_filled(BytesIO(data), len(data), form_of(response))


def errors(response, data):
    with pytest.raises(FilledWorkbookError) as refused:
        read(response, data)
    return [str(error) for error in refused.value.errors]


def with_parts(data, **parts):
    """The same file with parts replaced or added: {name: bytes}."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as archive, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as copy:
        for name, content in ({name: archive.read(name) for name in archive.namelist()} | parts).items():
            copy.writestr(name, content)
    return stream.getvalue()


def test_only_what_is_filled_in_is_read(response):
    data = filled(
        response,
        {
            ("Profil", "occupations", "Votre réponse", 1): "realisateurs",
            ("Cas d’usage", "montage-assiste", USAGE): "PAS MON METIER",
            ("Cas d’usage", "etalonnage", USAGE): "aware",
            ("Cas d’usage", "etalonnage", TECHNOLOGY): "●●○",
            ("Cas d’usage", "etalonnage", "En vos mots"): "+1 '=1",
            ("Perceptions", "ai_ever_used"): "oui",
        },
    )
    assert read(response, data) == {
        "Profil": {"occupations": {"value": ["editors", "directors"]}},
        "Cas d’usage": {
            "montage-assiste": {"usage": "not_concerned"},
            "etalonnage": {"usage": "aware", "maturity": "2", "comment": "+1 '=1"},
        },
        "Perceptions": {"ai_ever_used": {"value": "yes"}},
    }


def test_every_mistake_has_its_sheet_row_and_column(response):
    data = filled(
        response,
        {
            ("Profil", "occupations", "Votre réponse", 1): "Realisateur",
            ("Profil", "seniority"): date(2025, 3, 14),
            ("Cas d’usage", "etalonnage", USAGE): "Usage regulié",
            ("Cas d’usage", "doublage", "En vos mots"): "a" * 5_001,
            ("Cas d’usage", "doublage", TECHNOLOGY): "=1+1",
            ("Perceptions", "ai_ever_used"): "peut-être",
        },
    )
    usages = "\u00a0; ".join(WORDINGS["usage"][1].choices.values())
    assert errors(response, data) == [
        "Profil, ligne 6, colonne C (Votre réponse)\u00a0: «\u00a0Realisateur\u00a0» n’est pas une réponse admise. "
        "Vouliez-vous dire «\u00a0Réalisateurs\u00a0»\u00a0? Réponses admises\u00a0: Monteurs\u00a0; Réalisateurs.",
        "Profil, ligne 14, colonne C (Votre réponse)\u00a0: «\u00a014/03/2025\u00a0» n’est pas une réponse admise. "
        "Réponses admises\u00a0: Moins de 5 ans\u00a0; De 5 à 14 ans\u00a0; 15 ans ou plus.",
        "Cas d’usage, ligne 11, colonne E\u00a0: formule\u00a0: collez sa valeur à la place.",
        f"Cas d’usage, ligne 7, colonne D ({WORDINGS['usage'][1].question})\u00a0: "
        f"«\u00a0Usage regulié\u00a0» n’est pas une réponse admise. "
        f"Vouliez-vous dire «\u00a0Usage régulier\u00a0»\u00a0? Réponses admises\u00a0: {usages}.",
        "Cas d’usage, ligne 11, colonne K (En vos mots)\u00a0: "
        "texte de 5\u202f001 caractères\u00a0; 5\u202f000 au plus.",
        "Perceptions, ligne 6, colonne C (Votre réponse)\u00a0: «\u00a0peut-être\u00a0» n’est pas une réponse admise. "
        "Réponses admises\u00a0: Oui\u00a0; Non.",
    ]


def test_rows_and_columns_may_move(response):
    book = downloaded(response)
    cell_of(book, "Cas d’usage", "doublage", USAGE).value = "Usage régulier"
    cell_of(book, "Cas d’usage", "etalonnage", USAGE).value = "Abandonné"
    sheet = book["Cas d’usage"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    del book["Cas d’usage"]
    moved = book.create_sheet("Cas d’usage", 2)
    head = next(number for number, row in enumerate(rows) if row[0] == "Clé")
    for row in [rows[head], *reversed(rows[head + 1 :])]:
        moved.append([row[0], *reversed(row[1:])])
    assert read(response, saved(book))["Cas d’usage"] == {
        "doublage": {"usage": "regular"},
        "etalonnage": {"usage": "abandoned"},
    }


def test_what_cannot_be_placed_is_an_error(response):
    book = downloaded(response)
    sheet = book["Cas d’usage"]
    sheet.append(["etalonage", "Étalonnage", None, "Abandonné"])
    sheet.append([None, "Étalonnage", None, "Abandonné"])
    sheet.append(["etalonnage", "Étalonnage", None, "Abandonné"])
    sheet.append([None, "Une note de la personne"])
    book["Perceptions"]["C4"].value = "Réponses"
    assert errors(response, saved(book)) == [
        "Cas d’usage, ligne 12, colonne A\u00a0: clé «\u00a0etalonage\u00a0» inconnue. "
        "Vouliez-vous dire «\u00a0etalonnage\u00a0»\u00a0? Ne changez pas la colonne A.",
        "Cas d’usage, ligne 13, colonne A\u00a0: réponse sur une ligne sans clé\u00a0: "
        "recopiez-la sur la ligne de sa question.",
        "Cas d’usage, ligne 14, colonne A\u00a0: «\u00a0Étalonnage\u00a0» est déjà à la ligne 7.",
        "Perceptions, ligne 4\u00a0: colonne «\u00a0Votre réponse\u00a0» absente. "
        "Ne changez pas les titres des colonnes.",
    ]


def test_what_stands_beside_the_answers_is_the_persons_own_affair(response):
    book = downloaded(response)
    book["Cas d’usage"]["M7"].value = "=SUM(1,2)"
    book["Cas d’usage"]["B7"].value = "Autre libellé"
    assert read(response, saved(book)) == BLANK | {"Profil": {"occupations": {"value": ["editors"]}}}


def test_merged_cells_are_refused_with_their_place(response):
    book = downloaded(response)
    book["Perceptions"].merge_cells("C6:D6")
    assert errors(response, saved(book)) == [
        "Perceptions, ligne 6, colonne C\u00a0: cellules fusionnées\u00a0: défusionnez-les."
    ]


def test_an_occupation_is_the_one_compulsory_answer(response):
    response.occupations.clear()
    assert errors(response, filled(response, {})) == [
        "Profil (Métier 1)\u00a0: indiquez au moins un métier\u00a0: le reste en dépend."
    ]


def test_the_workbook_of_another_survey_is_refused(response):
    questionnaire = make_questionnaire(version=2)
    other = make_response(make_campaign(questionnaire, slug="vague-2"), occupations=["editors"])
    assert errors(response, filled(other, {})) == [
        "Classeur\u00a0: ce classeur est celui d’une autre enquête ou d’une autre version "
        "(«\u00a0vague-2 · observatoire · version 2\u00a0»). "
        "Téléchargez celui de cette page et reportez-y vos réponses."
    ]


def test_a_workbook_without_its_sheets_is_refused(response):
    assert errors(response, saved(openpyxl.Workbook())) == [
        "Classeur\u00a0: feuilles absentes\u00a0: «\u00a0Mode d’emploi\u00a0», «\u00a0Profil\u00a0», "
        "«\u00a0Cas d’usage\u00a0», «\u00a0Perceptions\u00a0». "
        "Repartez du classeur téléchargé ici, et n’en renommez pas les feuilles."
    ]


def sheet_xml(rows, head=""):
    return (
        f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{head}'
        f"<sheetData>{rows}</sheetData></worksheet>"
    ).encode()


def rows_up_to(last):
    return sheet_xml(
        "".join(f'<row r="{n}"><c r="A{n}"><v>{n * 7919 % 10007}</v></c></row>' for n in range(1, last + 1))
    )


SHEET = "xl/worksheets/sheet3.xml"
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ah"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
LINK = "xl/externalLinks/externalLink1.xml"


@pytest.mark.parametrize(
    ("part", "content", "message"),
    [
        (
            SHEET,
            lambda: sheet_xml(" " * 60_000_000),
            f"la partie {SHEET} enfle plus de 200 fois une fois décompressée.",
        ),
        (SHEET, lambda: rows_up_to(1_000_000), "le classeur dépasse 24 Mo une fois décompressé."),
        (
            SHEET,
            lambda: rows_up_to(3_000),
            "feuille «\u00a0Cas d’usage\u00a0», cellule A2001\u00a0: plus de 2000 lignes.",
        ),
        (SHEET, lambda: LAUGHS, "le classeur déclare un DOCTYPE ou des entités XML."),
        ("xl/vbaProject.bin", lambda: b"x", "le classeur contient des macros (xl/vbaProject.bin)."),
        (LINK, lambda: b"x", f"le classeur contient un lien vers un autre classeur ({LINK})."),
    ],
    ids=["bomb", "a million rows", "too many rows", "billion laughs", "macro", "external link"],
)
def test_a_hostile_file_is_refused_within_bounds(response, part, content, message):
    data, form = with_parts(filled(response, {}), **{part: content()}), form_of(response)
    tracemalloc.start()
    begun = time.perf_counter()
    with pytest.raises(FilledWorkbookError) as refused:
        read_filled(BytesIO(data), min(len(data), 1 << 20), form)  # as if it were light enough to be looked at
    seconds, (_, peak) = time.perf_counter() - begun, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert str(refused.value) == f"Classeur\u00a0: {message}"
    assert (seconds < 2, peak < 30_000_000) == (True, True)


def test_a_sheet_that_lies_about_its_size_costs_nothing(response):
    head = '<dimension ref="A1:XFD1048576"/>'
    data = with_parts(filled(response, {}), **{SHEET: sheet_xml("", head)})
    begun = time.perf_counter()
    assert errors(response, data) == [
        "Cas d’usage\u00a0: ligne des titres introuvable\u00a0: sa première cellule est «\u00a0Clé\u00a0»."
    ]
    assert time.perf_counter() - begun < 2


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "ce n’est pas un classeur .xlsx, ou il est abîmé."),
        (b"PK\x03\x04 rien", "ce n’est pas un classeur .xlsx, ou il est abîmé."),
        (b"x" * (2 * 1024 * 1024 + 1), "le fichier dépasse 2 Mo, le poids le plus grand admis ici."),
        (
            b"\xd0\xcf\x11\xe0" + b"\0" * 600,
            "ancien format .xls, ou classeur protégé par un mot de passe. "
            "Enregistrez-le au format .xlsx, sans mot de passe.",
        ),
    ],
)
def test_what_is_no_workbook_is_refused(response, data, message):
    assert errors(response, data) == [f"Classeur\u00a0: {message}"]


def test_a_sheet_full_of_mistakes_shows_the_first_hundred_quickly(response):
    book = downloaded(response)
    for number in range(1_500):
        book["Profil"].append(["occupations", "Métier", f"Inconnu {number} " * 300])
    data, begun = saved(book), time.perf_counter()
    assert len(errors(response, data)) == 100
    assert time.perf_counter() - begun < 2


def test_one_cell_of_twenty_million_characters_costs_little(response):
    words = "".join(chr(97 + number * number % 23) for number in range(1_000)) * 20_000
    cells = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{words}</t></is></c></row>'
    data = with_parts(filled(response, {}), **{SHEET: sheet_xml(cells)})
    begun = time.perf_counter()
    assert len(errors(response, data)) == 1
    assert time.perf_counter() - begun < 2


def test_a_formula_far_to_the_right_breaks_nothing(response):
    """A reference that no spreadsheet has must not be a programming error either."""
    cells = '<row r="1"><c r="ABCDEFG1"><f>1+1</f></c></row>'
    data = with_parts(filled(response, {}), **{SHEET: sheet_xml(cells)})
    assert errors(response, data) == [
        "Cas d’usage\u00a0: ligne des titres introuvable\u00a0: sa première cellule est «\u00a0Clé\u00a0»."
    ]
