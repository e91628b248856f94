"""Transcripts: what a file says, who speaks where. The text is stored as it was and never changes."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import webvtt
from django.db import IntegrityError, transaction
from webvtt.errors import MalformedCaptionError, MalformedFileError

from cnc_survey.received_document import ReceivedDocumentError, read_paragraphs
from interviews.models import Interview, Transcript
from interviews.models.interview import MAX_SOURCE

from .anchors import normalise_lines
from .planning import InterviewRefusedError

MAX_FILE = 8 << 20  # bytes
# « Camille : … », « [00:12:03] Camille : … »
SPOKEN = re.compile(
    r"(?:\[?(?P<time>\d{1,2}:\d{2}(?::\d{2})?)(?:[.,]\d+)?\]?\s+)?(?P<speaker>[^\W\d_][^:\n]{0,39}?)[ \u00a0\u202f]?:\s"
)
SPOKEN_TWICE = 2  # a label met once is the beginning of a sentence


class TranscriptError(ValueError):
    """A file that cannot be taken as a transcript; the message is in French."""


@dataclass(frozen=True)
class Spoken:
    """The text of a transcript and its turns: (start, end, speaker or « », seconds or None), places in code points."""

    text: str
    turns: list[tuple[int, int, str, int | None]]


def read_transcript(name: str, content: bytes) -> Spoken:
    """Read a .docx, .txt, .vtt or .srt file, by the end of its name. Raises TranscriptError."""
    reader = READERS.get(name.lower().rpartition(".")[2])
    if reader is None:
        raise TranscriptError(f"« {name} » : format non reconnu. Formats admis : .docx, .txt, .vtt, .srt.")
    if len(content) > MAX_FILE:
        raise TranscriptError(f"« {name} » dépasse {MAX_FILE >> 20} Mo. Coupez la transcription en plusieurs fichiers.")
    try:
        spoken = reader(content)
    except (ReceivedDocumentError, TranscriptError) as error:
        raise TranscriptError(f"« {name} » : {error}") from None
    if not spoken.text.strip():
        raise TranscriptError(f"« {name} » ne contient aucun texte.")
    if len(spoken.text) > MAX_SOURCE:
        raise TranscriptError(
            f"« {name} » : {len(spoken.text)} caractères, plus que les {MAX_SOURCE} admis. Coupez-la en deux."
        )
    return spoken


def add_transcript(interview: Interview, name: str, content: bytes, user) -> Transcript:
    """Attach a file to an interview, whatever its state: a transcript often comes after the rest.

    Raises TranscriptError, also for a text already attached; InterviewRefusedError for an interview that holds nothing.
    """
    if interview.withdrawn_at or interview.called_off_at:
        raise InterviewRefusedError("Cet entretien est annulé ou retiré : il ne reçoit plus de texte.")
    spoken = read_transcript(name, content)
    digest = hashlib.sha256(spoken.text.encode()).hexdigest()
    try:
        with transaction.atomic():
            return Transcript.objects.create(
                interview=interview,
                name=name[-200:],
                text=spoken.text,
                turns=spoken.turns,
                digest=digest,
                added_by=user,
            )
    except IntegrityError:
        raise TranscriptError(f"« {name} » : ce texte est déjà joint à cet entretien.") from None


def decode(content: bytes) -> str:
    """Return the text of a file: UTF-8, UTF-16 with its mark, or what Windows writes. Raises TranscriptError."""
    encodings = ["utf-16"] if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(unicodedata.category(char) == "Cc" and char not in "\t\n\r\f" for char in text):
            break
        return normalise_lines(text)
    raise TranscriptError("ce n’est pas un texte, ou son encodage n’est pas reconnu. Enregistrez-le en UTF-8.")


def _read_text(content):
    text = decode(content)
    return Spoken(text, _labelled_turns(text))


def _read_document(content):
    text = normalise_lines("\n".join(read_paragraphs(content)))
    if "\0" in text:
        raise TranscriptError("le document contient un caractère nul.")
    return Spoken(text, _labelled_turns(text))


def _read_captions(format_of_file) -> Callable[[bytes], Spoken]:
    def read(content):
        lines = decode(content).split("\n")
        try:
            captions = webvtt.from_buffer(lines, format=format_of_file).captions
        except (MalformedFileError, MalformedCaptionError) as error:
            raise TranscriptError(f"fichier de sous-titres illisible ({error}).") from None
        if not captions:
            raise TranscriptError("aucun sous-titre n’a été trouvé.")
        text, turns = "", []
        for caption in captions:
            said = normalise_lines(caption.text)
            start = len(text) + bool(text)
            text = f"{text}\n{said}" if text else said
            turns.append((start, len(text), caption.voice or "", int(caption.start_in_seconds)))
        labelled = {place: speaker for place, _, speaker, _ in _labelled_turns(text)}
        return Spoken(
            text, [(start, end, voice or labelled.get(start, ""), seconds) for start, end, voice, seconds in turns]
        )

    return read


def _labelled_turns(text):
    """Return the turns of a text in which a line may begin with the name of who speaks."""
    found, place = [], 0
    for line in text.split("\n"):
        if match := SPOKEN.match(line):
            found.append((place, match["speaker"].strip(), _seconds(match["time"])))
        place += len(line) + 1
    times = Counter(speaker for _, speaker, _ in found)
    spoken = [turn for turn in found if times[turn[1]] >= SPOKEN_TWICE]
    following = [start for start, _, _ in spoken[1:]] + [len(text) + 1]
    # Up to the line end before the next turn.
    return [
        (start, end - 1, speaker, seconds) for (start, speaker, seconds), end in zip(spoken, following, strict=False)
    ]


def _seconds(time):
    if time is None:
        return None
    seconds = 0
    for part in time.split(":"):
        seconds = seconds * 60 + int(part)
    return seconds


READERS = {"txt": _read_text, "docx": _read_document, "vtt": _read_captions("vtt"), "srt": _read_captions("srt")}
