"""Microdata goes out, comes back and goes out again the same, in both formats and across them."""

import csv
import io
import threading
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from cnc_survey.workbook import MAX_ROWS, WorkbookError
from interviews.collection.microdata import import_responses
from interviews.collection.microdata_file import COLUMNS
from interviews.exports.microdata import export_microdata, refuse_too_long
from interviews.models import Intention, Item, Level, Usage
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
from usecases.models import Barrier, Benefit, Tool

pytestmark = pytest.mark.django_db

HOSTILE = '=HYPERLINK("x")\r\n+1\t@SUM 💡 שלום _x0001_ \x07'
PROFILE = {
    "structure_type": "game_studio",
    "structure_size": "250_plus",
    "seniority": "0_4",
    "employment_status": "employee",
    "gender": "undisclosed",
    "age_group": "60_plus",
}


@pytest.fixture
def questionnaire():
    questionnaire = make_questionnaire()
    make_item(questionnaire, "ai_ever_used", options=YES_NO)
    make_item(questionnaire, "ai_tool_types", Item.Kind.MULTIPLE, options={"consumer": "a", "in_house": "b"})
    make_item(questionnaire, "ai_tools", Item.Kind.MULTIPLE, open_list="tools")
    make_item(questionnaire, "years", Item.Kind.NUMBER)
    make_item(questionnaire, "free_words", Item.Kind.TEXT)
    return questionnaire


@pytest.fixture
def use_cases():
    return [make_use_case("Montage"), make_use_case("Sous-titrage")]


@pytest.fixture
def campaign(questionnaire, use_cases):
    """Two counted responses, the second with nothing but its key, and one of each kind that does not count."""
    make_sector("video_game")
    make_sector("cinema")
    make_occupation("editors")
    Benefit.objects.create(code="time", name="Temps")
    Barrier.objects.create(code="cost", name="Coût")
    Tool.objects.create(code="runway", name="Runway")
    campaign = make_campaign(questionnaire, use_cases)
    make_response(campaign, "r2", mode="spreadsheet", submitted_at=datetime(2025, 3, 1, tzinfo=UTC))
    make_response(
        campaign,
        "r1",
        person="-p1",
        organisation="studio-7",
        mode="interview",
        weight=2.0,
        submitted_at=datetime(2025, 3, 14, 23, 30, tzinfo=UTC),  # the 15th in Paris
        sectors=["cinema", "video_game"],
        occupations=["editors"],
        use_cases={
            "sous-titrage": {},
            "montage": {
                "usage": Usage.TRIED,
                "maturity": Level.DONT_KNOW,
                "impact": Level.TWO,
                "intention": Intention.MAYBE,
                "benefits": ["time"],
                "barriers": ["cost"],
                "tools": ["runway"],
                "comment": HOSTILE,
            },
        },
        answers={
            "years": 12.0,
            "free_words": "'cité",
            "ai_ever_used": "nsp",
            "ai_tool_types": ["in_house", "consumer"],
            "ai_tools": [],
        },
        **PROFILE,
    )
    now = datetime(2025, 4, 1, tzinfo=UTC)
    for key, fields in {
        "begun": {"submitted_at": None},
        "withdrawn": {"withdrawn_at": now},
        "excluded": {"excluded_at": now, "exclusion_reason": "doublon"},
    }.items():
        make_response(campaign, key, use_cases={"montage": {"usage": Usage.REGULAR}}, answers={"years": 3}, **fields)
    return campaign


EXPECTED = {
    "responses": [
        [
            *("r1", "'-p1", "interview", "2025-03-15", "studio-7", "2.0", "video_game|cinema", "editors"),
            *("game_studio", "250_plus", "0_4", "employee", "undisclosed", "60_plus"),
        ],
        ["r2", "", "spreadsheet", "2025-03-01", *[""] * 10],
    ],
    "use_case_answers": [
        ["r1", "montage", "tried", "nsp", "2", "maybe", "time", "cost", "runway", f"'{HOSTILE}"],
        ["r1", "sous-titrage", *[""] * 8],
    ],
    "answers": [
        ["r1", "ai_ever_used", "nsp"],
        ["r1", "ai_tool_types", "in_house|consumer"],
        ["r1", "years", "12"],
        ["r1", "free_words", "''cité"],
    ],
}


def csv_rows(folder: Path):
    tables = {}
    for name in COLUMNS:
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            header, *tables[name] = csv.reader(stream)
        assert tuple(header) == COLUMNS[name]
    return tables


def test_counted_responses_go_out_in_the_columns_of_the_contract(campaign, tmp_path):
    counts = export_microdata(campaign, tmp_path / "vague")
    assert csv_rows(tmp_path / "vague") == EXPECTED
    assert counts == {"responses": 2, "use_case_answers": 2, "answers": 4}


def test_a_workbook_has_the_same_values_typed(campaign, tmp_path):
    export_microdata(campaign, tmp_path / "vague.xlsx")
    book = openpyxl.load_workbook(tmp_path / "vague.xlsx")
    assert book.sheetnames == ["responses", "use_case_answers", "answers"]
    rows = {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}
    assert [tuple(rows[name][0]) for name in COLUMNS] == list(COLUMNS.values())
    assert rows["responses"][1][:6] == ["r1", "-p1", "interview", datetime(2025, 3, 15), "studio-7", 2.0]
    assert rows["answers"][1:] == [
        ["r1", "ai_ever_used", "nsp"],
        ["r1", "ai_tool_types", "in_house|consumer"],
        ["r1", "years", 12],
        ["r1", "free_words", "'cité"],
    ]


@pytest.mark.parametrize("first", ["vague", "vague.xlsx"])
@pytest.mark.parametrize("second", ["retour", "retour.xlsx"])
def test_export_then_import_then_export_is_identical(campaign, questionnaire, use_cases, tmp_path, first, second):
    export_microdata(campaign, tmp_path / first)
    copy = make_campaign(questionnaire, use_cases, slug="copie", is_anonymous=True)
    import_responses(copy, tmp_path / first)
    export_microdata(copy, tmp_path / second)
    again = make_campaign(questionnaire, use_cases, slug="encore")
    import_responses(again, tmp_path / second)
    export_microdata(again, tmp_path / "enfin")
    assert csv_rows(tmp_path / "enfin") == EXPECTED
    if second == "retour":
        assert csv_rows(tmp_path / second) == EXPECTED


def test_both_engines_write_the_same_bytes(questionnaire, tmp_path):
    """Spelled out: PostgreSQL writes its CSV itself, Python writes SQLite's."""
    campaign = make_campaign(questionnaire, [make_use_case("Montage")])
    comments = ['dit « "oui" », puis', "retour\rseul", "deux\nlignes", "'guillemet", "-1", " espace ", "\\.", "é 💡"]
    for number, comment in enumerate(comments):
        answers = {"years": [-3, 12.0, 2.5, 0, 1e15, 7, 7, 7][number], "free_words": comment}
        make_response(campaign, f"r{number}", use_cases={"montage": {"comment": comment}}, answers=answers)
    make_response(campaign, "-clé, étrange", answers={"years": "nsp"})
    export_microdata(campaign, tmp_path / "vague")
    assert (tmp_path / "vague" / "use_case_answers.csv").read_bytes().decode() == (
        "response,use_case,usage,maturity,impact,intention,benefits,barriers,tools,comment\r\n"
        'r0,montage,,,,,,,,"dit « ""oui"" », puis"\r\n'
        'r1,montage,,,,,,,,"retour\rseul"\r\n'
        'r2,montage,,,,,,,,"deux\nlignes"\r\n'
        "r3,montage,,,,,,,,''guillemet\r\n"
        "r4,montage,,,,,,,,'-1\r\n"
        "r5,montage,,,,,,,, espace \r\n"
        "r6,montage,,,,,,,,\\.\r\n"
        "r7,montage,,,,,,,,é 💡\r\n"
    )
    assert (tmp_path / "vague" / "answers.csv").read_bytes().decode() == (
        "response,item,value\r\n"
        '"\'-clé, étrange",years,nsp\r\n'
        'r0,years,-3\r\nr0,free_words,"dit « ""oui"" », puis"\r\n'
        'r1,years,12\r\nr1,free_words,"retour\rseul"\r\n'
        'r2,years,2.5\r\nr2,free_words,"deux\nlignes"\r\n'
        "r3,years,0\r\nr3,free_words,''guillemet\r\n"
        "r4,years,1000000000000000\r\nr4,free_words,'-1\r\n"
        "r5,years,7\r\nr5,free_words, espace \r\n"
        "r6,years,7\r\nr6,free_words,\\.\r\n"
        "r7,years,7\r\nr7,free_words,é 💡\r\n"
    )


def test_progress_is_told_in_rows_to_the_end(campaign, tmp_path):
    for target in ("vague", "vague.xlsx", "vague.zip"):
        told = []
        export_microdata(campaign, tmp_path / target, lambda done, total, told=told: told.append((done, total)))
        assert told == [(0, 8), (2, 8), (4, 8), (8, 8)]


def test_an_archive_holds_the_same_three_files_and_nothing_of_the_moment(campaign, tmp_path):
    export_microdata(campaign, tmp_path / "vague")
    export_microdata(campaign, tmp_path / "vague.zip")
    with zipfile.ZipFile(tmp_path / "vague.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            f"{name}.csv": (tmp_path / "vague" / f"{name}.csv").read_bytes() for name in COLUMNS
        }
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}


def test_a_strange_text_goes_through_the_careful_writer(campaign, questionnaire, use_cases, tmp_path):
    make_response(campaign, "r3", use_cases={"montage": {"comment": "_x0041\x01"}})
    export_microdata(campaign, tmp_path / "vague.xlsx")
    copy = make_campaign(questionnaire, use_cases, slug="copie")
    import_responses(copy, tmp_path / "vague.xlsx")
    assert copy.responses.get(key="r3").use_case_answers.get().comment == "_x0041\x01"


@pytest.mark.skipif(connection.vendor == "sqlite", reason="a database in memory locks whole tables; a file does not")
@pytest.mark.django_db(transaction=True)
def test_nobody_is_kept_from_writing_and_what_they_write_waits_for_the_next_export(campaign, tmp_path):
    """A response sent while the export runs is in none of its tables."""

    def send_one(done, total):
        if done == 2:
            late = threading.Thread(target=_send_late, args=[campaign])
            late.start()
            late.join()

    counts = export_microdata(campaign, tmp_path / "vague", send_one)
    assert campaign.responses.counted().count() == 3
    assert counts == {"responses": 2, "use_case_answers": 2, "answers": 4}
    assert csv_rows(tmp_path / "vague") == EXPECTED


def _send_late(campaign):
    try:
        make_response(campaign, "late", use_cases={"montage": {"usage": Usage.TRIED}}, answers={"years": 1})
    finally:
        connection.close()


def test_an_empty_campaign_gives_empty_tables(questionnaire, tmp_path):
    campaign = make_campaign(questionnaire)
    assert export_microdata(campaign, tmp_path / "vague") == {"responses": 0, "use_case_answers": 0, "answers": 0}
    assert csv_rows(tmp_path / "vague") == {"responses": [], "use_case_answers": [], "answers": []}
    export_microdata(campaign, tmp_path / "vague.xlsx")
    assert import_responses(campaign, tmp_path / "vague.xlsx").responses == 0


def test_an_existing_export_is_replaced_and_what_stands_beside_it_stays(campaign, tmp_path):
    folder = tmp_path / "vague"
    folder.mkdir()
    (folder / "answers.csv").write_text("ancien")
    (folder / "note.txt").write_text("à garder")
    export_microdata(campaign, folder)
    assert csv_rows(folder) == EXPECTED
    assert sorted(path.name for path in folder.iterdir()) == [
        "answers.csv",
        "note.txt",
        "responses.csv",
        "use_case_answers.csv",
    ]


def test_a_table_too_long_for_a_sheet_is_refused_with_advice():
    refuse_too_long({"responses": MAX_ROWS - 1})
    with pytest.raises(WorkbookError) as refused:
        refuse_too_long({"responses": 1, "use_case_answers": MAX_ROWS})
    assert str(refused.value) == (
        "La table «\u00a0use_case_answers\u00a0» a 1048576 lignes, une feuille .xlsx en contient au plus 1048576 avec "
        "l’en-tête. Exportez en CSV\u00a0: donnez un dossier à --output."
    )


def test_the_number_of_queries_does_not_grow_with_the_responses(campaign, tmp_path, django_assert_num_queries):
    with django_assert_num_queries(8):  # three counts, three tables, two lists of the responses
        export_microdata(campaign, tmp_path / "vague")
    for number in range(10):
        make_response(campaign, f"more{number}", sectors=["cinema"], use_cases={"montage": {}}, answers={"years": 1})
    with django_assert_num_queries(8):
        export_microdata(campaign, tmp_path / "vague")


def test_the_command_writes_either_format(campaign, tmp_path):
    for target in ("vague", "vague.xlsx"):
        out = io.StringIO()
        call_command("export_microdata", "vague-1", "--output", str(tmp_path / target), stdout=out)
        assert out.getvalue().replace("\u00a0", " ") == (
            f"{tmp_path / target} : responses 2, use_case_answers 2, answers 4 lignes.\n"
        )
    with pytest.raises(CommandError, match="vague-2"):
        call_command("export_microdata", "vague-2", "--output", str(tmp_path / "vague"))
    with pytest.raises(CommandError, match="est un fichier"):
        call_command("export_microdata", "vague-1", "--output", str(tmp_path / "vague" / "answers.csv"))


def test_an_export_says_nothing_of_the_order_of_arrival(questionnaire, tmp_path):
    campaign = make_campaign(questionnaire)
    for day, key in enumerate(["c", "a", "b"], 1):
        make_response(campaign, key, submitted_at=datetime(2025, 3, day, 12, tzinfo=UTC))
    export_microdata(campaign, tmp_path / "vague")
    rows = [(row[0], row[3]) for row in csv_rows(tmp_path / "vague")["responses"]]
    assert rows == [("a", "2025-03-02"), ("b", "2025-03-03"), ("c", "2025-03-01")]
