"""Every workbook written is read back: values, types, escapes, bytes, and what a hostile text may not become."""

import zipfile
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from cnc_survey.workbook import (
    Chart,
    Column,
    Link,
    Notice,
    Sheet,
    WorkbookError,
    sheet_names,
    write_workbook,
)

HOSTILE = [
    '=HYPERLINK("http://exemple.invalid";"clic")',
    "@SUM(A1:A9)",
    "+1",
    "-1",
    "\tdécalé",
    "'cité",
    "#N/A",
    "fin de page\x0c et cloche\x07",
    "retour\r\nà la ligne\net fin\r",
    "_x0001_ tapé à la main",
    "_x005F_x0001_",
    "_x0041\x01",
    "💡 emoji",
    "שלום من اليمين",
    "  espaces  ",
    "<b>&amp;</b>",
]


def written(*sheets, **options):
    stream = BytesIO()
    write_workbook(stream, sheets, title="Essai", **options)
    return stream.getvalue()


def texts_read_back(data):
    rows = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    return [row[0] for row in rows[1:]]


def test_typed_text_stays_text():
    data = written(Sheet("Textes", [Column("texte")], [[text] for text in HOSTILE]))
    assert texts_read_back(data) == HOSTILE
    cells = [row[0] for row in openpyxl.load_workbook(BytesIO(data)).active.iter_rows(min_row=2)]
    assert {(cell.data_type, cell.quotePrefix) for cell in cells} == {("s", True)}


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1))
def test_any_text_comes_back_unchanged(texts):
    assert texts_read_back(written(Sheet("Textes", [Column("texte")], [[text] for text in texts]))) == texts


def test_values_keep_their_type_and_french_format():
    kinds = ["text", "integer", "decimal", "percent", "date", "dots"]
    rows = [["Montage", 1132, 2.5, 0.653, date(2025, 3, 14), 2], ["Étalonnage", None, "s", "s", None, None]]
    data = written(Sheet("Valeurs", [Column(kind, kind=kind) for kind in kinds], rows, heading="Valeurs"))
    sheet = openpyxl.load_workbook(BytesIO(data))["Valeurs"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)] == [
        kinds,
        ["Montage", 1132, 2.5, 0.653, sheet["E4"].value, "●●○"],
        ["Étalonnage", None, "s", "s", None, "non renseigné"],
    ]
    assert sheet["E4"].value.date() == date(2025, 3, 14)
    assert [cell.number_format for cell in sheet[4]] == [
        "General",
        "#,##0",
        "#,##0.00",
        '0.0"\u00a0"%',
        "dd/mm/yyyy",
        "General",
    ]


def test_a_table_to_read_has_its_title_groups_and_notes_and_prints_on_a4():
    columns = [Column("Cas d’usage", 40), Column("Niveau", group="Maturité"), Column("Statut", group="Maturité")]
    table = Sheet("Synthèse", columns, [["Montage", 2, "confirmée"]], "Titre", ["Intro"], ["s : masqué"])
    sheet = openpyxl.load_workbook(BytesIO(written(table, banner="Données fictives")))["Synthèse"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["Données fictives", None, None],
        ["Titre", None, None],
        ["Intro", None, None],
        [None, None, None],
        [None, "Maturité", None],
        ["Cas d’usage", "Niveau", "Statut"],
        ["Montage", 2, "confirmée"],
        [None, None, None],
        ["s : masqué", None, None],
    ]
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ("B7", "A6:C7", "$5:$6")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.column_dimensions["A"].width, sheet.merged_cells.ranges) == (40, set())


def test_a_table_for_programs_begins_with_its_header():
    sheet = openpyxl.load_workbook(BytesIO(written(Sheet("data", [Column("a"), Column("b")], [["x", None]]))))["data"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [["a", "b"], ["x", None]]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B2", "A1:B2")


def test_a_notice_lists_labels_and_values_under_headings():
    notice = Notice(
        "Lisez-moi",
        "Vague 1",
        [("Campagne", [("Ouverture", date(2025, 1, 1)), ("Réponses", 1132)]), ("Seuils", [("Base", "5 personnes")])],
        intro=["Citez la base."],
    )
    sheet = openpyxl.load_workbook(BytesIO(written(notice)))["Lisez-moi"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows == [
        ["Vague 1", None],
        ["Citez la base.", None],
        [None, None],
        ["Campagne", None],
        ["Ouverture", sheet["B5"].value],
        ["Réponses", 1132],
        [None, None],
        ["Seuils", None],
        ["Base", "5 personnes"],
    ]
    assert (sheet["B5"].value.date(), sheet["B5"].number_format) == (date(2025, 1, 1), "dd/mm/yyyy")


def test_sheet_names_are_valid_distinct_and_stable():
    assert sheet_names(
        [
            "Prévisualisation, illustration du projet et storyboarding",
            "Prévisualisation, illustration du projet et autre chose",
            "Équilibrage d’un jeu : adaptation [1/2]",
            "ÉVOLUTION",
            "Évolution",
            "'?*'",
            "E\u0301te\u0301",
            "💡" * 20,
        ]
    ) == [
        "Prévisualisation, illustration…",
        "Prévisualisation, illustra… (2)",
        "Équilibrage d’un jeu adaptatio…",
        "ÉVOLUTION",
        "Évolution (2)",
        "Feuille",
        "Été",
        "💡" * 15 + "…",
    ]


def test_the_same_data_give_the_same_bytes_and_nothing_hidden():
    def data():
        return written(
            Notice("Lisez-moi", "Vague 1", [("Campagne", [("Réponses", 3)])]),
            Sheet("Synthèse", [Column("a")], [["=1+1"]], "Titre"),
        )

    assert data() == data()
    with zipfile.ZipFile(BytesIO(data())) as archive:
        assert sorted(archive.namelist()) == [
            "[Content_Types].xml",
            "_rels/.rels",
            "docProps/app.xml",
            "docProps/core.xml",
            "xl/_rels/workbook.xml.rels",
            "xl/styles.xml",
            "xl/theme/theme1.xml",
            "xl/workbook.xml",
            "xl/worksheets/sheet1.xml",
            "xl/worksheets/sheet2.xml",
        ]
        sheets = [archive.read(f"xl/worksheets/sheet{number}.xml") for number in (1, 2)]
    assert [b"<f>" in sheet or b"mergeCell" in sheet or b"hyperlink" in sheet for sheet in sheets] == [False, False]
    book = openpyxl.load_workbook(BytesIO(data()))
    properties = book.properties
    assert (properties.title, properties.creator, properties.language) == (
        "Essai",
        "Observatoire des usages de l’IA",
        "fr-FR",
    )
    assert [sheet.sheet_state for sheet in book] == ["visible", "visible"]


def test_a_text_too_long_for_a_cell_is_refused_with_its_place():
    fits = "a" * 32_767
    assert texts_read_back(written(Sheet("Longs", [Column("texte")], [[fits]]))) == [fits]
    with pytest.raises(WorkbookError) as refused:
        written(Sheet("Longs", [Column("n"), Column("texte")], [[1, "court"], [2, "💡" * 16_384]]))
    assert str(refused.value) == (
        "Feuille «\u00a0Longs\u00a0», cellule B3\u00a0: texte trop long, 32768 caractères\u00a0; une cellule .xlsx "
        "en contient au plus 32767. Exportez en CSV."
    )


def test_a_table_too_long_for_a_sheet_is_refused(monkeypatch):
    monkeypatch.setattr("cnc_survey.workbook.page.MAX_ROWS", 3)  # a million rows take twenty seconds
    table = Sheet("Longue", [Column("a")], [[1], [2]])
    assert texts_read_back(written(table)) == [1, 2]
    with pytest.raises(WorkbookError) as refused:
        written(Sheet("Longue", [Column("a")], [[1], [2], [3]]))
    assert str(refused.value) == (
        "Feuille «\u00a0Longue\u00a0»\u00a0: plus de 3 lignes, ce qu’une feuille .xlsx ne peut pas contenir. "
        "Exportez en CSV."
    )


@pytest.mark.parametrize("value", [float("nan"), float("inf"), True])
def test_what_is_no_value_is_refused(value):
    with pytest.raises(TypeError, match="has no place in a sheet"):
        written(Sheet("x", [Column("a")], [[value]]))


def test_a_failure_leaves_the_former_file_whole(tmp_path):
    target = tmp_path / "resultats.xlsx"
    write_workbook(target, [Sheet("a", [Column("a")], [["ancien"]])], title="Essai")
    former = target.read_bytes()
    with pytest.raises(WorkbookError):
        write_workbook(target, [Sheet("a", [Column("a")], [["a" * 40_000]])], title="Essai")
    assert (target.read_bytes(), list(tmp_path.iterdir())) == (former, [target])
    write_workbook(target, [Sheet("a", [Column("a")], [["nouveau"]])], title="Essai")
    assert (texts_read_back(target.read_bytes()), list(tmp_path.iterdir())) == (["nouveau"], [target])


def test_a_folder_that_refuses_the_file_says_so_before_anything_is_written(tmp_path):
    """Otherwise openpyxl complains, sheet by sheet, of what it was writing."""
    (tmp_path / "file").write_bytes(b"")

    def rows():
        raise AssertionError("a row was read")
        yield

    with pytest.raises(OSError, match="file"):
        write_workbook(tmp_path / "file" / "a.xlsx", [Sheet("A", [Column("a")], rows())], title="T")


def test_a_link_leads_to_its_sheet_whatever_its_name_became():
    """A title longer than 31 characters, twice, with accents and an apostrophe (ACCEPTANCE 8)."""
    title = "L’étalonnage : aujourd'hui, demain et après-demain"
    summary = Sheet("Sommaire", [Column("Vers")], [[Link("première", title, 3)], [Link("elle-même", "Sommaire")]])
    book = openpyxl.load_workbook(BytesIO(written(summary, *[Sheet(title, [Column("a")], [[1], [2]])] * 2)))
    assert book.sheetnames == [
        "Sommaire",
        "L’étalonnage aujourd'hui, dema…",
        "L’étalonnage aujourd'hui,… (2)",
    ]
    cells = [row[0] for row in book["Sommaire"].iter_rows(min_row=2)]
    assert [(cell.value, cell.hyperlink.location) for cell in cells] == [
        ("première", "'L’étalonnage aujourd''hui, dema…'!A3"),
        ("elle-même", "'Sommaire'!A1"),
    ]


def test_bars_stand_behind_the_shares_of_the_table_alone():
    table = Sheet(
        "Parts", [Column("qui"), Column("part", kind="percent", has_bars=True)], [["a", 0.2], ["b", "s"]], "Titre"
    )
    sheet = openpyxl.load_workbook(BytesIO(written(table)))["Parts"]
    (found,) = sheet.conditional_formatting
    (rule,) = found.rules
    ends = [(end.type, end.val) for end in rule.dataBar.cfvo]
    assert (str(found.sqref), rule.type, ends) == ("B4:B5", "dataBar", [("num", 0), ("num", 1)])


def test_a_chart_stands_over_the_table_it_shows():
    chart = Chart("Le plus", ("Qui", "Part"), [("a", 0.5), ("=b", None)], kind="percent")
    sheet = openpyxl.load_workbook(BytesIO(written(Sheet("S", [Column("x")], [[1]], "T", charts=[chart]))))["S"]
    (drawn,) = sheet._charts
    (series,) = drawn.series
    assert (series.val.numRef.f, series.cat.numRef.f) == ("'S'!$B$8:$B$9", "'S'!$A$8:$A$9")
    assert [[cell.value for cell in row] for row in sheet["A6:B9"]] == [
        ["Le plus", None],
        ["Qui", "Part"],
        ["a", 0.5],
        ["=b", None],
    ]
    assert sheet["A9"].data_type == "s"


def test_what_is_for_programs_stays_off_paper_and_the_rest_fits_on_its_width():
    columns = [
        Column("Cas d’usage", 40),
        Column("Métier", 40),
        Column("Part", 150),
        Column("Code", 200, is_printed=False),
    ]
    chart = Chart("Les parts", ("Métier", "Part"), [("Montage", 3)])
    table = Sheet("Par métier", columns, [["Doublage", "Monteurs", "s", "editors"]], "Titre", (), ["s"], [chart], 2)
    sheet = openpyxl.load_workbook(BytesIO(written(table)))["Par métier"]
    assert [cell.value for cell in sheet[3]] == ["Cas d’usage", "Métier", "Part", "Code"]
    assert (sheet.print_area, sheet.page_setup.fitToWidth) == ("'Par métier'!$A$1:$C$18", 1)  # rows 11 to 18: the chart
    assert (sheet.freeze_panes, sheet.print_title_cols) == ("C4", "$A:$B")
    assert [(each.id, sheet.cell(each.id + 2, 1).value) for each in sheet.row_breaks.brk] == [(6, "Les parts")]
