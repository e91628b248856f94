"""What routing needs to know of a campaign: its use cases, and how long their bases already are."""

from collections.abc import Iterable

from django.db.models import Count, QuerySet

from interviews.models import Campaign, Response, Usage, UseCaseAnswer
from usecases.models import UseCaseOccupation, UseCaseStage

from .routing import Candidate, Coverage

# A base counts the steps of the ladder (METHOD.md §2.1): « pas mon métier » and « ne sait pas » stand outside it.
COUNTED = [usage for usage in Usage if usage not in (Usage.NOT_CONCERNED, Usage.DONT_KNOW)]

# Responses looked at, at most, for one coverage. Up to there the count is exact; beyond, it is a sample, drawn by the
# random keys of responses, large enough to tell a short base from a long one, and its cost stops growing.
SAMPLE = 400


def campaign_candidates(campaign: Campaign) -> list[Candidate]:
    """Return what routing needs to know of the campaign's use cases, in catalogue order (three queries)."""
    occupations, stages, chains = {}, {}, {}
    for pk, code in UseCaseOccupation.objects.values_list("use_case_id", "occupation__code"):
        occupations.setdefault(pk, set()).add(code)
    for pk, stage, chain in UseCaseStage.objects.values_list("use_case_id", "stage__code", "stage__chain__code"):
        stages.setdefault(pk, set()).add(stage)
        chains.setdefault(pk, set()).add(chain)
    return [
        Candidate(
            code=code,
            family=family,
            occupations=frozenset(occupations.get(pk, ())),
            stages=frozenset(stages.get(pk, ())),
            chains=frozenset(chains.get(pk, ())),
        )
        for pk, code, family in campaign.use_cases.order_by("position").values_list("pk", "code", "family__code")
    ]


def coverage_for(campaign: Campaign, occupations: Iterable[int]) -> Coverage:
    """Return how long the bases are for somebody of these occupations, given by primary key (two queries).

    The segment is everybody who holds at least one of them, each counted once.
    """
    responses = Response.objects.filter(campaign=campaign)
    # Not a join: who holds two of them would count twice.
    holders = Response.occupations.through.objects.filter(occupation__in=list(occupations)).values("response_id")
    return Coverage(segment=_bases(responses.filter(pk__in=holders)), overall=_bases(responses))


def coverage_of(campaign: Campaign) -> dict[str, int]:
    """Return {use case code: answers that count}, for the whole campaign, however many (one long query)."""
    return _count(UseCaseAnswer.objects.filter(response__campaign=campaign))


def _bases(responses: QuerySet) -> dict[str, int]:
    """Return {use case code: answers that count}, among the first `SAMPLE` responses in the order of random keys."""
    some = responses.order_by("pk").values("pk")[:SAMPLE]
    return _count(UseCaseAnswer.objects.filter(response__in=some))


def _count(answers):
    counted = answers.filter(usage__in=COUNTED).order_by().values_list("use_case__code")
    return dict(counted.annotate(n=Count("pk")))
