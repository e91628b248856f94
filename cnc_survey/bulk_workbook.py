"""The wing of `workbook` for tables of millions of cells: the same sheets, laid out for programs, ten times faster."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl.packaging.core import DocumentProperties
from openpyxl.xml.functions import tostring
from rustpy_xlsxwriter import Format, write_worksheets

from .files import written_whole
from .workbook import CREATOR, MAX_ROWS, MAX_TEXT, UNDATED, Sheet, sheet_names, write_workbook

# The library escapes control characters as it must, but not one right after what itself looks like an escape.
_ALTERED = re.compile("_x[0-9A-Fa-f]{4}[\x00-\x08\x0b-\x1f]")
_LONG = MAX_TEXT // 2  # characters; the format counts UTF-16 units, at most two a character
_PROPERTIES = "docProps/core.xml"


class _BeyondError(Exception):
    """Something that the fast library cannot write as it must be."""


def write_bulk_workbook(
    path: Path, sheets: Sequence[Sheet], *, title: str, subject: str = "", created: datetime = UNDATED
) -> None:
    """Write sheets without a heading to a path, whole or not at all; the same data give the same bytes.

    `rows` are read once, and once more in the rare case of something that only `write_workbook` writes as it must be
    (an empty table, a strange character): they are an iterable that can begin again. Raises WorkbookError for what
    the format cannot hold.
    """
    try:
        with written_whole(path) as (temporary,):
            _write(temporary, sheets)
            _stamp(temporary, title, subject, created)
    except _BeyondError:
        write_workbook(path, sheets, title=title, subject=subject, created=created)


def _write(path, sheets):
    names = sheet_names([sheet.title for sheet in sheets])
    # Quoted: editing "=1+1" must not turn it into a formula either.
    text, day = Format().set_quote_prefix(), Format().set_num_format("dd/mm/yyyy")
    write_worksheets(
        [(name, _records(sheet)) for name, sheet in zip(names, sheets, strict=True)],
        str(path),
        freeze_panes={"general": {"row": 1, "col": 1}},
        header_format=dict.fromkeys(names, Format().set_bold()),
        column_widths={
            name: [column.width for column in sheet.columns] for name, sheet in zip(names, sheets, strict=True)
        },
        column_formats={
            name: {column.header: day if column.kind == "date" else text for column in sheet.columns}
            for name, sheet in zip(names, sheets, strict=True)
        },
        autofilter=dict.fromkeys(names, True),
    )


def _records(sheet) -> Iterator[dict]:
    headers = [column.header for column in sheet.columns]
    count = 1  # the header
    for row in sheet.rows:
        count += 1
        for value in row:
            if type(value) is str and (len(value) > _LONG or ("_x" in value and _ALTERED.search(value))):
                raise _BeyondError
        yield dict(zip(headers, row, strict=True))
    if count == 1 or count > MAX_ROWS:  # without a row the library writes no header
        raise _BeyondError


def _stamp(path, title, subject, created):
    """Replace the properties that the library wrote, with the moment of writing in them, by ours."""
    properties = DocumentProperties(creator=CREATOR, title=title, subject=subject, language="fr-FR")
    properties.created = properties.modified = created
    with ZipFile(path, "a", ZIP_DEFLATED) as archive:
        first = archive.getinfo(_PROPERTIES)
        later = [part for part in archive.infolist() if part.header_offset >= first.header_offset]
        contents = {part.filename: archive.read(part) for part in later}
        for part in later:
            archive.filelist.remove(part)
            del archive.NameToInfo[part.filename]
        # What follows is written over the last parts rather than after them, where the moment would stay readable.
        archive.start_dir = first.header_offset
        for name, content in (contents | {_PROPERTIES: tostring(properties.to_tree())}).items():
            entry = ZipInfo(name, UNDATED.timetuple()[:6])
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, content)
