"""The instrument as pages and saves read it. A version that has answers never changes: each process keeps it."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

from django.db.models import Prefetch

from interviews.models import Item, Module, Questionnaire

KEPT = 8  # versions in memory, some 200 kB each: a site has one or two campaigns open


@dataclass(frozen=True)
class Instrument:
    """The modules of one version in page order, with their items and the options of these. Not to be changed."""

    modules: tuple[Module, ...]

    @cached_property
    def items(self) -> dict[str, Item]:
        """Every general item by its code, in page order."""
        return {item.code: item for module in self.modules for item in module.items.all()}

    def dependents(self, item: Item) -> list[Item]:
        """Return the items asked according to the answer to this one."""
        return [other for other in self.items.values() if other.asked_if_id == item.pk]


def read_instrument(questionnaire: Questionnaire) -> Instrument:
    """Return the content of a version: from memory, or in three queries."""
    # The stamp changes at each load: a version loaded anew, as long as nobody has answered it, is read anew.
    return _keep(questionnaire.pk, questionnaire.stamp) if questionnaire.stamp else _read(questionnaire.pk)


@lru_cache(maxsize=KEPT)
def _keep(pk, stamp):
    return _read(pk)


def _read(pk):
    items = Item.objects.select_related("option_set", "asked_if").prefetch_related("option_set__options")
    modules = Module.objects.filter(questionnaire=pk).prefetch_related(Prefetch("items", items)).order_by("position")
    return Instrument(tuple(modules))
