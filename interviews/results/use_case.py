"""All that a closed campaign says of one use case, for the team: whole figures, with what the public sees of each."""

from dataclasses import dataclass

from interviews.models import Campaign, CubeCell, DecisionRecord, UseCaseAnswer, Verbatim
from usecases.models import UseCase

from .board import BoardRow, read_board
from .changes import ShownChange, read_changes
from .cube import read_cells
from .disclosure import STAFF, ShownCell
from .segments import category_labels, variable_label

QUOTED = 100  # comments shown: a page one can read
BY_SEGMENT = ("maturity", "impact", "usage")


@dataclass(frozen=True)
class SegmentTable:
    """One variable: its categories, each with its cells by item (BY_SEGMENT); an item without a cell has none."""

    variable: str
    label: str
    rows: list[tuple[str, dict[str, ShownCell]]]


@dataclass(frozen=True)
class UseCaseResults:
    """`rows` and `decisions` by dimension; `cells` of the whole by item, `interviews` the same as interviews put it;
    `changes` of the whole since the previous campaign; `comments` and `verbatims`, what may be quoted, in no order."""

    use_case: UseCase
    rows: dict[str, BoardRow]
    decisions: dict[str, list[DecisionRecord]]
    cells: dict[str, ShownCell]
    interviews: dict[str, ShownCell]
    segments: list[SegmentTable]
    changes: list[ShownChange]
    comments: list[str]
    verbatims: list[str]


def read_use_case(campaign: Campaign, use_case: UseCase) -> UseCaseResults:
    """Return the results of a closed campaign about one of its use cases, in a fixed number of queries."""
    rows = {row.dimension: row for row in read_board(campaign, use_case=use_case)}
    cells = read_cells(campaign.snapshot, STAFF, use_cases=[use_case.code])
    told = read_cells(campaign.snapshot, STAFF, use_cases=[use_case.code], mode=CubeCell.Mode.INTERVIEW)
    return UseCaseResults(
        use_case=use_case,
        rows=rows,
        decisions=_decisions(rows),
        cells={cell.item: cell for cell in cells if not cell.variable},
        interviews={cell.item: cell for cell in told if not cell.variable},
        segments=_segments(cells),
        changes=read_changes(campaign.snapshot, STAFF, use_cases=[use_case.code], variables=[""]),
        comments=quotable_comments(campaign, use_case),
        verbatims=publishable_verbatims(campaign, use_case),
    )


def quotable_comments(campaign: Campaign, use_case: UseCase) -> list[str]:
    """Return the comments that their authors allow to quote, without anything that tells whose they are.

    In the order of the random keys of responses: neither time nor rating can be read from it (METHOD.md §5.6).
    """
    comments = UseCaseAnswer.objects.filter(
        response__in=campaign.responses.counted(), use_case=use_case, may_be_quoted=True
    ).exclude(comment="")
    return list(comments.order_by("response_id").values_list("comment", flat=True)[:QUOTED])


def publishable_verbatims(campaign: Campaign, use_case: UseCase) -> list[str]:
    """Return the words of interviews that consent and a second reading allow to show, in their public wording."""
    verbatims = Verbatim.objects.publishable().filter(participant__interview__campaign=campaign, use_case=use_case)
    # In alphabetical order: that of the interviews would tell who spoke when.
    return list(verbatims.order_by("public_text").values_list("public_text", flat=True)[:QUOTED])


def adoption_by_wave(campaign: Campaign, use_case: UseCase) -> list[tuple[str, float | None]]:
    """Return the share of current users in each wave that led to this one, oldest first: [(closing year and month,
    share)]; two queries a wave."""
    waves = []
    while campaign and campaign.closed_at:
        cells = read_cells(campaign.snapshot, STAFF, use_cases=[use_case.code], items=["usage"], variables=[""])
        waves.append((f"{campaign.closes_on:%m/%Y}", cells[0].figures["rate"] if cells else None))
        campaign = campaign.previous
    return waves[::-1]


def _decisions(rows):
    decisions = {dimension: [] for dimension in rows}
    records = DecisionRecord.objects.filter(assessment__in=[row.assessment for row in rows.values()])
    for record in records.select_related("assessment", "decided_by"):
        decisions[record.assessment.dimension].append(record)
    return decisions


def _segments(cells):
    tables = {}
    for cell in cells:
        if cell.variable and cell.item in BY_SEGMENT:
            tables.setdefault(cell.variable, {}).setdefault((cell.category, cell.label), {})[cell.item] = cell
    order = category_labels() if tables else {}
    return [
        SegmentTable(
            variable,
            variable_label(variable),
            [
                (label, items)
                for (_, label), items in sorted(rows.items(), key=lambda row: _place(order[variable], row[0][0]))
            ],
        )
        for variable, rows in tables.items()
    ]


def _place(labels, category):
    """Return where a category stands in its list; one removed since the closing comes last."""
    codes = list(labels)
    return codes.index(category) if category in labels else len(codes)
