"""The life of one response, from the link to the submission: the only one-at-a-time writer of answers."""

import secrets
from itertools import count
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, Max, Q, Value
from django.utils import timezone

from interviews.models import (
    Answer,
    Campaign,
    Contact,
    Invitation,
    Item,
    OpenLink,
    Response,
    ResponseLink,
    Usage,
    UseCaseAnswer,
)
from usecases.models import UseCase

from .blocks import draw_blocks
from .coverage import campaign_candidates, coverage_for
from .instrument import read_instrument
from .links import burn_link, hash_token, make_invitation
from .receipts import draw_receipt_code, hash_receipt
from .routing import OFFERED, Profile, route
from .tools import keep_tools

KNOWS = {Usage.AWARE, Usage.TRIED, Usage.OCCASIONAL, Usage.REGULAR, Usage.ABANDONED}
USES_NOT = {Usage.AWARE, Usage.TRIED, Usage.ABANDONED}
HAS_USED = KNOWS - {Usage.AWARE}

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
CHOSEN = UseCaseAnswer.Reason.CHOSEN
WITHDRAWN = "Cette réponse a été retirée : elle ne peut plus être modifiée."
MEMBERSHIPS = {
    "sectors": (Response.sectors.through, "sector_id"),
    "occupations": (Response.occupations.through, "occupation_id"),
}
INTERVIEWS_OVER = "Cette campagne est close : ses résultats sont figés, les entretiens ne changent plus."
PAUSE = 120  # seconds: a longer silence is a pause, not time spent answering

# What is asked of a use case, and of whom: (fields, usages that open them), METHOD.md §1.1 and §2.2.
CONDITIONAL_FIELDS = [
    (("maturity", "impact"), KNOWS),
    (("intention",), USES_NOT),
    (("satisfaction",), HAS_USED),
]


class ResponseRefusedError(Exception):
    """The campaign takes no answer now; the message is in French, for the person."""


def create_invitation(
    campaign: Campaign, channel=Invitation.Channel.OPEN, contact: Contact | None = None
) -> tuple[Invitation, str]:
    """Create a personal link; the token is returned once and only its hash is kept."""
    invitation, token = make_invitation(campaign, channel, contact)
    invitation.save(force_insert=True)
    return invitation, token


def find_invitation(token: str) -> Invitation | None:
    """Return the invitation that a token opens, with its campaign; None when unknown or revoked."""
    hashed = hash_token(token)
    return (
        Invitation.objects.filter(Q(token_hash=hashed) | Q(next_token_hash=hashed), revoked_on=None)
        .select_related("campaign__questionnaire", "response_link__response")
        # The whole text of the instrument: twenty kilobytes that no page of a person reads.
        .defer("campaign__questionnaire__loaded_from")
        .order_by()
        .first()
    )


def response_of(invitation: Invitation) -> Response | None:
    """Return the response begun with this invitation; None before it begins or once the link is destroyed."""
    link = getattr(invitation, "response_link", None)
    if link is None:
        return None
    link.response.campaign = invitation.campaign
    return link.response


@transaction.atomic
def start_response(invitation: Invitation, open_link: OpenLink | None = None) -> Response:
    """Begin the response of an invitation, or return the one already begun; `open_link` is the partner's it came by.

    The contact's pseudonymous key goes with the answers, so that waves can be compared; never in an anonymous campaign.
    Raises ResponseRefusedError.
    """
    campaign = invitation.campaign
    Invitation.objects.select_for_update().get(pk=invitation.pk)  # a double click begins once
    link = ResponseLink.objects.filter(invitation=invitation).select_related("response__campaign").first()
    if link:
        return link.response
    _refuse_unless_open(campaign)
    key = secrets.token_hex(8)
    response = Response.objects.create(
        campaign=campaign,
        key=key,
        blocks=draw_blocks(campaign.questionnaire, key),
        person=invitation.contact.person if invitation.contact and not campaign.is_anonymous else "",
        open_link=open_link,
        consent_version=campaign.consent_version,
        started_on=timezone.localdate(),
        last_saved_at=timezone.now(),
    )
    ResponseLink.objects.create(invitation=invitation, response=response)
    return response


@transaction.atomic
def start_interview_response(campaign: Campaign, person: str = "") -> Response:
    """Begin the response of a guided interview, which the interviewer fills in: every block of questions is open to it.

    `person` is the participant's pseudonymous key, kept as in `start_response`. Raises ResponseRefusedError.
    """
    if campaign.closed_at:
        raise ResponseRefusedError(INTERVIEWS_OVER)
    blocks = campaign.questionnaire.modules.filter(is_block=True).order_by("position").values_list("code", flat=True)
    return Response.objects.create(
        campaign=campaign,
        key=secrets.token_hex(8),
        mode=Response.Mode.INTERVIEW,
        blocks=list(blocks),
        person="" if campaign.is_anonymous else person,
        started_on=timezone.localdate(),
    )


@transaction.atomic
def count_interview_response(response: Response, counted: bool) -> None:
    """Let the response of an approved interview into the results, or take it out again when the interview is reopened.

    In an anonymous campaign only the day is kept. Raises ResponseRefusedError once the campaign is closed.
    """
    refuse_unless_editable(response)
    now = timezone.now()
    if response.campaign.is_anonymous:
        now = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    response.submitted_at = now if counted else None
    response.save(update_fields=["submitted_at"])


@transaction.atomic
def change_level(response: Response, use_case: UseCase, dimension: str, level: int) -> None:
    """Replace the maturity or the impact of an interview by the one that its two coders agreed on.

    Raises ResponseRefusedError once the campaign is closed.
    """
    refuse_unless_editable(response)
    rows = response.use_case_answers.filter(use_case=use_case)
    rows.update(**{dimension: level}, version=F("version") + 1)


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
def submit_response(response: Response) -> str:
    """Send the response, once. In an anonymous campaign the time is cut to the day, the link is destroyed, and the
    receipt code returned (empty elsewhere) is all that still leads to the response: it is kept as a hash."""
    refuse_unless_editable(response)
    code, now = "", timezone.now()
    # Locked: a double click sends once. A second code would replace the one that the person has just been shown.
    if Response.objects.select_for_update().get(pk=response.pk).submitted_at:
        if response.campaign.is_anonymous:
            raise ResponseRefusedError("Vos réponses sont déjà envoyées.")
        return code
    if response.campaign.is_anonymous:
        code = draw_receipt_code()
        response.receipt_hash = hash_receipt(code, response.campaign)
        now = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
        _destroy_link(response)
        response.last_saved_at = None
    response.submitted_at = now
    response.save(update_fields=["submitted_at", "last_saved_at", "receipt_hash"])
    return code


def rename_person(old: str, new: str) -> None:
    """Give the answers of one pseudonymous key to another: two records were one person. Closed campaigns are frozen."""
    Response.objects.filter(person=old, campaign__closed_at=None).update(person=new)


def revoke_invitations(invitations) -> int:
    """Revoke the links of a query of invitations from today on; return how many still opened."""
    return invitations.filter(revoked_on=None).update(revoked_on=timezone.localdate())


def _destroy_link(response):
    """Destroy what joins a person to their response. An address given only to receive the link goes with it.

    Of somebody whom the staff invited, one thing stays: that they have answered, without a date, so that nobody writes
    to them again.
    """
    invitation = Invitation.objects.select_related("contact").filter(response_link__response=response).first()
    if invitation is None:
        return
    contact = invitation.contact
    if contact and invitation.channel == Invitation.Channel.PERSONAL:
        ResponseLink.objects.filter(response=response).delete()
        burn_link(invitation)
        return
    invitation.delete()
    if contact:
        # Those that this one replaced.
        contact.invitations.filter(campaign=response.campaign, channel=Invitation.Channel.OPEN).delete()
        if not contact.invitations.exists():
            contact.delete()


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


def _refuse_unless_open(campaign):
    today = timezone.localdate()
    if campaign.closed_at or today > campaign.closes_on:
        raise ResponseRefusedError("Cette enquête est terminée : elle ne prend plus de réponse.")
    if today < campaign.opens_on:
        raise ResponseRefusedError(f"Cette enquête ouvre le {campaign.opens_on:%d/%m/%Y}. Revenez ce jour-là.")


def refuse_unless_editable(response: Response) -> None:
    """Raise ResponseRefusedError when the response takes no change now: campaign over, or answers withdrawn.

    An interview is typed up after its day: it may be changed until the results are frozen.
    """
    if response.mode != Response.Mode.INTERVIEW:
        _refuse_unless_open(response.campaign)
    elif response.campaign.closed_at:
        raise ResponseRefusedError(INTERVIEWS_OVER)
    if response.withdrawn_at:
        raise ResponseRefusedError(WITHDRAWN)


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


def mark_as_spreadsheet(response: Response) -> None:
    """Note that the response was filled in offline, in a workbook: its answers are counted under that mode."""
    refuse_unless_editable(response)
    response.mode = Response.Mode.SPREADSHEET
    response.save(update_fields=["mode"])
