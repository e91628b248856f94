"""All that a closed campaign says of one use case, for the team: whole figures, with what the public sees of each."""

from dataclasses import dataclass

from interviews.models import Campaign, DecisionRecord, UseCaseAnswer
from usecases.models import Dimension, UseCase

from .board import BoardRow, read_board

QUOTED = 100  # comments shown: a page one can read


@dataclass(frozen=True)
class ShownCell:
    item: str
    mark: str
    base: int
    figures: dict


@dataclass(frozen=True)
class UseCaseResults:
    """`rows` and `decisions` by dimension; `cells`, the whole by item; `comments`, what may be quoted, in no order."""

    use_case: UseCase
    rows: dict[str, BoardRow]
    decisions: dict[str, list[DecisionRecord]]
    cells: dict[str, ShownCell]
    comments: list[str]


def read_use_case(campaign: Campaign, use_case: UseCase) -> UseCaseResults:
    """Return the results of a closed campaign about one of its use cases."""
    rows = {row.dimension: row for row in read_board(campaign, use_case=use_case)}
    records = DecisionRecord.objects.filter(assessment__in=[row.assessment for row in rows.values()])
    decisions = {dimension: [] for dimension in rows}
    for record in records.select_related("assessment", "decided_by"):
        decisions[record.assessment.dimension].append(record)
    return UseCaseResults(use_case, rows, decisions, _cells(rows), quotable_comments(campaign, use_case))


def _cells(rows):
    usage = rows[Dimension.ADOPTION].figures
    cells = {d: rows[d].figures for d in (Dimension.MATURITY, Dimension.IMPACT)}
    cells |= {"usage": usage | {"shares": usage["usage"]}}
    cells |= {name: usage[name] for name in ("intention", "benefits", "barriers")}
    return {item: ShownCell(item, cell["mark"], cell["base"], cell) for item, cell in cells.items()}


def quotable_comments(campaign: Campaign, use_case: UseCase) -> list[str]:
    """Return the comments that their authors allow to quote, without anything that tells whose they are.

    In the order of the random keys of responses: neither time nor rating can be read from it (METHOD.md §5.6).
    """
    comments = UseCaseAnswer.objects.filter(
        response__in=campaign.responses.counted(), use_case=use_case, may_be_quoted=True
    ).exclude(comment="")
    return list(comments.order_by("response_id").values_list("comment", flat=True)[:QUOTED])
