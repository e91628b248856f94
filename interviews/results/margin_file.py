"""Imports the population margins of a campaign from a file: all or nothing, every mistake named."""

from collections.abc import Iterator
from pathlib import Path

from django.db import transaction

from interviews.collection.microdata_file import Errors, unknown_code
from interviews.collection.one_table import open_table, read_number, read_year
from interviews.models import Campaign, PopulationMargin
from interviews.models.weighting import FIRST_YEAR, LAST_YEAR, SEPARATOR
from interviews.weighting_choice import refuse_frozen_weighting
from usecases.filters import folded

from .margins import Unit, Variable, known_categories, row_mistakes

SHEET = "Marges"
COLUMNS = ("variable", "modalite", "libelle", "cible", "unite", "source", "annee")
OPTIONAL = {"libelle"}  # there for the eye, never read
COLUMN_OF = {"category": "modalite", "unit": "unite"}
UNITS = {"effectif": Unit.HEADCOUNT, "part": Unit.SHARE}
LONGEST_SOURCE = PopulationMargin._meta.get_field("source").max_length


@transaction.atomic
def import_margins(campaign: Campaign, path: Path, name: str = "") -> int:
    """Replace the margins of a campaign by those of a file (.xlsx with the sheet « Marges », or CSV); return how many.

    Rows without a target are left out, so that a template may be filled in part. `name` is what the person calls the
    file. Raises CampaignError once the campaign is closed, MicrodataError with every mistake of the file: then nothing
    is changed.
    """
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    refuse_frozen_weighting(campaign)
    errors = Errors()
    table = open_table(path, SHEET, COLUMNS, OPTIONAL, errors, name)
    errors.refuse_any()
    found = list(_rows(table, campaign, errors))
    for place, field, sentence in row_mistakes([row for _, row in found], known_categories()):
        errors.add(table.label, found[place][0], COLUMN_OF[field], sentence)
    errors.refuse_any()
    if not found:
        errors.add(table.label, None, "cible", "aucune cible n’est donnée : rien à importer.")
        errors.refuse_any()
    campaign.margins.all().delete()
    return len(PopulationMargin.objects.bulk_create(row for _, row in found))


def _rows(table, campaign, errors) -> Iterator[tuple[int, PopulationMargin]]:
    """Yield (row number, margin unsaved) for the rows with a target and no mistake of their own."""
    known = known_categories()
    variables = {folded(str(each.label)): each for each in Variable} | {each.value: each for each in Variable}
    first_rows = {}
    for number, cells in table.rows(errors):
        if not cells["cible"].strip():
            continue
        before = errors.total

        def refuse(column, message, number=number):
            errors.add(table.label, number, column, message)

        variable = variables.get(cells["variable"].strip()) or variables.get(folded(cells["variable"].strip()))
        if variable is None:
            refuse("variable", unknown_code(cells["variable"].strip(), [each.value for each in Variable]))
            continue
        category = _category(cells["modalite"], variable, known[variable], refuse)
        target, unit = _target(cells, variable, refuse)
        source, year = _origin(cells, refuse)
        owner = first_rows.setdefault((variable, category), number)
        if owner != number and errors.total == before:
            refuse("modalite", f"cette modalité est déjà à la ligne {owner}.")
        if errors.total == before:
            yield (
                number,
                PopulationMargin(
                    campaign=campaign,
                    variable=variable,
                    category=category,
                    target=target,
                    unit=unit,
                    source=source,
                    year=year,
                ),
            )


def _category(text, variable, known, refuse):
    """Return codes joined by « | », in the order of the list; a label may stand for its code."""
    if variable == Variable.POPULATION:
        if text.strip():
            refuse("modalite", "la population totale n’a pas de modalité : laissez la cellule vide.")
        return ""
    by_label = {folded(str(label)): code for code, label in known.items()}
    codes = []
    for part in (part.strip() for part in text.split(SEPARATOR)):
        code = part if part in known else by_label.get(folded(part))
        if code is None:
            refuse("modalite", unknown_code(part, known))
        elif code in codes:
            refuse("modalite", f"« {part} » est deux fois dans la même ligne.")
        else:
            codes.append(code)
    return SEPARATOR.join(code for code in known if code in codes)


def _target(cells, variable, refuse):
    target, written = read_number(cells["cible"]), cells["unite"].strip().lower()
    unit = UNITS.get(written)
    if target is None:
        refuse("cible", f"« {cells['cible'].strip()[:60]} » n’est pas un nombre ; par exemple 1200 ou 42,7.")
    elif target < 0:
        refuse("cible", "une cible n’est jamais négative.")
    if unit is None:
        refuse("unite", unknown_code(written, UNITS))
    elif unit == Unit.SHARE and variable == Variable.POPULATION:
        refuse("unite", "la population totale est un effectif.")
    elif unit == Unit.SHARE and target is not None and target > 100:
        refuse("cible", "une part ne dépasse pas 100 %.")
    return target, unit


def _origin(cells, refuse):
    source, year = cells["source"].strip(), read_year(cells["annee"])
    if not source:
        refuse("source", "source absente : qui publie ce chiffre, dans quel document ?")
    elif len(source) > LONGEST_SOURCE:
        refuse("source", f"{len(source)} caractères ; {LONGEST_SOURCE} au plus.")
    if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
        refuse("annee", f"« {cells['annee'].strip()[:20]} » n’est pas une année, de {FIRST_YEAR} à {LAST_YEAR}.")
    return source, year
