"""The fast wing of the door keeps every promise of the door: values, types, escapes, bytes."""

import time
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from cnc_survey.bulk_workbook import write_bulk_workbook
from cnc_survey.workbook import MAX_TEXT, Column, Sheet, WorkbookError, write_workbook
from tests.cnc_survey.test_workbook import HOSTILE

COLUMNS = [Column("texte", 40), Column("nombre", 10, "decimal"), Column("jour", 12, "date")]


def written(path, rows, columns=COLUMNS, **options):
    write_bulk_workbook(path, [Sheet("Table", columns, rows)], title="Essai", **options)
    return path


def cells(path):
    with CalamineWorkbook.from_path(path) as book:
        return book.get_sheet_by_index(0).to_python(skip_empty_area=False)


def test_typed_text_stays_text(tmp_path):
    path = written(tmp_path / "a.xlsx", [[text] for text in HOSTILE], COLUMNS[:1])
    assert [row[0] for row in cells(path)[1:]] == HOSTILE
    sheet = openpyxl.load_workbook(path).active
    found = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert {(cell.data_type, cell.quotePrefix) for cell in found} == {("s", True)}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"), min_size=1), min_size=1
    )
)
def test_any_text_comes_back_unchanged(tmp_path, texts):
    path = written(tmp_path / "a.xlsx", [[text] for text in texts], COLUMNS[:1])
    assert [row[0] for row in cells(path)[1:]] == texts


@pytest.mark.parametrize("text", ["_x0041\x01", "é_x0041\x1f"])
def test_what_the_library_would_alter_goes_through_the_door(tmp_path, text):
    path = written(tmp_path / "a.xlsx", [["avant"], [text]], COLUMNS[:1])
    assert [row[0] for row in cells(path)[1:]] == ["avant", text]


def test_both_writers_say_the_same_in_every_cell(tmp_path):
    rows = [["Montage", 2.5, date(2025, 3, 14)], [None, 12, None], ["=1+1", None, date(2024, 2, 29)]]
    fast, slow = written(tmp_path / "fast.xlsx", rows), tmp_path / "slow.xlsx"
    write_workbook(slow, [Sheet("Table", COLUMNS, rows)], title="Essai")
    assert (
        cells(fast)
        == cells(slow)
        == [["texte", "nombre", "jour"], *[["" if c is None else c for c in r] for r in rows]]
    )
    first, second = (openpyxl.load_workbook(path).active for path in (fast, slow))
    for sheet in (first, second):
        assert (sheet.title, sheet.freeze_panes, sheet.auto_filter.ref) == ("Table", "B2", "A1:C4")
        assert sheet["C2"].number_format == "dd/mm/yyyy"
        assert sheet.column_dimensions["A"].width == pytest.approx(40, abs=1)


def test_an_empty_table_keeps_its_header(tmp_path):
    assert cells(written(tmp_path / "a.xlsx", [])) == [["texte", "nombre", "jour"]]


def test_the_same_data_give_the_same_bytes_and_nothing_says_when(tmp_path):
    first = written(tmp_path / "a.xlsx", [["Montage", 1, None]])
    time.sleep(1.1)  # the library dates what it writes to the second
    second = written(tmp_path / "b.xlsx", [["Montage", 1, None]])
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert archive.testzip() is None
        assert len(set(archive.namelist())) == len(archive.namelist())
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    properties = openpyxl.load_workbook(first).properties
    assert (properties.title, properties.creator) == ("Essai", "Observatoire des usages de l’IA")
    assert properties.created == properties.modified == datetime(1980, 1, 1)


def test_a_text_that_no_cell_holds_is_refused_and_nothing_is_left(tmp_path):
    with pytest.raises(WorkbookError, match="cellule A3"):
        written(tmp_path / "a.xlsx", [["court"], ["x" * (MAX_TEXT + 1)]], COLUMNS[:1])
    assert list(tmp_path.iterdir()) == []
    assert cells(written(tmp_path / "b.xlsx", [["x" * MAX_TEXT]], COLUMNS[:1]))[1] == ["x" * MAX_TEXT]
