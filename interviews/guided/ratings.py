"""What the interviewer rates of a use case beyond the questionnaire: adoption, and why each level was given."""

from dataclasses import dataclass

from django import forms
from django.db import transaction
from django.db.models import F

from interviews.collection.responses import refuse_unless_editable
from interviews.collection.units import version_field
from interviews.models import Interview, InterviewRating, Level
from interviews.models.interview import MAX_REASON
from usecases.models import Dimension, UseCase
from usecases.wording import LEVEL_LABELS

from .units import Unit
from .writing import refuse_unless_writable

REASONS = ("maturity_reason", "impact_reason", "adoption_reason")


@dataclass(frozen=True)
class RatedLevels:
    """One use case of an interview: the three levels (1 to 3, 9 unknown, None not given) and their reasons."""

    use_case: UseCase
    levels: dict[str, int | None]
    reasons: dict[str, str]

    @property
    def unjustified(self) -> list[str]:
        """The dimensions that have a level and no reason for it."""
        given = (dimension for dimension, level in self.levels.items() if level in (1, 2, 3))
        return [dimension for dimension in given if not self.reasons[dimension].strip()]

    @property
    def is_rated(self) -> bool:
        return any(level is not None for level in self.levels.values())


def level_choices(dimension: str) -> list[tuple[str, str]]:
    """Return the choices of one dimension, as the study words them, then « ne sait pas »."""
    labels = LEVEL_LABELS[dimension]
    return [*((str(level), f"{Level(level).label} {label}") for level, label in labels.items()), ("9", "Ne sait pas")]


def reason_field(label: str) -> forms.CharField:
    """A justification: one or two sentences."""
    return forms.CharField(label=label, max_length=MAX_REASON, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class RatingForm(forms.Form):
    """The interviewer's reading of one use case."""

    adoption = forms.TypedChoiceField(
        label="L’adoption dans le métier, d’après l’entretien",
        widget=forms.RadioSelect,
        required=False,
        coerce=int,
        empty_value=None,
    )
    maturity_reason = reason_field("Ce qui fonde la maturité")
    impact_reason = reason_field("Ce qui fonde l’impact")
    adoption_reason = reason_field("Ce qui fonde l’adoption")

    def __init__(self, data=None, *, rating: InterviewRating):
        initial = {name: getattr(rating, name) for name in ("adoption", *REASONS)}
        super().__init__(data, prefix=f"notation-{rating.use_case.code}", initial=initial)
        self.use_case = rating.use_case
        self.unit = Unit(f"notation.{rating.use_case.code}", rating.version)
        self.fields["adoption"].choices = level_choices(Dimension.ADOPTION)
        self.fields["version"] = version_field(self.unit.version)


@transaction.atomic
def save_rating(interview: Interview, use_case: UseCase, values: dict, version: int) -> int | None:
    """Store {adoption, …_reason} of a use case; return the new version, or None when it changed elsewhere since.

    Raises InterviewRefusedError.
    """
    refuse_unless_writable(interview)
    rating = InterviewRating.objects.select_for_update().filter(interview=interview, use_case=use_case).first()
    rating = rating or InterviewRating(interview=interview, use_case=use_case)
    if all(getattr(rating, name) == value for name, value in values.items()):
        return rating.version
    if rating.version != version:
        return None
    for name, value in values.items():
        setattr(rating, name, value)
    rating.version += 1
    rating.save()
    return rating.version


def change_adoption(interview: Interview, use_case: UseCase, level: int) -> None:
    """Replace the adoption of an interview by the one that its two coders agreed on.

    Raises ResponseRefusedError once the campaign is closed.
    """
    refuse_unless_editable(interview.response)
    interview.ratings.filter(use_case=use_case).update(adoption=level, version=F("version") + 1)


def rated_levels(interview: Interview) -> list[RatedLevels]:
    """Return what the interviewer rated, in catalogue order (two queries)."""
    ratings = {rating.use_case_id: rating for rating in interview.ratings.select_related("use_case")}
    answers = {row.use_case_id: row for row in interview.response.use_case_answers.select_related("use_case")}
    rated = []
    for pk in ratings.keys() | answers.keys():
        rating, answer = ratings.get(pk), answers.get(pk)
        rated.append(
            RatedLevels(
                use_case=(answer or rating).use_case,
                levels={
                    "maturity": answer.maturity if answer else None,
                    "impact": answer.impact if answer else None,
                    "adoption": rating.adoption if rating else None,
                },
                reasons={
                    dimension: getattr(rating, f"{dimension}_reason") if rating else ""
                    for dimension in ("maturity", "impact", "adoption")
                },
            )
        )
    return sorted((one for one in rated if one.is_rated), key=lambda one: one.use_case.position)
