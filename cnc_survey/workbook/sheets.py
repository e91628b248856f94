"""What a workbook is made of: tables, and pages of labels and values."""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date

from openpyxl.formatting.rule import DataBarRule
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from .charts import Chart, write_chart
from .page import ACCENT, DEEP, HAIRLINE, INK, KINDS, QUIET, RULE, SANS, SERIF, WARM, Page, row_height
from .text import Link

NOT_PROVIDED = "non renseigné"
BAR = "9DB7C9"


@dataclass(frozen=True)
class Column:
    """One column of a table.

    `width` in characters; neighbours with the same `group` share it as a header above. `kind` says how values look:
    text, integer, decimal, percent (a share from 0 to 1), date, dots (a level 1–3 shown « ●●○ », None « non
    renseigné »). A text may stand in any of them (« s », « n.s. »). `has_bars` puts a bar behind each share. The last
    columns may be for programs alone: not `is_printed`, they stay off paper.
    """

    header: str
    width: float = 14
    kind: str = "text"
    group: str = ""
    has_bars: bool = False
    is_printed: bool = True


@dataclass(frozen=True)
class Sheet:
    """A table. With a `heading` it is laid out to be read: title, `intro` lines, header, rows, `notes`,
    `charts`.

    Without one it is laid out for programs: the header is the first row. `rows` are read once, each a sequence as
    long as `columns` of str, int, float, date or None. The `first_columns` say what a row is about and stay in sight.
    """

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence]
    heading: str = ""
    intro: Sequence[str | Link] = ()
    notes: Sequence[str] = ()
    charts: Sequence[Chart] = ()
    first_columns: int = 1

    def first_row(self, banner: bool) -> int:
        """Return the number of the first row of data, counted from 1, with or without a banner on top."""
        lines = banner + (1 + len(self.intro) if self.heading else 0)
        grouped = any(column.group for column in self.columns)
        return lines + (lines > 0) + 1 + grouped + 1

    def write(self, page: "Page", banner: str) -> None:
        _write_sheet(page, self, banner)


@dataclass(frozen=True)
class Notice:
    """A page of labels and values. Each section is (heading, [(label, value)…]); a value is a str, number or date, and
    a label may be a Link.

    `is_locked` keeps it from being changed by mistake in a workbook that is filled in and sent back.
    """

    title: str
    heading: str
    sections: Sequence[tuple[str, Sequence[tuple[str | Link, object]]]]
    intro: Sequence[str] = ()
    is_locked: bool = False

    def write(self, page: "Page", banner: str) -> None:
        _write_notice(page, self, banner)


def top_lines(sheet, banner):
    lines = [(banner, Font(SANS, 11, bold=True, color=WARM))] if banner else []
    quiet = Font(SANS, 11, color=QUIET)
    if sheet.heading:
        lines.append((sheet.heading, Font(SERIF, 18, color=INK)))
        lines += [
            (text, Font(SANS, 11, color=ACCENT, underline="single") if isinstance(text, Link) else quiet)
            for text in sheet.intro
        ]
    return lines


def _write_sheet(page, sheet, banner):
    columns, designed = sheet.columns, bool(sheet.heading)
    grouped = any(column.group for column in columns)
    page.worksheet.sheet_view.showGridLines = not designed
    lines = top_lines(sheet, banner)
    page.open(
        [column.width for column in columns],
        [*lines, None] if lines else [],
        header_height=1 + grouped,
        first_columns=sheet.first_columns,
        printed_columns=sum(column.is_printed for column in columns),
    )
    if grouped:
        _write_groups(page, columns)
    _write_header(page, columns)
    header = page.rows
    _write_rows(page, sheet, designed)
    page.worksheet.auto_filter.ref = f"A{header}:{get_column_letter(len(columns))}{page.rows}"
    _add_bars(page, columns, header)
    if sheet.notes:
        page.append([])
        for text in sheet.notes:
            page.line(text, Font(SANS, 10, color=QUIET))
    for chart in sheet.charts:
        page.break_before()
        write_chart(page, chart)
    if not all(column.is_printed for column in columns):
        last = get_column_letter(sum(column.is_printed for column in columns))
        page.worksheet.print_area = f"A1:{last}{page.rows}"


def _add_bars(page, columns, header):
    """Put a bar behind the shares, from 0 to 1: the same length means the same share in every column."""
    if page.rows == header:
        return
    for place, column in enumerate(columns, 1):
        if column.has_bars:
            letter = get_column_letter(place)
            bar = DataBarRule("num", 0, "num", 1, color=BAR, showValue=True)
            page.worksheet.conditional_formatting.add(f"{letter}{header + 1}:{letter}{page.rows}", bar)


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
    links = [_link_cell(page, cell) for cell in known]
    letters = [get_column_letter(index) for index in range(1, len(known) + 1)]
    showers = [_dots if column.kind == "dots" else None for column in sheet.columns]
    for row in sheet.rows:
        cells = [
            link if isinstance(value, Link) else cell if value is not None else blank
            for cell, blank, link, value in zip(known, absent, links, row, strict=True)
        ]
        for cell, value, letter, show in zip(cells, row, letters, showers, strict=True):
            page.put(cell, show(value) if show else value, letter)
        if designed:
            texts = (
                (value.text if isinstance(value, Link) else value, column.width - 2)
                for value, column in zip(row, sheet.columns, strict=True)
            )
            page.append(cells, height=row_height(texts))
        else:
            page.append([None if cell.value is None else cell for cell in cells])


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


def _link_cell(page, cell):
    style = {"alignment": copy(cell.alignment), "border": copy(cell.border), "quotePrefix": True}
    return page.styled(Font(SANS, 11, color=ACCENT, underline="single"), **style)


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
            if isinstance(label, Link):
                cells[0] = _link_cell(page, cells[0])
            page.put(cells[0], label, "A")
            page.put(cells[1], value, "B")
            text = label.text if isinstance(label, Link) else label
            page.append(cells, height=row_height([(text, 32), (value, 94)]))
