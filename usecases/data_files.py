"""Reads the catalogue's data files and checks them before anything reaches the database.

Faults are collected, not met one at a time, and named by file, entry and field: first the files themselves, then
each entry on its own, then what refers to what, since one bad entry would otherwise be reported by all that cite it.
"""

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.text import slugify

from .models import (
    Barrier,
    Benefit,
    Dimension,
    Family,
    GlossaryTerm,
    Occupation,
    Sector,
    SheetSection,
    Source,
    Stage,
    StudyPoint,
    Theme,
    Tool,
    UseCase,
    ValueChain,
)

DATA = Path(__file__).parent / "data"
EDITION_FILE = "edition_2024.toml"
EDITION_FIELDS = {"title": str, "published_on": date, "collected_from": date, "collected_to": date, "source": str}
STUDY_DIMENSIONS = (Dimension.MATURITY, Dimension.IMPACT)  # adoption is prose in the study
LEVELS = (1, 2, 3)


class CatalogueError(ValueError):
    """Data files that cannot be loaded; `faults` holds one French sentence each."""

    def __init__(self, faults: list[str]):
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Kind:
    """One table of the catalogue: where its entries stand, and which fields the files govern.

    `references` and `links` map a field to the kind it points to: one code, or a list of codes.
    """

    name: str
    file: str
    model: type[Model]
    required: tuple[str, ...] = ("name",)
    optional: tuple[str, ...] = ()
    references: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    prepare: Callable[[dict], dict] = dict

    @property
    def plain_fields(self):
        return ("position", *self.required, *self.optional)

    @property
    def key_columns(self):
        return ("use_case__code", "kind") if self.model is SheetSection else ("code",)


@dataclass(frozen=True)
class Entry:
    """One entry of the files: its key in the table, its values (JSON-ready), and where it stands."""

    key: str
    values: dict
    place: str


@dataclass(frozen=True)
class StudyEdition:
    """The 2024 edition: its own fields, and {(use case code, dimension): (level 1–3 or None, wording)}."""

    fields: dict
    ratings: dict[tuple[str, str], tuple[int | None, str]]


@dataclass(frozen=True)
class CatalogueFiles:
    """The whole content of the data files, checked: {kind name: entries in file order}, and the edition."""

    entries: dict[str, list[Entry]]
    edition: StudyEdition


def prepare_use_case(raw: dict) -> dict:
    """Give a raw use case its code, the slug of its name as the contract says."""
    name = raw.get("name")
    return {**raw, "code": slugify(name)} if isinstance(name, str) else raw


def prepare_term(raw: dict) -> dict:
    """Write a raw term's list of aliases as the text that staff edit."""
    aliases = raw.get("aliases")
    return {**raw, "aliases": ", ".join(map(str, aliases))} if isinstance(aliases, list) else raw


# In the order in which the tables can be filled.
KINDS = (
    Kind("value_chains", "taxonomy.toml", ValueChain),
    Kind("stages", "taxonomy.toml", Stage, ("name", "source"), references={"chain": "value_chains"}),
    Kind("sectors", "taxonomy.toml", Sector, references={"chain": "value_chains"}),
    Kind("families", "taxonomy.toml", Family),
    Kind("occupations", "taxonomy.toml", Occupation, ("name", "group", "source")),
    Kind("benefits", "taxonomy.toml", Benefit, ("name", "source")),
    Kind("barriers", "taxonomy.toml", Barrier, optional=("group",)),
    Kind("tools", "taxonomy.toml", Tool, ("name", "source"), ("publisher",)),
    Kind(
        "use_cases",
        "use_cases.toml",
        UseCase,
        ("name", "summary", "summary_source"),
        ("status", "status_source"),
        references={"family": "families"},
        links={"stages": "stages", "occupations": "occupations", "benefits": "benefits", "tools": "tools"},
        prepare=prepare_use_case,
    ),
    Kind("sections", "sheets", SheetSection, ("kind", "body"), references={"use_case": "use_cases"}),
    Kind("terms", "glossary.toml", GlossaryTerm, ("name", "definition"), ("aliases",), prepare=prepare_term),
    Kind("themes", "study.toml", Theme, optional=("intro",)),
    Kind(
        "points",
        "study.toml",
        StudyPoint,
        ("name", "body"),
        ("detail",),
        references={"theme": "themes", "parent": "points"},
    ),
)


def read_data_files(folder: Path = DATA) -> CatalogueFiles:
    """Return the content of the data files of `folder`. Raises CatalogueError with the faults found."""
    faults: list[str] = []
    tables = read_tables(folder, faults)
    sheets = read_sheets(folder, faults)
    edition = read_toml(folder / EDITION_FILE, faults)
    stop_on(faults)

    attach_tools(tables["use_cases"], sheets, faults)
    ranked = {name: list(enumerate(raws, 1)) for name, raws in tables.items()}
    ranked["sections"] = [
        (rank, {"use_case": code, **raw})
        for code, sheet in sheets.items()
        for rank, raw in enumerate(sheet["sections"], 1)
    ]
    entries = {kind.name: list(check_entries(kind, ranked[kind.name], faults)) for kind in KINDS}
    stop_on(faults)

    for kind in KINDS:
        check_references(kind, entries, faults)
    check_parents(entries["points"], faults)
    study_edition = check_edition(edition, entries["use_cases"], faults)
    stop_on(faults)
    return CatalogueFiles(entries, study_edition)


def stop_on(faults: list[str]):
    if faults:
        raise CatalogueError(faults)


def read_toml(path: Path, faults: list[str]) -> dict | None:
    """Return the content of one file, or None with its fault noted."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        faults.append(f"{path.name} : fichier absent.")
    except ValueError as error:  # not TOML, or not UTF-8
        faults.append(f"{path.name} : fichier illisible ({error}).")
    return None


def read_tables(folder: Path, faults: list[str]) -> dict[str, list[dict]]:
    tables = {}
    for file in dict.fromkeys(kind.file for kind in KINDS if kind.file.endswith(".toml")):
        content = read_toml(folder / file, faults)
        if content is None:
            continue
        names = [kind.name for kind in KINDS if kind.file == file]
        faults += [f"{file} : liste « {name} » inconnue." for name in content if name not in names]
        tables |= {name: list_of_entries(content, name, file, faults) for name in names}
    return tables


def list_of_entries(content: dict, name: str, file: str, faults: list[str]) -> list[dict]:
    raws = content.get(name)
    if isinstance(raws, list) and all(isinstance(raw, dict) for raw in raws):
        return raws
    faults.append(f"{file} : la liste « {name} » est absente ou n’est pas écrite [[{name}]].")
    return []


def read_sheets(folder: Path, faults: list[str]) -> dict[str, dict]:
    """Return {use case code: sheet}; the file's name is the code."""
    sheets = {}
    for path in sorted((folder / "sheets").glob("*.toml")):
        sheet = read_toml(path, faults)
        if sheet is None:
            continue
        faults += [
            f"sheets/{path.name}, champ « {name} » : champ inconnu."
            for name in sheet
            if name not in ("tools", "sections")
        ]
        sheet["sections"] = list_of_entries(sheet, "sections", f"sheets/{path.name}", faults)
        sheets[path.stem] = sheet
    return sheets


def attach_tools(use_cases: list[dict], sheets: dict[str, dict], faults: list[str]):
    """Give each raw use case the tools that its sheet cites, so that the two are compared and written as one row."""
    codes = {prepare_use_case(raw).get("code"): raw for raw in use_cases}
    for code, sheet in sheets.items():
        if code in codes:
            codes[code]["tools"] = sheet.get("tools", [])
        else:
            faults.append(f"sheets/{code}.toml : aucun cas d’usage ne porte ce code.")


def check_entries(kind: Kind, ranked: list[tuple[int, dict]], faults: list[str]) -> Iterator[Entry]:
    """Yield the sound entries among (rank, raw entry); the rank becomes the position on screen."""
    seen = set()
    for rank, raw in ranked:
        prepared = kind.prepare(raw)
        place = entry_place(kind, prepared, rank)
        entry_faults = list(field_faults(kind, prepared))
        faults += [f"{field_place(prepared.get('code'), place, name)} : {what}" for name, what in entry_faults]
        if entry_faults:
            continue
        key = "/".join(prepared[column.removesuffix("__code")] for column in kind.key_columns)
        if key in seen:
            faults.append(f"{place} : entrée présente deux fois.")
        seen.add(key)
        yield Entry(key, {"position": rank} | entry_values(kind, prepared), place)


def entry_place(kind: Kind, prepared: dict, rank: int) -> str:
    if kind.model is SheetSection:
        return f"sheets/{prepared['use_case']}.toml, rubrique n° {rank}"
    name = prepared.get("code") or prepared.get("name") or "sans code"
    return f"{kind.file}, {kind.name} n° {rank} (« {name} »)"


def field_place(code: str | None, place: str, name: str) -> str:
    """Say where a field stands; the tools of a use case are written in its sheet."""
    where = f"sheets/{code}.toml" if name == "tools" else place
    return f"{where}, champ « {name} »"


def field_faults(kind: Kind, prepared: dict) -> Iterator[tuple[str, str]]:
    """Yield (field, what is wrong) for one raw entry, references aside."""
    code = () if kind.model is SheetSection else ("code",)
    sources = ("links_source",) if kind.links else ()
    given_lists = [name for name in kind.links if name != "tools"]
    references = [name for name in kind.references if name != "parent"]
    for name in (*code, *kind.required, *references, *given_lists, *sources):
        if name not in prepared or prepared[name] == "":
            yield name, "champ manquant."
    known = {*code, *kind.required, *kind.optional, *kind.references, *kind.links, *sources}
    for name in prepared:
        if name not in known:
            yield name, "champ inconnu."

    texts = {name: prepared[name] for name in (*code, *kind.required, *kind.optional) if prepared.get(name)}
    for name in (*texts, *(name for name in (*kind.references, *sources) if name in prepared)):
        if not isinstance(prepared[name], str):
            yield name, "un texte est attendu."
            texts.pop(name, None)
    for name in kind.links:
        codes = prepared.get(name, [])
        if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
            yield name, "une liste de codes est attendue."
        elif len(set(codes)) < len(codes):
            yield name, "un code y figure deux fois."
    if sources and prepared.get("links_source", Source.STUDY) not in (Source.STUDY, Source.PROPOSED):
        yield "links_source", "« study » ou « proposed » est attendu."
    try:
        others = {field.name for field in kind.model._meta.get_fields()} - texts.keys()
        kind.model(**{name: text.strip() for name, text in texts.items()}).clean_fields(exclude=others)
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            yield name, " ".join(messages)
    not_retained = prepared.get("status") == UseCase.Status.NOT_RETAINED
    if kind.model is UseCase and not_retained and not prepared.get("status_source"):
        yield "status_source", "la source est obligatoire pour un cas d’usage non retenu."


def entry_values(kind: Kind, prepared: dict) -> dict:
    """Return the governed values of one sound entry; a link is [code, proposed], a cited tool [code]."""
    values = {}
    for name in (*kind.required, *kind.optional):
        default = kind.model._meta.get_field(name).get_default()
        values[name] = str(prepared.get(name, default)).strip()
    values |= {name: prepared.get(name) for name in kind.references}
    for name in kind.links:
        flags = [] if name == "tools" else [prepared["links_source"] == Source.PROPOSED]
        values[name] = [[code, *flags] for code in sorted(prepared.get(name, []))]
    return values


def check_references(kind: Kind, entries: dict[str, list[Entry]], faults: list[str]):
    for name, target in (kind.references | kind.links).items():
        known = {entry.key for entry in entries[target]}
        for entry in entries[kind.name]:
            value = entry.values[name]
            codes = [code for code, *_ in value] if name in kind.links else [value]
            faults += [
                f"{field_place(entry.key, entry.place, name)} : code inconnu « {code} »."
                for code in codes
                if code is not None and code not in known
            ]


def check_parents(points: list[Entry], faults: list[str]):
    """A part stands under a point of its own theme, and parts have no parts."""
    themes = {point.key: point.values["theme"] for point in points if point.values["parent"] is None}
    for point in points:
        parent = point.values["parent"]
        if parent is not None and themes.get(parent) != point.values["theme"]:
            faults.append(f"{point.place}, champ « parent » : « {parent} » n’est pas un point principal de ce thème.")


def check_edition(content: dict, use_cases: list[Entry], faults: list[str]) -> StudyEdition:
    """Return the edition with one rating for each retained use case and each dimension of the study."""
    for name, expected in EDITION_FIELDS.items():
        if type(content.get(name)) is not expected:
            faults.append(f"{EDITION_FILE}, champ « {name} » : champ manquant ou mal écrit.")
    if not faults and content["collected_from"] > content["collected_to"]:
        faults.append(f"{EDITION_FILE}, champ « collected_to » : la collecte se termine avant d’avoir commencé.")
    faults += [
        f"{EDITION_FILE}, champ « {name} » : champ inconnu."
        for name in content
        if name not in EDITION_FIELDS and name != "ratings"
    ]
    retained = [entry.key for entry in use_cases if entry.values["status"] == UseCase.Status.RETAINED]
    ratings = {(code, str(dimension)): (None, "") for code in retained for dimension in STUDY_DIMENSIONS}
    given = set()
    for rank, raw in enumerate(list_of_entries(content, "ratings", EDITION_FILE, faults), 1):
        place = f"{EDITION_FILE}, ratings n° {rank}"
        key = (str(raw.get("use_case")), str(raw.get("dimension")))
        level, label = raw.get("level"), raw.get("label")
        if key not in ratings:
            faults.append(f"{place}, champs « use_case » et « dimension » : aucune note à donner à {' × '.join(key)}.")
        if key in given:
            faults.append(f"{place} : note présente deux fois.")
        if level is not None and (type(level) is not int or level not in LEVELS):
            faults.append(f"{place}, champ « level » : un niveau va de 1 à 3, ou reste absent.")
        if not isinstance(label, str) or not label:
            faults.append(f"{place}, champ « label » : champ manquant.")
        faults += [
            f"{place}, champ « {name} » : champ inconnu."
            for name in raw
            if name not in ("use_case", "dimension", "level", "label")
        ]
        given.add(key)
        ratings[key] = (level, label)
    return StudyEdition({name: content.get(name) for name in EDITION_FIELDS}, ratings)
