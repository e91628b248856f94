"""Tables as CSV files: UTF-8, comma, and text that no spreadsheet takes for a formula."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

# A spreadsheet runs a cell that begins so; the apostrophe is there so that reading back is exact.
GUARDED = ("=", "+", "-", "@", "\t", "\r", "'")


class TableError(ValueError):
    """A CSV file that cannot be read; the message is in French."""


def guard(value):
    """Return `value` with one apostrophe before a text that a spreadsheet could run; numbers stay as they are."""
    return f"'{value}" if isinstance(value, str) and value.startswith(GUARDED) else value


def unguard(text: str) -> str:
    """Return the text as it was before `guard`."""
    return text.removeprefix("'")


def write_csv(stream, header: Sequence[str], rows: Iterable[Sequence]) -> None:
    """Write a table to a text stream opened with newline=""; None is an empty cell."""
    write_cells(stream, header, ([guard(value) for value in row] for row in rows))


def write_cells(stream, header: Sequence[str], rows: Iterable[Sequence]) -> None:
    """Like `write_csv`, for rows whose texts are guarded already."""
    writer = csv.writer(stream)
    writer.writerow(header)
    writer.writerows(rows)


def read_csv(path: Path) -> Iterator[list[str]]:
    """Yield each record of the file, the header first, cells without their guard; a blank line is an empty list.

    Records come in the order and number a spreadsheet shows them. Raises TableError for a file that is empty, is not
    UTF-8, or whose quotes do not match.
    """
    number = 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            for record in csv.reader(stream, strict=True):
                number += 1
                # Six million cells, hardly one of them guarded: looked for in the whole record first.
                yield [unguard(cell) for cell in record] if "'" in "".join(record) else record
    except UnicodeDecodeError:
        raise TableError(
            f"ligne {_first_undecodable_line(path)}, le fichier n’est pas en UTF-8. Enregistrez-le au format "
            "« CSV UTF-8 »."
        ) from None
    except csv.Error as error:
        raise TableError(
            f"après la ligne {number}, le fichier n’est pas un CSV lisible : un guillemet s’ouvre sans se fermer, ou "
            "une cellule est démesurée."
        ) from error
    if number == 0:
        raise TableError("le fichier est vide.")


def _first_undecodable_line(path):
    # The reader decodes by blocks: it only knows that the fault lies somewhere ahead.
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return number
    raise AssertionError("the file changed while it was read")
