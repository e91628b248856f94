"""A file of one table, .xlsx or CSV, that a member of the team hands in: read whole, every mistake with its place."""

import math
import re
from collections.abc import Collection
from pathlib import Path

from cnc_survey.received_workbook import Limits, ReceivedWorkbookError, read_workbook
from cnc_survey.tables import read_csv

from .microdata_file import Errors, Table, sheet_records

LIMITS = Limits(size=24 << 20, rows=20_000)
SPACES = re.compile(r"[\s\u00a0\u202f]")
NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?")
YEARS = range(1900, 2101)


def open_table(
    path: Path, sheet: str, columns: tuple[str, ...], optional: Collection[str], errors: Errors, name: str = ""
) -> Table | None:
    """Open the table of a file, its header checked; None, with a mistake noted, when there is none to read.

    In a workbook it is the sheet of this name. `name` is what the person calls the file, when it is read from a copy.
    """
    name = name or path.name
    if not path.is_file():
        is_folder = path.is_dir()
        errors.add(name, None, "", "c’est un dossier, il faut un fichier." if is_folder else "ce fichier n’existe pas.")
        return None
    if path.suffix.lower() == ".csv":
        table = Table(name, lambda: read_csv(path), columns, optional)
    else:
        try:
            sheets, flaws = read_workbook(path, [sheet], LIMITS)
        except ReceivedWorkbookError as error:
            errors.add(name, None, "", str(error))
            return None
        if sheet not in sheets:
            errors.add(name, None, "", f"la feuille « {sheet} » est absente du classeur.")
            return None
        for flaw in flaws:
            errors.add(flaw.sheet, flaw.row, "", f"cellule {flaw.cell}, {flaw.message}")
        table = Table(sheet, sheet_records(sheets[sheet]), columns, optional)
    before = errors.total
    table.check_header(errors)
    return table if errors.total == before else None


def read_number(text: str) -> float | None:
    """Return the number written in a cell, with a comma or a point, spaces between thousands and « % » after; None
    when it is not one."""
    bare = SPACES.sub("", text).removesuffix("%").replace(",", ".")
    if not NUMBER.fullmatch(bare):
        return None
    number = float(bare)
    return number if math.isfinite(number) else None


def read_year(text: str) -> int | None:
    """Return the year written in a cell, None when it is not one."""
    bare = text.strip()
    return int(bare) if bare.isascii() and bare.isdecimal() and int(bare) in YEARS else None
