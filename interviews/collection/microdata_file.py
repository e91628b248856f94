"""The microdata format: which tables and columns, and how a file is opened. What the cells mean is in `microdata`."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path

from python_calamine import CalamineSheet

from cnc_survey.received_workbook import ReceivedWorkbookError, read_workbook
from cnc_survey.tables import TableError, read_csv
from interviews.models import PROFILE_COLUMNS

SEPARATOR = "|"  # between several values of one cell
DONT_KNOW = "nsp"
COLUMNS = {
    "responses": (
        *("response", "person", "mode", "submitted_on", "organisation", "weight", "sectors", "occupations"),
        *PROFILE_COLUMNS,
    ),
    "use_case_answers": (
        *("response", "use_case", "usage", "maturity", "impact", "intention", "benefits", "barriers", "tools"),
        "comment",
    ),
    "answers": ("response", "item", "value"),
}
OPTIONAL_COLUMNS = {"person", "organisation", "weight", "mode"}  # a file without them says nothing less
LISTED = 200  # errors named one by one; beyond, something is wrong with the whole file
LONG_LIST = 12  # codes named in a message; beyond, nobody reads them


@dataclass(frozen=True)
class FileError:
    """What is wrong, where: a table (sheet or file), a row as a spreadsheet numbers it, a column."""

    table: str
    row: int | None
    column: str
    message: str

    def __str__(self):
        row = f", ligne {self.row}" if self.row else ""
        column = f", colonne « {self.column} »" if self.column else ""
        return f"{self.table}{row}{column} : {self.message}"


class MicrodataError(ValueError):
    """A file of which nothing was imported; `errors` are the first LISTED of `total`."""

    def __init__(self, errors: list[FileError], total: int):
        self.errors, self.total = errors, total
        lines = [f"Rien n’a été importé. Erreurs : {total}.", *map(str, errors)]
        if total > len(errors):
            lines.append(f"… et {total - len(errors)} autres erreurs.")
        super().__init__("\n".join(lines))


@dataclass
class Errors:
    """Every error met so far: all counted, the first LISTED described."""

    listed: list[FileError] = field(default_factory=list)
    total: int = 0

    def add(self, table: str, row: int | None, column: str, message: str | Callable[[], str]) -> None:
        """Note an error; a message that is costly to find may come as a function."""
        self.total += 1
        if len(self.listed) < LISTED:
            self.listed.append(FileError(table, row, column, message() if callable(message) else message))

    def refuse_any(self) -> None:
        """Raise MicrodataError if anything was noted."""
        if self.total:
            raise MicrodataError(self.listed, self.total)


def unknown_code(value: str, accepted: Iterable[str]) -> str:
    """Say that a code is unknown or absent, which one may have been meant, and which are accepted."""
    accepted = list(accepted)
    shown = value if len(value) <= 60 else f"{value[:59]}…"
    message = f"code « {shown} » inconnu." if value else "code absent."
    if nearest := get_close_matches(value[:100], accepted, 1):
        message += f" Vouliez-vous dire « {nearest[0]} » ?"
    if not accepted:
        return f"{message} Aucun code n’est admis."
    if len(accepted) <= LONG_LIST:
        return f"{message} Codes admis : {', '.join(accepted)}."
    return f"{message} La commande « codes » donne les {len(accepted)} codes admis."


@dataclass
class Table:
    """One table of the file. `records` starts reading afresh at each call, the header first.

    `accepted` are its columns; a file may do without the `optional` ones.
    """

    label: str
    records: Callable[[], Iterator[list[str]]]
    accepted: tuple[str, ...]
    optional: Collection[str] = ()
    columns: list[str] = field(default_factory=list)

    def check_header(self, errors: Errors) -> None:
        """Read the header; note what is missing, unknown or there twice."""
        try:
            self.columns = [cell.strip() for cell in next(self.records(), [])]
        except TableError as error:
            errors.add(self.label, None, "", str(error))
            return
        if len(self.columns) == 1 and ";" in self.columns[0]:
            errors.add(self.label, 1, "", "les colonnes sont séparées par des points-virgules ; il faut des virgules.")
            return
        named = [column for column in self.columns if column]
        for column in dict.fromkeys(named):
            if column not in self.accepted:
                errors.add(self.label, 1, column, f"colonne inconnue. Colonnes admises : {', '.join(self.accepted)}.")
            elif named.count(column) > 1:
                errors.add(self.label, 1, column, "cette colonne est là deux fois.")
        for column in self.accepted:
            if column not in self.columns and column not in self.optional:
                errors.add(self.label, 1, column, "colonne absente.")

    def rows(self, errors: Errors) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield (row number, {column: text}) for every row that is not blank, notes those of the wrong shape."""
        width = len(self.columns)
        nameless = [index for index, column in enumerate(self.columns) if not column]
        try:
            for number, record in enumerate(self.records(), 1):
                if number == 1 or not any(record):
                    continue
                if len(record) != width:
                    errors.add(self.label, number, "", f"{len(record)} cellules au lieu de {width}.")
                    continue
                if any(record[index] for index in nameless):
                    errors.add(self.label, number, "", "une valeur se trouve dans une colonne sans nom.")
                yield number, dict(zip(self.columns, record, strict=True))
        except TableError as error:
            errors.add(self.label, None, "", str(error))


def read_microdata(path: Path) -> dict[str, Table]:
    """Open an .xlsx or a folder of CSV files; return its three tables by name, headers checked.

    Raises MicrodataError when the file cannot be opened, lacks a table or a column, or holds what no cell may hold
    (formulas, merged cells, error values).
    """
    errors = Errors()
    tables = _csv_tables(path, errors) if path.is_dir() else _sheets(path, errors)
    for table in tables.values():
        table.check_header(errors)
    errors.refuse_any()
    return tables


def _csv_tables(folder, errors):
    tables = {}
    for name in COLUMNS:
        path = folder / f"{name}.csv"
        if path.is_file():
            tables[name] = Table(path.name, lambda path=path: read_csv(path), COLUMNS[name], OPTIONAL_COLUMNS)
        else:
            errors.add(path.name, None, "", f"fichier absent du dossier « {folder.name} ».")
    return tables


def _sheets(path, errors):
    try:
        if not path.exists():
            raise ReceivedWorkbookError("ce fichier n’existe pas.")
        if path.suffix.lower() == ".csv":
            raise ReceivedWorkbookError("pour des CSV, donnez le dossier qui contient les trois fichiers.")
        sheets, flaws = read_workbook(path, COLUMNS)
    except ReceivedWorkbookError as error:
        errors.add(path.name, None, "", str(error))
        return {}
    for flaw in flaws:
        errors.add(flaw.sheet, flaw.row, "", f"cellule {flaw.cell}, {flaw.message}")
    tables = {}
    for name in COLUMNS:
        if name in sheets:
            tables[name] = Table(name, sheet_records(sheets[name]), COLUMNS[name], OPTIONAL_COLUMNS)
        else:
            errors.add(name, None, "", f"feuille absente du classeur « {path.name} ».")
    return tables


def sheet_records(sheet: CalamineSheet) -> Callable[[], Iterator[list[str]]]:
    """Return what starts reading a sheet afresh at each call: rows of texts, as a person sees them or types them."""
    return lambda: ([_text(value) for value in row] for row in sheet.iter_rows())


def _text(value):
    """The text a person sees in a cell, or would type there."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "VRAI" if value else "FAUX"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)
