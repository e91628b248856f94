"""Who answered, as tables: the cells of the item `respondents`, variable by variable."""

from interviews.models import Snapshot

from .cube import read_cells
from .respondents import RESPONDENTS
from .segments import PROFILE_VARIABLES, variable_label


def read_profiles(snapshot: Snapshot, audience: str) -> list[dict]:
    """Return one table per profile variable, questionnaires only, as an audience sees it: {variable, label, base, mark,
    rows}, each row {category, label, n, share, mark}; None where a figure is hidden.

    `base` counts every respondent; those who gave no answer are a category of their own.
    """
    whole, *cells = read_cells(snapshot, audience, use_cases=[], items=[RESPONDENTS])
    return [
        {
            "variable": variable,
            "label": variable_label(variable),
            "base": whole.base,
            "mark": whole.mark,
            "rows": [
                {
                    "category": cell.category,
                    "label": cell.label,
                    "n": cell.base,
                    "share": cell.figures["share"],
                    "mark": cell.mark,
                }
                for cell in cells
                if cell.variable == variable
            ],
        }
        for variable in PROFILE_VARIABLES
    ]
