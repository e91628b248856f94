"""Par secteur, Par métier, Par taille: the ratings as each part of the profession sees them."""

from collections import defaultdict

from cnc_survey.workbook import Column, Sheet
from interviews.analysis.statuses import SegmentReading
from interviews.results.cube import read_cells
from interviews.results.segments import category_labels
from usecases.models import UseCase

from .shown import DOTS, Cell, Setting, cell_of, lay_out, plain_page

SHEETS = {
    "sectors": ("Par secteur", "Les notes, secteur par secteur", "Secteur"),
    "occupations": ("Par métier", "Les notes, métier par métier", "Métier"),
    "structure_size": ("Par taille", "Les notes, selon la taille de la structure", "Taille de la structure"),
}
ITEMS = ("maturity", "impact", "usage", "intention")
NOBODY = ("",) * 4  # empty, which is not « non renseigné »: nobody of this category was asked
READINGS = {
    SegmentReading.AS_THE_WHOLE: "Comme l’ensemble",
    SegmentReading.ABOVE: "Au-dessus",
    SegmentReading.BELOW: "En dessous",
    SegmentReading.OWN_LEVEL: "Niveau propre",
    SegmentReading.CONTESTED: "Contestée",
    SegmentReading.INSUFFICIENT: "Base insuffisante",
}


def segment_sheets(setting: Setting) -> list[Sheet]:
    """Return the three sheets; a person may be in several sectors and occupations: rows do not add up."""
    cells = defaultdict(lambda: defaultdict(dict))
    for cell in read_cells(setting.snapshot, setting.audience, items=ITEMS, variables=list(SHEETS)):
        cells[cell.variable][cell.use_case, cell.category, cell.label][cell.item] = cell
    use_cases = UseCase.objects.filter(campaigns=setting.campaign).order_by("position", "code")
    names, labels = dict(use_cases.values_list("code", "name")), category_labels()
    return [_sheet(setting, cells[variable], names, labels[variable], *words) for variable, words in SHEETS.items()]


def _sheet(setting, cells, names, categories, title, heading, category):
    if not cells:
        return plain_page(setting, title, heading, "Aucune réponse sur un cas d’usage : il n’y a rien à répartir.")
    rows, is_weighted = [], bool(setting.snapshot.weighting.get("is_weighted"))
    for (code, category_code, label), shown in _in_order(cells, names, categories):
        own = {item: cell_of(shown.get(item), setting.is_public) for item in ITEMS}
        rows.append(
            (
                names.get(code, code),
                label,
                *_level(own["maturity"]),
                *_level(own["impact"]),
                *_figures(own["usage"], "level", "rate", "low", "high"),
                *_plain_rate(shown.get("usage"), setting, is_weighted),
                *_figures(own["intention"], "net"),
                code,
                category_code,
            )
        )
    return lay_out(setting, title, heading, _columns(category, is_weighted), rows, first_columns=2)


def _in_order(cells, use_cases, categories):
    """Use case after use case as in the catalogue, category after category as in their list."""
    cases = {code: place for place, code in enumerate(use_cases)}
    places = {code: place for place, code in enumerate(categories)}
    return sorted(cells.items(), key=lambda each: (cases[each[0][0]], places.get(each[0][1], len(places))))


def _columns(category, is_weighted):
    def level(group):
        return [
            Column("Niveau", 11, "dots", group),
            Column("Lecture", 18, "text", group),
            Column("Base", 9, "integer", group),
            Column("Signe", 8, "text", group),
        ]

    return [
        Column("Cas d’usage", 35),
        Column(category, 28),
        *level("Maturité technologique"),
        *level("Impact pressenti"),
        Column("Niveau", 11, "dots", "Adoption"),
        Column("Part", 12, "percent", "Adoption", has_bars=True),
        Column("De", 9, "percent", "Adoption"),
        Column("À", 9, "percent", "Adoption"),
        Column("Base", 9, "integer", "Adoption"),
        Column("Signe", 8, "text", "Adoption"),
        *([Column("Part", 10, "percent", "Sans redressement")] if is_weighted else []),
        Column("Solde", 10, "percent", "Intention à douze mois"),
        Column("Base", 9, "integer", "Intention à douze mois"),
        Column("Signe", 8, "text", "Intention à douze mois"),
        Column("Code du cas d’usage", 34, is_printed=False),
        Column("Code", 26, is_printed=False),
    ]


def _level(cell):
    if cell is None:
        return NOBODY
    reading = cell.show("reading")
    return (_dots(cell.show("level")), READINGS.get(reading, reading), cell.show("base"), cell.figures["mark"])


def _figures(cell, *names):
    if cell is None:
        return ("",) * (len(names) + 2)
    shown = [_dots(cell.show(name)) if name == "level" else cell.percent(name) for name in names]
    return (*shown, cell.show("base"), cell.figures["mark"])


def _plain_rate(shown, setting, is_weighted):
    """Return the share of current users without the weights, in a column of its own where the wave is weighted."""
    if not is_weighted:
        return ()
    own = {"mark": shown.mark, "base": shown.base} if shown else {}
    return (Cell(shown.figures | own, setting.is_public).percent("rate") if shown else "",)


def _dots(level):
    return DOTS.get(level, level)
