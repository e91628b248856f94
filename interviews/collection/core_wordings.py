"""What a person reads of each question of the core about a use case, version by version (METHOD.md §2.1).

A wording that was asked never changes, whether the question or an answer: another one is a new version, added here and
asked by the questionnaires that name it in the table `core` of their data file.
"""

from dataclasses import dataclass, field
from functools import cached_property

from interviews.models import Intention, Level, Questionnaire, Satisfaction, Usage
from interviews.models.response import CodedChoices
from usecases.models import Dimension
from usecases.wording import LEVEL_LABELS

LADDER = [
    Usage.NOT_CONCERNED,
    Usage.NEVER_HEARD,
    Usage.AWARE,
    Usage.TRIED,
    Usage.OCCASIONAL,
    Usage.REGULAR,
    Usage.ABANDONED,
    Usage.DONT_KNOW,
]


@dataclass(frozen=True)
class Wording:
    """One version of a question: {answer: label} in the order offered, empty where the catalogue gives the answers."""

    question: str
    answers: dict[CodedChoices, str] = field(default_factory=dict)
    help_text: str = ""

    @cached_property
    def shown(self) -> dict[CodedChoices, str]:
        """The answers as they are read: a level behind its dots."""
        return {answer: f"{_dots(answer)}{label}" for answer, label in self.answers.items()}

    @cached_property
    def choices(self) -> dict[str, str]:
        """{code: answer as it is read}, in order."""
        return {answer.code: label for answer, label in self.shown.items()}


def core_wordings(questionnaire: Questionnaire) -> dict[str, Wording]:
    """Return {core question: the wording that this questionnaire asks}."""
    return {question: versions[questionnaire.core_versions[question]] for question, versions in WORDINGS.items()}


def _dots(answer):
    return f"{answer.label} " if isinstance(answer, Level) and answer is not Level.DONT_KNOW else ""


def _labelled(answers):
    return {answer: answer.label for answer in answers}


def _levels(dimension):
    return {Level(level): label for level, label in LEVEL_LABELS[dimension].items()} | _labelled([Level.DONT_KNOW])


WORDINGS: dict[str, dict[int, Wording]] = {
    "usage": {1: Wording("Où en êtes-vous ?", _labelled(LADDER))},
    "maturity": {1: Wording("Où en est la technologie ?", _levels(Dimension.MATURITY))},
    "impact": {1: Wording("Que change-t-elle, ou changera-t-elle, au travail ?", _levels(Dimension.IMPACT))},
    "intention": {1: Wording("Pensez-vous l’utiliser dans les 12 mois ?", _labelled(Intention))},
    "benefits": {1: Wording("Ce qu’il apporte")},
    "barriers": {1: Wording("Ce qui freine")},
    "tools": {1: Wording("Outils que vous connaissez ou utilisez", help_text="Séparez les noms par des virgules.")},
    "satisfaction": {1: Wording("En êtes-vous satisfait·e ?", _labelled(Satisfaction))},
}
