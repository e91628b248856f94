"""The whole list of a campaign's use cases, for whoever wants to say more than what routing offers."""

from dataclasses import dataclass

from interviews.models import Response
from usecases.filters import folded
from usecases.models import Family, UseCase


@dataclass(frozen=True)
class Entry:
    """One use case of the campaign, and whether the person's questionnaire already holds it."""

    use_case: UseCase
    is_asked: bool

    @property
    def page(self) -> str:
        """The address of the questionnaire's page that holds it, or would."""
        return f"cas-{self.use_case.family.code}"


def explore(response: Response, words: str = "") -> dict[Family, list[Entry]]:
    """Return the campaign's use cases by family, in catalogue order (two queries).

    Kept: those whose name, sentence or family holds every one of `words`, whatever their accents and case.
    """
    asked = set(response.use_case_answers.values_list("use_case", flat=True))
    found = {}
    listed = response.campaign.use_cases.select_related("family").order_by("family__position", "position")
    # Some sixty rows: no database folds accents the same way on every engine, Python does.
    for use_case in listed:
        text = folded(f"{use_case.name} {use_case.summary} {use_case.family.name}")
        if all(word in text for word in folded(words).split()):
            found.setdefault(use_case.family, []).append(Entry(use_case, use_case.pk in asked))
    return found
