"""What could tell who spoke: names, works and companies of an interview, found again in its words."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from interviews.models import Interview, ParticipantIdentity

MIN_LETTERS = 3  # of a name: shorter ones are found in every sentence
WORD = re.compile(r"[^\W_]+")
LOOK_BACK = 4  # characters before a word that tell whether it begins a sentence
ACCENT = "[\u0300-\u036f]"
APOSTROPHES = "’ʼ"
SENTENCE_END = re.compile(r"[.!?…:«»\"\n]\W*$")


class Clue(StrEnum):
    KNOWN = "known"  # a name that the interview gives: it may not be published
    CAPITAL = "capital"  # a capital inside a sentence: perhaps a name


@dataclass(frozen=True)
class Found:
    """A passage that could identify somebody: places in code points, and how sure it is."""

    start: int
    end: int
    clue: Clue


def names_of(interview: Interview) -> list[str]:
    """Return what the interview knows of names: those of its participants, and those listed to be hidden."""
    names = interview.names_to_hide.splitlines()
    for identity in ParticipantIdentity.objects.filter(participant__interview=interview).select_related("contact"):
        names += [identity.name, *identity.name.split(), identity.organisation, identity.email.partition("@")[0]]
        if identity.contact:
            contact = identity.contact
            names += [contact.first_name, contact.last_name, contact.organisation]
    return sorted({name.strip() for name in names if len(name.strip()) >= MIN_LETTERS})


def find_identifying(text: str, names: list[str]) -> list[Found]:
    """Return where a text names somebody or something, in order, without overlap.

    Names are found whatever their case and accents, as whole words. Other words with a capital inside a sentence are
    only pointed out: a reader decides.
    """
    plain = _fold(text)
    taken = bytearray(len(text))
    found = []

    def keep(start, end, clue):
        # Of two names that share a word, the second keeps what the first leaves.
        while start < end and (taken[start] or text[start].isspace()):
            start += 1
        while start < end and (taken[end - 1] or text[end - 1].isspace()):
            end -= 1
        if start < end:
            taken[start:end] = b"\1" * (end - start)
            found.append(Found(start, end, clue))

    for name in sorted(names, key=len, reverse=True):
        for match in re.finditer(_pattern(name), plain):
            keep(*match.span(), Clue.KNOWN)
    for match in WORD.finditer(text):
        start, word = match.start(), match[0]
        if len(word) >= MIN_LETTERS and word[0].isupper() and not word.isupper():
            before = text[max(0, start - LOOK_BACK) : start]
            if before and not SENTENCE_END.search(before):
                keep(*match.span(), Clue.CAPITAL)
    return sorted(found, key=lambda one: one.start)


def named_in(text: str, interview: Interview) -> list[str]:
    """Return the names known to the interview that a text gives away, as it writes them."""
    names = names_of(interview)
    return sorted({text[one.start : one.end] for one in find_identifying(text, names) if one.clue is Clue.KNOWN})


def _pattern(name):
    """Return what finds a name in a folded text: any blank between its words, accents typed as marks of their own."""
    words = [re.sub(ACCENT, "", word) for word in _fold(name).split()]
    between, blank = f"{ACCENT}*", rf"{ACCENT}*\s+"
    spelled = blank.join(between.join(map(re.escape, word)) for word in words)
    return rf"(?<!\w){spelled}{between}(?!\w)"


def _fold(text):
    """Return the text in lower case without accents, each character in its place: places must stay true."""
    return "".join(_plain(char) for char in text)


def _plain(char):
    if char in APOSTROPHES:
        return "'"
    base = unicodedata.normalize("NFD", char)[0].lower()
    return base if len(base) == 1 else char
