"""A text cut into lines and passages, so that a page can mark what is quoted and what could identify somebody."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise, takewhile

from interviews.models import Verbatim

from .pseudonyms import Found


@dataclass(frozen=True)
class Piece:
    """A run of characters marked one way: the verbatims it belongs to, and whether it could identify somebody."""

    text: str
    verbatims: tuple[int, ...]
    clue: str


@dataclass(frozen=True)
class Line:
    """One line of a text: its number from 1, its place in code points, who begins to speak there, its pieces."""

    number: int
    start: int
    speaker: str
    pieces: list[Piece]


def lines_of(text: str, verbatims: Iterable[Verbatim], found: Iterable[Found], turns=()) -> list[Line]:
    """Cut a text: the pieces put end to end, and the lines joined by line ends, give it back to the letter.

    `found` are in order and do not overlap.
    """
    marks = [(one.start, one.end, one.pk) for one in verbatims]
    clues = list(found)
    ends = [one.end for one in clues]
    speakers = {start: speaker for start, _, speaker, _ in turns}
    lines, place, previous = [], 0, ""
    for number, line in enumerate(text.split("\n"), 1):
        end = place + len(line)
        # A long text has thousands of clues: only those of the line are looked at.
        near = list(takewhile(lambda one: one.start < end, clues[bisect_right(ends, place) :]))  # noqa: B023
        crossing = [mark for mark in marks if mark[0] < end and mark[1] > place]
        edges = {edge for first, last, _ in crossing for edge in (first, last)}
        edges |= {edge for one in near for edge in (one.start, one.end)}
        cuts = [place, *sorted(edge for edge in edges if place < edge < end), end]
        pieces = [
            Piece(
                text[start:stop],
                tuple(pk for first, last, pk in crossing if first <= start and stop <= last),
                next((one.clue.value for one in near if one.start <= start and stop <= one.end), ""),
            )
            for start, stop in pairwise(cuts)
            if stop > start
        ]
        speaker = speakers.get(place, "")
        is_said = speaker == previous or line.startswith(speaker)  # by the line itself, or by one above
        lines.append(Line(number, place, "" if is_said else speaker, pieces))
        previous, place = speaker or previous, end + 1
    return lines


def context_of(verbatim: Verbatim, around: int = 200) -> tuple[str, str, str]:
    """Return what stands before a verbatim in its source, its words, and what stands after, cut at `around`."""
    text = verbatim.source.text
    before, after = text[max(0, verbatim.start - around) : verbatim.start], text[verbatim.end : verbatim.end + around]
    if verbatim.start > around:
        before = "…" + before
    if verbatim.end + around < len(text):
        after += "…"
    return before, text[verbatim.start : verbatim.end], after


def pieces_of(text: str, found: Iterable[Found]) -> list[Piece]:
    """Return a short text cut at what could identify somebody."""
    pieces, place = [], 0
    for one in found:
        pieces += [Piece(text[place : one.start], (), ""), Piece(text[one.start : one.end], (), one.clue.value)]
        place = one.end
    return [piece for piece in [*pieces, Piece(text[place:], (), "")] if piece.text]
