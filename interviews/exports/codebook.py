"""Every code that files use, with its label."""

from collections.abc import Iterator
from typing import NamedTuple

from interviews.collection.core_wordings import core_wordings
from interviews.collection.questionnaire import newest_questionnaire
from interviews.models import PROFILE_COLUMNS, Item, Questionnaire, Response
from usecases.models import (
    Barrier,
    Benefit,
    Family,
    Occupation,
    Sector,
    Stage,
    Tool,
    UseCase,
    ValueChain,
)

CATALOGUE = {
    "value_chain": ValueChain,
    "stage": Stage,
    "sector": Sector,
    "family": Family,
    "occupation": Occupation,
    "benefit": Benefit,
    "barrier": Barrier,
    "tool": Tool,
    "use_case": UseCase,
}
CODED = ("usage", "maturity", "impact", "intention")  # core questions whose answers the files hold as codes


class CodeLabel(NamedTuple):
    """A code of one kind and its French label."""

    kind: str
    code: str
    label: str


def list_codes(questionnaire: Questionnaire | None = None) -> Iterator[CodeLabel]:
    """Yield every code: the catalogue, the profile, the core about a use case, then the questionnaire's items (those
    of the newest one unless told otherwise).

    The answers proposed for an item have the kind `option:<item code>`.
    """
    questionnaire = questionnaire or newest_questionnaire()
    for kind, model in CATALOGUE.items():
        # The code breaks ties: entries without a rank keep one order.
        for code, name in model.objects.order_by("position", "code").values_list("code", "name"):
            yield CodeLabel(kind, code, name)
    for column in ("mode", *PROFILE_COLUMNS):
        for code, label in Response._meta.get_field(column).choices:
            yield CodeLabel(column, code, label)
    wordings = core_wordings(questionnaire or Questionnaire())
    for question in CODED:
        for answer, label in wordings[question].answers.items():
            yield CodeLabel(question, answer.code, label)
    items = Item.objects.filter(module__questionnaire=questionnaire).prefetch_related("option_set__options")
    for item in items:
        yield CodeLabel("item", item.code, item.wording)
        for option in item.option_set.options.all() if item.option_set else ():
            yield CodeLabel(f"option:{item.code}", option.code, option.label)
