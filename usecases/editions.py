"""Editions of the catalogue: the only writer of `Edition` and of what it holds."""

import hashlib
from dataclasses import asdict, dataclass, field, fields
from datetime import date

from django.db import transaction
from django.db.models import Max

from .models import Dimension, Edition, EditionFile, Rating, RatingBreakdown, UseCase
from .open_data import CategoryLabels, Conventions, open_data_files


class EditionError(ValueError):
    """An edition that may not be published; the message is in French and says why."""


@dataclass(frozen=True)
class BreakdownDraft:
    """A rating for one category of a variable (an occupation’s code); figures already masked, as in RatingDraft.

    `unweighted_share` stands beside a weighted share; None when the share is not weighted.
    """

    variable: str
    category: str
    base: int | None
    share: float | None
    low: float | None
    high: float | None
    mark: str
    unweighted_share: float | None = None


@dataclass(frozen=True)
class RatingDraft:
    """One rating to publish. Every figure is already masked: None is « not shown » or « not known ».

    `level` 1–3 or None; `share`, `low`, `high`, `probability` from 0 to 1; `base` in persons.
    """

    use_case: str
    dimension: Dimension
    level: int | None
    status: Rating.Status
    label: str = ""
    reason: str = ""
    base: int | None = None
    share: float | None = None
    low: float | None = None
    high: float | None = None
    probability: float | None = None
    details: dict = field(default_factory=dict)
    computed_level: int | None = None
    reviewer: str = ""
    review_reason: str = ""
    breakdowns: tuple[BreakdownDraft, ...] = ()


@dataclass(frozen=True)
class LevelChange:
    """How one rating moved between two editions; levels are 1–3 or None."""

    use_case: str
    dimension: str
    before: int | None
    after: int | None

    @property
    def steps(self):
        """Levels gained (positive) or lost (negative); None when either level is not known."""
        if self.before is None or self.after is None:
            return None
        return self.after - self.before


@transaction.atomic
def publish_edition(
    *,
    title: str,
    published_on: date,
    collected_from: date,
    collected_to: date,
    source: str,
    ratings: list[RatingDraft],
    previous: Edition | None = None,
    respondents: int | None = None,
    is_fictional: bool = False,
    method_version: str = "",
    snapshot_id: str = "",
    corrects: Edition | None = None,
    correction_reason: str = "",
    category_labels: CategoryLabels | None = None,
    conventions: Conventions | None = None,
) -> Edition:
    """Write one edition with its ratings, all or nothing; `corrects` names the wrong one that it replaces,
    `category_labels` say in its open data what the categories of the breakdowns are, `conventions` what the method
    took for granted.

    Raises EditionError when the title is empty or too long, when a rating names an unknown use case or stands twice,
    when a real edition would take a fictional one as its baseline, or when what it corrects is not the last edition
    (see `refuse_correction`).
    """
    longest = Edition._meta.get_field("title").max_length
    if not 0 < len(title.strip()) <= longest:
        raise EditionError(f"Le titre d’une édition a de 1 à {longest} caractères.")
    if corrects:
        refuse_correction(corrects)
    if previous and previous.is_fictional and not is_fictional:
        raise EditionError(
            f"« {previous} » est une édition fictive : elle ne peut pas servir de référence à une édition réelle."
        )
    keys = [(draft.use_case, draft.dimension) for draft in ratings]
    twice = sorted({key for key in keys if keys.count(key) > 1}) if len(set(keys)) < len(keys) else []
    if twice:
        raise EditionError(f"Notes présentes deux fois : {', '.join(f'{code} ({dim})' for code, dim in twice)}.")
    ids = dict(UseCase.objects.values_list("code", "pk"))
    unknown = sorted({draft.use_case for draft in ratings} - ids.keys())
    if unknown:
        raise EditionError(f"Cas d’usage inconnus du catalogue : {', '.join(unknown)}.")

    edition = Edition.objects.create(
        number=(Edition.objects.aggregate(last=Max("number"))["last"] or 0) + 1,
        title=title,
        published_on=published_on,
        collected_from=collected_from,
        collected_to=collected_to,
        source=source,
        previous=previous,
        respondents=respondents,
        is_fictional=is_fictional,
        method_version=method_version,
        snapshot_id=snapshot_id,
        corrects=corrects,
        correction_reason=correction_reason,
    )
    copied = [f.name for f in fields(RatingDraft) if f.name not in ("use_case", "breakdowns")]
    published = Rating.objects.bulk_create(
        Rating(
            edition=edition,
            use_case_id=ids[draft.use_case],
            **{name: getattr(draft, name) for name in copied},
        )
        for draft in ratings
    )
    RatingBreakdown.objects.bulk_create(
        RatingBreakdown(rating=rating, **asdict(breakdown))
        for rating, draft in zip(published, ratings, strict=True)
        for breakdown in draft.breakdowns
    )
    publish_open_data(edition, category_labels or {}, conventions)
    return edition


def publish_open_data(
    edition: Edition, category_labels: CategoryLabels, conventions: Conventions | None = None
) -> None:
    """Keep the open data of an edition that has none yet, as its rows and the catalogue's names say it now."""
    EditionFile.objects.bulk_create(
        EditionFile(edition=edition, name=file.name, title=file.title, **_facts(file.content))
        for file in open_data_files(edition, category_labels, conventions)
    )


def announce_file(edition: Edition, name: str, title: str) -> None:
    """Say that a file is being prepared; `publish_file` brings it."""
    EditionFile.objects.create(edition=edition, name=name, title=title)


def publish_file(edition: Edition, name: str, content: bytes) -> bool:
    """Bring the content of a file that was announced; return False, and change nothing, if it is there already."""
    waiting = EditionFile.objects.filter(edition=edition, name=name, content=None)
    return bool(waiting.update(**_facts(content)))


def _facts(content):
    return {"content": content, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def refuse_correction(edition: Edition) -> None:
    """Raise EditionError unless `edition` is the last of its kind, real or fictional: those that follow rest on it."""
    last = Edition.objects.filter(is_fictional=edition.is_fictional).order_by("number").last()
    if last != edition:
        raise EditionError(
            f"« {edition} » n’est plus la dernière édition : « {last} » l’a suivie. Une erreur s’y corrige à la "
            "prochaine vague."
        )


def levels_in_force(edition: Edition | None) -> dict[tuple[str, str], int]:
    """Return {(use case code, dimension): level} for the levels that `edition` knows."""
    if edition is None:
        return {}
    known = edition.ratings.exclude(level=None)
    return {(code, dim): level for code, dim, level in known.values_list("use_case__code", "dimension", "level")}


def compare_editions(before: Edition, after: Edition) -> list[LevelChange]:
    """Return one LevelChange per use case and dimension that either edition rates, in catalogue order."""
    old, new = levels_in_force(before), levels_in_force(after)
    rated = (
        Rating.objects.filter(edition__in=[before, after])
        .order_by("use_case__position", "dimension")
        .values_list("use_case__code", "dimension")
        .distinct()
    )
    return [LevelChange(code, dim, old.get((code, dim)), new.get((code, dim))) for code, dim in rated]
