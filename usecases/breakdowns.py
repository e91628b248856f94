"""Adoption by occupation, as an edition published it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from .models import Dimension, Edition, Occupation, Rating, RatingBreakdown, UseCase
from .wording import MASKED_SHARES, NOT_ENOUGH_ANSWERS

UNKNOWN_OCCUPATION = "Métier non renseigné"
CURRENT_USE = {"current_users", "occasional", "regular"}  # of a rating's details: groups of the usage ladder


@dataclass(frozen=True)
class AdoptionShare:
    """The current users among some professionals: a share from 0 to 1 with its base in persons; None where hidden.

    `words` stand for a share that is not shown.
    """

    name: str
    base: int | None = None
    share: float | None = None
    low: float | None = None
    high: float | None = None
    mark: str = ""
    unweighted: float | None = None  # beside a weighted share

    @property
    def words(self):
        return MASKED_SHARES.get(self.mark, NOT_ENOUGH_ANSWERS)


@dataclass(frozen=True)
class Adoption:
    """The adoption of one use case: in the whole profession, then {occupation code: share} in list order."""

    everyone: AdoptionShare
    occupations: dict[str, AdoptionShare]

    @property
    def shown(self):
        """The occupations of which at least the base is shown."""
        return [share for share in self.occupations.values() if share.base is not None]

    @property
    def not_shown(self):
        return [share for share in self.occupations.values() if share.base is None]


def published_adoption(edition: Edition, use_cases: Iterable[UseCase]) -> dict[int, Adoption]:
    """Return {use case pk: Adoption} for the use cases whose adoption `edition` measured (two queries)."""
    ratings = Rating.objects.filter(edition=edition, use_case__in=use_cases, dimension=Dimension.ADOPTION)
    # The 2024 study described adoption in prose: without a measure there is nothing to compare with.
    measured = {rating.pk: rating for rating in ratings if rating.details}
    adoption = {
        rating.use_case_id: Adoption(everyone=_share("Toute la profession", rating, _mark(rating)), occupations={})
        for rating in measured.values()
    }
    occupation = Occupation.objects.filter(code=OuterRef("category"))
    rows = RatingBreakdown.objects.filter(rating__in=measured, variable=RatingBreakdown.OCCUPATION).annotate(
        name=Subquery(occupation.values("name")[:1]), position=Subquery(occupation.values("position")[:1])
    )
    for row in sorted(rows, key=lambda row: (row.name is None, row.position, row.name)):
        share = _share(row.name or UNKNOWN_OCCUPATION, row, row.mark)
        adoption[measured[row.rating_id].use_case_id].occupations[row.category] = share
    return adoption


def _share(name, row, mark):
    return AdoptionShare(name, row.base, row.share, row.low, row.high, mark, row.unweighted_share)


def _mark(rating):
    """Return the mark of a rating, with which side nearly everybody is on when that is all that may be said."""
    dominant = rating.details.get("dominant")
    if rating.share is not None or dominant is None:
        return rating.details["mark"]
    return "g+" if dominant in CURRENT_USE else "g-"
