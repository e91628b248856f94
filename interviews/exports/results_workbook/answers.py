"""Intérêts, Freins, Intentions, Perceptions: what people answered besides the ratings."""

from cnc_survey.workbook import Column, Sheet
from interviews.analysis.intervals import wilson
from interviews.exports.tabulation_table import answer_labels, base_label
from interviews.frames import INTENTIONS
from interviews.general_frame import DONT_KNOW, counted_items
from interviews.results.cube import read_cells
from usecases.models import Barrier, Benefit

from .ratings import identity_fields
from .shown import (
    Cell,
    Field,
    Row,
    Setting,
    lay_out,
    lay_out_fields,
    percent,
    plain_page,
)


def answer_sheets(setting: Setting, adoption: list[Row]) -> list[Sheet]:
    """Return the sheets Intérêts, Freins, Intentions and Perceptions."""
    return [
        lay_out_fields(setting, "Intérêts", "Intérêts cochés", _mention_fields("benefits", Benefit), adoption),
        lay_out_fields(setting, "Freins", "Freins cochés", _mention_fields("barriers", Barrier), adoption),
        lay_out_fields(setting, "Intentions", "Intention d’utiliser, à douze mois", _intention_fields(), adoption),
        _perception_sheet(setting),
    ]


def _part_fields(part):
    return [
        *identity_fields(),
        Field(Column("Base", 9, "integer"), lambda row: row.cell.part(part).show("base")),
        Field(Column("Signe", 8), lambda row: row.cell.part(part).figures["mark"]),
    ]


def _mention_fields(part, entries):
    names = entries.objects.order_by("position", "code").values_list("code", "name")
    return [
        *_part_fields(part),
        *(
            Field(
                Column(name, 18, "percent", has_bars=True), lambda row, code=code: _mention(row.cell.part(part), code)
            )
            for code, name in names
        ),
    ]


def _mention(cell, code):
    shares = cell.show("shares")
    # An entry added to the list since the closing was not asked.
    return percent(shares.get(code)) if isinstance(shares, dict) else shares


def _intention_fields():
    net = "Solde d’intention"
    return [
        *_part_fields("intention"),
        *(
            Field(
                Column(str(answer.label), 12, "percent", "Réponses des non-utilisateurs", has_bars=True),
                lambda row, code=answer.code: row.cell.part("intention").percent("shares", code),
            )
            for answer in INTENTIONS
        ),
        *(
            Field(
                Column(header, 11, "percent", group=net),
                lambda row, name=name: row.cell.part("intention").percent(name),
            )
            for header, name in (("Solde", "net"), ("De", "low"), ("À", "high"))
        ),
    ]


def _perception_sheet(setting):
    title, heading = "Perceptions", "Les questions générales"
    items = {item.code: item for item in counted_items(setting.campaign)}
    cells = {cell.item: cell for cell in read_cells(setting.snapshot, setting.audience, use_cases=[], variables=[""])}
    rows = [row for code, item in items.items() if code in cells for row in _answers(item, cells[code], setting)]
    if not rows:
        return plain_page(setting, title, heading, "Le questionnaire de cette campagne n’a pas de question générale.")
    columns = [
        Column("Page", 22),
        Column("Rubrique", 22),
        Column("Question", 48),
        Column("Réponse", 38),
        Column("Personnes", 13, "integer"),
        Column("Base", 9, "integer"),
        Column("Part", 12, "percent", has_bars=True),
        Column("De", 9, "percent"),
        Column("À", 9, "percent"),
        Column("Signe", 8),
        Column("La base", 50),
        Column("Code de la question", 38, is_printed=False),
        Column("Code de la réponse", 24, is_printed=False),
    ]
    return lay_out(setting, title, heading, columns, rows)


def _answers(item, shown, setting):
    """Yield one row per answer, then one for those who do not know, who are outside the base."""
    labels = answer_labels(item)
    # In the order of the questionnaire; tools are many: the most named first.
    told = shown.figures["answers"]
    counts = shown.figures["counts"]
    if item.open_list and counts:
        told = sorted(told, key=lambda code: (-counts[code], code))
    cell = Cell(shown.figures | {"mark": shown.mark, "base": shown.base}, setting.is_public)
    about = (base_label(item), item.code)
    place = (item.module.title, item.group, item.wording)
    for code in told:
        n, base = cell.show("counts", code), cell.show("base")
        low, high = (wilson(n, base) if isinstance(n, int) and base else None) or (None, None)
        share = cell.percent("shares", code)
        yield (*place, labels.get(code, code), n, base, share, percent(low), percent(high), shown.mark, *about, code)
    dont_know = cell.show("dont_know")
    if dont_know != 0:
        yield (
            *place,
            labels[DONT_KNOW],
            dont_know,
            cell.show("base"),
            None,
            None,
            None,
            shown.mark,
            *about,
            DONT_KNOW,
        )
