import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnc_survey.tables import TableError, read_csv, write_csv

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


def test_texts_that_a_spreadsheet_would_run_are_guarded_and_numbers_are_not():
    stream = io.StringIO(newline="")
    write_csv(
        stream, ["a"], [["=1+1"], ["+1"], ["-1"], ["@SUM"], ["\ttab"], ["\rcr"], ["'cité"], ["a=b"], [-1], [None]]
    )
    assert stream.getvalue() == (
        "a\r\n'=1+1\r\n'+1\r\n'-1\r\n'@SUM\r\n'\ttab\r\n\"'\rcr\"\r\n''cité\r\na=b\r\n-1\r\n\"\"\r\n"
    )


@given(rows=st.lists(st.tuples(TEXTS, TEXTS)))
def test_any_text_comes_back_unchanged(rows, tmp_path_factory):
    path = tmp_path_factory.mktemp("csv") / "table.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        write_csv(stream, ["a", "b"], rows)
    assert list(read_csv(path)) == [["a", "b"], *map(list, rows)]


def test_dates_and_numbers_are_written_for_machines(tmp_path):
    path = tmp_path / "table.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        write_csv(stream, ["a", "b"], [[date(2025, 3, 14), 1132.5]])
    assert path.read_bytes() == b"a,b\r\n2025-03-14,1132.5\r\n"


def test_a_byte_order_mark_is_accepted(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(b"\xef\xbb\xbfa,b\n1,2\n")
    assert list(read_csv(path)) == [["a", "b"], ["1", "2"]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "le fichier est vide."),
        (b"a,b\n" + "métier,2\n".encode("latin-1"), "ligne 2, le fichier n’est pas en UTF-8."),
        (b'a,b\n"x"y,2\n', "après la ligne 1, le fichier n’est pas un CSV lisible"),
    ],
)
def test_what_is_not_a_csv_is_refused_in_french(tmp_path, content, message):
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    with pytest.raises(TableError) as refused:
        list(read_csv(path))
    assert message in str(refused.value)
