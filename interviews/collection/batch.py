"""Many submitted responses at once: what a microdata file or the simulator brings."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, islice

from django.db import transaction
from django.utils import timezone

from interviews.models import Answer, Campaign, Response, UseCaseAnswer

CHUNK = 500  # responses written together: with 62 use cases each, some 31 000 rows in memory


class ClosedCampaignError(ValueError):
    """The campaign's results are frozen: it takes no answer any more. The message is in French."""


@dataclass
class FilledResponse:
    """One whole response to write.

    `profile` holds columns of `Response` (structure_type, gender…); `sectors` and `occupations` hold primary keys.
    Each use-case answer is a dict of `UseCaseAnswer` fields with `use_case_id`, `reason` and `rank`; a field left out
    was not answered. Each general answer is (item primary key, value).
    """

    key: str
    submitted_at: datetime
    mode: str = Response.Mode.WEB
    person: str = ""
    organisation: str = ""
    weight: float | None = None
    profile: dict = field(default_factory=dict)
    sectors: list[int] = field(default_factory=list)
    occupations: list[int] = field(default_factory=list)
    use_case_answers: list[dict] = field(default_factory=list)
    answers: list[tuple[int, object]] = field(default_factory=list)


@transaction.atomic
def store_batch(campaign: Campaign, filled: Iterable[FilledResponse]) -> int:
    """Write every response, all or nothing, and return how many there were.

    `filled` is read once, by chunks: it may be a generator. Values are taken as they are: who calls has checked them,
    and the database's constraints have the last word (IntegrityError). Raises ClosedCampaignError once `close_campaign`
    has frozen the results.
    """
    # Locked, so that nobody closes the campaign between this check and the last row.
    if Campaign.objects.select_for_update().get(pk=campaign.pk).closed_at is not None:
        raise ClosedCampaignError(f"La campagne « {campaign} » est close : elle ne reçoit plus de réponses.")
    stored = 0
    responses = iter(filled)
    while chunk := list(islice(responses, CHUNK)):
        _write(campaign, chunk)
        stored += len(chunk)
    return stored


def _write(campaign, chunk):
    rows = [_response(campaign, filled) for filled in chunk]
    Response.objects.bulk_create(rows)
    pairs = list(zip([row.pk for row in rows], chunk, strict=True))
    for memberships, column, keys in (
        (Response.sectors.through, "sector_id", "sectors"),
        (Response.occupations.through, "occupation_id", "occupations"),
    ):
        memberships.objects.bulk_create(
            memberships(response_id=pk, **{column: key}) for pk, filled in pairs for key in getattr(filled, keys)
        )
    UseCaseAnswer.objects.bulk_create(
        chain.from_iterable(
            (UseCaseAnswer(response_id=pk, **answer) for answer in filled.use_case_answers) for pk, filled in pairs
        )
    )
    Answer.objects.bulk_create(
        Answer(response_id=pk, item_id=item, value=value) for pk, filled in pairs for item, value in filled.answers
    )


def _response(campaign, filled):
    submitted_at = filled.submitted_at
    if campaign.is_anonymous:
        # An hour would help to tell whose response this is.
        submitted_at = timezone.localtime(submitted_at).replace(hour=0, minute=0, second=0, microsecond=0)
    return Response(
        campaign=campaign,
        key=filled.key,
        person=filled.person,
        organisation=filled.organisation,
        mode=filled.mode,
        weight=filled.weight,
        submitted_at=submitted_at,
        **filled.profile,
    )
