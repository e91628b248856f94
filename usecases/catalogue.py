"""Loads the study of March 2024 into the catalogue, and leaves alone what staff have edited since.

Three states are compared for each entry: the data files, the database, and what this command last wrote
(`LoadedRecord`). A row that nobody touched follows the files; one that was edited stays, and is reported.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from django.db import transaction
from django.db.models import Model

from .data_files import DATA, EDITION_FILE, KINDS, CatalogueError, Entry, Kind, StudyEdition, read_data_files
from .editions import RatingDraft, publish_edition, publish_open_data
from .models import Edition, LoadedRecord, Rating, UseCase, UseCaseBenefit, UseCaseOccupation, UseCaseStage
from .wording import NOT_PROVIDED

EXCERPT = 80  # characters of a text shown in a difference: a sentence, not a whole section
EXCERPT_LEAD = 20  # of which this many before the first character that differs


class Verdict(Enum):
    CREATED = "créées"
    UPDATED = "mises à jour"
    UNCHANGED = "inchangées"
    LEFT = "laissées"


@dataclass
class LoadReport:
    """What a load did: entries per verdict, and a French sentence for each difference met.

    `differences` tells what staff's edits and the files disagree on, whichever of the two was kept.
    """

    counts: Counter = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        return bool(self.counts[Verdict.CREATED] or self.counts[Verdict.UPDATED])


@dataclass(frozen=True)
class Link:
    """A many-to-many table of the use case: its model, its two foreign keys, its other columns."""

    model: type[Model]
    owner: str
    target: str
    flags: tuple[str, ...] = ()


LINKS = {
    "stages": Link(UseCaseStage, "use_case", "stage", ("proposed",)),
    "occupations": Link(UseCaseOccupation, "use_case", "occupation", ("proposed",)),
    "benefits": Link(UseCaseBenefit, "use_case", "benefit", ("proposed",)),
    "tools": Link(UseCase.tools.through, "usecase", "tool"),
}


@transaction.atomic
def load_catalogue(overwrite: bool = False, folder: Path = DATA) -> LoadReport:
    """Load or update the catalogue from the data files of `folder`, all or nothing.

    Rows that staff edited, deleted or added stay as they are, unless `overwrite` (which takes the files' entries
    and still keeps added rows). Raises CatalogueError when a file is faulty, or differs from the published edition.
    """
    files = read_data_files(folder)
    report = LoadReport()
    written: dict[str, dict[str, dict]] = {kind.name: {} for kind in KINDS}
    for name, key, values in LoadedRecord.objects.values_list("kind", "key", "values"):
        written.setdefault(name, {})[key] = values
    ids: dict[str, dict[str, int]] = {}
    for kind in KINDS:
        entries = files.entries[kind.name]
        for batch in batches(kind, entries):
            settle(kind, batch, written[kind.name], ids, overwrite, report)
        report_dropped(kind, entries, written[kind.name].keys() & ids[kind.name].keys(), report)
    settle_edition(files.edition, report)
    for edition in Edition.objects.filter(files=None):  # published before editions had open data
        publish_open_data(edition, {})
    return report


def batches(kind: Kind, entries: list[Entry]) -> list[list[Entry]]:
    """Split the entries so that a part is written after the point it belongs to."""
    if "parent" not in kind.references:
        return [entries]
    return [
        [entry for entry in entries if entry.values["parent"] is None],
        [entry for entry in entries if entry.values["parent"] is not None],
    ]


def decide(in_file: dict, in_base: dict | None, loaded: dict | None, overwrite: bool) -> Verdict:
    """Return what to do with one entry; None is « no such row », « never loaded »."""
    if in_base == in_file:
        return Verdict.UNCHANGED
    if in_base != loaded and not overwrite:
        return Verdict.LEFT
    return Verdict.CREATED if in_base is None else Verdict.UPDATED


def settle(kind: Kind, entries: list[Entry], written: dict, ids: dict, overwrite: bool, report: LoadReport):
    """Compare one batch with the database and write what has to be; a handful of queries, whatever its size."""
    current = current_values(kind)
    sorted_out: dict[Verdict, list[Entry]] = {verdict: [] for verdict in Verdict}
    for entry in entries:
        in_base, loaded = current.get(entry.key), written.get(entry.key)
        verdict = decide(entry.values, in_base, loaded, overwrite)
        sorted_out[verdict].append(entry)
        report.counts[verdict] += 1
        if verdict is not Verdict.UNCHANGED and in_base != loaded:
            report.differences += differences(kind, entry, in_base)

    created, updated = sorted_out[Verdict.CREATED], sorted_out[Verdict.UPDATED]
    kind.model.objects.bulk_create([build(kind, entry, ids) for entry in created])
    ids[kind.name] = row_ids(kind)
    kind.model.objects.bulk_update(
        [build(kind, entry, ids, pk=ids[kind.name][entry.key]) for entry in updated],
        [*kind.plain_fields, *kind.references],
    )
    for name in kind.links:
        write_links(kind, name, created + updated, ids)
    remember(kind, created + updated + sorted_out[Verdict.UNCHANGED], written)


def current_values(kind: Kind) -> dict[str, dict]:
    """Return {key: the values that the files govern}, as the database has them, in the form of `Entry.values`."""
    references = [f"{name}__code" for name in kind.references]
    columns = (*kind.key_columns, *kind.plain_fields, *references)
    names = (*kind.plain_fields, *kind.references)
    width = len(kind.key_columns)
    rows = {
        "/".join(row[:width]): dict(zip(names, map(unix_lines, row[width:]), strict=True))
        for row in kind.model.objects.values_list(*columns)
    }
    for name in kind.links:
        link = LINKS[name]
        found_links = defaultdict(list)
        columns = (f"{link.owner}__code", f"{link.target}__code", *link.flags)
        for owner, *value in link.model.objects.values_list(*columns):
            found_links[owner].append(value)
        for key, values in rows.items():
            values[name] = sorted(found_links[key])
    return rows


def unix_lines(value):
    """A text area sends back CRLF: saving a page of the admin untouched is not an edit."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def row_ids(kind: Kind) -> dict[str, int]:
    return {"/".join(key): pk for *key, pk in kind.model.objects.values_list(*kind.key_columns, "pk")}


def build(kind: Kind, entry: Entry, ids: dict, pk: int | None = None) -> Model:
    fields = {name: entry.values[name] for name in kind.plain_fields}
    fields |= {
        f"{name}_id": found(ids[target], entry, name, entry.values[name])
        for name, target in kind.references.items()
        if entry.values[name] is not None
    }
    if "code" in kind.key_columns:
        fields["code"] = entry.key
    return kind.model(pk=pk, **fields)


def found(ids: dict[str, int], entry: Entry, name: str, code: str) -> int:
    """Return the id of a referenced row. Staff may have deleted what a newer file still refers to."""
    if code not in ids:
        raise CatalogueError(
            [
                f"{entry.place}, champ « {name} » : « {code} » a été supprimé de la base. "
                "L’option --overwrite le rétablit."
            ]
        )
    return ids[code]


def write_links(kind: Kind, name: str, entries: list[Entry], ids: dict):
    link, owners, targets = LINKS[name], ids[kind.name], ids[kind.links[name]]
    link.model.objects.filter(**{f"{link.owner}__in": [owners[entry.key] for entry in entries]}).delete()
    link.model.objects.bulk_create(
        link.model(
            **{
                f"{link.owner}_id": owners[entry.key],
                f"{link.target}_id": found(targets, entry, name, code),
                **dict(zip(link.flags, flags, strict=True)),
            }
        )
        for entry in entries
        for code, *flags in entry.values[name]
    )


def remember(kind: Kind, entries: list[Entry], written: dict):
    LoadedRecord.objects.bulk_create(
        [
            LoadedRecord(kind=kind.name, key=entry.key, values=entry.values)
            for entry in entries
            if written.get(entry.key) != entry.values
        ],
        update_conflicts=True,
        unique_fields=["kind", "key"],
        update_fields=["values"],
    )


def differences(kind: Kind, entry: Entry, in_base: dict | None) -> list[str]:
    """Say, field by field, what the database and the file have for one entry."""
    row = f"{kind.model._meta.verbose_name} « {entry.key} »"
    if in_base is None:
        return [f"{row} : supprimé de la base, présent dans le fichier"]
    sentences = []
    for name, value in entry.values.items():
        if in_base[name] != value:
            label = kind.model._meta.get_field(name).verbose_name
            base, file = shown(in_base[name]), shown(value)
            if isinstance(value, str):
                base, file = excerpts(base, file)
            sentences.append(f"{row}, champ « {label} » : en base « {base} », dans le fichier « {file} »")
    return sentences


def shown(value) -> str:
    if isinstance(value, list):
        return ", ".join(code + " (proposé)" * any(flags) for code, *flags in value) or "vide"
    return "vide" if value in (None, "") else str(value).replace("\n", "↵")


def excerpts(base: str, file: str) -> tuple[str, str]:
    """Cut two long texts around the first character that differs, so that the difference shows."""
    if max(len(base), len(file)) <= EXCERPT:
        return base, file
    shorter = min(len(base), len(file))
    differs_at = next((i for i in range(shorter) if base[i] != file[i]), shorter)
    start = max(0, differs_at - EXCERPT_LEAD)
    end = start + EXCERPT
    base, file = ("…" * (start > 0) + text[start:end] + "…" * (len(text) > end) for text in (base, file))
    return base, file


def report_dropped(kind: Kind, entries: list[Entry], loaded: set[str], report: LoadReport):
    """Rows are never deleted here: ratings and answers may refer to them. Staff decide."""
    for key in sorted(loaded - {entry.key for entry in entries}):
        report.counts[Verdict.LEFT] += 1
        report.differences.append(
            f"{kind.model._meta.verbose_name} « {key} » : n’est plus dans les fichiers, laissé en base"
        )


def settle_edition(edition: StudyEdition, report: LoadReport):
    """Publish the 2024 edition once; afterwards, only make sure that it still is what the file says."""
    drafts = [
        RatingDraft(
            use_case=use_case,
            dimension=dimension,
            level=level,
            label=label,
            status=Rating.Status.STUDY if label else Rating.Status.NOT_PROVIDED,
        )
        for (use_case, dimension), (level, label) in edition.ratings.items()
    ]
    published = Edition.objects.order_by("number").first()
    if published is None:
        publish_edition(**edition.fields, ratings=drafts)
        report.counts[Verdict.CREATED] += 1
        return
    faults = edition_differences(edition, published)
    if faults:
        raise CatalogueError(faults)
    report.counts[Verdict.UNCHANGED] += 1


def edition_differences(edition: StudyEdition, published: Edition) -> list[str]:
    """Say what the published edition and the file disagree on; an edition never changes, so each is a fault."""
    pairs = [
        (f"champ « {published._meta.get_field(name).verbose_name} »", getattr(published, name), value)
        for name, value in edition.fields.items()
    ]
    columns = ("use_case__code", "dimension", "level", "label")
    ratings = {(code, dimension): tuple(rest) for code, dimension, *rest in published.ratings.values_list(*columns)}
    pairs += [
        (f"note « {' × '.join(key)} »", shown_rating(ratings.get(key)), shown_rating(edition.ratings.get(key)))
        for key in sorted(ratings.keys() | edition.ratings.keys())
    ]
    return [
        f"{EDITION_FILE}, {what} : publié « {before} », dans le fichier « {after} ». "
        "Une édition publiée ne change jamais : corrigez le fichier."
        for what, before, after in pairs
        if before != after
    ]


def shown_rating(rating: tuple[int | None, str] | None) -> str:
    if rating is None:
        return "aucune note"
    level, label = rating
    return f"{NOT_PROVIDED if level is None else f'niveau {level}'}, {label or 'sans formulation'}"
