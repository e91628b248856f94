"""What is put in front of one person: the use cases that routing offers, and those they choose themselves."""

from itertools import count

from django.db import transaction
from django.db.models import Max, Q

from interviews.models import Response, UseCaseAnswer
from usecases.models import UseCase

from .coverage import campaign_candidates, coverage_for
from .responses import ResponseRefusedError, refuse_unless_editable
from .routing import OFFERED, Profile, route

CHOSEN = UseCaseAnswer.Reason.CHOSEN


@transaction.atomic
def offer_use_cases(response: Response) -> None:
    """Choose the use cases to ask about. What is answered, or was chosen by the person, stays; the rest follows the
    profile."""
    rows = response.use_case_answers
    # A version says that something was written on the card, if only a comment.
    answered = ~Q(usage=None) | Q(version__gt=0) | Q(reason=CHOSEN)
    kept = list(rows.filter(answered).values_list("use_case__code", "reason", "rank"))
    codes, ranks = {code for code, _, _ in kept}, {rank for _, _, rank in kept}
    ids = dict(response.campaign.use_cases.values_list("code", "pk"))
    occupations = dict(response.occupations.values_list("code", "pk"))
    profile = Profile(
        occupations=frozenset(occupations),
        chains=frozenset(code for code in response.sectors.values_list("chain__code", flat=True) if code),
        seed=response.key,
    )
    offers = route(
        profile,
        [candidate for candidate in campaign_candidates(response.campaign) if candidate.code not in codes],
        coverage_for(response.campaign, occupations.values()),
        limit=max(0, OFFERED - sum(reason != CHOSEN for _, reason, _ in kept)),
    )
    rows.exclude(answered).delete()
    free_ranks = (rank for rank in count(1) if rank not in ranks)
    UseCaseAnswer.objects.bulk_create(
        UseCaseAnswer(response=response, use_case_id=ids[offer.use_case], reason=offer.reason, rank=rank)
        for offer, rank in zip(offers, free_ranks, strict=False)
    )


@transaction.atomic
def add_use_case(response: Response, use_case: UseCase) -> UseCaseAnswer:
    """Ask the person about one more use case, of their own choice, after the others; twice changes nothing.

    Raises ResponseRefusedError for a use case that is not in the campaign, or before the profile has led to any offer.
    """
    refuse_unless_editable(response)
    if not response.campaign.use_case_links.filter(use_case=use_case).exists():
        raise ResponseRefusedError("Ce cas d’usage ne fait pas partie de cette enquête.")
    last = response.use_case_answers.aggregate(last=Max("rank"))["last"]
    if last is None:
        raise ResponseRefusedError("Indiquez d’abord votre métier\u00a0: le reste du questionnaire en dépend.")
    row, _ = response.use_case_answers.get_or_create(use_case=use_case, defaults={"reason": CHOSEN, "rank": last + 1})
    return row
