"""Responses that deserve a look: answered too fast, all alike, or against themselves. Flagged, never set aside alone.

A flag is a reason to read, not a verdict: a professional may be quick, and see the same level everywhere. A person
reads the response and either keeps it (`keep_response`) or sets it aside with a reason (`collection.exclusion`); both
can be undone until the campaign is closed.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q
from django.utils import timezone

from interviews.analysis.constants import N_RATE
from interviews.collection.answers import HAS_USED
from interviews.collection.coverage import COUNTED
from interviews.collection.responses import ResponseRefusedError
from interviews.models import Answer, Campaign, Level, QualityReview, Response, Usage, UseCaseAnswer

# A third of the median: the cut that separates unread questionnaires in Greszki, Meyer and Schoen (2015), Public
# Opinion Quarterly 79(2). Below TIMED responses a median means little.
FAST_SHARE = 1 / 3
TIMED = 10
# So many use cases rated at one and the same pair of levels: with three levels twice, six alike at random are one
# chance in 9⁵, some 60 000.
ALIKE = 6

FLAGS = {
    "fast": "Remplie très vite",
    "alike": "Toutes les notes identiques",
    "contradiction": "Réponses qui se contredisent",
    "twice": "Deux réponses d’une même personne",
}
EXPLANATIONS = {
    "fast": "Moins du tiers de la durée médiane de la campagne.",
    "alike": f"Au moins {ALIKE} cas d’usage notés, tous au même couple maturité et impact.",
    "contradiction": "Dit ne jamais avoir utilisé l’IA, ou ne jamais s’en servir, et déclare un usage plus loin.",
    "twice": "La même clé de personne porte deux réponses envoyées : la dernière l’emporte dans les résultats.",
}


def flagged_responses(campaign: Campaign) -> dict[int, dict[str, str]]:
    """Return {response id: {flag: detail}} for the responses sent by questionnaire and not withdrawn (five queries)."""
    found: dict[int, dict[str, str]] = {}
    for flag, finder in FINDERS.items():
        for pk, detail in finder(_sent(campaign)):
            found.setdefault(pk, {})[flag] = detail
    return found


def _fast(sent):
    timed = sent.filter(mode=Response.Mode.WEB, active_seconds__isnull=False)
    count = timed.count()
    if count < TIMED:
        return []
    median = timed.order_by("active_seconds").values_list("active_seconds", flat=True)[(count - 1) // 2]
    fast = timed.filter(active_seconds__lt=median * FAST_SHARE).values_list("pk", "active_seconds")
    return [
        (pk, f"{seconds // 60} min {seconds % 60} s, médiane {median // 60} min {median % 60} s")
        for pk, seconds in fast
    ]


def _alike(sent):
    levels = [level.value for level in Level if level != Level.DONT_KNOW]
    rows = (
        UseCaseAnswer.objects.filter(response__in=sent, maturity__in=levels, impact__in=levels)
        .order_by()
        .values("response")
        .annotate(n=Count("pk"), low=Min("maturity"), high=Max("maturity"), least=Min("impact"), most=Max("impact"))
        .filter(n__gte=ALIKE, low=F("high"), least=F("most"))
        .values_list("response", "n", "low", "least")
    )
    return [(pk, f"{count} cas d’usage à maturité {low}, impact {least}") for pk, count, low, least in rows]


def _contradictory(sent):
    used = UseCaseAnswer.objects.filter(response=OuterRef("pk"), usage__in=HAS_USED)
    current = used.filter(usage__in=[Usage.OCCASIONAL, Usage.REGULAR])
    says = Answer.objects.filter(response=OuterRef("pk"))
    never = says.filter(item__code="ai_ever_used", value="no")
    no_longer = says.filter(item__code="ai_frequency", value="never")
    rows = sent.filter(Q(Exists(never)) & Q(Exists(used)) | Q(Exists(no_longer)) & Q(Exists(current)))
    rows = rows.annotate(
        uses=Count("use_case_answers", filter=Q(use_case_answers__usage__in=HAS_USED), distinct=True)
    ).values_list("pk", "uses")
    return [(pk, f"{uses} cas d’usage déclarés utilisés") for pk, uses in rows]


def _twice(sent):
    named = sent.exclude(person="")
    doubled = named.values("person").annotate(n=Count("pk")).filter(n__gt=1).values("person")
    rows = named.filter(person__in=doubled, excluded_at=None).values_list("pk", "submitted_at")
    return [(pk, f"envoyée le {timezone.localtime(at):%d/%m/%Y}") for pk, at in rows]


FINDERS = {"fast": _fast, "alike": _alike, "contradiction": _contradictory, "twice": _twice}


@transaction.atomic
def keep_response(response: Response) -> None:
    """Note that somebody has read a flagged response and keeps it. Raises ResponseRefusedError once closed."""
    _refuse_once_closed(response)
    QualityReview.objects.get_or_create(response=response)


@transaction.atomic
def look_again(response: Response) -> None:
    """Undo `keep_response`: the response waits for a look again. Raises ResponseRefusedError once closed."""
    _refuse_once_closed(response)
    QualityReview.objects.filter(response=response).delete()


def _refuse_once_closed(response):
    if Campaign.objects.select_for_update().get(pk=response.campaign_id).closed_at:
        raise ResponseRefusedError("La campagne est close : ses résultats sont figés.")


@dataclass(frozen=True)
class WithAndWithout:
    """What setting responses aside changes, in counts alone: responses, and use cases by the smallest base."""

    label: str
    responses: int
    least: int
    below_rating: int


def bases_with_and_without(campaign: Campaign, flagged: dict[int, dict]) -> list[WithAndWithout]:
    """Return the bases with everything sent, as they count now, and without any flagged response (seven queries).

    An open campaign shows participation only (METHOD.md §5): bases, no level.
    """
    sent = _sent(campaign)
    counted = sent.filter(excluded_at=None)
    use_cases = dict.fromkeys(campaign.use_case_links.values_list("use_case_id", flat=True), 0)
    return [
        _bases("Tout ce qui est envoyé", use_cases, sent),
        _bases("Ce qui compte aujourd’hui", use_cases, counted),
        _bases("Sans aucune réponse signalée", use_cases, counted.exclude(pk__in=list(flagged))),
    ]


def _bases(label, use_cases, responses):
    answers = UseCaseAnswer.objects.filter(response__in=responses, usage__in=COUNTED, use_case__in=list(use_cases))
    bases = use_cases | dict(answers.order_by().values_list("use_case_id").annotate(n=Count("pk")))
    return WithAndWithout(
        label,
        responses=responses.count(),
        least=min(bases.values(), default=0),
        below_rating=sum(base < N_RATE for base in bases.values()),
    )


def _sent(campaign):
    """Responses sent by questionnaire and not withdrawn, set aside or not."""
    sent = Response.objects.filter(campaign=campaign, submitted_at__isnull=False, withdrawn_at=None)
    return sent.exclude(mode=Response.Mode.INTERVIEW).order_by()
