"""Many submitted responses at once: what a microdata file or the simulator brings."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from interviews.models import Answer, Campaign, Response, UseCaseAnswer
from interviews.models.response import random_id
from interviews.writing import chunks, write_rows

CHUNK = 500  # responses written together: with 62 use cases each, some 31 000 rows in memory
MANY = 1_000  # responses: from there what PostgreSQL knows of the tables is out of date until its daemon comes round


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


def refuse_closed(campaign: Campaign) -> None:
    """Raise ClosedCampaignError once `close_campaign` has frozen the results."""
    if campaign.closed_at is not None:
        raise ClosedCampaignError(f"La campagne « {campaign} » est close : elle ne reçoit plus de réponses.")


@transaction.atomic
def store_batch(campaign: Campaign, filled: Iterable[FilledResponse]) -> int:
    """Write every response, all or nothing, and return how many there were.

    `filled` is read once, by chunks: it may be a generator. Values are taken as they are: who calls has checked them,
    and the database's constraints have the last word (IntegrityError). Raises ClosedCampaignError for a campaign that
    `close_campaign` has closed.
    """
    _lock(campaign)
    stored = 0
    for chunk in chunks(filled, CHUNK):
        keys = _write_responses(campaign, chunk)
        _write_use_case_answers((keys[one.key], answer) for one in chunk for answer in one.use_case_answers)
        _write_answers((keys[one.key], item, value) for one in chunk for item, value in one.answers)
        stored += len(chunk)
    _refresh_statistics(stored)
    return stored


@transaction.atomic
def store_tables(
    campaign: Campaign,
    responses: Iterable[FilledResponse],
    use_case_answers: Iterable[tuple[str, dict]],
    answers: Iterable[tuple[str, int, object]],
) -> int:
    """Write responses whose answers come apart, in any order, and return how many responses there were.

    Each use-case answer is (response key, dict as in FilledResponse), each general answer (response key, item primary
    key, value). The three are read once, one after the other. Raises as `store_batch` does.
    """
    _lock(campaign)
    keys = {}
    for chunk in chunks(responses, CHUNK):
        keys |= _write_responses(campaign, chunk)
    _write_use_case_answers((keys[key], answer) for key, answer in use_case_answers)
    _write_answers((keys[key], item, value) for key, item, value in answers)
    _refresh_statistics(len(keys))
    return len(keys)


def _lock(campaign):
    # Locked, so that nobody closes the campaign between this check and the last row.
    refuse_closed(Campaign.objects.select_for_update().get(pk=campaign.pk))


def _write_responses(campaign, chunk):
    """Write responses without their answers; return {key: primary key}."""
    keys = {filled.key: random_id() for filled in chunk}
    write_rows(Response, (_response(campaign, filled) | {"id": keys[filled.key]} for filled in chunk))
    for memberships, column, name in (
        (Response.sectors.through, "sector_id", "sectors"),
        (Response.occupations.through, "occupation_id", "occupations"),
    ):
        write_rows(
            memberships,
            ({"response_id": keys[filled.key], column: member} for filled in chunk for member in getattr(filled, name)),
        )
    return keys


def _write_use_case_answers(answers):
    """Write (response primary key, dict of fields) as UseCaseAnswer."""
    write_rows(UseCaseAnswer, ({"response_id": response} | answer for response, answer in answers))


def _write_answers(answers):
    """Write (response primary key, item primary key, value) as Answer."""
    rows = ({"response_id": response, "item_id": item, "value": value} for response, item, value in answers)
    write_rows(Answer, rows)


def _refresh_statistics(stored):
    """Tell PostgreSQL what the tables now hold: on what it knew before, it would read a million rows one by one."""
    if stored < MANY or connection.vendor != "postgresql":
        return
    models = (Response, UseCaseAnswer, Answer, Response.sectors.through, Response.occupations.through)
    tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in models)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {tables}")


def _response(campaign, filled):
    submitted_at = filled.submitted_at
    if campaign.is_anonymous:
        # An hour would help to tell whose response this is.
        submitted_at = timezone.localtime(submitted_at).replace(hour=0, minute=0, second=0, microsecond=0)
    return {
        "campaign_id": campaign.pk,
        "key": filled.key,
        "person": filled.person,
        "organisation": filled.organisation,
        "mode": filled.mode,
        "weight": filled.weight,
        "submitted_at": submitted_at,
    } | filled.profile
