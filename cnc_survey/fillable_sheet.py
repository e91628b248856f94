"""Sheets in which a person answers: labels locked, answer cells tinted and open, lists to choose from.

`FillableSheet` is the table of questions, `ListsSheet` the lists that its cells offer, in sight like the rest.
"""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass

from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from .workbook import (
    ACCENT,
    HAIRLINE,
    INK,
    LINE,
    QUIET,
    RULE,
    SANS,
    SERIF,
    Column,
    Page,
    WorkbookError,
    row_height,
    sheet_names,
    top_lines,
)

KEY_WIDTH = 4  # the key is there to be found again, not to be read
TINT = PatternFill("solid", fgColor="FDF6EC")
FRAME = Border(*(Side("thin", color="D9C7B0") for _ in range(4)))
MAX_PROMPT, MAX_PROMPT_TITLE, MAX_ERROR = 255, 32, 225  # characters, set by Excel
WORDS = "@"  # the format of a text cell: what is typed stays as typed, even « =1+1 » or « 12/03 »


@dataclass(frozen=True)
class AnswerCell:
    """A cell to fill in. `list_title` names the list it offers; `is_closed` refuses anything else than its entries.

    `prompt`, (title, text), shows when the cell is chosen; `error` when what is typed is refused; `max_length` bounds
    a text and `is_number` asks for a number, where there is no list.
    """

    value: str | float | None = None
    list_title: str = ""
    is_closed: bool = True
    prompt: tuple[str, str] = ("", "")
    error: str = ""
    max_length: int = 0
    is_number: bool = False


@dataclass(frozen=True)
class Band:
    """A heading between rows; `is_minor` for one below another."""

    text: str
    is_minor: bool = False


@dataclass(frozen=True)
class ListsSheet:
    """Lists side by side, one a column: {title: entries}."""

    title: str
    heading: str
    lists: Mapping[str, Sequence[str]]
    intro: Sequence[str] = ()

    def reference(self, list_title: str, banner: str) -> str:
        """Return the range of a list, as a validation names it."""
        letter = get_column_letter(list(self.lists).index(list_title) + 1)
        first = self._header(banner) + 1
        name = sheet_names([self.title])[0].replace("'", "''")
        return f"'{name}'!${letter}${first}:${letter}${first + len(self.lists[list_title]) - 1}"

    def write(self, page: Page, banner: str) -> None:
        page.worksheet.protection.sheet = True
        widths = [max(14, min(64, max(map(len, [title, *entries])) + 3)) for title, entries in self.lists.items()]
        page.open(widths, [*top_lines(self, banner), None], header_height=1)
        _write_header(page, list(self.lists), widths)
        body = page.styled(Font(SANS, 11, color=INK), border=HAIRLINE, alignment=Alignment("left", "center"))
        for rank in range(max(map(len, self.lists.values()))):
            entries = [entries[rank] if rank < len(entries) else None for entries in self.lists.values()]
            cells = [entry and _filled(page, body, entry, index) for index, entry in enumerate(entries, 1)]
            page.append(cells, height=18)

    def _header(self, banner):
        return len(top_lines(self, banner)) + 2  # a blank line, then the header


@dataclass(frozen=True)
class FillableSheet:
    """A table of questions. The first column holds each row's key, narrow and quiet; `key_header` stands above it.

    A row is a Band, or (key, cells) with one str, AnswerCell or None per column. `read_columns` of them, from the
    left, stay in sight when the sheet is scrolled sideways.
    """

    title: str
    heading: str
    key_header: str
    columns: Sequence[Column]
    rows: Sequence[Band | tuple[str, Sequence[str | AnswerCell | None]]]
    lists: ListsSheet
    intro: Sequence[str] = ()
    read_columns: int = 1

    def write(self, page: Page, banner: str) -> None:
        protection = page.worksheet.protection
        protection.sheet = True
        # In openpyxl's words, False is « allowed »: a person may widen what they read.
        protection.formatColumns = protection.formatRows = False
        widths = [KEY_WIDTH, *(column.width for column in self.columns)]
        page.open(widths, [*top_lines(self, banner), None], header_height=1, first_columns=1 + self.read_columns)
        _write_header(page, [self.key_header, *(column.header for column in self.columns)], widths)
        validations = _Validations(page, self.lists, banner)
        styles = _Styles(page)
        for row in self.rows:
            if isinstance(row, Band):
                self._write_band(page, row, styles)
            else:
                self._write_row(page, *row, styles, validations)
        page.worksheet.data_validations.dataValidation.extend(validations.all())

    def _write_band(self, page, band, styles):
        style = styles.minor if band.is_minor else styles.major
        blank = None if band.is_minor else styles.rule
        # Tall, so that the heading stands nearer to what follows it than to what precedes.
        height = 24 if band.is_minor else 34
        page.append([blank, _filled(page, style, band.text, 2)] + [blank] * (len(self.columns) - 1), height)

    def _write_row(self, page, key, cells, styles, validations):
        written, texts = [_filled(page, styles.key, key, 1)], []
        for index, (cell, column) in enumerate(zip(cells, self.columns, strict=True), 2):
            value = cell
            style = styles.name if index == 2 else styles.label
            if isinstance(cell, AnswerCell):
                value, style = cell.value, styles.number if cell.is_number else styles.answer
                validations.add(cell, f"{get_column_letter(index)}{page.rows + 1}")
            written.append(_filled(page, style, value, index))
            texts.append((value, column.width - 2))
        page.append(written, height=max(row_height(texts), 24))


class _Styles:
    """One cell of each look, copied for each use."""

    def __init__(self, page):
        middle = {"alignment": Alignment("left", "center", wrap_text=True, indent=1), "border": HAIRLINE}
        is_open = middle | {"fill": TINT, "border": FRAME, "protection": Protection(locked=False)}
        below = Alignment("left", "bottom", indent=1)
        self.key = page.styled(Font(SANS, 8, color=LINE), alignment=Alignment("left", "center"), number_format=WORDS)
        self.name = page.styled(Font(SANS, 11, bold=True, color=INK), **middle)
        self.label = page.styled(Font(SANS, 10, color=QUIET), **middle)
        self.answer = page.styled(Font(SANS, 11, color=INK), number_format=WORDS, **is_open)
        self.number = page.styled(Font(SANS, 11, color=INK), **is_open)
        self.rule = page.styled(Font(SERIF, 14, color=ACCENT), border=RULE)
        self.major = page.styled(Font(SERIF, 14, color=ACCENT), border=RULE, alignment=below)
        self.minor = page.styled(Font(SANS, 11, italic=True, color=INK), alignment=below)


def _filled(page, style, value, index):
    cell = copy(style)
    page.put(cell, value, get_column_letter(index))
    return cell


def _write_header(page, headers, widths):
    style = {"alignment": Alignment("left", "bottom", wrap_text=True, indent=1), "border": RULE}
    known = page.styled(Font(SANS, 11, bold=True, color=INK), **style)
    # Above a column too narrow for it, a header is there for those who look closely.
    tiny = page.styled(Font(SANS, 8, color=QUIET), alignment=Alignment("left", "bottom"), border=RULE)
    cells = [
        _filled(page, tiny if width <= KEY_WIDTH else known, header, index)
        for index, (header, width) in enumerate(zip(headers, widths, strict=True), 1)
    ]
    wide = [(header, width - 3) for header, width in zip(headers, widths, strict=True) if width > KEY_WIDTH]
    page.append(cells, height=row_height(wide) + 4)


class _Validations:
    """The rules of a sheet's cells, one for all the cells that share it."""

    def __init__(self, page, lists, banner):
        self.page, self.lists, self.banner = page, lists, banner
        self.rules = {}

    def add(self, cell, coordinate):
        rule = (cell.list_title, cell.is_closed, cell.prompt, cell.error, cell.max_length, cell.is_number)
        if rule not in self.rules:
            self.rules[rule] = self._validation(cell)
        self.rules[rule].add(coordinate)

    def all(self):
        return self.rules.values()

    def _validation(self, cell):
        title, text = cell.prompt
        if len(title) > MAX_PROMPT_TITLE or len(text) > MAX_PROMPT or len(cell.error) > MAX_ERROR:
            raise WorkbookError(
                f"Feuille « {self.page.name} » : consigne trop longue pour une cellule, « {text or cell.error} »."
            )
        return DataValidation(
            **self._condition(cell),
            allow_blank=True,
            showErrorMessage=cell.is_closed,
            errorTitle="Réponse non reconnue",
            error=cell.error or None,
            showInputMessage=bool(text),
            promptTitle=title or None,
            prompt=text or None,
        )

    def _condition(self, cell):
        if cell.list_title:
            return {"type": "list", "formula1": self.lists.reference(cell.list_title, self.banner)}
        if cell.is_number:
            return {"type": "decimal", "operator": "between", "formula1": "-1E+15", "formula2": "1E+15"}
        return {"type": "textLength", "operator": "lessThanOrEqual", "formula1": str(cell.max_length)}
