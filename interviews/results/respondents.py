"""Who answered: the cells of the item `respondents`, one table per profile variable, on the engine of every other."""

import numpy as np

from interviews.analysis.constants import N_RATE
from interviews.analysis.masking import count_strangers, mask_dimension
from interviews.models import CubeCell

from .cells import Cell
from .disclosure import Mask, settle_cells
from .segments import Segments

RESPONDENTS = "respondents"


def respondent_cells(segments: Segments) -> list[Cell]:
    """Return how many answered by questionnaire, then how many in each category of each profile variable.

    Figures: `of`, the respondents in all, and `share`, the part of them in the category. Below ten respondents in all,
    the total alone may be shown.
    """
    total = len(segments.places)
    everybody = np.zeros((total, 1), dtype=np.int8)
    (whole,) = settle_cells(np.array([[total]]), segments.structures.count(everybody == 0))[0]
    # A headcount is not a share: from five respondents their number is shown.
    cells = [_cell("", "", total, total, Mask.NONE if whole == Mask.BASE_ONLY else whole)]
    for variable, segment in segments.by_variable.items():
        sizes = segment.dimension.member.sum(axis=0)[:, np.newaxis]
        nothing = np.zeros(sizes.shape, dtype=bool)
        (strangers,) = count_strangers([segment.dimension], everybody == 0)
        found = mask_dimension(
            everybody, 1, segment.dimension, segments.structures, np.array([total]), sizes, strangers, nothing
        )
        masks = found.rows[:, 0]
        if total < N_RATE:
            masks = np.full(masks.shape, Mask.PRIMARY.value)
        cells += [
            _cell(variable, category, n, total, mask)
            for category, n, mask in zip(segment.categories, sizes[:, 0].tolist(), masks.tolist(), strict=True)
            if n or category  # an empty category of a list is told; that everybody answered is not news
        ]
    return cells


def _cell(variable, category, n, total, mask):
    figures = {"of": total, "share": n / total if total else None}
    return Cell(None, RESPONDENTS, CubeCell.Mode.QUESTIONNAIRE.value, variable, category, n, figures, str(mask))
