"""Spreadsheet mode: what a filled workbook would change, shown first, then stored all or nothing."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from django.core import signing
from django.db import transaction

from interviews.models import PROFILE_COLUMNS, Response
from usecases.models import Occupation, Sector

from .answers import save_answers, save_profile, save_use_case_answers
from .blocks import open_block
from .offers import add_use_case, offer_use_cases
from .responses import mark_as_spreadsheet
from .sheet_questions import ANSWER, FIELDS, ONLY, PERCEPTIONS, PROFILE, USE_CASES, Content, PersonalForm, form_of
from .use_case_form import CODED_FIELDS

KEPT_FOR = 30 * 60  # seconds between the preview and its confirmation
MAX_SEALED = 2_000_000  # characters; Django refuses a form beyond 2,5 Mo


class PreviewLostError(ValueError):
    """A confirmation whose preview has expired, was altered or is another person's; the message is in French."""


@dataclass(frozen=True)
class Change:
    """One answer that differs from what is stored, in words; `after` is empty for one that goes away."""

    sheet: str
    label: str
    question: str
    before: str
    after: str
    reason: str = ""

    @property
    def place(self):
        """What the answer is about: (sheet, label of the row)."""
        return self.sheet, self.label

    @property
    def is_one_of_several(self):
        """True when its row asks several questions, so that the question must be said."""
        return self.question != ANSWER


@dataclass(frozen=True)
class Preview:
    """What storing a workbook would do. `ignored` are answers that its other answers close, with the reason."""

    changes: list[Change]
    ignored: list[Change]
    unchanged: int
    after: Content

    @property
    def added(self):
        return [change for change in self.changes if not change.before]

    @property
    def changed(self):
        return [change for change in self.changes if change.before and change.after]

    @property
    def removed(self):
        return [change for change in self.changes if not change.after]

    @property
    def summary(self):
        """How many answers of each kind: « 3 réponses ajoutées, 1 modifiée, 2 inchangées »."""
        counts = {
            "ajoutée": len(self.added),
            "modifiée": len(self.changed),
            "retirée": len(self.removed),
            "inchangée": self.unchanged,
        }
        parts = [f"{n} {word}{'s' if n > 1 else ''}" for word, n in counts.items() if n]
        if not parts:
            return "Aucune réponse"
        number, _, rest = parts[0].partition(" ")
        return ", ".join([f"{number} réponse{'s' if int(number) > 1 else ''} {rest}", *parts[1:]])

    @property
    def digest(self):
        """Name what the person was shown: stored answers that change meanwhile give another digest."""
        lines = [[c.sheet, c.label, c.question, c.before, c.after] for c in self.changes]
        return hashlib.sha256(json.dumps(lines).encode()).hexdigest()


def preview_of(form: PersonalForm, content: Content) -> Preview:
    """Compare a workbook's answers with the stored ones; nothing is written."""
    wanted = {
        grid.title: {
            row.key: form.stored[grid.title].get(row.key, {}) | content.get(grid.title, {}).get(row.key, {})
            for row in grid.rows
        }
        for grid in form.grids
    }
    changes, ignored, unchanged = [], [], 0
    for grid in form.grids:
        for row in grid.by_key.values():
            given = content.get(grid.title, {}).get(row.key, {})
            stored = form.stored[grid.title].get(row.key, {})
            for name, question in row.questions.items():
                old, new = stored.get(name), given.get(name)
                closed = _closed_by(question.condition, row.key, wanted[grid.title])
                label = f"{row.group} : {row.label}" if row.group else row.label
                said = Change(grid.title, label, question.header, _said(question, old), _said(question, new), closed)
                if closed:
                    wanted[grid.title][row.key].pop(name, None)
                    if old is not None:
                        changes.append(Change(said.sheet, label, said.question, said.before, "", closed))
                    elif new is not None:
                        ignored.append(said)
                elif new is None:
                    continue
                elif old is not None and question.is_same(old, new):
                    wanted[grid.title][row.key][name] = old
                    unchanged += 1
                else:
                    changes.append(said)
    return Preview(changes, ignored, unchanged, wanted)


def _closed_by(condition, key, rows):
    """Return why a question is not asked, given the answers of its sheet; empty when it is."""
    if condition is None:
        return ""
    answer = rows.get(condition.key or key, {}).get(condition.field)
    return "" if answer in condition.codes else condition.reason


def _said(question, value):
    said = question.say(value)
    return "" if said is None else f"{said:g}".replace(".", ",") if isinstance(said, float) else str(said)


@transaction.atomic
def store_filled(response: Response, content: Content, digest: str) -> Preview:
    """Store a workbook's answers if what they change is still what `digest` names; return what they change now.

    Written: when the preview returned has that digest. Nothing left to change: it was stored before. Raises
    ResponseRefusedError when the campaign takes no answer.
    """
    locked = Response.objects.select_for_update().get(pk=response.pk)  # a double confirmation stores once
    locked.campaign = response.campaign
    form = form_of(locked)
    preview = preview_of(form, content)
    if preview.changes and preview.digest == digest:
        for store in (_store_profile, _store_use_cases, _store_items):
            store(form, preview.after)
        # The profile may come from the page: it decides which use cases the workbook offers first.
        if not any(values for sheet in (USE_CASES, PERCEPTIONS) for values in form.stored[sheet].values()):
            mark_as_spreadsheet(form.response)
    return preview


def _changed_rows(form, after, sheet) -> Iterator[tuple[str, dict]]:
    """Yield (row key, values after) for the rows that differ from what is stored."""
    return ((key, values) for key, values in after[sheet].items() if values != form.stored[sheet].get(key, {}))


def _store_profile(form, after):
    is_changed = any(_changed_rows(form, after, PROFILE))
    if is_changed:
        values = {key: row[ONLY] for key, row in after[PROFILE].items() if row}
        save_profile(
            form.response,
            {column: values.get(column, "") for column in PROFILE_COLUMNS},
            Sector.objects.filter(code__in=values.get("sectors", [])),
            Occupation.objects.filter(code__in=values["occupations"]),
        )
    if is_changed or not form.stored[USE_CASES]:
        offer_use_cases(form.response)


def _store_use_cases(form, after):
    answers = {}
    for code, values in _changed_rows(form, after, USE_CASES):
        case = form.use_cases[code]
        add_use_case(form.response, case)
        answers[case.pk] = _core(values)
        if values.get("comment") != form.stored[USE_CASES].get(code, {}).get("comment"):
            # Consent was given for other words, and a workbook does not ask for it.
            answers[case.pk]["may_be_quoted"] = False
    save_use_case_answers(form.response, answers)


def _core(values):
    core = {name: values.get(name, [] if name in ("benefits", "barriers", "tools") else None) for name in FIELDS}
    core["comment"] = core["comment"] or ""
    return core | {name: choices.by_code().get(core[name]) for name, choices in CODED_FIELDS.items() if name in FIELDS}


def _store_items(form, after):
    values = {form.items[key]: row.get(ONLY) for key, row in _changed_rows(form, after, PERCEPTIONS)}
    for module in {item.module for item, value in values.items() if value is not None}:
        # Who answers a block that was not drawn for them has asked for it: bases stay true.
        open_block(form.response, module.code)
    save_answers(form.response, values)


def seal(response: Response, content: Content, digest: str) -> str:
    """Sign what a preview showed, for the page to hand it back: no cookie needed, nothing left on the server.

    Raises PreviewLostError when it is too long for a page to carry.
    """
    sealed = signing.dumps([content, digest], salt=_salt(response), compress=True)
    if len(sealed) > MAX_SEALED:
        raise PreviewLostError(
            "Le classeur contient trop de texte pour être vérifié ici : raccourcissez les commentaires."
        )
    return sealed


def unseal(response: Response, sealed: str) -> tuple[Content, str]:
    """Return (content, digest) of a preview shown less than half an hour ago. Raises PreviewLostError."""
    try:
        content, digest = signing.loads(sealed, salt=_salt(response), max_age=KEPT_FOR)
    except signing.SignatureExpired:
        raise PreviewLostError("Cette vérification date de plus d’une demi-heure. Renvoyez votre classeur.") from None
    except signing.BadSignature:
        raise PreviewLostError("Cette vérification est incomplète. Renvoyez votre classeur.") from None
    return content, digest


def _salt(response):
    return f"interviews.spreadsheet.{response.pk}"
