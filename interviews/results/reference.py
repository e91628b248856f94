"""Our general figures beside those that another survey published: how many points apart, and how sure."""

from dataclasses import dataclass
from datetime import date

from interviews.analysis.intervals import difference_of_shares
from interviews.models import Item, ReferenceFigure, Snapshot
from usecases.models import Tool

from .cube import read_cells
from .general_items import opening_words


@dataclass(frozen=True)
class ReferenceComparison:
    """One answer of one question, in another survey and in this wave.

    `asked_of` says which answers led to the question, empty when everybody was asked: another survey may count
    everybody all the same. `reference` and `percent` go from 0 to 100; `base` and `reference_base` are persons, the
    latter None when the source does not give it. `points` is ours less theirs, `low` and `high` its limits (Newcombe
    1998, both surveys taken as independent samples), None without a reference base: there is no test then. `mark` says
    what the public sees of our figure; what is hidden from the audience is None.
    """

    item: str
    item_label: str
    category: str
    category_label: str
    asked_of: str
    source: str
    date: date
    reference: float
    reference_base: int | None
    reference_base_label: str
    mark: str
    base: int | None
    percent: float | None
    points: float | None
    low: float | None
    high: float | None


def compare_with_references(snapshot: Snapshot, audience: str) -> list[ReferenceComparison]:
    """Return every reference figure that this wave also measured, by question then date, for PUBLIC or STAFF.

    Shares are those of the persons who answered, unweighted. Six queries at most, one without any figure.
    """
    figures = list(ReferenceFigure.objects.all())
    if not figures:
        return []
    cells = read_cells(snapshot, audience, use_cases=[], items=sorted({each.item for each in figures}), variables=[""])
    found = {cell.item: cell for cell in cells}
    labels = _labels(snapshot.campaign.questionnaire, found)
    return [_compare(each, found[each.item], *labels[each.item]) for each in figures if each.item in found]


def _labels(questionnaire, codes):
    """Return {item: (wording, which answers led to it, {answer: label})}."""
    items = Item.objects.filter(module__questionnaire=questionnaire, code__in=codes)
    items = items.select_related("option_set", "asked_if__option_set")
    tools = dict(Tool.objects.values_list("code", "name"))
    return {
        item.code: (
            item.wording,
            opening_words(item),
            tools if item.open_list else {option.code: option.label for option in item.option_set.options.all()},
        )
        for item in items.prefetch_related("option_set__options", "asked_if__option_set__options")
    }


def _compare(figure, cell, wording, asked_of, answers):
    share = _share(figure.category, cell)
    low = high = None
    if share is not None and figure.base:
        low, high = difference_of_shares(figure.percent / 100, figure.base, share, cell.base)
    return ReferenceComparison(
        item=figure.item,
        item_label=wording,
        category=figure.category,
        category_label=answers.get(figure.category, figure.category),
        asked_of=asked_of,
        source=figure.source,
        date=figure.date,
        reference=figure.percent,
        reference_base=figure.base,
        reference_base_label=figure.base_label,
        mark=cell.mark,
        base=cell.base,
        percent=None if share is None else 100 * share,
        points=None if share is None else 100 * share - figure.percent,
        low=None if low is None else 100 * low,
        high=None if high is None else 100 * high,
    )


def _share(category, cell):
    """Return our share of an answer, None where it is hidden, or is not one of this questionnaire's answers."""
    return (cell.figures.get("shares") or {}).get(category)
