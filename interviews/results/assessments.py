"""From the whole's cells to the assessments: one per use case and dimension, what the method decides of each.

The figures stay in the cube; an assessment keeps what people decide about. Where the wave is weighted, the weighted
answers decide (METHOD.md §1.3).
"""

from collections.abc import Iterable

from interviews.models import Assessment, Campaign, CubeCell
from usecases.editions import levels_in_force
from usecases.models import Dimension

from .cells import Cell
from .evidence import ITEM_OF


def draw_up_assessments(campaign: Campaign, cells: Iterable[Cell]) -> list[Assessment]:
    """Return, without saving, one Assessment per use case and dimension, in catalogue order."""
    in_force = levels_in_force(campaign.baseline)
    wholes = {
        (cell.use_case, cell.item): cell
        for cell in cells
        if not cell.variable and cell.mode == CubeCell.Mode.QUESTIONNAIRE
    }
    return [
        _assess(campaign, use_case, dimension, in_force.get((use_case.code, dimension)), wholes[use_case.code, item])
        for use_case in campaign.use_cases.order_by("position", "code")
        for dimension, item in ITEM_OF.items()
    ]


def _assess(campaign, use_case, dimension: Dimension, baseline, cell: Cell):
    outcome = cell.figures["weighted"] or cell.figures
    return Assessment(
        campaign=campaign,
        use_case=use_case,
        dimension=dimension,
        baseline_level=baseline,
        computed_level=outcome["level"],
        status=outcome["status"],
        reason=outcome["reason"],
        base=cell.base,
    )
