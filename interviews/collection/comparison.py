"""The return: what a person does beside what the professionals of their trades do, from the last published edition."""

from dataclasses import dataclass

from interviews.models import Response
from usecases.breakdowns import AdoptionShare, published_adoption
from usecases.models import Edition, UseCase

from .core_wordings import core_wordings


@dataclass(frozen=True)
class ComparedUse:
    """One use case: the person's own usage in words, the current users in each of their trades, then in all."""

    use_case: UseCase
    usage: str
    peers: list[AdoptionShare]
    everyone: AdoptionShare


@dataclass(frozen=True)
class Comparison:
    edition: Edition
    uses: list[ComparedUse]


def compare_with_peers(response: Response) -> Comparison | None:
    """Return the use cases that the person answered and the edition shown measured, family by family; None when there
    is none. Figures are the published ones, masked already: nothing is computed from anybody's answers."""
    edition = Edition.objects.shown().order_by("number").last()
    answered = list(
        response.use_case_answers.exclude(usage=None)
        .select_related("use_case")
        .order_by("use_case__family__position", "use_case__position")
    )
    adoption = published_adoption(edition, [row.use_case_id for row in answered]) if edition else {}
    trades = list(response.occupations.all())
    usage = core_wordings(response.campaign.questionnaire)["usage"]
    uses = [
        ComparedUse(
            row.use_case,
            usage.shown[row.usage],
            [adoption[row.use_case_id].occupations.get(trade.code) or AdoptionShare(trade.name) for trade in trades],
            adoption[row.use_case_id].everyone,
        )
        for row in answered
        if row.use_case_id in adoption
    ]
    return Comparison(edition, uses) if uses else None
