"""The ratings that a reader compares: one edition beside an earlier one, use case by use case."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from .breakdowns import AdoptionShare, published_adoption
from .editions import LevelChange, compare_editions
from .models import Dimension, Edition, Occupation, Rating, UseCase
from .wording import DIMENSION_NAMES, level_label

# Family by family; the name keeps a family in one piece when two share a position.
CATALOGUE_ORDER = ["family__position", "family__name", "position", "name"]


@dataclass(frozen=True)
class RatingCell:
    """One rating of an edition (None when the edition has none) and, if any, the one it is compared with.

    `in_occupation` is the same adoption among the professionals of one occupation, when a reader asks for theirs.
    """

    dimension: Dimension
    rating: Rating | None
    earlier: Rating | None = None
    in_occupation: AdoptionShare | None = None

    @property
    def short_name(self):
        return DIMENSION_NAMES[self.dimension].capitalize()

    @property
    def level(self):
        return self.rating.level if self.rating else None

    @property
    def earlier_level(self):
        return self.earlier.level if self.earlier else None

    @property
    def wording(self):
        """The edition's own words; ours only where it has a level and no words; empty when it has neither."""
        if self.rating is None:
            return ""
        if self.rating.label or self.level is None:
            return self.rating.label
        return level_label(self.dimension, self.level)

    @property
    def overruled(self):
        """Whether the reviewers published another level than the one computed."""
        computed = self.rating.computed_level if self.rating else None
        return computed is not None and computed != self.level


@dataclass(frozen=True)
class RatingRow:
    """One use case with one cell per dimension, in the order of `Dimension`."""

    use_case: UseCase
    cells: list[RatingCell]


def rating_rows(use_cases: Iterable[UseCase], edition: Edition | None, earlier: Edition | None) -> list[RatingRow]:
    """Return one row per use case, in the order given: the ratings of `edition` beside those of `earlier`."""
    known = {
        (rating.edition_id, rating.use_case_id, rating.dimension): rating
        for rating in Rating.objects.filter(edition__in=[each for each in (edition, earlier) if each])
    }

    def found(which, use_case, dimension):
        return known.get((which.pk, use_case.pk, dimension)) if which else None

    return [
        RatingRow(
            use_case,
            [
                RatingCell(dimension, found(edition, use_case, dimension), found(earlier, use_case, dimension))
                for dimension in Dimension
            ],
        )
        for use_case in use_cases
    ]


def for_occupation(rows: list[RatingRow], edition: Edition, occupation: Occupation) -> list[RatingRow]:
    """Return the rows with adoption in that occupation, where `edition` measured it (two queries)."""
    adoption = published_adoption(edition, [row.use_case for row in rows])

    def among(cell, use_case):
        measured = adoption.get(use_case.pk) if cell.dimension == Dimension.ADOPTION else None
        return replace(cell, in_occupation=measured.occupations.get(occupation.code)) if measured else cell

    return [replace(row, cells=[among(cell, row.use_case) for cell in row.cells]) for row in rows]


def rating_history(
    use_case: UseCase, editions: list[Edition]
) -> list[tuple[Dimension, list[tuple[Edition, RatingCell]]]]:
    """Return for each dimension one (edition, cell) per edition, in the order given."""
    known = {(rating.edition_id, rating.dimension): rating for rating in use_case.ratings.filter(edition__in=editions)}
    return [
        (
            dimension,
            [(edition, RatingCell(dimension, known.get((edition.pk, dimension)))) for edition in editions],
        )
        for dimension in Dimension
    ]


def levels_by_year(use_case: UseCase, editions: list[Edition]) -> list[tuple[Dimension, list[tuple[str, int | None]]]]:
    """Return for each dimension one (year, level) per edition; nothing until two levels of one can be compared."""
    if len(editions) < 2:
        return []
    history = [
        (dimension, [(str(edition.published_on.year), cell.level) for edition, cell in row])
        for dimension, row in rating_history(use_case, editions)
    ]
    return history if any(len([level for _, level in row if level]) > 1 for _, row in history) else []


def moved_levels(rows: Iterable[RatingRow]) -> list[tuple[UseCase, RatingCell]]:
    """Return the cells whose level is not the earlier one, both known, in the order given."""
    return [
        (row.use_case, cell)
        for row in rows
        for cell in row.cells
        if None not in (cell.level, cell.earlier_level) and cell.level != cell.earlier_level
    ]


def count_statuses(rows: Iterable[RatingRow]) -> list[tuple[str, list[int]]]:
    """Return [(status in words, [ratings with it, by dimension])] for the statuses there are, in their order."""
    given = Counter((cell.rating.status, cell.dimension) for row in rows for cell in row.cells if cell.rating)
    counts = [(status.label, [given[status, dimension] for dimension in Dimension]) for status in Rating.Status]
    return [(label, numbers) for label, numbers in counts if any(numbers)]


def corrected_levels(edition: Edition) -> list[tuple[UseCase, LevelChange]]:
    """Return what an edition changes in the one it corrects, in catalogue order; nothing when it corrects none."""
    if edition.corrects is None:
        return []
    changes = [each for each in compare_editions(edition.corrects, edition) if each.before != each.after]
    cases = {case.code: case for case in UseCase.objects.filter(code__in={each.use_case for each in changes})}
    return [(cases[each.use_case], each) for each in changes]
