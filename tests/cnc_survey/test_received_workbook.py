"""Hostile spreadsheets are refused before they are parsed; honest ones come in as they are."""

import io
import time
import tracemalloc
import zipfile
from datetime import date

import openpyxl
import pytest

from cnc_survey.received_workbook import Flaw, ReceivedWorkbookError, read_workbook


def saved(tmp_path, *rows, title="data", prepare=lambda sheet: None):
    """An .xlsx with one sheet of these rows, as a spreadsheet program would write it."""
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    prepare(book.active)
    path = tmp_path / "recu.xlsx"
    book.save(path)
    return path


def with_parts(path, **parts):
    """The same file with parts replaced or added: {name: bytes}."""
    with zipfile.ZipFile(path) as archive:
        kept = {name: archive.read(name) for name in archive.namelist()} | parts
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in kept.items():
            archive.writestr(name, content)
    return path


def sheet_xml(cells, after=""):
    return (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{cells}</sheetData>{after}</worksheet>"
    ).encode()


def refusal(path):
    with pytest.raises(ReceivedWorkbookError) as refused:
        read_workbook(path, ["data"])
    return str(refused.value)


def test_an_honest_sheet_comes_in_as_it_is_and_others_stay_out(tmp_path):
    path = saved(tmp_path, ["clé", "jour", "poids"], ["r1", date(2025, 3, 14), 1.5])
    sheets, flaws = read_workbook(path, ["data", "absente"])
    rows = {name: list(sheet.iter_rows()) for name, sheet in sheets.items()}
    assert rows == {"data": [["clé", "jour", "poids"], ["r1", date(2025, 3, 14), 1.5]]}
    assert flaws == []
    assert read_workbook(path, ["absente"]) == ({}, [])


def test_flaws_are_named_with_their_place(tmp_path):
    def merge(sheet):
        sheet.merge_cells("A5:B6")

    path = saved(tmp_path, ["a", "b"], ["r1", "=1+1"], ["r2", "#N/A"], prepare=merge)
    _, flaws = read_workbook(path, ["data"])
    assert flaws == [
        Flaw("data", 2, "B2", "formule\u00a0: collez sa valeur à la place."),
        Flaw("data", 3, "B3", "valeur d’erreur (#N/A, #REF!…)."),
        Flaw("data", 5, "A5:B6", "cellules fusionnées\u00a0: défusionnez-les."),
    ]


def test_formulas_of_extensions_are_not_those_of_cells(tmp_path):
    extension = (
        '<extLst><ext xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><xm:f>Liste</xm:f></ext></extLst>'
    )
    cells = '<row r="1"><c r="A1"><v>1</v></c></row>'
    path = with_parts(saved(tmp_path), **{"xl/worksheets/sheet1.xml": sheet_xml(cells, extension)})
    sheets, flaws = read_workbook(path, ["data"])
    assert ([list(sheet.iter_rows()) for sheet in sheets.values()], flaws) == ([[[1.0]]], [])


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("xl/vbaProject.bin", "le classeur contient des macros (xl/vbaProject.bin)."),
        ("xl/macrosheets/sheet1.xml", "le classeur contient des macros (xl/macrosheets/sheet1.xml)."),
        (
            "xl/externalLinks/externalLink1.xml",
            "le classeur contient un lien vers un autre classeur (xl/externalLinks/externalLink1.xml).",
        ),
        ("xl/connections.xml", "le classeur contient une connexion à des données extérieures (xl/connections.xml)."),
        ("xl/embeddings/objet.bin", "le classeur contient des objets incorporés (xl/embeddings/objet.bin)."),
    ],
)
def test_live_parts_are_refused(tmp_path, part, content):
    assert refusal(with_parts(saved(tmp_path, ["a"]), **{part: b"x"})) == content


def test_a_type_that_admits_macros_is_refused(tmp_path):
    path = saved(tmp_path, ["a"])
    with zipfile.ZipFile(path) as archive:
        types = archive.read("[Content_Types].xml").replace(b"spreadsheetml.sheet.main", b"sheet.macroEnabled.main")
    assert (
        refusal(with_parts(path, **{"[Content_Types].xml": types})) == "le classeur est d’un type qui admet des macros."
    )


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"]
)
def test_a_billion_laughs_is_refused(tmp_path, part):
    laughs = b'<!DOCTYPE x [<!ENTITY a "ah"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
    path = with_parts(saved(tmp_path, ["a"]), **{part: laughs})
    assert refusal(path) == "le classeur déclare un DOCTYPE ou des entités XML."


def test_a_bomb_is_refused_at_once_and_in_little_memory(tmp_path):
    path = with_parts(saved(tmp_path, ["a"]), **{"xl/worksheets/sheet1.xml": sheet_xml(" " * 50_000_000)})
    tracemalloc.start()
    begun = time.perf_counter()
    message = refusal(path)
    seconds, (_, peak) = time.perf_counter() - begun, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert message == "la partie xl/worksheets/sheet1.xml enfle plus de 200 fois une fois décompressée."
    assert (seconds < 1, peak < 5_000_000) == (True, True)


def test_too_many_parts_are_refused(tmp_path):
    path = with_parts(saved(tmp_path, ["a"]), **{f"xl/media/{number}.png": b"" for number in range(1_000)})
    assert "plus que les 1000 admises" in refusal(path)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (
            '<row r="1"><c r="XFD1"><v>1</v></c></row>',
            "feuille «\u00a0data\u00a0», cellule XFD1\u00a0: au-delà de la colonne Z.",
        ),
        (
            '<row r="1048576"><c r="A1048576"><v>1</v></c></row>',
            "feuille «\u00a0data\u00a0», cellule A1048576\u00a0: plus de 10000 lignes vides au-dessus.",
        ),
        (
            '<row r="1"><c r="A&#x39;999999"><v>1</v></c></row>',
            "feuille «\u00a0data\u00a0», cellule A9999999\u00a0: plus de 10000 lignes vides au-dessus.",
        ),
        ('<row r="x"/>', "feuille «\u00a0data\u00a0»\u00a0: numéro de ligne «\u00a0x\u00a0»."),
        (
            "<row>" + "<c><v>1</v></c>" * 27 + "</row>",
            "feuille «\u00a0data\u00a0», cellule AA1\u00a0: au-delà de la colonne Z.",
        ),
    ],
)
def test_a_lone_cell_far_away_is_refused(tmp_path, cells, message):
    assert refusal(with_parts(saved(tmp_path), **{"xl/worksheets/sheet1.xml": sheet_xml(cells)})) == message


def test_one_long_string_shown_by_many_cells_is_refused(tmp_path):
    strings = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<si><t>{'abcdefghij' * 100_000}</t></si></sst>"
    )
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 1_100))
    parts = {"xl/worksheets/sheet1.xml": sheet_xml(cells), "xl/sharedStrings.xml": strings.encode()}
    path = saved(tmp_path, ["a"])
    with zipfile.ZipFile(path) as archive:
        kept = {name: archive.read(name) for name in archive.namelist()} | parts
    with zipfile.ZipFile(path, "w") as archive:  # stored: the ratio says nothing
        for name, content in kept.items():
            archive.writestr(name, content)
    assert refusal(path) == "la feuille «\u00a0data\u00a0» contient plus de 1024 Mo de texte."


def zip_of_nothing():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("note.txt", "rien")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "ce n’est pas un classeur .xlsx, ou il est abîmé."),
        (b"response,mode\n", "ce n’est pas un classeur .xlsx, ou il est abîmé."),
        (zip_of_nothing(), "ce n’est pas un classeur .xlsx."),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1_000,
            "ancien format .xls, ou classeur protégé par un mot de passe. Enregistrez-le au format .xlsx, sans mot de "
            "passe.",
        ),
    ],
)
def test_what_is_no_workbook_is_refused(tmp_path, content, message):
    path = tmp_path / "recu.xlsx"
    path.write_bytes(content)
    assert refusal(path) == message


def test_broken_xml_is_refused(tmp_path):
    path = with_parts(saved(tmp_path, ["a"]), **{"xl/worksheets/sheet1.xml": b"<worksheet><sheetData>"})
    assert refusal(path).startswith("classeur .xlsx illisible (")
