"""The interviewer's notes: the only writer of them. A note is never overwritten by an older one, and never lost."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from interviews.collection.units import version_field
from interviews.models import Interview, Note
from interviews.models.interview import MAX_NOTE

from .anchors import PassageLostError, find_again, normalise_lines
from .guide import read_guide
from .units import Unit
from .writing import refuse_unless_writable

CLOCK_ERROR = timedelta(days=2)  # a device whose clock is further off does not know when a note was taken


@dataclass(frozen=True)
class SavedNote:
    """The note that now holds the words, which may be a copy beside one that changed elsewhere."""

    note: Note | None
    is_copy: bool = False

    @property
    def version(self) -> int:
        return self.note.version if self.note else 0


class NoteForm(forms.Form):
    """One note, as it is typed."""

    text = forms.CharField(
        label="Note",
        max_length=MAX_NOTE,
        strip=False,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "max_length": f"cette note dépasse {MAX_NOTE} caractères. Coupez-la en deux : rien n’est perdu."
        },
    )
    part = forms.ChoiceField(label="Partie du guide", required=False)
    marked_at = forms.DateTimeField(required=False, widget=forms.HiddenInput, input_formats=["iso8601"])

    def __init__(self, data=None, *, note: Note):
        initial = {"text": note.text, "part": note.part, "marked_at": note.marked_at and note.marked_at.isoformat()}
        super().__init__(data, prefix=f"note-{note.key}", initial=initial)
        self.note = note
        self.unit = Unit(f"note.{note.key}", note.version)
        self.fields["part"].choices = [("", "Hors du guide"), *((p.code, p.title) for p in read_guide().parts)]
        self.fields["version"] = version_field(self.unit.version)
        self.fields["text"].widget.attrs |= {"aria-label": self.label}

    @property
    def label(self):
        if self.note.pk is None:
            return "Nouvelle note"
        return f"Note de {timezone.localtime(self.note.marked_at):%H:%M}"

    def clean_text(self):
        return normalise_lines(self.cleaned_data["text"])


def new_note(interview: Interview) -> Note:
    """Return a note not yet stored, with a key of its own."""
    return Note(interview=interview, key=uuid.uuid4(), text="", marked_at=None)


def read_key(text: str) -> uuid.UUID:
    """Return the key written in an address. Raises ValidationError when it is none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise ValidationError("clé de note illisible.") from None


@transaction.atomic
def save_note(
    interview: Interview, key: uuid.UUID, text: str, part: str, marked_at: datetime | None, version: int
) -> SavedNote:
    """Store one note under its key; the same sent twice changes nothing, words alone are never dropped.

    A note that changed elsewhere since `version` is left as it is, and these words go beside it, in a copy of their
    own; unless they only go on where the stored ones end, which is one person typing through a poor network.
    Verbatims follow their words. Raises InterviewRefusedError, or PassageLostError when quoted words would go.
    """
    refuse_unless_writable(interview)
    note = Note.objects.select_for_update().filter(interview=interview, key=key).first()
    if note is None:
        if not text.strip():
            return SavedNote(None)
        note = Note(interview=interview, key=key, text="", marked_at=_moment(marked_at))
    elif (note.text, note.part) == (text, part):
        return SavedNote(note)
    elif note.version != version and not text.startswith(note.text):
        copy = uuid.uuid5(key, str(version))
        stored = Note.objects.filter(interview=interview, key=copy).values_list("version", flat=True).first()
        saved = save_note(interview, copy, text, part, marked_at, stored or 0)
        return SavedNote(saved.note, is_copy=True)
    follow_words(note, text)
    note.text, note.part = text, part
    note.version += 1
    note.save()
    return SavedNote(note)


def follow_words(note: Note, text: str) -> None:
    """Move the verbatims of a note to where their words stand in its new text. Raises PassageLostError.

    Withdrawn ones move too, for as long as their words are there: exports leave them out of the note by their place.
    """
    if note.pk is None:
        return
    for verbatim in note.verbatims.all():
        words = verbatim.text or note.text[verbatim.start : verbatim.end]
        if text[verbatim.start : verbatim.end] == words or (verbatim.withdrawn_at and words not in text):
            continue
        verbatim.start, verbatim.end = find_again(text, words, verbatim.start)
        verbatim.save(update_fields=["start", "end"])


def _moment(marked_at):
    now = timezone.now()
    return marked_at if marked_at and abs(marked_at - now) < CLOCK_ERROR else now


__all__ = ["NoteForm", "PassageLostError", "SavedNote", "follow_words", "new_note", "read_key", "save_note"]
