"""What one response says, saved part by part as the person goes: the only one-at-a-time writer of answers."""

from typing import NamedTuple

from django.db import transaction
from django.db.models import F, Value
from django.utils import timezone

from interviews.models import Answer, Item, Response, Usage, UseCaseAnswer
from usecases.models import UseCase

from .instrument import read_instrument
from .responses import WITHDRAWN, ResponseRefusedError, refuse_unless_editable
from .tools import keep_tools

KNOWS = {Usage.AWARE, Usage.TRIED, Usage.OCCASIONAL, Usage.REGULAR, Usage.ABANDONED}
USES_NOT = {Usage.AWARE, Usage.TRIED, Usage.ABANDONED}
HAS_USED = KNOWS - {Usage.AWARE}

# What is asked of a use case, and of whom: (fields, usages that open them), METHOD.md §1.1 and §2.2.
CONDITIONAL_FIELDS = [
    (("maturity", "impact"), KNOWS),
    (("intention",), USES_NOT),
    (("satisfaction",), HAS_USED),
]

CORE_FIELDS = [
    "usage",
    "maturity",
    "impact",
    "intention",
    "benefits",
    "barriers",
    "other_barrier",
    "tools",
    "satisfaction",
    "comment",
    "may_be_quoted",
    "version",
]
MEMBERSHIPS = {
    "sectors": (Response.sectors.through, "sector_id"),
    "occupations": (Response.occupations.through, "occupation_id"),
}
PAUSE = 120  # seconds: a longer silence is a pause, not time spent answering


class Saving(NamedTuple):
    """What a save did: the versions now stored, and what was left alone because it had changed elsewhere."""

    versions: dict
    left_alone: list


@transaction.atomic
def save_profile(response: Response, columns: dict, sectors, occupations, version: int | None = None) -> int | None:
    """Store the profile ({column: value}, sectors and occupations: anything with a `pk`); return its version.

    `version` is the one the page was built on: a profile changed since then elsewhere is left alone (None). Saving the
    same again changes nothing.
    """
    refuse_unless_editable(response)
    wanted = {"sectors": {one.pk for one in sectors}, "occupations": {one.pk for one in occupations}}
    held = _held(response)
    if held == wanted and all(getattr(response, column) == value for column, value in columns.items()):
        return response.profile_version
    before = response.profile_version if version is None else version
    # Compared where it is written: of two windows that save at the same moment, one does.
    same = Response.objects.filter(pk=response.pk, withdrawn_at=None, profile_version=before)
    if not same.update(**columns, profile_version=before + 1, **_time_spent(response)):
        if Response.objects.filter(pk=response.pk, withdrawn_at=None).exists():
            return None
        raise ResponseRefusedError(WITHDRAWN)
    for column, value in columns.items():
        setattr(response, column, value)
    response.profile_version = before + 1
    for name, (link, column) in MEMBERSHIPS.items():
        if removed := held[name] - wanted[name]:
            link.objects.filter(response=response, **{f"{column}__in": removed}).delete()
        link.objects.bulk_create(link(response=response, **{column: pk}) for pk in sorted(wanted[name] - held[name]))
    return response.profile_version


@transaction.atomic
def save_use_case_answers(
    response: Response, answers: dict[int, dict], versions: dict[int, int] | None = None
) -> Saving:
    """Store the core about use cases: {use case pk: {field: value}}, tools by name. Only what was offered counts.

    What the chosen usage does not ask (the maturity of something never heard of) is emptied. `versions` holds the
    versions that the page was built on: an answer changed since then elsewhere is left alone. Saving the same again
    changes nothing. Returns versions by use case pk, and the use cases left alone.
    """
    return write_locked(response, lock_offered(response, use_case__in=answers), answers, versions)


def lock_offered(response: Response, **wanted) -> dict[int, UseCaseAnswer]:
    """Return {use case pk: row} of what was offered and is wanted (look-ups), locked until the transaction ends."""
    rows = response.use_case_answers.filter(**wanted).select_related("use_case").order_by()
    return {row.use_case_id: row for row in rows.select_for_update(of=("self",))}


def write_locked(response: Response, rows: dict[int, UseCaseAnswer], answers: dict, versions: dict | None) -> Saving:
    """Do what `save_use_case_answers` says, on the rows of `lock_offered` and in the same transaction."""
    refuse_unless_editable(response)
    tools = keep_tools([name for values in answers.values() for name in values["tools"]])
    changed, left_alone = [], []
    for use_case_id, values in answers.items():
        row = rows[use_case_id]
        wanted = {**values, "tools": _codes(values["tools"], tools)}
        for names, usages in CONDITIONAL_FIELDS:
            if wanted["usage"] not in usages:
                wanted |= dict.fromkeys(names)
        if all(getattr(row, name) == value for name, value in wanted.items()):
            continue
        if (versions or {}).get(use_case_id, row.version) != row.version:
            left_alone.append(row.use_case)
            continue
        for name, value in wanted.items():
            setattr(row, name, value)
        row.version += 1
        changed.append(row)
    if changed:
        # Not `bulk_update`: its CASE per column was a third of an autosave under the profiler, this is a sixteenth. The
        # rows exist and are locked: nothing is inserted.
        UseCaseAnswer.objects.bulk_create(
            changed, update_conflicts=True, unique_fields=["pk"], update_fields=CORE_FIELDS
        )
        _touch(response)
    return Saving({use_case_id: row.version for use_case_id, row in rows.items()}, left_alone)


@transaction.atomic
def save_answers(response: Response, values: dict[Item, object], versions: dict[str, int] | None = None) -> Saving:
    """Store answers to general items (tools by name). No value removes the answer; items no longer asked lose theirs.

    `versions`, {item code: version}, guards what changed elsewhere, as in `save_use_case_answers`. Returns versions by
    item code (0 without an answer), and the items left alone.
    """
    refuse_unless_editable(response)
    instrument = read_instrument(response.campaign.questionnaire)
    # Locked: the first answer to a question has no row yet to lock, and two windows could both be the first.
    Response.objects.select_for_update().order_by().values_list("pk").get(pk=response.pk)
    # One query for the answers to these items and to those that depend on them.
    dependents = {item: instrument.dependents(item) for item in values}
    concerned = [*values, *(other for others in dependents.values() for other in others)]
    stored = {answer.item_id: answer for answer in response.answers.filter(item__in=concerned).order_by()}
    now_stored = {item.code: stored[item.pk].version if item.pk in stored else 0 for item in values}
    given, removed, left_alone = [], [], []
    for item, value in values.items():
        if item.open_list and value:
            value = _codes(value, keep_tools(value))
        value = None if value in ("", []) else value
        before = stored.get(item.pk)
        if value == (before.value if before else None):
            continue
        if (versions or {}).get(item.code, now_stored[item.code]) != now_stored[item.code]:
            left_alone.append(item)
            continue
        now_stored[item.code] = now_stored[item.code] + 1 if value is not None else 0
        if value is None:
            removed.append(before.pk)
        else:
            given.append(Answer(response=response, item=item, value=value, version=now_stored[item.code]))
        removed += [
            stored[other.pk].pk
            for other in dependents[item]
            if other.pk in stored and not is_asked(other, {item.code: value})
        ]
    if given:
        Answer.objects.bulk_create(
            given, update_conflicts=True, unique_fields=["response", "item"], update_fields=["value", "version"]
        )
    if removed:
        response.answers.filter(pk__in=removed).delete()
    if given or removed:
        _touch(response)
    return Saving(now_stored, left_alone)


def is_asked(item: Item, answers: dict[str, object]) -> bool:
    """Tell whether the base condition of an item holds, given {item code: value}."""
    return item.asked_if is None or answers.get(item.asked_if.code) in item.asked_if_codes


@transaction.atomic
def change_level(response: Response, use_case: UseCase, dimension: str, level: int) -> None:
    """Replace the maturity or the impact of an interview by the one that its two coders agreed on.

    Raises ResponseRefusedError once the campaign is closed.
    """
    refuse_unless_editable(response)
    rows = response.use_case_answers.filter(use_case=use_case)
    rows.update(**{dimension: level}, version=F("version") + 1)


def _held(response):
    """Return {"sectors": primary keys, "occupations": primary keys} of a response (one query)."""
    sectors, occupations = (
        link.objects.filter(response=response).values_list(Value(name), column)
        for name, (link, column) in MEMBERSHIPS.items()
    )
    held = {name: set() for name in MEMBERSHIPS}
    for name, pk in sectors.union(occupations, all=True):
        held[name].add(pk)
    return held


def _codes(names, codes):
    """Return the codes of the names that have one, each once, in order."""
    return list(dict.fromkeys(codes[name] for name in names if name in codes))


def _touch(response):
    """Note the moment of a save. A response withdrawn while it was under way takes nothing: all of it is undone."""
    still_there = Response.objects.filter(pk=response.pk, withdrawn_at=None)
    if not still_there.update(**_time_spent(response)):
        raise ResponseRefusedError(WITHDRAWN)


def _time_spent(response):
    """Return the columns that any save changes: its moment, and the time since the last unless the person was away."""
    now = timezone.now()
    since = (now - response.last_saved_at).total_seconds() if response.last_saved_at else 0
    response.active_seconds = (response.active_seconds or 0) + round(min(since, PAUSE))
    response.last_saved_at = now
    return {"active_seconds": response.active_seconds, "last_saved_at": now}
