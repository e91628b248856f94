"""The life of one response, from the link to the submission: begun, sent, and whether it may still change."""

import secrets

from django.db import transaction
from django.utils import timezone

from interviews.models import Campaign, Invitation, OpenLink, Response, ResponseLink

from .blocks import draw_blocks
from .links import burn_link
from .receipts import draw_receipt_code, hash_receipt

WITHDRAWN = "Cette réponse a été retirée : elle ne peut plus être modifiée."
INTERVIEWS_OVER = "Cette campagne est close : ses résultats sont figés, les entretiens ne changent plus."


class ResponseRefusedError(Exception):
    """The campaign takes no answer now; the message is in French, for the person."""


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


def mark_as_spreadsheet(response: Response) -> None:
    """Note that the response was filled in offline, in a workbook: its answers are counted under that mode."""
    refuse_unless_editable(response)
    response.mode = Response.Mode.SPREADSHEET
    response.save(update_fields=["mode"])


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


def rename_person(old: str, new: str) -> None:
    """Give the answers of one pseudonymous key to another: two records were one person. Closed campaigns are frozen."""
    Response.objects.filter(person=old, campaign__closed_at=None).update(person=new)


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


def _refuse_unless_open(campaign):
    today = timezone.localdate()
    if campaign.closed_at or today > campaign.closes_on:
        raise ResponseRefusedError("Cette enquête est terminée : elle ne prend plus de réponse.")
    if today < campaign.opens_on:
        raise ResponseRefusedError(f"Cette enquête ouvre le {campaign.opens_on:%d/%m/%Y}. Revenez ce jour-là.")


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
