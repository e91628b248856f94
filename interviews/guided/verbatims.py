"""From a person's words to a quote that may be shown: the only writer of verbatims.

Words are taken at a place of a note or transcript, coded, worded for the public, read by somebody else, then put to the
person. `published_verbatims` is the one way out.
"""

import hashlib
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from interviews.models import Campaign, Code, Interview, Note, Participant, Transcript, Verbatim
from interviews.models.coding import MAX_QUOTE
from usecases.models import UseCase

from .attributes import visible_attributes
from .pseudonyms import named_in


class VerbatimError(ValueError):
    """Words that cannot be taken, worded or shown; the message is in French."""


@dataclass(frozen=True)
class Coding:
    """What is said of a verbatim: about which use case, under which codes, for or against."""

    use_case: UseCase | None = None
    codes: tuple[Code, ...] = ()
    valence: str = Verbatim.Valence.NEUTRAL


@dataclass(frozen=True)
class PublishedVerbatim:
    """A quote as everybody may read it. `attribute` is a sector or an occupation, « » when none may be told."""

    text: str
    use_case: UseCase | None
    themes: tuple[str, ...]
    attribute: str


def select_words(source: Note | Transcript, start: int, end: int, words: str) -> tuple[int, int]:
    """Return the places of the words chosen in a source, blanks at both ends left out.

    Places count code points. Raises VerbatimError when nothing is chosen, too much is, or `words` are not there: the
    page and the text stored must agree to the letter.
    """
    text = source.text
    if not 0 <= start < end <= len(text) or text[start:end] != words:
        raise VerbatimError(
            "Le passage choisi ne correspond plus au texte : rechargez la page et sélectionnez-le à nouveau."
        )
    start += len(words) - len(words.lstrip())
    end -= len(words) - len(words.rstrip())
    if start >= end:
        raise VerbatimError("Le passage choisi est vide : sélectionnez des mots.")
    if end - start > MAX_QUOTE:
        raise VerbatimError(f"Le passage choisi dépasse {MAX_QUOTE} caractères : choisissez-en moins.")
    return start, end


def find_words(source: Note | Transcript, words: str, first: int | None, last: int | None) -> tuple[int, int]:
    """Return the places of words that were pasted, between two lines numbered from 1; of the whole lines without any.

    Raises VerbatimError when the lines do not exist, or the words are not found, or found twice.
    """
    lines = source.text.split("\n")
    first, last = first or 1, last or (first or len(lines))
    if not 1 <= first <= last <= len(lines):
        raise VerbatimError(f"Ces lignes n’existent pas : le texte en a {len(lines)}.")
    start = sum(len(line) + 1 for line in lines[: first - 1])
    end = start + len("\n".join(lines[first - 1 : last]))
    words = words.strip()
    if not words:
        return start, end
    place = source.text.find(words, start, end)
    if place == -1:
        raise VerbatimError("Ces mots ne se trouvent pas, à la lettre, dans les lignes indiquées. Copiez-les du texte.")
    if source.text.find(words, place + 1, end) != -1:
        raise VerbatimError("Ces mots se trouvent plusieurs fois : indiquez leur ligne.")
    return place, place + len(words)


@transaction.atomic
def add_verbatim(source: Note | Transcript, participant: Participant, start: int, end: int, coding: Coding, user):
    """Take the words of a source as a verbatim of this participant. Raises VerbatimError."""
    if participant.interview_id != source.interview_id or participant.role == Participant.Role.OBSERVER:
        raise VerbatimError("Ces mots sont ceux d’une personne interrogée dans cet entretien : choisissez-la.")
    locked = type(source).objects.select_for_update().get(pk=source.pk)  # a note may be changing at this moment
    start, end = select_words(locked, start, end, source.text[start:end])
    place = {"note": source} if isinstance(source, Note) else {"transcript": source}
    verbatim = Verbatim.objects.create(
        participant=participant, start=start, end=end, text=locked.text[start:end], created_by=user, **place
    )
    _code(verbatim, coding)
    return verbatim


@transaction.atomic
def code_verbatim(verbatim: Verbatim, coding: Coding) -> None:
    """Say again what a verbatim is about. Raises VerbatimError once it was withdrawn."""
    _refuse_withdrawn(verbatim)
    _code(verbatim, coding)


@transaction.atomic
def word_publicly(verbatim: Verbatim, text: str, user) -> None:
    """Write what may be shown of a verbatim; it is to be read, then put to the person, again.

    Raises VerbatimError when the wording gives away a name that the interview knows.
    """
    _refuse_withdrawn(verbatim)
    if named := named_in(text, verbatim.participant.interview):
        raise VerbatimError(f"Cette formulation nomme encore : {', '.join(named)}. Remplacez ces mots.")
    verbatim.public_text, verbatim.worded_by = text.strip(), user
    verbatim.reviewed_by = verbatim.reviewed_at = verbatim.agreed_at = None
    verbatim.save()


@transaction.atomic
def review_verbatim(verbatim: Verbatim, user) -> None:
    """Note that somebody else has read the public wording and lets it be put to the person.

    Raises VerbatimError when there is nothing to read, or for whoever took the words or worded them.
    """
    _refuse_withdrawn(verbatim)
    if not verbatim.public_text:
        raise VerbatimError("Il n’y a pas encore de formulation publique à relire.")
    if user.pk in (verbatim.created_by_id, verbatim.worded_by_id):
        raise VerbatimError("Une formulation publique est relue par une autre personne que son auteur.")
    if named := named_in(verbatim.public_text, verbatim.participant.interview):
        raise VerbatimError(f"Cette formulation nomme encore : {', '.join(named)}.")
    verbatim.reviewed_by, verbatim.reviewed_at = user, timezone.now()
    verbatim.save()


def withdraw_verbatim(verbatim: Verbatim) -> None:
    """Take a quote back, for good: its words leave this row and every page and file made from it."""
    verbatim.text = verbatim.public_text = ""
    verbatim.withdrawn_at, verbatim.agreed_at = timezone.now(), None
    verbatim.save()


def verbatims_of(campaign: Campaign) -> QuerySet:
    """Return the verbatims of a campaign that were not withdrawn, nor their interview."""
    return (
        Verbatim.objects.filter(participant__interview__campaign=campaign, withdrawn_at=None)
        .filter(participant__interview__in=Interview.objects.kept())
        .select_related("participant__interview", "use_case", "created_by", "worded_by", "reviewed_by")
        .prefetch_related("codes")
    )


def published_verbatims(campaign: Campaign) -> list[PublishedVerbatim]:
    """Return the quotes of a campaign that everybody may read (METHOD.md §5.6), in a number of queries that does not
    depend on theirs.

    Consented to, read by a second person, agreed by the person. At most one attribute, only where the cell of the
    closed campaign is visible and holds ten persons or more; no rating, no date, and an order that tells nothing: drawn
    at random, the same each time.
    """
    rows = (
        Verbatim.objects.publishable()
        .filter(participant__interview__campaign=campaign)
        .select_related("use_case", "participant__interview__response")
        .prefetch_related(
            "codes",
            "participant__interview__response__occupations",
            "participant__interview__response__sectors",
        )
    )
    rows = sorted(rows, key=lambda row: _draw(campaign, row))
    attributes = visible_attributes(campaign) if rows else set()
    return [
        PublishedVerbatim(
            text=row.public_text,
            use_case=row.use_case,
            themes=tuple(code.name for code in row.codes.all() if code.retired_at is None),
            attribute=_attribute(row, attributes),
        )
        for row in rows
    ]


def _attribute(verbatim, attributes):
    """Return the occupation, else the sector, that may be told beside a quote, when the person let it be."""
    if verbatim.participant.quoting != Participant.Quoting.ATTRIBUTED:
        return ""
    response = verbatim.participant.interview.response
    held = [("occupations", one) for one in response.occupations.all()]
    held += [("sectors", one) for one in response.sectors.all()]
    about = verbatim.use_case and verbatim.use_case.code
    return next((entry.name for variable, entry in held if (about, variable, entry.code) in attributes), "")


def _draw(campaign, verbatim):
    return hashlib.sha256(f"{campaign.slug}:{verbatim.pk}".encode()).digest()


def _code(verbatim, coding):
    verbatim.use_case, verbatim.valence = coding.use_case, coding.valence
    verbatim.save(update_fields=["use_case", "valence"])
    verbatim.codes.set(coding.codes)


def _refuse_withdrawn(verbatim):
    if verbatim.withdrawn_at:
        raise VerbatimError("La personne a retiré cette citation.")
