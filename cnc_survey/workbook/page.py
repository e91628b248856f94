"""A worksheet written from top to bottom, and what every sheet looks like."""

import math

from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Border, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.pagebreak import Break

from .text import MAX_ROWS, MAX_TEXT, Link, WorkbookError, escape, utf16_units

READABLE = 240  # characters over A4's width; beyond, print is too small to read

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


class Page:
    """A worksheet being written from top to bottom. `names` gives the name of every sheet of the book by its title."""

    def __init__(self, worksheet, name, names=None):
        self.worksheet = worksheet
        self.name = name
        self.names = names or {}
        self.rows = 0
        worksheet.sheet_view.showGridLines = False
        setup = worksheet.page_setup
        setup.orientation, setup.paperSize, setup.fitToHeight = "landscape", 9, 0  # 9: A4; 0: as many pages as needed
        worksheet.sheet_properties.pageSetUpPr.fitToPage = True
        margins = worksheet.page_margins
        margins.left = margins.right = margins.top = 0.6
        margins.bottom, margins.footer = 0.8, 0.4  # the footer between the table and what printers cannot reach
        worksheet.oddFooter.left.text = name.replace("&", "&&")
        worksheet.oddFooter.right.text = "&P / &N"

    def open(self, widths, lines, header_height=0, first_columns=1, printed_columns=None):
        """Write the top lines, (text, font) or None for a blank one, with `header_height` rows of header to follow.

        Header and first columns stay in sight, on screen and on paper; `printed_columns`, all by default, fit on it.
        The writer streams: widths and frozen rows must be known before the first row leaves.
        """
        for index, width in enumerate(widths, 1):
            self.worksheet.column_dimensions[get_column_letter(index)].width = width
        # Too wide a table goes over several sheets of paper, its first columns on each.
        self.worksheet.page_setup.fitToWidth = math.ceil(sum(widths[:printed_columns]) / READABLE)
        self.worksheet.print_title_cols = f"A:{get_column_letter(first_columns)}"
        if header_height:
            header = len(lines) + header_height
            self.worksheet.freeze_panes = f"{get_column_letter(first_columns + 1)}{header + 1}"
            self.worksheet.print_title_rows = f"{len(lines) + 1}:{header}"
        for line in lines:
            self.append([]) if line is None else self.line(*line)

    def break_before(self):
        """Begin the next row on a new sheet of paper."""
        self.worksheet.row_breaks.append(Break(id=self.rows))

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
        """Set the cell's value; a text stays a text, whatever it begins with. A Link leads to its row."""
        cell.hyperlink = None
        if isinstance(value, Link):
            place = self.names[value.sheet].replace("'", "''")
            cell.value = value.text  # first: an empty cell would take the address for its text
            cell.hyperlink = Hyperlink(ref="", location=f"'{place}'!A{value.row}", display=value.text)
            value = value.text
        if not isinstance(value, str) or not value:
            if isinstance(value, bool) or (isinstance(value, float) and not math.isfinite(value)):
                raise TypeError(f"{value!r} has no place in a sheet")
            cell.value = None if value == "" else value
            return
        text = escape(value)
        if utf16_units(text) > MAX_TEXT:
            raise WorkbookError(
                f"Feuille « {self.name} », cellule {column}{self.rows + 1} : texte trop long, {utf16_units(text)} "
                f"caractères ; une cellule .xlsx en contient au plus {MAX_TEXT}. Exportez en CSV."
            )
        cell.value = text
        # openpyxl guesses from the first characters: "=1+1" is a text that somebody typed.
        cell.data_type = "s"


def row_height(texts):
    """Points that a row needs for its wrapped (text, width in characters): not every program works it out itself.

    A column's width counts digits; letters are some 20 % narrower.
    """
    lines = max(
        sum(math.ceil(max(len(part), 1) / (1.2 * width)) for part in text.split("\n"))
        for text, width in [("", 1), *texts]
        if isinstance(text, str)
    )
    return min(15 * lines + 3, 409)  # 409: the format's tallest row
