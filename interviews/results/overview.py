"""What the charts of a whole campaign draw: ratings side by side, levels by family and stage, opinions."""

from collections import Counter, defaultdict

from interviews.charts.campaign import Position
from interviews.models import Campaign, Item
from usecases.models import Dimension, Family, Stage, UseCaseStage

from .board import BoardRow
from .cube import read_cells
from .publication import published_level

PLAUSIBLE = 0.80  # of the probability, around the middle


def place_rows(rows: list[BoardRow]) -> list[Position]:
    """Return where each row of one dimension stands, as `charts.campaign` draws it."""
    return [_adoption(row) if row.dimension == Dimension.ADOPTION else _level(row) for row in rows]


def levels_by_place(rows: list[BoardRow]) -> tuple[list[str], list[str], dict]:
    """Return (families, stages, {(stage, family): levels}) for rows of one dimension, in the catalogue's order.

    The level of a use case is the one that publishing now would give; it stands in each of its stages.
    """
    links = defaultdict(list)
    for case, stage in UseCaseStage.objects.values_list("use_case_id", "stage_id"):
        links[case].append(stage)
    ordered = Stage.objects.select_related("chain").order_by("chain__position", "position")
    names = Counter(stage.name for stage in ordered)
    # The chain is told where two of them name a stage alike.
    stages = {stage.pk: str(stage) if names[stage.name] > 1 else stage.name for stage in ordered}
    families = list(dict.fromkeys(Family.objects.values_list("name", flat=True)))
    levels = defaultdict(list)
    for row in rows:
        for stage in links[row.assessment.use_case_id]:
            levels[stages[stage], row.use_case.family.name].append(published_level(row.assessment))
    used_stages = [name for name in stages.values() if any(place[0] == name for place in levels)]
    used_families = [name for name in families if any(place[1] == name for place in levels)]
    return used_families, used_stages, dict(levels)


def read_opinions(campaign: Campaign, audience: str) -> dict[tuple[str, str], tuple[list[str], list[tuple]]]:
    """Return the statements of the perception modules that share their answers:
    {(module's title, set of answers): (answers, [(statement, shares or None, base)])}, in questionnaire order."""
    items = (
        Item.objects.filter(module__questionnaire=campaign.questionnaire, module__is_block=True, kind=Item.Kind.SCALE)
        .select_related("module", "option_set")
        .prefetch_related("option_set__options")
        .order_by("module__position", "position")
    )
    cells = {cell.item: cell for cell in read_cells(campaign.snapshot, audience, use_cases=[], variables=[""])}
    groups = {}
    for item in items:
        if item.code not in cells:
            continue
        cell = cells[item.code]
        options = item.option_set.options.all()
        _, statements = groups.setdefault(
            (item.module.title, item.option_set.code), ([option.label for option in options], [])
        )
        shares = cell.figures.get("shares")
        statements.append((_statement(item), shares and tuple(shares[option.code] for option in options), cell.base))
    return groups


def _statement(item):
    # A scenario is named by its group: its question is the same for all.
    return f"{item.group} : {item.wording}" if item.group and item.option_set.code in SCENARIOS else item.wording


SCENARIOS = ("plausibility", "horizon")


def _level(row):
    low, high = _plausible_levels(row.figures["probabilities"])
    return Position(
        row.use_case.name,
        row.figures["interpolated_median"],
        row.assessment.baseline_level,
        low,
        high,
        row.assessment.base,
    )


def _adoption(row):
    figures = row.figures
    earlier = row.change.before if row.change else None
    return Position(row.use_case.name, figures["rate"], earlier, figures["low"], figures["high"], row.assessment.base)


def _plausible_levels(probabilities):
    """Return the lowest and the highest level that the middle PLAUSIBLE of the probability touches."""
    if not probabilities:
        return None, None
    outside, below, reached = (1 - PLAUSIBLE) / 2, 0, []
    for level, probability in enumerate(probabilities, 1):
        if below < 1 - outside and below + probability > outside:
            reached.append(level)
        below += probability
    return reached[0], reached[-1]
