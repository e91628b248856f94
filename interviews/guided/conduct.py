"""One interview on one page: the guide's parts with their questions and use cases, and the notes beside them."""

from dataclasses import dataclass, field
from functools import cached_property

from django import forms
from django.db import transaction

from interviews.collection.answers import save_answers, save_profile, save_use_case_answers
from interviews.collection.core_wordings import core_wordings
from interviews.collection.item_form import ItemsForm
from interviews.collection.offers import add_use_case
from interviews.collection.pages import path_of
from interviews.collection.profile_form import ProfileForm
from interviews.collection.use_case_form import CatalogueLists, UseCaseForm
from interviews.models import Interview, InterviewRating, Note, UseCaseAnswer
from usecases.models import UseCase

from .guide import Part, read_guide
from .notes import NoteForm, new_note, save_note
from .ratings import REASONS, RatingForm, save_rating
from .writing import refuse_unless_writable

COPIED = UseCase(code="--code--", name="--name--")  # stands in the card that the browser copies for any use case


@dataclass(frozen=True)
class Card:
    """One use case: what the person answers, and what the interviewer makes of it."""

    use_case: UseCase
    answer: UseCaseForm
    rating: RatingForm

    @property
    def forms(self):
        return [self.answer, self.rating]


@dataclass(frozen=True)
class Section:
    """One part of the guide on the page. `items` are (title, form) of the questionnaire's modules."""

    part: Part
    number: int
    starts_at: int  # minutes from the beginning
    profile: ProfileForm | None = None
    items: list[tuple[str, ItemsForm]] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)

    @property
    def ends_at(self):
        return self.starts_at + self.part.minutes

    @property
    def forms(self) -> list[forms.Form]:
        of_cards = [form for card in self.cards for form in card.forms]
        return [*([self.profile] if self.profile else []), *(form for _, form in self.items), *of_cards]


@dataclass
class Conduct:
    """The whole page of an interview; `data` is what was sent, None when it is only shown."""

    interview: Interview
    data: dict | None = None

    @cached_property
    def sections(self) -> list[Section]:
        """The guide's parts in order (a number of queries that does not depend on questions and use cases)."""
        path = path_of(self.interview.response)
        lists, sections, minutes = CatalogueLists(), [], 0
        for number, part in enumerate(read_guide().parts, 1):
            sections.append(
                Section(
                    part,
                    number,
                    minutes,
                    profile=ProfileForm(self.data, response=self.interview.response) if part.profile else None,
                    items=self._items(part, path, lists),
                    cards=self._cards(path, lists) if part.use_cases else [],
                )
            )
            minutes += part.minutes
        return sections

    @cached_property
    def notes(self) -> list[NoteForm]:
        """The notes in the order they were taken."""
        return [NoteForm(self.data, note=note) for note in self.interview.notes.all()]

    @cached_property
    def blank_note(self) -> NoteForm:
        """The note to come: sent, it has the key that its page gave it."""
        note = new_note(self.interview)
        if self.data and (key := _sent_key(self.data, self.notes)):
            note.key = key
        return NoteForm(self.data, note=note)

    @property
    def copied_card(self) -> Card:
        """The card from which the browser makes that of any other use case, without a network."""
        return self._card(UseCaseAnswer(use_case=COPIED), InterviewRating(use_case=COPIED), CatalogueLists(), None)

    @cached_property
    def forms(self) -> list[forms.Form]:
        return [*(form for section in self.sections for form in section.forms), *self.notes, self.blank_note]

    @cached_property
    def left_alone(self) -> list[str]:
        """What `save` did not write because it had changed in another window."""
        return []

    def save(self) -> bool:
        """Store each form that can be read; return whether all could. What is wrong loses nothing else.

        Raises InterviewRefusedError, ResponseRefusedError or PassageLostError.
        """
        refuse_unless_writable(self.interview)
        # A list, not a generator: every form must be checked so that all errors show at once.
        readable = [form for form in self.forms if form.is_valid()]
        with transaction.atomic():
            for form in readable:
                self.left_alone.extend(_WRITERS[type(form)](self.interview, form))
        return len(readable) == len(self.forms)

    def _items(self, part, path, lists):
        pages = [page for code in part.modules if (page := path.page(code)) and page.items]
        return [
            (
                page.title,
                ItemsForm(
                    self.data,
                    items=page.items,
                    initial=path.answers,
                    tool_names=lists.tool_names,
                    versions=path.versions,
                ),
            )
            for page in pages
        ]

    def _cards(self, path, lists):
        offered = sorted((row for page in path.pages for row in page.offered), key=lambda row: row.rank)
        ratings = {rating.use_case_id: rating for rating in self.interview.ratings.all()}
        cards = []
        for row in offered:
            rating = ratings.get(row.use_case_id) or InterviewRating(interview=self.interview, use_case=row.use_case)
            rating.use_case = row.use_case
            cards.append(self._card(row, rating, lists, self.data))
        return cards

    def _card(self, answer, rating, lists, data):
        wordings = core_wordings(self.interview.response.campaign.questionnaire)
        form = UseCaseForm(data, offered=answer, lists=lists, wordings=wordings)
        return Card(answer.use_case, form, RatingForm(data, rating=rating))


def save_card(interview: Interview, use_case: UseCase, values: dict, version: int) -> int | None:
    """Store the answers about a use case of the campaign, adding it when it was not offered; return the new version,
    or None when it changed elsewhere. Raises InterviewRefusedError or ResponseRefusedError."""
    refuse_unless_writable(interview)
    with transaction.atomic():
        add_use_case(interview.response, use_case)
        saving = save_use_case_answers(interview.response, {use_case.pk: values}, {use_case.pk: version})
    return None if saving.left_alone else saving.versions[use_case.pk]


def _sent_key(data, notes):
    """Return the key of the note that was typed in the blank place of the page sent; None when there is none."""
    known = {str(form.note.key) for form in notes}
    sent = (name[len("note-") : -len("-text")] for name in data if name.startswith("note-") and name.endswith("-text"))
    return next((key for key in sent if key not in known and _is_key(key)), None)


def _is_key(text):
    try:
        Note._meta.get_field("key").to_python(text)
    except forms.ValidationError:
        return False
    return True


def _write_profile(interview, form):
    return ["Profil"] if save_profile(interview.response, *form.values(), form.version) is None else []


def _write_items(interview, form):
    return save_answers(interview.response, form.values(), form.versions()).left_alone


def _write_card(interview, form):
    use_case = form.offered.use_case
    return [use_case] if save_card(interview, use_case, form.values(), form.version) is None else []


def _write_rating(interview, form):
    values = {name: form.cleaned_data[name] for name in ("adoption", *REASONS)}
    saved = save_rating(interview, form.use_case, values, form.cleaned_data["version"] or 0)
    return [form.use_case] if saved is None else []


def _write_note(interview, form):
    cleaned = form.cleaned_data
    save_note(interview, form.note.key, cleaned["text"], cleaned["part"], cleaned["marked_at"], cleaned["version"] or 0)
    return []


_WRITERS = {
    ProfileForm: _write_profile,
    ItemsForm: _write_items,
    UseCaseForm: _write_card,
    RatingForm: _write_rating,
    NoteForm: _write_note,
}
