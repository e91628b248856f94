"""The file itself: whole or not at all, and the same bytes for the same data."""

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

from cnc_survey.files import written_whole

from .page import Page
from .text import sheet_names

UNDATED = datetime(1980, 1, 1)  # the zip format's zero
CREATOR = "Observatoire des usages de l’IA"


def write_workbook(
    target,
    sheets: Sequence,
    *,
    title: str,
    subject: str = "",
    description: str = "",
    keywords: str = "",
    created: datetime = UNDATED,
    banner: str = "",
) -> None:
    """Write the sheets, in order, to a path (whole or not at all) or a binary stream.

    `created` is the date of the data, in UTC without time zone; the moment of writing is never recorded, so that the
    same data give the same bytes. `banner` (« Données fictives… ») stands at the top of every sheet. Raises
    WorkbookError for a text or a table that the format cannot hold.
    """
    # Its place is taken before anything is written: a folder that refuses it says so at once.
    place = written_whole(Path(target)) if isinstance(target, str | Path) else nullcontext([target])
    with place as (stream,):
        book = Workbook(write_only=True)
        properties = book.properties
        properties.title, properties.subject, properties.description = title, subject, description
        properties.creator, properties.language, properties.keywords = CREATOR, "fr-FR", keywords or None
        properties.created = properties.modified = created
        try:
            titles = [sheet.title for sheet in sheets]
            names = dict(reversed(list(zip(titles, sheet_names(titles), strict=True))))  # of namesakes, the first
            for sheet, name in zip(sheets, sheet_names(titles), strict=True):
                sheet.write(Page(book.create_sheet(name), name, names), banner)
        except Exception:
            _discard(book)
            raise
        with _Archive(stream, "w", ZIP_DEFLATED) as archive:
            ExcelWriter(book, archive).save()


def _discard(book):
    # Otherwise openpyxl keeps the temporary file of every sheet as long as the process lives.
    for worksheet in book.worksheets:
        worksheet.close()
        worksheet._writer.cleanup()


class _Archive(ZipFile):
    """A zip whose members carry no date of writing."""

    def writestr(self, name, data, *args, **options):
        super().writestr(self._entry(name), data, *args, **options)

    def write(self, filename, arcname=None, *args, **options):
        with Path(filename).open("rb") as source, self.open(self._entry(arcname), "w", force_zip64=True) as member:
            while block := source.read(1 << 20):
                member.write(block)

    def _entry(self, name):
        entry = ZipInfo(name, UNDATED.timetuple()[:6])
        entry.compress_type = self.compression
        return entry
