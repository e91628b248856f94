"""Loads reference figures from a file: all or nothing, every mistake named; run again, it changes only what differs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import transaction

from interviews.collection.microdata_file import Errors, unknown_code
from interviews.collection.one_table import open_table, read_number
from interviews.models import Item, ReferenceFigure
from usecases.models import Tool

SHEET = "series"
COLUMNS = ("item", "category", "percent", "base", "base_label", "date", "source")
OPTIONAL = {"base_label"}
LENGTHS = {name: ReferenceFigure._meta.get_field(name).max_length for name in ("base_label", "source")}
KEY = ("item", "category", "date", "source")
VALUES = ("percent", "base", "base_label")
LOOKS_LIKE_PARTS = (
    "aucune valeur ne dépasse 1 : écrivez 76, et non 0,76, pour 76 %. Un tableur garde 0,76 dans une cellule au "
    "format « % »."
)


@dataclass(frozen=True)
class LoadReport:
    created: int
    updated: int
    unchanged: int


@transaction.atomic
def load_reference_series(path: Path, name: str = "") -> LoadReport:
    """Load a table (.xlsx with the sheet « series », or CSV); a figure of the same source, date and answer is updated,
    its `base_label` kept where the file has no such column.

    `name` is what the person calls the file. Raises MicrodataError with every mistake: then nothing is changed.
    """
    errors = Errors()
    table = open_table(path, SHEET, COLUMNS, OPTIONAL, errors, name)
    errors.refuse_any()
    rows = list(_rows(table, errors))
    if not rows and not errors.total:
        errors.add(table.label, None, "", "aucune ligne : rien à charger.")
    if rows and 0 < max(row["percent"] for row in rows) <= 1:
        errors.add(table.label, None, "percent", LOOKS_LIKE_PARTS)
    errors.refuse_any()
    known = {tuple(getattr(each, field) for field in KEY): each for each in ReferenceFigure.objects.all()}
    created, updated = [], []
    for given in rows:
        figure = known.get(tuple(given[field] for field in KEY))
        if figure is None:
            created.append(ReferenceFigure(**given))
        elif different := [field for field in VALUES if field in given and getattr(figure, field) != given[field]]:
            for field in different:
                setattr(figure, field, given[field])
            updated.append(figure)
    ReferenceFigure.objects.bulk_create(created)
    ReferenceFigure.objects.bulk_update(updated, VALUES)
    return LoadReport(len(created), len(updated), len(rows) - len(created) - len(updated))


def answer_codes() -> dict[str, list[str]]:
    """Return {item: codes of its answers} of the general items of every questionnaire that offer a list (two queries
    and one per list)."""
    codes = {}
    items = Item.objects.select_related("option_set").prefetch_related("option_set__options").order_by("pk")
    tools = list(Tool.objects.order_by("position", "code").values_list("code", flat=True))
    for item in items:
        offered = [option.code for option in item.option_set.options.all()] if item.option_set_id else []
        if item.open_list:
            offered = tools
        if offered:
            codes[item.code] = list(dict.fromkeys([*codes.get(item.code, []), *offered]))
    return codes


def _rows(table, errors) -> Iterator[dict]:
    known, first_rows = answer_codes(), {}
    for number, cells in table.rows(errors):
        before = errors.total

        def refuse(column, message, number=number):
            errors.add(table.label, number, column, message)

        cells = {column: text.strip() for column, text in cells.items() if column in COLUMNS}
        if cells["item"] not in known:
            refuse("item", unknown_code(cells["item"], known))
        elif cells["category"] not in known[cells["item"]]:
            refuse("category", unknown_code(cells["category"], known[cells["item"]]))
        given = cells | {
            "percent": _percent(cells["percent"], refuse),
            "base": _base(cells["base"], refuse),
            "date": _date(cells["date"], refuse),
        }
        if not cells["source"]:
            refuse("source", "source absente : qui publie ce chiffre, dans quel document ?")
        for column, longest in LENGTHS.items():
            if len(cells.get(column, "")) > longest:
                refuse(column, f"{len(cells[column])} caractères ; {longest} au plus.")
        if errors.total == before:
            owner = first_rows.setdefault(tuple(given[field] for field in KEY), number)
            if owner == number:
                yield given
            else:
                refuse("category", f"la ligne {owner} donne déjà ce chiffre, de la même source à la même date.")


def _percent(text, refuse):
    percent = read_number(text)
    if percent is None or not 0 <= percent <= 100:
        said = f"« {text[:60]} » n’est pas un pourcentage de 0 à 100" if text else "pourcentage absent"
        refuse("percent", f"{said} ; par exemple 65,3.")
    return percent


def _base(text, refuse):
    if not text:
        return None
    base = read_number(text)
    if base is None or base < 1 or not base.is_integer():
        refuse("base", f"« {text[:60]} » n’est pas un nombre de personnes ; laissez vide si la source ne le donne pas.")
        return None
    return int(base)


def _date(text, refuse):
    try:
        return date.fromisoformat(text)
    except ValueError:
        said = f"« {text[:60]} » n’est pas une date" if text else "date absente"
        refuse("date", f"{said} ; il faut AAAA-MM-JJ, par exemple 2025-03-14.")
        return None
