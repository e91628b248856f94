"""Reads the workbook that a person filled in and sends back: every mistake with its place, or the answers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO

from openpyxl.utils import column_index_from_string, get_column_letter

from cnc_survey.received_workbook import Flaw, Limits, ReceivedWorkbookError, read_workbook
from usecases.filters import folded

from .sheet_answers import UnreadableAnswerError, cell_text
from .sheet_questions import GUIDE, KEY_HEADER, PROFILE, REFERENCE, Content, Grid, PersonalForm, reference_of

MAX_FILE = 2 << 20  # bytes: ours, filled from end to end, takes a tenth of it
LIMITS = Limits(size=24 << 20, rows=2_000)
LONGEST_TITLE = 400  # characters of a cell compared with a title: a hostile one may hold millions
MAX_ERRORS = 100  # beyond, something is wrong with the whole file


@dataclass(frozen=True)
class CellError:
    """What is wrong and where, as the person sees it: sheet, row number, column letter and header."""

    sheet: str
    row: int | None
    column: str
    header: str
    message: str

    def __str__(self):
        row = f", ligne {self.row}" if self.row else ""
        column = f", colonne {self.column}" if self.column else ""
        header = f" ({self.header})" if self.header else ""
        return f"{self.sheet}{row}{column}{header} : {self.message}"


class FilledWorkbookError(ValueError):
    """A workbook of which nothing is kept; `errors` are its first MAX_ERRORS mistakes."""

    def __init__(self, errors: list[CellError]):
        self.errors = errors
        super().__init__("\n".join(map(str, errors)))


def read_filled(stream: BinaryIO, size: int, form: PersonalForm) -> Content:
    """Return the answers of a workbook's answer cells; an empty cell says nothing. Raises FilledWorkbookError."""
    rows, flaws = _open(stream, size, [GUIDE, *(grid.title for grid in form.grids)])
    _refuse_another(rows[GUIDE], form)
    errors, content = [], {}
    for grid in form.grids:
        reader = _GridReader(grid, rows[grid.title], [flaw for flaw in flaws if flaw.sheet == grid.title])
        content[grid.title] = reader.read()
        errors += reader.errors
    errors = errors or list(_missing_occupation(form, content))
    if errors:
        raise FilledWorkbookError(errors[:MAX_ERRORS])
    return content


def _open(stream, size, titles):
    """Return ({sheet: rows of cells}, flaws)."""
    if size > MAX_FILE:
        raise _refusal(f"le fichier dépasse {MAX_FILE >> 20} Mo, le poids le plus grand admis ici.")
    try:
        with NamedTemporaryFile(suffix=".xlsx") as copy:
            copy.write(stream.read())
            copy.flush()
            sheets, flaws = read_workbook(Path(copy.name), titles, LIMITS)
    except ReceivedWorkbookError as error:
        raise _refusal(str(error)) from error
    absent = [title for title in titles if title not in sheets]
    if absent:
        names = ", ".join(f"« {title} »" for title in absent)
        raise _refusal(
            f"feuilles absentes : {names}. Repartez du classeur téléchargé ici, et n’en renommez pas les feuilles."
        )
    return {title: sheet.to_python(skip_empty_area=False) for title, sheet in sheets.items()}, flaws


def _refuse_another(guide, form):
    expected = reference_of(form.response.campaign)
    found = next((cell_text(row[1]).strip() for row in guide if len(row) > 1 and row[0] == REFERENCE), "")
    if found != expected:
        raise _refusal(
            f"ce classeur est celui d’une autre enquête ou d’une autre version (« {found[:80] or 'sans référence'} »). "
            "Téléchargez celui de cette page et reportez-y vos réponses."
        )


def _refusal(message):
    return FilledWorkbookError([CellError("Classeur", None, "", "", message)])


def _missing_occupation(form, content):
    """Yield the one compulsory answer when neither the workbook nor the person gave it."""
    if "occupations" not in form.stored[PROFILE] and "occupations" not in content[PROFILE]:
        yield CellError(PROFILE, None, "", "Métier 1", "indiquez au moins un métier : le reste en dépend.")


class _GridReader:
    """Reads one sheet: finds its header, then each row by its key, wherever it was moved."""

    def __init__(self, grid: Grid, rows: list[list], flaws: list[Flaw]):
        self.grid, self.rows, self.flaws = grid, rows, flaws
        self.errors = []

    def read(self) -> dict[str, dict[str, object]]:
        """Return {row key: {field: value}}; what is wrong goes to `errors`."""
        header = next((n for n, row in enumerate(self.rows, 1) if row and _is(row[0], KEY_HEADER)), None)
        if header is None:
            self._refuse(None, None, f"ligne des titres introuvable : sa première cellule est « {KEY_HEADER} ».")
            return {}
        columns = self._columns(header)
        flawed = set(self._flawed_cells(columns))
        content, known, seen = {}, self.grid.by_key, {}
        for number, cells in enumerate(self.rows[header:], header + 1):
            if len(self.errors) >= MAX_ERRORS:
                break
            row = self._row(number, cells, columns, known)
            if row is None:
                continue
            if row.key in seen and row.key not in self.grid.spread:
                self._refuse(number, "A", f"« {row.label} » est déjà à la ligne {seen[row.key]}.")
                continue
            seen[row.key] = number
            self._read_row(number, cells, row, columns, flawed, content.setdefault(row.key, {}))
        return {key: values for key, values in content.items() if values}

    def _columns(self, header):
        """Return {field: index of its column}."""
        titles = [_plain(cell) for cell in self.rows[header - 1]]
        found = {}
        for name, title in self.grid.headers.items():
            if titles.count(_plain(title)) == 1:
                found[name] = titles.index(_plain(title))
            else:
                state = "absente" if _plain(title) not in titles else "en double"
                self._refuse(header, None, f"colonne « {title} » {state}. Ne changez pas les titres des colonnes.")
        return found

    def _flawed_cells(self, columns) -> Iterator[tuple[int, int]]:
        """Note what no answer cell may hold; yield the (row, column index) of these cells."""
        for flaw in self.flaws:
            place = re.match("[A-Z]{1,2}", flaw.cell)
            index = column_index_from_string(place[0]) - 1 if place else None
            # A formula beside the answers is the person's own affair.
            if ":" in flaw.cell or index in columns.values():
                self._refuse(flaw.row, place[0] if place else None, flaw.message)
                yield flaw.row, index

    def _row(self, number, cells, columns, known):
        """Return the row that a line answers; None for a heading, a blank, or a line that cannot be placed."""
        key = cell_text(cells[0]).strip() if cells else ""
        if key in known:
            return known[key]
        if key:
            near = get_close_matches(key[:200], known, 1)
            hint = f" Vouliez-vous dire « {near[0]} » ?" if near else ""
            self._refuse(number, "A", f"clé « {key[:60]} » inconnue.{hint} Ne changez pas la colonne A.")
        elif any(cell_text(_at(cells, index)).strip() for index in columns.values()):
            self._refuse(number, "A", "réponse sur une ligne sans clé : recopiez-la sur la ligne de sa question.")
        return None

    def _read_row(self, number, cells, row, columns, flawed, values):
        for name, index in columns.items():
            if (number, index) in flawed:
                continue
            try:
                value = row.questions[name].read(_at(cells, index))
            except UnreadableAnswerError as error:
                self._refuse(number, get_column_letter(index + 1), str(error), self.grid.headers[name])
                continue
            if value is not None:
                values[name] = (
                    list(dict.fromkeys(values.get(name, []) + value)) if row.key in self.grid.spread else value
                )

    def _refuse(self, row, column, message, header=""):
        self.errors.append(CellError(self.grid.title, row, column or "", header, message))


def _at(cells, index):
    return cells[index] if index < len(cells) else None


def _plain(cell):
    return " ".join(folded(cell_text(cell)[:LONGEST_TITLE]).split())


def _is(cell, text):
    return _plain(cell) == _plain(text)
