"""The one door through which every .xlsx leaves: values only, typed, never a formula, the same bytes for the same data.

A workbook is a list of sheets: `Notice` (a page of labels and values, such as « Lisez-moi »), `Sheet` (a table), and
those of `fillable_sheet`, in which a person answers.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.writer.excel import ExcelWriter

from .files import written_whole

MAX_ROWS = 1_048_576  # rows of a sheet, set by the format
MAX_TEXT = 32_767  # UTF-16 units of a cell, set by the format
MAX_TITLE = 31  # UTF-16 units of a sheet's name, set by the format
UNDATED = datetime(1980, 1, 1)  # the zip format's zero
READABLE = 220  # characters over A4's width; beyond, print is too small to read
CREATOR = "Observatoire des usages de l’IA"
NOT_PROVIDED = "non renseigné"

SERIF, SANS = "Cambria", "Calibri"  # LOOK.md's pair, as far as every office suite has it
INK, QUIET, LINE, ACCENT, WARM, DEEP = "16181D", "555B66", "E3E0D8", "0B4F8A", "B4541A", "123F5C"
HAIRLINE = Border(bottom=Side("thin", color=LINE))
RULE = Border(bottom=Side("medium", color=ACCENT))

# kind: (number format, horizontal alignment); Excel writes the separators of the reader's own language.
KINDS = {
    "text": ("General", "left"),
    "integer": ("#,##0", "right"),
    "decimal": ("#,##0.00", "right"),
    "percent": ('0.0"\u00a0"%', "right"),
    "date": ("dd/mm/yyyy", "left"),
    "dots": ("General", "left"),
}


class WorkbookError(ValueError):
    """A workbook that cannot be written; the message is in French."""


@dataclass(frozen=True)
class Column:
    """One column of a table. `width` in characters; neighbours with the same `group` share it as a header above.

    `kind` says how values look: text, integer, decimal, percent (a share from 0 to 1), date, dots (a level 1–3 shown
    « ●●○ », None « non renseigné »). A text may stand in any of them (« s », « n.s. »).
    """

    header: str
    width: float = 14
    kind: str = "text"
    group: str = ""


@dataclass(frozen=True)
class Sheet:
    """A table. With a `heading` it is laid out to be read: title, `intro` lines, header, rows, `notes`.

    Without one it is laid out for programs: the header is the first row. `rows` are read once, each a sequence as
    long as `columns` of str, int, float, date or None.
    """

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence]
    heading: str = ""
    intro: Sequence[str] = ()
    notes: Sequence[str] = ()

    def write(self, page: "Page", banner: str) -> None:
        _write_sheet(page, self, banner)


@dataclass(frozen=True)
class Notice:
    """A page of labels and values. Each section is (heading, [(label, value)…]); a value is a str, number or date.

    `is_locked` keeps it from being changed by mistake in a workbook that is filled in and sent back.
    """

    title: str
    heading: str
    sections: Sequence[tuple[str, Sequence[tuple[str, object]]]]
    intro: Sequence[str] = ()
    is_locked: bool = False

    def write(self, page: "Page", banner: str) -> None:
        _write_notice(page, self, banner)


def write_workbook(
    target,
    sheets: Sequence,
    *,
    title: str,
    subject: str = "",
    description: str = "",
    created: datetime = UNDATED,
    banner: str = "",
) -> None:
    """Write the sheets, in order, to a path (whole or not at all) or a binary stream.

    `created` is the date of the data, in UTC without time zone; the moment of writing is never recorded, so that the
    same data give the same bytes. `banner` (« Données fictives… ») stands at the top of every sheet. Raises
    WorkbookError for a text or a table that the format cannot hold.
    """
    book = Workbook(write_only=True)
    properties = book.properties
    properties.title, properties.subject, properties.description = title, subject, description
    properties.creator, properties.language = CREATOR, "fr-FR"
    properties.created = properties.modified = created
    try:
        for sheet, name in zip(sheets, sheet_names([sheet.title for sheet in sheets]), strict=True):
            sheet.write(Page(book.create_sheet(name), name), banner)
    except Exception:
        _discard(book)
        raise
    if isinstance(target, str | Path):
        with written_whole(Path(target)) as (temporary,), _Archive(temporary, "w", ZIP_DEFLATED) as archive:
            ExcelWriter(book, archive).save()
    else:
        with _Archive(target, "w", ZIP_DEFLATED) as archive:
            ExcelWriter(book, archive).save()


def _discard(book):
    # Otherwise openpyxl keeps the temporary file of every sheet as long as the process lives.
    for worksheet in book.worksheets:
        worksheet.close()
        worksheet._writer.cleanup()


def sheet_names(titles: Sequence[str]) -> list[str]:
    """Return one valid, distinct sheet name per title: at most 31 characters, none that Excel forbids."""
    names = []
    for title in titles:
        clean = unicodedata.normalize("NFC", re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", title))
        clean = " ".join(clean.split()).strip("' ") or "Feuille"
        name, taken = _shorten(clean, MAX_TITLE), {other.casefold() for other in names}
        rank = 1
        while name.casefold() in taken:
            rank += 1
            suffix = f" ({rank})"
            name = _shorten(clean, MAX_TITLE - len(suffix)) + suffix
        names.append(name)
    return names


def _shorten(text, limit):
    if _units(text) <= limit:
        return text
    while _units(text) > limit - 1:
        text = text[:-1]
    return text.rstrip(" '") + "…"


def _units(text):
    # The format counts UTF-16 units: an emoji is two.
    return len(text) + sum(char > "\uffff" for char in text)


# What XML cannot carry, and what would be taken for the escape of such a character: an underscore before « x0041_ »,
# whether the closing underscore was typed or opens an escape of ours.
_UNSAFE = "\x00-\x08\x0b-\x1f\ufffe\uffff"
_ESCAPED = re.compile(f"[{_UNSAFE}]|_(?=x[0-9A-Fa-f]{{4}}[_{_UNSAFE}])")


def escape(text: str) -> str:
    """Return the text with OOXML's _xHHHH_ for characters that XML has no place for (ECMA-376 part 1, §22.9.2.19)."""
    if text.isspace():
        # openpyxl marks no text of blanks alone as one whose blanks count.
        return "".join(f"_x{ord(char):04X}_" for char in text)
    return _ESCAPED.sub(lambda match: f"_x{ord(match.group()):04X}_", text)


class Page:
    """A worksheet being written from top to bottom."""

    def __init__(self, worksheet, name):
        self.worksheet = worksheet
        self.name = name
        self.rows = 0
        worksheet.sheet_view.showGridLines = False
        setup = worksheet.page_setup
        setup.orientation, setup.paperSize, setup.fitToHeight = "landscape", 9, 0  # 9: A4; 0: as many pages as needed
        worksheet.sheet_properties.pageSetUpPr.fitToPage = True
        margins = worksheet.page_margins
        margins.left = margins.right = margins.top = margins.bottom = 0.6
        worksheet.oddFooter.left.text = name.replace("&", "&&")
        worksheet.oddFooter.right.text = "&P / &N"

    def open(self, widths, lines, header_height=0, first_columns=1):
        """Write the top lines, (text, font) or None for a blank one, with `header_height` rows of header to follow.

        Header and first columns stay in sight, on screen and on paper.
        The writer streams: widths and frozen rows must be known before the first row leaves.
        """
        for index, width in enumerate(widths, 1):
            self.worksheet.column_dimensions[get_column_letter(index)].width = width
        # Too wide a table goes over several sheets of paper, its first columns on each.
        self.worksheet.page_setup.fitToWidth = math.ceil(sum(widths) / READABLE)
        self.worksheet.print_title_cols = f"A:{get_column_letter(first_columns)}"
        if header_height:
            header = len(lines) + header_height
            self.worksheet.freeze_panes = f"{get_column_letter(first_columns + 1)}{header + 1}"
            self.worksheet.print_title_rows = f"{header}:{header}"
        for line in lines:
            self.append([]) if line is None else self.line(*line)

    def styled(self, font, **style):
        cell = WriteOnlyCell(self.worksheet)
        cell.font = font
        for name, value in style.items():
            setattr(cell, name, value)
        return cell

    def line(self, text, font):
        """One line that runs over the columns to its right."""
        cell = self.styled(font)
        self.put(cell, text, "A")
        self.append([cell], height=font.size * 1.5)

    def append(self, cells, height=None):
        if self.rows == MAX_ROWS:
            raise WorkbookError(
                f"Feuille « {self.name} » : plus de {MAX_ROWS} lignes, ce qu’une feuille .xlsx ne peut pas contenir. "
                "Exportez en CSV."
            )
        if height:
            self.worksheet.row_dimensions[self.rows + 1].height = height
        self.worksheet.append(cells)
        self.rows += 1

    def put(self, cell, value, column):
        """Set the cell's value; a text stays a text, whatever it begins with."""
        if not isinstance(value, str) or not value:
            if isinstance(value, bool) or (isinstance(value, float) and not math.isfinite(value)):
                raise TypeError(f"{value!r} has no place in a sheet")
            cell.value = None if value == "" else value
            return
        text = escape(value)
        if _units(text) > MAX_TEXT:
            raise WorkbookError(
                f"Feuille « {self.name} », cellule {column}{self.rows + 1} : texte trop long, {_units(text)} "
                f"caractères ; une cellule .xlsx en contient au plus {MAX_TEXT}. Exportez en CSV."
            )
        cell.value = text
        # openpyxl guesses from the first characters: "=1+1" is a text that somebody typed.
        cell.data_type = "s"


def top_lines(sheet, banner):
    lines = [(banner, Font(SANS, 11, bold=True, color=WARM))] if banner else []
    if sheet.heading:
        lines.append((sheet.heading, Font(SERIF, 18, color=INK)))
        lines += [(text, Font(SANS, 11, color=QUIET)) for text in sheet.intro]
    return lines


def _write_sheet(page, sheet, banner):
    columns, designed = sheet.columns, bool(sheet.heading)
    grouped = any(column.group for column in columns)
    page.worksheet.sheet_view.showGridLines = not designed
    lines = top_lines(sheet, banner)
    page.open([column.width for column in columns], [*lines, None] if lines else [], header_height=1 + grouped)
    if grouped:
        _write_groups(page, columns)
    _write_header(page, columns)
    header = page.rows
    _write_rows(page, sheet, designed)
    page.worksheet.auto_filter.ref = f"A{header}:{get_column_letter(len(columns))}{page.rows}"
    if sheet.notes:
        page.append([])
        for text in sheet.notes:
            page.line(text, Font(SANS, 10, color=QUIET))


def _write_header(page, columns):
    cells = []
    for column in columns:
        _, side = KINDS[column.kind]
        style = {"alignment": Alignment(side, "bottom", wrap_text=True, indent=bool(cells)), "border": RULE}
        cells.append(page.styled(Font(SANS, 11, bold=True, color=INK), **style))
        page.put(cells[-1], column.header, get_column_letter(len(cells)))
    page.append(cells, height=row_height((column.header, column.width - 3) for column in columns))


def _write_groups(page, columns):
    cells, previous = [], ""
    for column in columns:
        # Running over its neighbours rather than merged with them: a merged cell breaks sorting and filtering.
        style = {"border": HAIRLINE, "alignment": Alignment("left", indent=1)} if column.group else {}
        cells.append(page.styled(Font(SANS, 10, color=QUIET), **style))
        if column.group != previous:
            page.put(cells[-1], column.group, get_column_letter(len(cells)))
        previous = column.group
    page.append(cells)


def _write_rows(page, sheet, designed):
    # One cell per column, filled again for each row as it leaves: styles are looked up once, not a million times.
    known = [_body_cell(page, column, designed, index > 0) for index, column in enumerate(sheet.columns)]
    absent = [
        _not_provided(page, cell) if column.kind == "dots" else cell
        for cell, column in zip(known, sheet.columns, strict=True)
    ]
    letters = [get_column_letter(index) for index in range(1, len(known) + 1)]
    showers = [_dots if column.kind == "dots" else None for column in sheet.columns]
    for row in sheet.rows:
        cells = [cell if value is not None else blank for cell, blank, value in zip(known, absent, row, strict=True)]
        for cell, value, letter, show in zip(cells, row, letters, showers, strict=True):
            page.put(cell, show(value) if show else value, letter)
        if designed:
            texts = ((value, column.width - 2) for value, column in zip(row, sheet.columns, strict=True))
            page.append(cells, height=row_height(texts))
        else:
            page.append([None if cell.value is None else cell for cell in cells])


def row_height(texts):
    """Points that a row needs for its wrapped (text, width in characters): not every program works it out itself.

    A column's width counts digits; letters are some 10 % narrower.
    """
    lines = max(
        sum(math.ceil(max(len(part), 1) / (1.1 * width)) for part in text.split("\n"))
        for text, width in [("", 1), *texts]
        if isinstance(text, str)
    )
    return min(15 * lines + 3, 409)  # 409: the format's tallest row


def _body_cell(page, column, designed, indent):
    number_format, side = KINDS[column.kind]
    style = {"number_format": number_format}
    if designed:
        wrap = column.kind == "text"
        style |= {"alignment": Alignment(side, "center", wrap_text=wrap, indent=indent), "border": HAIRLINE}
    if column.kind in ("text", "dots"):
        # Editing such a cell must not turn "=1+1" into a formula either.
        style["quotePrefix"] = True
    return page.styled(Font(SANS, 11, color=DEEP if column.kind == "dots" else INK), **style)


def _not_provided(page, cell):
    style = {"alignment": copy(cell.alignment), "border": copy(cell.border), "quotePrefix": True}
    return page.styled(Font(SANS, 11, color=QUIET), **style)


def _dots(level):
    if level is None:
        return NOT_PROVIDED
    return level if isinstance(level, str) else "●" * level + "○" * (3 - level)


def _write_notice(page, notice, banner):
    page.worksheet.protection.sheet = notice.is_locked
    page.open([34, 96], top_lines(notice, banner))
    for heading, entries in notice.sections:
        page.append([])
        cells = [page.styled(Font(SERIF, 13, color=ACCENT), border=RULE) for _ in range(2)]
        page.put(cells[0], heading, "A")
        page.append(cells, height=21)
        for label, value in entries:
            top = {"alignment": Alignment("left", "center", wrap_text=True), "border": HAIRLINE}
            cells = [page.styled(Font(SANS, 11, color=QUIET), **top), page.styled(Font(SANS, 11, color=INK), **top)]
            kind = "date" if isinstance(value, date) else "integer" if isinstance(value, int) else "text"
            cells[1].number_format, _ = KINDS[kind]
            page.put(cells[0], label, "A")
            page.put(cells[1], value, "B")
            page.append(cells, height=row_height([(label, 32), (value, 94)]))


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
