"""The texts of approved interviews as they may leave for another software: no known name, no withdrawn passage."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from interviews.models import Campaign, Interview, Note, Transcript

from .pseudonyms import Clue, find_identifying

# One word each for a software that counts words: it is easily set aside.
NAME_MARK, PASSAGE_MARK = "[nom_masqué]", "[passage_retiré]"
# Control characters have no place in XML; a byte order mark would be eaten by some readers, and shift every place.
UNWRITABLE = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Cut:
    """A passage of the text as it was, [start, end), and what stands in its place, [new_start, new_end)."""

    start: int
    end: int
    new_start: int
    new_end: int


@dataclass(frozen=True)
class MaskedText:
    """A text with passages replaced; `moved` follows places, in code points, from the text as it was."""

    text: str
    cuts: tuple[Cut, ...]

    def moved(self, start: int, end: int) -> tuple[int, int]:
        """Return where a passage stands now; it takes in the whole of a mark that it touches."""
        new_start, new_end = start, end
        for cut in self.cuts:
            if cut.start < end:
                new_end = cut.new_end + max(0, end - cut.end)
            if cut.start <= start:
                new_start = cut.new_end + start - cut.end if cut.end <= start else cut.new_start
        return new_start, new_end


def approved_interviews(campaign: Campaign) -> QuerySet:
    """Return the approved interviews of a campaign with their texts and what was taken from them, by number."""
    return (
        Interview.objects.filter(campaign=campaign)
        .approved()
        .select_related("response")
        .prefetch_related(
            "response__occupations",
            "response__sectors",
            *(f"{texts}__verbatims__{coded}" for texts in ("notes", "transcripts") for coded in ("codes", "use_case")),
        )
        .order_by("number")
    )


def mask_text(source: Note | Transcript, names: list[str]) -> MaskedText:
    """Return the text of a source without these names, nor the words that a person withdrew."""
    withdrawn = [(one.start, one.end, PASSAGE_MARK) for one in source.verbatims.all() if one.withdrawn_at]
    known = [one for one in find_identifying(source.text, names) if one.clue is Clue.KNOWN]
    pieces, cuts, place, length = [], [], 0, 0
    for start, end, mark in _joined([*withdrawn, *((one.start, one.end, NAME_MARK) for one in known)]):
        kept = source.text[place:start]
        length += len(kept)
        cuts.append(Cut(start, end, length, length + len(mark)))
        pieces += [kept, mark]
        place, length = end, length + len(mark)
    return MaskedText(clean("".join([*pieces, source.text[place:]])), tuple(cuts))


def clean(text: str) -> str:
    """Return the text with a space for each character that a file may not hold: places stay true."""
    return UNWRITABLE.sub(" ", text)


def _joined(passages: Iterable[tuple[int, int, str]]):
    """Return the passages in order, those that overlap made one: a withdrawn one gives its mark to the whole."""
    joined = []
    for start, end, mark in sorted(passages):
        if joined and start < joined[-1][1]:
            first, last, before = joined[-1]
            joined[-1] = (first, max(last, end), before if mark == NAME_MARK else mark)
        else:
            joined.append((start, end, mark))
    return joined
