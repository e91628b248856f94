"""The open data of an edition: CSV tables described by a `datapackage.json`, and one JSON of everything.

Follows Frictionless Data Package v1 and Table Schema v1 (profile tabular-data-package). Holds what the edition holds,
already masked: nothing is read anywhere else, but the names of what it is about.
"""

import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from cnc_survey.tables import write_csv

from .models import Dimension, Edition, Rating, UseCase
from .wording import FICTIONAL_BANNER

OPEN_LICENCE = {
    "name": "etalab-2.0",
    "path": "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
    "title": "Licence Ouverte 2.0 (Etalab) : réutilisation libre, en citant la source, l’édition et l’instantané",
}
STUDY_LICENCE = {
    "name": "notspecified",
    "title": "Relevé de l’étude du CNC et de BearingPoint : citez-la ; ses droits restent à ses auteurs",
}
NOT_GIVEN = "not_given"  # the category of those who did not say: a key of a table is never empty
DECIMALS = Decimal("0.001")  # of a share: one decimal of a percent, as printed everywhere
UNDATED = (1980, 1, 1, 0, 0, 0)  # the zip format's zero: the same data give the same bytes


CategoryLabels = dict[str, dict[str, str]]  # {variable: {category: label}}
Conventions = dict[str, object]  # {name: value} of what the method takes for granted


@dataclass(frozen=True)
class OpenFile:
    """One file to publish beside the edition."""

    name: str
    title: str
    content: bytes


@dataclass(frozen=True)
class Table:
    """One CSV table: `fields` are (name, type of Table Schema, meaning), `key` the names that make a row unique.

    `description` is what to know before reading it, for the Data Package.
    """

    name: str
    title: str
    fields: list[tuple[str, str, str]]
    key: list[str]
    rows: list[list]
    refers_to: tuple[str, ...] = ()
    description: str = ""

    @property
    def content(self) -> bytes:
        stream = io.StringIO(newline="")
        write_csv(stream, [name for name, _, _ in self.fields], self.rows)
        return stream.getvalue().encode()


def open_data_files(
    edition: Edition, category_labels: CategoryLabels, conventions: Conventions | None = None
) -> list[OpenFile]:
    """Return the files of an edition, the same bytes for the same rows (two queries).

    `category_labels` name the categories of its breakdowns; one without a name keeps its code alone. `conventions` of
    the method that computed its figures are printed beside its version.
    """
    ratings = list(edition.ratings.select_related("use_case__family").prefetch_related("breakdowns"))
    tables = [_use_cases(ratings), _ratings(ratings), _breakdowns(ratings, category_labels), _figures(ratings)]
    parts = [OpenFile(f"{table.name}.csv", table.title, table.content) for table in tables]
    about = _about(edition, conventions or {})
    package = _package(edition, about, tables, parts)
    parts.insert(0, OpenFile("datapackage.json", "Description des tables (Data Package)", _json(package)))
    return [
        OpenFile("donnees.zip", "Toutes les données, décrites", _zip(parts)),
        *parts,
        OpenFile("edition.json", "L’édition entière, en JSON", _json(_whole(edition, about, ratings, category_labels))),
    ]


def _use_cases(ratings):
    cases = {rating.use_case.code: rating.use_case for rating in ratings}
    return Table(
        name="use_cases",
        title="Cas d’usage",
        fields=[
            ("code", "string", "Code stable du cas d’usage"),
            ("name", "string", "Nom"),
            ("family", "string", "Code de la famille"),
            ("family_name", "string", "Nom de la famille"),
        ],
        key=["code"],
        rows=[[case.code, case.name, case.family.code, case.family.name] for case in cases.values()],
    )


def _ratings(ratings):
    return Table(
        name="ratings",
        title="Notes",
        fields=[
            *_RATING_KEY,
            ("level", "integer", "Niveau, de 1 à 3 ; vide : non renseigné"),
            ("label", "string", "Niveau, tel que l’édition le formule"),
            ("status", "string", "Code du statut"),
            ("status_label", "string", "Statut"),
            ("reason", "string", "Code du motif du statut"),
            ("base", "integer", "Personnes sur lesquelles porte la note ; vide : masquée ou sans objet"),
            *_SHARES,
            ("probability", "number", "Probabilité que le niveau soit celui des professionnels comparables"),
            ("computed_level", "integer", "Niveau calculé, avant décision"),
            ("decision_reason", "string", "Motif d’une décision qui s’écarte du calcul"),
            ("mark", "string", "Signe du secret statistique : †, b, d, g, p, s"),
        ],
        key=["use_case", "dimension"],
        rows=[
            [
                *(rating.use_case.code, rating.dimension, rating.level, rating.label or None),
                *(rating.status, rating.get_status_display(), rating.reason or None, rating.base),
                *(_round(value) for value in (rating.share, rating.low, rating.high, rating.probability)),
                *(rating.computed_level, rating.review_reason or None, rating.details.get("mark") or None),
            ]
            for rating in ratings
        ],
        refers_to=("use_case", "use_cases", "code"),
    )


def _breakdowns(ratings, category_labels):
    return Table(
        name="breakdowns",
        title="Notes par catégorie de répondants",
        description="Une personne peut avoir plusieurs métiers ou secteurs : les lignes ne s’additionnent pas.",
        fields=[
            *_RATING_KEY,
            ("variable", "string", "Variable du profil"),
            ("category", "string", f"Code de la catégorie ; {NOT_GIVEN} : non renseignée"),
            ("category_label", "string", "Catégorie"),
            ("base", "integer", "Personnes ; vide : masquée"),
            *_SHARES,
            ("unweighted_share", "number", "La même part sans redressement ; vide : la vague n’est pas redressée"),
            ("mark", "string", "Signe du secret statistique"),
        ],
        key=["use_case", "dimension", "variable", "category"],
        rows=[
            [
                *(rating.use_case.code, rating.dimension, part.variable, part.category or NOT_GIVEN),
                _category_label(part, category_labels),
                *(part.base, *(_round(getattr(part, name)) for name in _PART_SHARES), part.mark or None),
            ]
            for rating in ratings
            for part in rating.breakdowns.all()
        ],
        refers_to=("use_case", "use_cases", "code"),
    )


def _figures(ratings):
    return Table(
        name="figures",
        title="Autres chiffres publiés",
        fields=[
            *_RATING_KEY,
            ("figure", "string", "Chemin du chiffre : usage/regular, shares/1 (part du niveau 1), intention/net…"),
            ("value", "number", "Valeur ; une part va de 0 à 1"),
            ("text", "string", "Valeur, quand ce n’est pas un nombre"),
        ],
        key=["use_case", "dimension", "figure"],
        rows=[
            [
                *(rating.use_case.code, rating.dimension, path),
                *((None, value) if isinstance(value, str) else (value, None)),
            ]
            for rating in ratings
            for path, value in _flatten(_rounded(rating.details))
        ],
        refers_to=("use_case", "use_cases", "code"),
    )


_RATING_KEY = [
    ("use_case", "string", "Code du cas d’usage"),
    ("dimension", "string", "maturity, impact ou adoption"),
]
_SHARES = [
    ("share", "number", "Adoption : part des utilisateurs actuels, de 0 à 1"),
    ("low", "number", "Borne basse de son intervalle de Wilson"),
    ("high", "number", "Borne haute de son intervalle de Wilson"),
]
_PART_SHARES = ("share", "low", "high", "unweighted_share")


def _category_label(part, category_labels):
    return category_labels.get(part.variable, {}).get(part.category)


def _flatten(value, path="") -> Iterator[tuple[str, object]]:
    """Yield (path, value) for every value that is known; the entries of a list are numbered from 1."""
    if isinstance(value, dict | list):
        entries = value.items() if isinstance(value, dict) else enumerate(value, 1)
        for key, inner in entries:
            yield from _flatten(inner, f"{path}/{key}" if path else str(key))
    elif value is not None:
        yield path, value


def _rounded(value):
    """Return the same structure with every fraction rounded as it is printed."""
    if isinstance(value, dict):
        # In one order on every engine: PostgreSQL keeps its own.
        return {key: _rounded(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [_rounded(inner) for inner in value]
    return _round(value) if isinstance(value, float) else value


def _round(share):
    # str() first: the decimal that a person reads, not the binary fraction beneath it, is what is rounded.
    return None if share is None else float(Decimal(str(share)).quantize(DECIMALS, ROUND_HALF_UP))


def _package(edition, about, tables, files):
    return {
        "profile": "tabular-data-package",
        "name": f"edition-{edition.number}",
        **about,
        "resources": [_resource(table, file) for table, file in zip(tables, files, strict=True)],
    }


def _about(edition, conventions):
    fictional = f"{FICTIONAL_BANNER} " if edition.is_fictional else ""
    return {
        "title": f"{fictional}{edition.title}",
        "description": f"{fictional}{edition.source}",
        "version": str(edition.number),
        "created": f"{edition.published_on.isoformat()}T00:00:00Z",
        "fictional": edition.is_fictional,
        "collected_from": edition.collected_from.isoformat(),
        "collected_to": edition.collected_to.isoformat(),
        "respondents": edition.respondents,
        "method_version": edition.method_version or None,
        "method_constants": conventions or None,
        "snapshot": edition.snapshot_id or None,
        "corrects": edition.corrects.number if edition.corrects else None,
        "correction_reason": edition.correction_reason or None,
        "licenses": [OPEN_LICENCE if edition.snapshot_id else STUDY_LICENCE],
        "sources": [{"title": edition.source}],
    }


def _resource(table, file):
    schema = {
        "fields": [
            {"name": name, "type": kind, "description": meaning, **_constraints(name, table)}
            for name, kind, meaning in table.fields
        ],
        "primaryKey": table.key,
        "missingValues": [""],
    }
    if table.refers_to:
        field, resource, target = table.refers_to
        schema["foreignKeys"] = [{"fields": field, "reference": {"resource": resource, "fields": target}}]
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": file.name,
        "title": table.title,
        **({"description": table.description} if table.description else {}),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(file.content),
        "hash": f"sha256:{hashlib.sha256(file.content).hexdigest()}",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": schema,
    }


def _constraints(name, table):
    required = {"required": True} if name in table.key else {}
    allowed = {"level": [1, 2, 3], "dimension": Dimension.values, "status": Rating.Status.values}.get(name)
    constraints = required | ({"enum": allowed} if allowed else {})
    return {"constraints": constraints} if constraints else {}


def _whole(edition, about, ratings, category_labels):
    cases: dict[UseCase, dict] = {}
    for rating in ratings:
        cases.setdefault(rating.use_case, {})[rating.dimension] = _rating(rating, category_labels)
    return {
        "edition": edition.number,
        **about,
        "use_cases": [
            {"code": case.code, "name": case.name, "family": case.family.code, "ratings": rated}
            for case, rated in cases.items()
        ],
    }


def _rating(rating, category_labels):
    return {
        "level": rating.level,
        "label": rating.label or None,
        "status": rating.status,
        "reason": rating.reason or None,
        "base": rating.base,
        **{name: _round(getattr(rating, name)) for name in ("share", "low", "high", "probability")},
        "computed_level": rating.computed_level,
        "decision_reason": rating.review_reason or None,
        "figures": _rounded(rating.details),
        "breakdowns": [
            {
                "variable": part.variable,
                "category": part.category or NOT_GIVEN,
                "category_label": _category_label(part, category_labels),
                "base": part.base,
                **{name: _round(getattr(part, name)) for name in _PART_SHARES},
                "mark": part.mark or None,
            }
            for part in rating.breakdowns.all()
        ],
    }


def _json(value):
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"


def _zip(files):
    stream = io.BytesIO()
    with ZipFile(stream, "w") as archive:
        for file in files:
            entry = ZipInfo(file.name, UNDATED)
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, file.content)
    return stream.getvalue()
