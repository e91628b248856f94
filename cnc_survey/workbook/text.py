"""Texts as the format holds them: names of sheets, what XML cannot carry, limits."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_ROWS = 1_048_576  # rows of a sheet, set by the format
MAX_TEXT = 32_767  # UTF-16 units of a cell, set by the format
MAX_TITLE = 31  # UTF-16 units of a sheet's name, set by the format


class WorkbookError(ValueError):
    """A workbook that cannot be written; the message is in French."""


@dataclass(frozen=True)
class Link:
    """A text that leads to a row of another sheet of the workbook, named by its title."""

    text: str
    sheet: str
    row: int = 1


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
    if utf16_units(text) <= limit:
        return text
    while utf16_units(text) > limit - 1:
        text = text[:-1]
    return text.rstrip(" '") + "…"


def utf16_units(text):
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
