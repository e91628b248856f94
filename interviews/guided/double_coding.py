"""A sample of interviews coded twice, blind: does the rating depend on who reads? (METHOD.md §1.6)"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from interviews.analysis.constants import DOUBLE_CODED_SHARE, DOUBLE_CODED_UNITS
from interviews.analysis.reliability import Reliability, enough_double_coding, krippendorff_alpha, reliability
from interviews.collection.answers import change_level
from interviews.models import Campaign, CodedLevel, Interview, InterviewStep, SecondCoding
from usecases.models import Dimension

from .planning import InterviewRefusedError
from .ratings import RatedLevels, change_adoption, rated_levels

# What an alpha allows, after it.
ALLOWS = {
    Reliability.PUBLISH: "publiable",
    Reliability.PROVISIONAL: "à titre provisoire",
    Reliability.RECODE: "codage à reprendre",
}
FINISHED = (InterviewStep.Kind.DONE, InterviewStep.Kind.UNDER_REVIEW, InterviewStep.Kind.APPROVED)
LEVELS = (1, 2, 3)


@dataclass(frozen=True)
class DimensionReliability:
    """How two coders agree on one dimension: pairs compared (those who know count), alpha, what it allows."""

    dimension: str
    units: int
    alpha: float | None
    verdict: Reliability

    @property
    def label(self):
        return Dimension(self.dimension).label

    @property
    def spoken(self) -> str:
        """The alpha in words: « 0,83 (32 couples), publiable »."""
        if self.alpha is None:
            return "non défini"
        couples = f"{self.units} couple{'s' if self.units > 1 else ''}"
        return f"{self.alpha:.2f} ({couples}), {ALLOWS[self.verdict]}".replace(".", ",")


@dataclass(frozen=True)
class ReliabilityReport:
    """Where the double coding of a campaign stands: interviews finished, drawn, coded twice; (interview, use case)
    pairs coded twice; whether that is enough to read alpha."""

    interviews: int
    drawn: int
    coded_twice: int
    units: int
    is_enough: bool
    dimensions: list[DimensionReliability]

    @property
    def reserve(self) -> str:
        """What to hold against these alphas, in words; empty once enough was coded twice."""
        if self.is_enough:
            return ""
        return (
            f"Double codage encore insuffisant : {self.coded_twice} sur {self.interviews} entretiens et {self.units} "
            f"couples, pour au moins {100 * DOUBLE_CODED_SHARE:.0f} % et {DOUBLE_CODED_UNITS} couples."
        )


def codable_interviews(campaign: Campaign) -> QuerySet:
    """Return the interviews that were declared finished: those that a sample is drawn from."""
    return Interview.objects.filter(campaign=campaign).kept().with_last_step().filter(last_step__in=FINISHED)


@transaction.atomic
def draw_sample(campaign: Campaign, coders: Sequence) -> list[SecondCoding]:
    """Draw interviews until at least 20 % of those finished, and 30 (interview, use case) pairs, are coded twice or to
    be; give each to a coder who did not lead it, the least busy first. Return the new ones.

    The draw follows a fingerprint of the interview: drawing again only completes it. Raises InterviewRefusedError when
    nobody may code an interview that was drawn.
    """
    interviews = list(codable_interviews(campaign).select_related("interviewer", "second_coding", "response"))
    drawn = [interview for interview in interviews if hasattr(interview, "second_coding")]
    wanted = math.ceil(DOUBLE_CODED_SHARE * len(interviews))
    units = sum(_units(interview) for interview in drawn)
    busy = dict.fromkeys((coder.pk for coder in coders), 0)
    for pk, n in SecondCoding.objects.filter(coder__in=busy).values_list("coder").annotate(n=Count("pk")).order_by():
        busy[pk] = n
    created = []
    for interview in sorted((one for one in interviews if one not in drawn), key=_draw):
        if len(drawn) >= wanted and units >= DOUBLE_CODED_UNITS:
            break
        rated = rated_levels(interview)
        if not rated:
            continue
        created.append(_assign(interview, rated, coders, busy))
        drawn.append(interview)
        units += len(rated)
    return created


def save_second_levels(coding: SecondCoding, levels: dict[int, tuple[int | None, str]]) -> None:
    """Store what the second coder says so far: {coded level pk: (level or None, reason)}. Raises
    InterviewRefusedError once the coding is finished."""
    if coding.finished_at:
        raise InterviewRefusedError("Ce second codage est terminé : il ne change plus.")
    for row in coding.levels.filter(pk__in=levels):
        row.second, row.reason = levels[row.pk]
        row.save(update_fields=["second", "reason"])


@transaction.atomic
def finish_second_coding(coding: SecondCoding) -> None:
    """End a second coding: from here on both coders' levels stand side by side, as each gave them.

    Raises InterviewRefusedError while a level is missing; « ne sait pas » is one.
    """
    if coding.finished_at:
        raise InterviewRefusedError("Ce second codage est terminé : il ne change plus.")
    rows = list(coding.levels.select_related("use_case"))
    if missing := sum(row.second is None for row in rows):
        raise InterviewRefusedError(f"Il reste {missing} niveau(x) à donner. « Ne sait pas » en est un.")
    first = {
        (one.use_case.pk, dimension): level
        for one in rated_levels(coding.interview)
        for dimension, level in one.levels.items()
    }
    for row in rows:
        row.first = first.get((row.use_case_id, row.dimension))
    CodedLevel.objects.bulk_update(rows, ["first"])
    coding.finished_at = timezone.now()
    coding.save(update_fields=["finished_at"])


def disagreements(campaign: Campaign) -> list[CodedLevel]:
    """Return the levels on which two coders differ, those not yet agreed first (one query)."""
    rows = CodedLevel.objects.filter(
        second_coding__interview__campaign=campaign, second_coding__finished_at__isnull=False
    ).select_related("second_coding__interview__interviewer", "second_coding__coder", "use_case", "agreed_by")
    return sorted((row for row in rows if row.differs), key=lambda row: row.agreed is not None)


@transaction.atomic
def reconcile(row: CodedLevel, level: int, reason: str, user) -> None:
    """Keep the level on which both coders agreed after talking: it becomes the interview's, theirs stay as they were.

    Raises InterviewRefusedError without a reason; ResponseRefusedError once the campaign is closed.
    """
    if not reason.strip():
        raise InterviewRefusedError("Retenir un niveau demande un motif.")
    interview = row.second_coding.interview
    if row.dimension == Dimension.ADOPTION:
        change_adoption(interview, row.use_case, level)
    else:
        change_level(interview.response, row.use_case, row.dimension, level)
    row.agreed, row.agreed_reason, row.agreed_by, row.agreed_at = level, reason.strip(), user, timezone.now()
    row.save()


def reliability_report(campaign: Campaign) -> ReliabilityReport:
    """Return how far two coders agree, dimension by dimension, on what each said alone (three queries)."""
    codings = SecondCoding.objects.filter(interview__campaign=campaign)
    finished = [coding for coding in codings if coding.finished_at]
    rows = list(
        CodedLevel.objects.filter(second_coding__in=finished)
        .order_by("pk")
        .values_list("second_coding", "use_case", "dimension", "first", "second")
    )
    units = len({(coding, use_case) for coding, use_case, *_ in rows})
    interviews = codable_interviews(campaign).count()
    return ReliabilityReport(
        interviews=interviews,
        drawn=len(codings),
        coded_twice=len(finished),
        units=units,
        is_enough=bool(finished) and enough_double_coding(interviews, len(finished), units),
        dimensions=[_reliability_of(dimension.value, rows) for dimension in Dimension],
    )


def _reliability_of(dimension, rows):
    pairs = [(first, second) for _, _, of, first, second in rows if of == dimension]
    known = [pair for pair in pairs if pair[0] in LEVELS and pair[1] in LEVELS]
    alpha = krippendorff_alpha(list(zip(*known, strict=True))) if known else None
    return DimensionReliability(dimension, len(known), alpha, reliability(alpha))


def _units(interview):
    return interview.second_coding.levels.values("use_case").distinct().count()


def _draw(interview):
    return hashlib.sha256(f"{interview.campaign_id}:{interview.number}".encode()).digest()


def _assign(interview: Interview, rated: list[RatedLevels], coders, busy) -> SecondCoding:
    able = [coder for coder in coders if coder.pk != interview.interviewer_id]
    if not able:
        raise InterviewRefusedError(
            f"{interview} ne peut être codé que par quelqu’un d’autre que son enquêteur : choisissez un autre codeur."
        )
    coder = min(able, key=lambda one: busy[one.pk])
    busy[coder.pk] += 1
    coding = SecondCoding.objects.create(interview=interview, coder=coder)
    CodedLevel.objects.bulk_create(
        CodedLevel(second_coding=coding, use_case=one.use_case, dimension=dimension)
        for one in rated
        for dimension, level in one.levels.items()
        if level is not None
    )
    return coding
