"""The whole list of a campaign's use cases, for whoever wants to say more than what routing offers."""

import re
from dataclasses import dataclass

from interviews.models import Response
from usecases.filters import folded
from usecases.models import Family, UseCase

from .pages import family_slug

WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Entry:
    """One use case of the campaign, and whether the person's questionnaire already holds it."""

    use_case: UseCase
    is_asked: bool

    @property
    def page(self) -> str:
        """The address of the questionnaire's page that holds it, or would."""
        return family_slug(self.use_case.family)


def explore(response: Response, words: str = "") -> dict[Family, list[Entry]]:
    """Return the campaign's use cases by family, in catalogue order (two queries).

    Kept: those whose name, sentence or family has, for each of `words`, a word that begins so, whatever the accents
    and case: « son » finds sound and not « personnage ».
    """
    asked = set(response.use_case_answers.values_list("use_case", flat=True))
    wanted = WORD.findall(folded(words))
    found = {}
    # Some sixty rows: no database folds accents the same way on every engine, Python does.
    for use_case in response.campaign.use_cases.select_related("family").order_by("family__position", "position"):
        present = WORD.findall(folded(f"{use_case.name} {use_case.summary} {use_case.family.name}"))
        if all(any(word.startswith(start) for word in present) for start in wanted):
            found.setdefault(use_case.family, []).append(Entry(use_case, use_case.pk in asked))
    return found
