"""Exports the counted responses of a campaign as pseudonymous microdata, in the format that import reads."""

import io
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.db import connection

from cnc_survey.bulk_workbook import write_bulk_workbook
from cnc_survey.consistent_reading import consistent_reading
from cnc_survey.files import written_whole
from cnc_survey.progress import Progress, no_progress, watch
from cnc_survey.tables import write_cells
from cnc_survey.workbook import MAX_ROWS, UNDATED, Column, Sheet, WorkbookError
from interviews.collection.microdata_file import COLUMNS
from interviews.models import Campaign

from .microdata_tables import MicrodataTable, microdata_tables

DATES, WIDE = {"submitted_on"}, {"comment", "value", "use_case", "occupations", "tools"}


def export_microdata(campaign: Campaign, target: Path, progress: Progress = no_progress) -> dict[str, int]:
    """Write the three tables to `target`, an .xlsx file, a .zip of CSV or a folder of CSV; return the rows of each.

    Only counted responses, as they are at one moment. `progress(done, total)` is told of rows. An existing file is
    replaced once the new one is whole. Raises WorkbookError when a table does not fit in a sheet.
    """
    with consistent_reading():
        tables = microdata_tables(campaign)
        counter = _Counter(sum(table.count for table in tables), progress)
        _WRITERS.get(target.suffix.lower(), _write_folder)(campaign, tables, target, counter)
    return counter.written


def refuse_too_long(counts: dict[str, int]) -> None:
    """Raise WorkbookError when a table, header included, is longer than a sheet."""
    for name, count in counts.items():
        if count >= MAX_ROWS:
            raise WorkbookError(
                f"La table « {name} » a {count} lignes, une feuille .xlsx en contient au plus {MAX_ROWS} avec "
                "l’en-tête. Exportez en CSV : donnez un dossier à --output."
            )


class _Counter:
    """Counts the rows that pass, by table, and tells of them."""

    def __init__(self, total, progress):
        self.total, self.progress = total, progress
        self.written = {}
        progress(0, total)

    def watch(self, name: str, rows: Iterator) -> Iterator:
        self.written[name] = 0
        before = sum(self.written.values())

        def tell(done, total):
            self.written[name] = done - before
            self.progress(done, total)

        return watch(rows, tell, self.total, before)


def _write_workbook(campaign, tables, target, counter):
    refuse_too_long({table.name: table.count for table in tables})
    sheets = [
        Sheet(table.name, [_column(header) for header in COLUMNS[table.name]], _TypedRows(table, counter))
        for table in tables
    ]
    write_bulk_workbook(target, sheets, title=f"Microdonnées : {campaign.title}", subject=campaign.slug)


class _TypedRows:
    """The rows of a table, as many times as one begins to read them."""

    def __init__(self, table: MicrodataTable, counter: _Counter):
        self.table, self.counter = table, counter

    def __iter__(self):
        return self.counter.watch(self.table.name, self.table.typed())


def _column(header):
    return Column(header, width=36 if header in WIDE else 16, kind="date" if header in DATES else "text")


def _write_folder(campaign, tables, target, counter):
    with written_whole(*(target / f"{table.name}.csv" for table in tables)) as temporaries:
        for table, temporary in zip(tables, temporaries, strict=True):
            with temporary.open("wb") as stream:
                _write_table(table, stream, counter)


def _write_zip(campaign, tables, target, counter):
    with written_whole(target) as (temporary,), ZipFile(temporary, "w") as archive:
        for table in tables:
            entry = ZipInfo(f"{table.name}.csv", UNDATED.timetuple()[:6])
            entry.compress_type = ZIP_DEFLATED
            with archive.open(entry, "w", force_zip64=True) as stream:
                _write_table(table, stream, counter)


_WRITERS = {".xlsx": _write_workbook, ".zip": _write_zip}


def _write_table(table, stream, counter):
    """Write one CSV to a binary stream, the same bytes on every engine."""
    write = stream.write
    if table.as_csv is not None and connection.vendor == "postgresql":
        write((",".join(COLUMNS[table.name]) + "\r\n").encode())
        query = connection.ops.compose_sql(*table.as_csv.query.sql_with_params())
        # PostgreSQL quotes as Python does, one line a message, but ends them with a line feed alone.
        with connection.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)") as copy:
            for line in counter.watch(table.name, copy):
                write(bytes(line)[:-1] + b"\r\n")
        return
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="")
    write_cells(text, COLUMNS[table.name], counter.watch(table.name, table.guarded()))
    text.detach()  # flushed, and the stream left open to whoever opened it
