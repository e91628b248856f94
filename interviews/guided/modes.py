"""Does one answer differently to a person than to a page? General items asked in both modes, side by side."""

from dataclasses import dataclass

from interviews.analysis.constants import N_RATE
from interviews.models import Campaign, CubeCell, Item, Snapshot
from interviews.results.closing import require_closed
from interviews.results.cube import read_cells
from interviews.results.disclosure import SMALL_BASE, WHOLE

ASKED_IN_BOTH = (Item.Kind.SINGLE, Item.Kind.SCALE)


@dataclass(frozen=True)
class ModeDifference:
    """One answer to one item: its share by questionnaire and by interview, from 0 to 1, and both bases."""

    item: Item
    answer: str
    questionnaire: float
    interviews: float
    bases: tuple[int, int]

    @property
    def points(self) -> float:
        """The difference, in points: positive when interviews say it more."""
        return 100 * (self.interviews - self.questionnaire)


def mode_differences(campaign: Campaign, audience: str) -> list[ModeDifference]:
    """Return the answers to the items asked in both modes, where each has ten persons or more; the items in the order
    of the questionnaire. Raises CampaignError for a campaign not closed."""
    require_closed(campaign)
    snapshot = Snapshot.objects.get(campaign=campaign)
    items = {
        item.code: item
        for item in Item.objects.filter(module__questionnaire=campaign.questionnaire_id, kind__in=ASKED_IN_BOTH)
        .select_related("option_set")
        .prefetch_related("option_set__options")
    }
    sides = [
        {
            cell.item: cell
            for cell in read_cells(snapshot, audience, use_cases=[], items=list(items), variables=[""], mode=mode)
            if cell.mark in (WHOLE, SMALL_BASE) and (cell.base or 0) >= N_RATE
        }
        for mode in (CubeCell.Mode.QUESTIONNAIRE, CubeCell.Mode.INTERVIEW)
    ]
    return [
        ModeDifference(
            item,
            option.label,
            *(side[code].figures["counts"].get(option.code, 0) / side[code].base for side in sides),
            bases=tuple(side[code].base for side in sides),
        )
        for code, item in items.items()
        if all(code in side for side in sides)
        for option in item.option_set.options.all()
    ]
