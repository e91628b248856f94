"""Which one attribute may stand beside a quote: a cell of the closed campaign that is visible and large enough."""

from interviews.analysis.constants import N_RATE
from interviews.models import Assessment, Campaign, Snapshot
from interviews.results.disclosure import HIDDEN, public_occupations, public_profiles
from usecases.models import Dimension

VARIABLES = ("occupations", "sectors")


def visible_attributes(campaign: Campaign) -> set[tuple[int | None, str, str]]:
    """Return the cells that may be named, (use case primary key or None for no use case, variable, category).

    None before the campaign is closed: nothing is published yet. A quote about a use case needs the cell of that use
    case; another one needs that of all respondents.
    """
    snapshot = Snapshot.objects.filter(campaign=campaign).first()
    if snapshot is None:
        return set()
    cells = {
        (None, table["variable"], row["category"])
        for table in public_profiles(snapshot)
        if table["variable"] in VARIABLES
        for row in table["rows"]
        if row["mark"] != HIDDEN and (row["n"] or 0) >= N_RATE
    }
    for assessment in Assessment.objects.filter(campaign=campaign, dimension=Dimension.ADOPTION):
        cells |= {
            (assessment.use_case_id, "occupations", row["category"])
            for row in public_occupations(assessment)
            if row["mark"] != HIDDEN and (row["base"] or 0) >= N_RATE
        }
    return cells
