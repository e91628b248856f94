"""A file of contacts, as managers have them: .xlsx, or CSV as any spreadsheet writes it. Reading only."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.text import capfirst

from cnc_survey.personal_data import words_of
from cnc_survey.received_workbook import Limits, ReceivedWorkbookError, read_workbook
from cnc_survey.tables import unguard

MAX_CONTACTS = 50_000  # a whole professional directory; more is another system's export, to be cut up
MAX_FILE = 30 << 20  # bytes received: 50 000 contacts in CSV take some 6 MB
# A contact is nine short cells; one header above them.
LIMITS = Limits(size=256 << 20, rows=MAX_CONTACTS + 1, advice=" Découpez le fichier.")
SHEETS = ("Contacts", "Feuil1", "Feuille1", "Sheet1")  # ours, then what spreadsheets call their first one
SEPARATOR = "|"  # between several values of one cell

# column of the file: field, other headers understood (compared without accents, case or signs)
COLUMNS = {
    "email": ("email", "e mail", "courriel", "adresse electronique", "mail"),
    "prénom": ("prenom", "first name"),
    "nom": ("nom", "nom de famille", "last name"),
    "structure": ("structure", "organisation", "societe", "entreprise"),
    "métiers": ("metiers", "metier", "occupations"),
    "secteurs": ("secteurs", "secteur", "sectors"),
    "strate": ("strate", "stratum"),
    "étiquettes": ("etiquettes", "etiquette", "tags"),
    "langue": ("langue", "language"),
}
FIELDS = dict(
    zip(
        COLUMNS,
        ["email", "first_name", "last_name", "organisation", "occupations", "sectors", "stratum", "tags", "language"],
        strict=True,
    )
)
_BY_HEADER = {header: FIELDS[column] for column, headers in COLUMNS.items() for header in headers}


class ContactFileError(ValueError):
    """A file refused as a whole; the message is in French."""


@dataclass(frozen=True)
class FileRow:
    """One row that is not blank: its number as a spreadsheet shows it, {field: text}, and what no cell may hold."""

    number: int
    cells: dict[str, str]
    flaw: str = ""


def read_contacts(path: Path, name: str) -> list[FileRow]:
    """Return the rows of a file; `name` is what its sender called it. Raises ContactFileError."""
    records, flaws = _records(path, name)
    fields = _fields(next(records, []))
    rows = []
    for number, record in enumerate(records, 2):
        cells = {field: text.strip() for field, text in zip(fields, record, strict=False) if field}
        if any(cells.values()) or number in flaws:
            rows.append(FileRow(number, cells, flaws.get(number, "")))
        if len(rows) > MAX_CONTACTS:
            raise ContactFileError(f"Ce fichier a plus de {MAX_CONTACTS} contacts. Découpez-le.")
    if not rows:
        raise ContactFileError("Ce fichier ne contient aucun contact sous sa ligne de titres.")
    return rows


def _records(path, name):
    with path.open("rb") as stream:
        start = stream.read(4)
    if start.startswith(b"PK") or name.lower().endswith((".xlsx", ".xls", ".xlsm")):
        return _sheet_records(path)
    return _csv_records(path), {}


def _sheet_records(path):
    try:
        sheets, flaws = read_workbook(path, SHEETS, LIMITS)
    except ReceivedWorkbookError as error:
        raise ContactFileError(capfirst(error)) from error
    sheet = next((sheets[title] for title in SHEETS if title in sheets), None)
    if sheet is None:
        raise ContactFileError("Aucune feuille « Contacts » dans ce classeur : renommez celle qui porte la liste.")
    at = {flaw.row: f"cellule {flaw.cell}, {flaw.message}" for flaw in flaws}
    # Blank rows above would shift the numbers that a person reads.
    first = sheet.start[0] if sheet.start else 0
    if first:
        raise ContactFileError("La première ligne de la feuille doit porter les titres des colonnes.")
    return ([_text(value) for value in row] for row in sheet.iter_rows()), at


def _csv_records(path) -> Iterator[list[str]]:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")  # what a French Excel calls « CSV »
    if "\0" in text:
        raise ContactFileError("Ce n’est ni un classeur .xlsx ni un fichier CSV.")
    header = text.partition("\n")[0]
    delimiter = max(";,\t", key=header.count)
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            yield [unguard(cell) for cell in record]
    except csv.Error as error:
        raise ContactFileError(f"Ce fichier CSV n’est pas lisible : {error}.") from error


def _fields(header):
    fields = [_BY_HEADER.get(" ".join(words_of(title)), "") for title in header]
    named = [field for field in fields if field]
    if "email" not in named:
        raise ContactFileError(f"Aucune colonne « email ». Colonnes comprises : {', '.join(COLUMNS)}.")
    for field in named:
        if named.count(field) > 1:
            column = next(column for column, name in FIELDS.items() if name == field)
            raise ContactFileError(f"La colonne « {column} » est là deux fois.")
    return fields


def _text(value):
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
