"""Answers as a person writes them in a cell: which question a cell asks, how its text reads, how a value is said.

A value is a code (CHOICE), a list of codes or « nsp » (SEVERAL), a list of names (TOOLS), a number or a text: what
the web forms hand over, in a shape that JSON keeps.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from enum import Enum
from functools import lru_cache

from django.utils.text import slugify

from cnc_survey.templatetags.house import number_fr
from interviews.models.response import MAX_TEXT
from usecases.filters import folded

from .tools import MAX_NAME, split_names

SEPARATOR = " ; "  # between several answers of one cell, as we write them
MAX_TOOLS_TEXT = 500  # characters, as online
LONG_LIST = 9  # answers named in a message; beyond, nobody reads them
DONT_KNOW = "nsp"
NUMBER = re.compile(r"[+-]?\d{1,30}([.,]\d{1,30})?")


class Kind(Enum):
    CHOICE = "choice"
    SEVERAL = "several"
    TOOLS = "tools"
    NUMBER = "number"
    TEXT = "text"


class UnreadableAnswerError(ValueError):
    """A cell that does not answer its question; the message, in French, says what is accepted."""


@dataclass(frozen=True)
class Condition:
    """Who is asked: those whose answer to `field` of the row `key` (None: the same row) is one of `codes`."""

    key: str | None
    field: str
    codes: frozenset[str]
    reason: str


@dataclass(frozen=True)
class Question:
    """What one cell asks. `options` are {code: label}; `list_title` names their column on the sheet of lists."""

    header: str
    kind: Kind
    options: dict[str, str] = field(default_factory=dict)
    list_title: str = ""
    condition: Condition | None = None

    def read(self, cell) -> object:
        """Return the value of a cell as the reader gave it (text, number, date); None when empty.

        Labels are recognised whatever their case, accents and punctuation, and codes are accepted too. Raises
        UnreadableAnswerError.
        """
        text = cell_text(cell)
        if len(text) > MAX_TEXT:
            raise UnreadableAnswerError(f"texte de {number_fr(len(text))} caractères ; {number_fr(MAX_TEXT)} au plus.")
        return READERS[self.kind](self, text) if text.strip() else None

    def say(self, value) -> str | float | None:
        """Return the value as a cell or a page shows it; None for no answer."""
        if isinstance(value, list):
            return SEPARATOR.join(self.options.get(part, part) for part in value) or None
        return self.options.get(value, value) if isinstance(value, str) else value

    def is_same(self, one, other) -> bool:
        """Tell whether two values are one answer: order does not count, nor how a tool's name is written."""
        if isinstance(one, list) and isinstance(other, list):
            return {self._identity(part) for part in one} == {self._identity(part) for part in other}
        if isinstance(one, str) and isinstance(other, str):
            # A browser, Excel and LibreOffice each end lines their own way.
            return one.split() == other.split()
        return one == other

    def accepted(self) -> str:
        """Say which answers are accepted."""
        if len(self.options) > LONG_LIST:
            place = f"feuille « Listes », colonne « {self.list_title} »"
            return f"{len(self.options)} réponses admises : {place}."
        return f"Réponses admises : {SEPARATOR.join(self.options.values())}."

    def _identity(self, part):
        return slugify(part) if self.kind is Kind.TOOLS else part

    def _code(self, text):
        spellings = _spellings(tuple(self.options.items()))
        spelling = _spelling(text)
        if spelling in spellings:
            return spellings[spelling]
        message = f"« {_short(text)} » n’est pas une réponse admise."
        if near := get_close_matches(spelling[:200], spellings, 1):
            message += f" Vouliez-vous dire « {self.options[spellings[near[0]]]} » ?"
        raise UnreadableAnswerError(f"{message} {self.accepted()}")


def cell_text(cell) -> str:
    """Return what a person sees in a cell, or would type there."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "VRAI" if cell else "FAUX"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else f"{cell!r}".replace(".", ",")
    return f"{cell:%d/%m/%Y}" if isinstance(cell, date) else "" if cell is None else str(cell)


def _spelling(text):
    """Reduce a text to what counts when labels are compared: letters, figures and dots of level."""
    return " ".join(re.findall(r"[a-z0-9]+|[●○]+", folded(text)))


@lru_cache(maxsize=256)
def _spellings(options: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Return {spelling: code}: the label, the label without its dots, the dots alone, the code."""
    found = {}
    for code, label in options:
        spelling = _spelling(label)
        for one in (spelling, spelling.lstrip("●○ "), *re.findall("[●○]+", spelling), _spelling(code)):
            found.setdefault(one, code)
    return found


def _short(text):
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:59]}…"


def _read_choice(question, text):
    if ";" in text:
        raise UnreadableAnswerError(f"« {_short(text)} » : une seule réponse ici. {question.accepted()}")
    return question._code(text)


def _read_several(question, text):
    parts = (part for part in re.split("[;\n]", text) if part.strip())
    codes = list(dict.fromkeys(question._code(part) for part in parts))
    # « Ne sait pas » stands alone: beside a real answer it says nothing.
    known = [code for code in codes if code != DONT_KNOW]
    return known or (DONT_KNOW if codes else None)


def _read_tools(question, text):
    names = split_names(text.replace(";", ","))
    for name in names:
        if len(name) > MAX_NAME or not slugify(name):
            raise UnreadableAnswerError(
                f"« {_short(name)} » n’est pas un nom d’outil : {MAX_NAME} caractères au plus, dont une lettre. "
                "Séparez les noms par des points-virgules."
            )
    if len(", ".join(names)) > MAX_TOOLS_TEXT:
        raise UnreadableAnswerError(f"plus de {MAX_TOOLS_TEXT} caractères : gardez les outils principaux.")
    return names or None


def _read_number(question, text):
    if _spelling(text) in (DONT_KNOW, "ne sait pas"):
        return DONT_KNOW
    digits = re.sub(r"\s", "", text)
    if not NUMBER.fullmatch(digits):
        raise UnreadableAnswerError(f"« {_short(text)} » n’est pas un nombre ; par exemple 12 ou 12,5.")
    return float(digits.replace(",", "."))


def _read_text(question, text):
    if "\x00" in text:
        raise UnreadableAnswerError("le texte contient un caractère nul, qui ne peut pas être gardé.")
    return text


READERS = {
    Kind.CHOICE: _read_choice,
    Kind.SEVERAL: _read_several,
    Kind.TOOLS: _read_tools,
    Kind.NUMBER: _read_number,
    Kind.TEXT: _read_text,
}
