"""How long the questionnaire takes, measured on those who sent it."""

from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count, Q

from interviews.models import Questionnaire, Response

MIN_PERSONS = 10  # below, one slow or hurried person would make the figure
KEPT = 600  # seconds: the entry page is asked for far more often than the median moves


@dataclass(frozen=True)
class Duration:
    """`minutes` is the median, rounded, at least 1; `responses` the number it is measured on."""

    minutes: int
    responses: int


def measured_duration(questionnaire: Questionnaire) -> Duration | None:
    """Return how long this version takes a person online; None as long as fewer than ten have sent it."""
    return cache.get_or_set(f"duration:{questionnaire.pk}", lambda: _measure(questionnaire), KEPT)


def _measure(questionnaire):
    timed = Response.objects.counted().filter(
        campaign__questionnaire=questionnaire,
        campaign__is_fictional=False,
        mode=Response.Mode.WEB,
        active_seconds__isnull=False,
    )
    counts = timed.order_by().aggregate(
        responses=Count("pk"),
        known=Count("person", distinct=True, filter=~Q(person="")),
        unnamed=Count("pk", filter=Q(person="")),
    )
    if counts["known"] + counts["unnamed"] < MIN_PERSONS:
        return None
    middle = slice((counts["responses"] - 1) // 2, counts["responses"] // 2 + 1)
    seconds = list(timed.order_by("active_seconds").values_list("active_seconds", flat=True)[middle])
    return Duration(max(1, round(sum(seconds) / len(seconds) / 60)), counts["responses"])
