"""Contacts from a file: what it would do, row by row, then done by batches once confirmed."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from cnc_survey.personal_data import derive_indexes, fingerprints, normalise_address, words_of
from interviews.models import Contact, ContactImport
from interviews.writing import write_rows
from usecases.models import Occupation, Sector

from .contact_file import COLUMNS, FIELDS, SEPARATOR, FileRow
from .contacts import FACTS, MAX_TAG, tags_named

BATCH = 1_000  # rows checked or written at once
COLUMN_OF = {name: column for column, name in FIELDS.items()}
TEXTS = ("first_name", "last_name", "organisation", "stratum")
LANGUAGES = {"": "", "fr": "fr", "francais": "fr", "french": "fr", "en": "en", "anglais": "en", "english": "en"}
Progress = Callable[[int, int], object]


class Outcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    OPTED_OUT = "opted_out"
    INVALID = "invalid"


OUTCOMES = {
    Outcome.NEW: "nouveaux",
    Outcome.CHANGED: "modifiés",
    Outcome.UNCHANGED: "inchangés",
    Outcome.DUPLICATE: "en double dans le fichier",
    Outcome.OPTED_OUT: "opposés aux courriels",
    Outcome.INVALID: "refusés",
}
WRITTEN = (Outcome.NEW, Outcome.CHANGED)


@dataclass
class Planned:
    """What would become of one row. `facts` are columns, `links` {field: list of objects or tag names}."""

    number: int
    address: str
    outcome: Outcome
    reasons: list[str] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    links: dict[str, list] = field(default_factory=dict)
    contact: Contact | None = None


class _Lists:
    """What occupations and sectors may be called: their codes and their names, without accents or case."""

    def __init__(self):
        self.known = {
            "occupations": self._by_name(Occupation.objects.all()),
            "sectors": self._by_name(Sector.objects.all()),
        }

    @staticmethod
    def _by_name(rows):
        return {name: row for row in rows for name in (row.code, " ".join(words_of(row.name)))}

    def find(self, name, text):
        known = self.known[name]
        return known.get(text.strip()) or known.get(" ".join(words_of(text)))


def pack_rows(rows: Iterable[FileRow]) -> str:
    """Return the rows as the text that an import keeps until it is confirmed."""
    return json.dumps([[row.number, row.cells, row.flaw] for row in rows], ensure_ascii=False)


def unpack_rows(contact_import: ContactImport) -> list[FileRow]:
    return [FileRow(*row) for row in json.loads(contact_import.rows or "[]")]


def plan_import(rows: list[FileRow], progress: Progress = lambda done, total: None) -> Iterator[Planned]:
    """Yield what would become of each row, in order; nothing is written. Five queries a thousand rows."""
    lists, seen = _Lists(), {}
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        known = _known_contacts(batch)
        for row in batch:
            planned = _plan_row(row, lists, seen, known)
            if planned.outcome not in (Outcome.INVALID, Outcome.DUPLICATE):
                seen[planned.address] = row.number
            yield planned
        progress(min(start + BATCH, len(rows)), len(rows))


@dataclass(frozen=True)
class Verdict:
    """What the preview says of one row."""

    number: int
    address: str
    outcome: str
    reasons: list[str]


def check_import(contact_import: ContactImport, progress: Progress = lambda done, total: None) -> None:
    """Work out what an import would do, and keep it for the preview; no contact is written."""
    verdicts = [
        [planned.number, planned.address, planned.outcome.value, planned.reasons]
        for planned in plan_import(unpack_rows(contact_import), progress)
    ]
    contact_import.plan = json.dumps(verdicts, ensure_ascii=False)
    contact_import.outcome = dict(Counter(outcome for _, _, outcome, _ in verdicts))
    contact_import.checked_at = timezone.now()
    contact_import.save(update_fields=["plan", "outcome", "checked_at"])


def verdicts_of(contact_import: ContactImport, outcome: str = "") -> list[Verdict]:
    """Return what was worked out for each row, or for the rows of one outcome."""
    verdicts = (Verdict(*verdict) for verdict in json.loads(contact_import.plan or "[]"))
    return [verdict for verdict in verdicts if not outcome or verdict.outcome == outcome]


def apply_import(contact_import: ContactImport, progress: Progress = lambda done, total: None) -> Counter:
    """Write what the import's rows say now; return how many rows had each outcome.

    Each thousand rows are written together, or not at all. Stopped half-way, it is simply applied again: the rows
    already written are then unchanged. The kept rows are erased at the end.
    """
    rows, counts = unpack_rows(contact_import), Counter()
    batch = []
    for planned in plan_import(rows):
        counts[planned.outcome.value] += 1
        if planned.outcome in WRITTEN:
            batch.append(planned)
        if len(batch) == BATCH:
            _write(batch)
            batch = []
            progress(sum(counts.values()), len(rows))
    _write(batch)
    progress(len(rows), len(rows))
    contact_import.applied_at, contact_import.rows = timezone.now(), ""
    contact_import.plan = ""
    contact_import.outcome = dict(counts)
    contact_import.save(update_fields=["applied_at", "rows", "plan", "outcome"])
    return counts


def _plan_row(row, lists, seen, known):
    address = normalise_address(row.cells.get("email", ""))
    planned = Planned(row.number, address, Outcome.INVALID)
    planned.reasons = _read_row(row, address, lists, planned)
    if planned.reasons:
        return planned
    if address in seen:
        planned.outcome = Outcome.DUPLICATE
        planned.reasons = [f"même adresse qu’à la ligne {seen[address]} : seule la première compte."]
        return planned
    contact = planned.contact = known.get(address)
    if contact is None:
        planned.outcome = Outcome.NEW
    elif contact.opted_out_on:
        planned.outcome = Outcome.OPTED_OUT
        planned.reasons = ["cette personne ne veut plus de courriel : sa fiche ne change pas, rien ne lui partira."]
    else:
        planned.reasons = _differences(contact, planned)
        planned.outcome = Outcome.CHANGED if planned.reasons else Outcome.UNCHANGED
    return planned


def _read_row(row, address, lists, planned):
    """Fill the plan's facts and links from the cells; return what is wrong with them, in French."""
    if row.flaw:
        return [row.flaw]
    errors = []
    if not address:
        errors.append("adresse absente.")
    else:
        try:
            validate_email(address)
        except ValidationError:
            errors.append(f"« {address[:60]} » n’est pas une adresse électronique.")
    facts = {"email": address}
    for name in TEXTS:
        text = " ".join(row.cells.get(name, "").split())
        limit = Contact._meta.get_field(name).max_length
        if len(text) > limit:
            errors.append(f"{COLUMN_OF[name]} : {len(text)} caractères, au lieu de {limit} au plus.")
        if any(not character.isprintable() for character in text):
            errors.append(f"{COLUMN_OF[name]} : caractère invisible.")
        facts[name] = text
    language = LANGUAGES.get(" ".join(words_of(row.cells.get("language", ""))))
    if language is None:
        errors.append(f"langue « {row.cells['language'][:30]} » inconnue : fr ou en.")
    facts["language"] = language or ""
    for name in ("occupations", "sectors"):
        found = []
        for text in _several(row.cells.get(name, "")):
            known = lists.find(name, text)
            if known is None:
                errors.append(f"{COLUMN_OF[name]} : « {text[:60]} » n’est pas dans la liste.")
            else:
                found.append(known)
        planned.links[name] = list(dict.fromkeys(found))
    tags = _several(row.cells.get("tags", ""))
    errors += [f"étiquette « {tag[:30]}… » : {MAX_TAG} caractères au plus." for tag in tags if len(tag) > MAX_TAG]
    planned.links["tags"] = list(dict.fromkeys(tags))
    # An empty cell says nothing: what is known stays.
    planned.facts = {name: text for name, text in facts.items() if text}
    return errors


def _several(cell):
    return [part.strip() for part in cell.split(SEPARATOR) if part.strip()]


def _differences(contact, planned):
    """Say which columns would change. Links are added to those there are, never taken away."""
    changed = [name for name in FACTS if name in planned.facts and getattr(contact, name) != planned.facts[name]]
    for name, wanted in planned.links.items():
        present = getattr(contact, name).all()
        held = {tag.name for tag in present} if name == "tags" else set(present)
        if set(wanted) - held:
            changed.append(name)
    return [f"change : {', '.join(COLUMN_OF[name] for name in changed)}."] if changed else []


def _known_contacts(rows):
    """Return {address: contact}, with their lists read at once."""
    addresses = {normalise_address(row.cells.get("email", "")) for row in rows} - {""}
    marks = [mark for address in addresses for mark in fingerprints(address)]
    found = Contact.objects.filter(address_index__in=marks).prefetch_related("occupations", "sectors", "tags")
    return {normalise_address(contact.email): contact for contact in found}


@transaction.atomic
def _write(batch):
    tags = {tag.name: tag for tag in tags_named([name for planned in batch for name in planned.links["tags"]])}
    new = [planned for planned in batch if planned.outcome is Outcome.NEW]
    changed = [planned for planned in batch if planned.outcome is Outcome.CHANGED]
    for planned in new:
        planned.contact = Contact(**planned.facts)
    Contact.objects.bulk_create([planned.contact for planned in new])
    derived = []
    for planned in changed:
        for name, text in planned.facts.items():
            setattr(planned.contact, name, text)
        derived = derive_indexes(planned.contact)
    if changed:
        Contact.objects.bulk_update([planned.contact for planned in changed], [*FACTS, *derived], batch_size=200)
    for name in ("occupations", "sectors", "tags"):
        through = getattr(Contact, name).through
        target = through._meta.get_field(Contact._meta.get_field(name).m2m_reverse_field_name()).attname

        def links(planned_rows, name=name, target=target):
            return (
                {"contact_id": planned.contact.pk, target: (tags[each] if name == "tags" else each).pk}
                for planned in planned_rows
                for each in planned.links[name]
            )

        write_rows(through, links(new))
        # A link may be there already.
        through.objects.bulk_create((through(**link) for link in links(changed)), ignore_conflicts=True)


def columns_help() -> list[tuple[str, str]]:
    """Return what each column takes, for the page where a file is given."""
    return list(
        zip(
            COLUMNS,
            [
                "obligatoire ; une adresse fait une personne, quelle qu’en soit la casse",
                "100 caractères au plus",
                "100 caractères au plus",
                "200 caractères au plus",
                f"par leur nom ou leur code, séparés par « {SEPARATOR} »",
                f"par leur nom ou leur code, séparés par « {SEPARATOR} »",
                "le groupe dont vous suivez le taux de réponse, 80 caractères au plus",
                f"vos mots, séparés par « {SEPARATOR} »",
                "fr ou en ; fr sans rien",
            ],
            strict=True,
        )
    )
