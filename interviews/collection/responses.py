"""The life of one response, from the link to the submission: the only one-at-a-time writer of answers."""

import hashlib
import secrets

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from interviews.models import (
    Answer,
    Campaign,
    Invitation,
    Item,
    Response,
    ResponseLink,
    Usage,
    UseCaseAnswer,
)
from usecases.models import UseCaseOccupation, UseCaseStage

from .routing import Candidate, Profile, route
from .tools import keep_tools

KNOWS = {Usage.AWARE, Usage.TRIED, Usage.OCCASIONAL, Usage.REGULAR, Usage.ABANDONED}
USES_NOT = {Usage.AWARE, Usage.TRIED, Usage.ABANDONED}

# What is asked of a use case, and of whom: (fields, usages that open them), METHOD.md §1.1 and §2.2.
CONDITIONAL_FIELDS = [(("maturity", "impact"), KNOWS), (("intention",), USES_NOT)]


class ResponseRefusedError(Exception):
    """The campaign takes no answer now; the message is in French, for the person."""


def hash_token(token: str) -> str:
    """Return the SHA-256 of a personal token (256 random bits, so no salt is needed), 64 hexadecimal digits."""
    return hashlib.sha256(token.encode()).hexdigest()


def create_invitation(campaign: Campaign, channel=Invitation.Channel.OPEN) -> tuple[Invitation, str]:
    """Create a personal link; the token is returned once and only its hash is kept."""
    token = secrets.token_urlsafe(32)
    return Invitation.objects.create(campaign=campaign, channel=channel, token_hash=hash_token(token)), token


def find_invitation(token: str) -> Invitation | None:
    """Return the invitation that a token opens, with its campaign; None when unknown or revoked."""
    return (
        Invitation.objects.filter(token_hash=hash_token(token), revoked_on=None)
        .select_related("campaign__questionnaire", "response_link__response")
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
def start_response(invitation: Invitation) -> Response:
    """Begin the response of an invitation, or return the one already begun. Raises ResponseRefusedError."""
    campaign = invitation.campaign
    Invitation.objects.select_for_update().get(pk=invitation.pk)  # a double click begins once
    link = ResponseLink.objects.filter(invitation=invitation).select_related("response__campaign").first()
    if link:
        return link.response
    _refuse_unless_open(campaign)
    response = Response.objects.create(
        campaign=campaign,
        key=secrets.token_hex(8),
        consent_version=campaign.consent_version,
        started_on=timezone.localdate(),
    )
    ResponseLink.objects.create(invitation=invitation, response=response)
    return response


@transaction.atomic
def save_profile(response: Response, columns: dict, sectors, occupations) -> None:
    """Store the profile ({column: code}, lists of Sector and Occupation), then offer use cases accordingly."""
    _refuse_unless_editable(response)
    for column, value in columns.items():
        setattr(response, column, value)
    response.save(update_fields=list(columns))
    response.sectors.set(sectors)
    response.occupations.set(occupations)
    offer_use_cases(response)


@transaction.atomic
def offer_use_cases(response: Response) -> None:
    """Choose the use cases to ask about. What is already answered stays; the rest follows the profile."""
    answered = set(response.use_case_answers.exclude(usage=None).values_list("use_case__code", flat=True))
    ids = dict(response.campaign.use_cases.values_list("code", "pk"))
    candidates = [c for c in campaign_candidates(response.campaign) if c.code not in answered]
    profile = Profile(
        occupations=frozenset(response.occupations.values_list("code", flat=True)),
        chains=frozenset(code for code in response.sectors.values_list("chain__code", flat=True) if code),
        seed=response.key,
    )
    offers = route(profile, candidates, coverage_of(response.campaign))
    response.use_case_answers.filter(usage=None).delete()
    UseCaseAnswer.objects.bulk_create(
        UseCaseAnswer(response=response, use_case_id=ids[o.use_case], reason=o.reason, rank=o.rank)
        for o in offers[: max(0, len(offers) - len(answered))]
    )


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


def coverage_of(campaign: Campaign) -> dict[str, int]:
    """Return {use case code: answers so far} for the use cases that have any."""
    counted = UseCaseAnswer.objects.filter(response__campaign=campaign).exclude(usage=None)
    return dict(counted.order_by().values_list("use_case__code").annotate(n=Count("pk")))


@transaction.atomic
def save_use_case_answers(response: Response, answers: dict[int, dict]) -> None:
    """Store the core about use cases: {use case pk: {field: value}}, tools by name. Only what was offered counts.

    What the chosen usage does not ask (the maturity of something never heard of) is emptied.
    """
    _refuse_unless_editable(response)
    tools = keep_tools([name for values in answers.values() for name in values["tools"]])
    rows = {row.use_case_id: row for row in response.use_case_answers.select_for_update()}
    changed = []
    for use_case_id, values in answers.items():
        row = rows[use_case_id]
        for name, value in values.items():
            setattr(row, name, value)
        row.tools = _codes(values["tools"], tools)
        for names, usages in CONDITIONAL_FIELDS:
            if row.usage not in usages:
                for name in names:
                    setattr(row, name, None)
        changed.append(row)
    if changed:
        fields = ["usage", "maturity", "impact", "intention", "benefits", "barriers", "tools", "comment"]
        UseCaseAnswer.objects.bulk_update(changed, fields)


@transaction.atomic
def save_answers(response: Response, values: dict[Item, object]) -> None:
    """Store answers to general items (tools by name). No value removes the answer; items no longer asked lose theirs."""
    _refuse_unless_editable(response)
    given = {item: value for item, value in values.items() if value not in (None, "", [])}
    for item in given:
        if item.open_list:
            given[item] = _codes(given[item], keep_tools(given[item]))
    Answer.objects.bulk_create(
        [Answer(response=response, item=item, value=value) for item, value in given.items()],
        update_conflicts=True,
        unique_fields=["response", "item"],
        update_fields=["value"],
    )
    removed = [item.pk for item in values if item not in given]
    response.answers.filter(item__in=removed).delete()
    known = dict(response.answers.values_list("item__code", "value"))
    conditional = Item.objects.filter(
        module__questionnaire=response.campaign.questionnaire, asked_if__isnull=False
    ).select_related("asked_if")
    not_asked = [item.pk for item in conditional if not is_asked(item, known)]
    response.answers.filter(item__in=not_asked).delete()


def is_asked(item: Item, answers: dict[str, object]) -> bool:
    """Tell whether the base condition of an item holds, given {item code: value}."""
    return item.asked_if is None or answers.get(item.asked_if.code) in item.asked_if_codes


@transaction.atomic
def submit_response(response: Response) -> None:
    """Send the response. In an anonymous campaign the time is cut to the day and the link is destroyed."""
    _refuse_unless_editable(response)
    now = timezone.now()
    if response.campaign.is_anonymous:
        now = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
        Invitation.objects.filter(response_link__response=response).delete()
    response.submitted_at = now
    response.save(update_fields=["submitted_at"])


def _codes(names, codes):
    """Return the codes of the names that have one, each once, in order."""
    return list(dict.fromkeys(codes[name] for name in names if name in codes))


def _refuse_unless_open(campaign):
    today = timezone.localdate()
    if campaign.closed_at or today > campaign.closes_on:
        raise ResponseRefusedError("Cette enquête est terminée : elle ne prend plus de réponse.")
    if today < campaign.opens_on:
        raise ResponseRefusedError(f"Cette enquête ouvre le {campaign.opens_on:%d/%m/%Y}. Revenez ce jour-là.")


def _refuse_unless_editable(response):
    _refuse_unless_open(response.campaign)
    if response.withdrawn_at:
        raise ResponseRefusedError("Cette réponse a été retirée : elle ne peut plus être modifiée.")
