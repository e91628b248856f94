"""Invitations: made, found by their token, revoked; a first or a newer personal link asked for by e-mail."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from cnc_survey.outbox.models import AWAITED
from cnc_survey.outbox.queueing import queue_mail
from cnc_survey.personal_data import fingerprints, normalise_address
from cnc_survey.rate_limit import retry_time
from interviews.models import Campaign, Contact, Invitation, OpenLink

from .links import hash_token, make_invitation
from .mail import LINK

MAILS_PER_HOUR = 3  # to one address: enough to mistrust one's junk folder, too few to flood somebody


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


def revoke_invitations(invitations) -> int:
    """Revoke the links of a query of invitations from today on; return how many still opened."""
    return invitations.filter(revoked_on=None).update(revoked_on=timezone.localdate())


def find_contact(address: str) -> Contact | None:
    """Return the contact of an address, however it is spelled; None for an unknown one."""
    return Contact.objects.filter(address_index__in=fingerprints(normalise_address(address))).first()


def find_open_link(campaign: Campaign, code: str) -> OpenLink | None:
    """Return the partner's open link of this code; None when there is none, as for a code cut or made up."""
    if not code:
        return None
    # Compared here: the code is whatever stands in an address, and a database refuses some characters.
    return next((link for link in campaign.open_links.all() if link.code == code), None)


def campaigns_of_link(token: str) -> list[Campaign]:
    """Return the campaign of a link, even revoked; of a link that nobody knows, the campaigns open now."""
    of_link = Campaign.objects.filter(invitations__token_hash=hash_token(token))
    return list(of_link) or list(Campaign.objects.open())


@transaction.atomic
def send_link(campaign: Campaign, address: str, site: str, query: str = "") -> None:
    """Ask for a mail with a person's link to this campaign: to the response begun with this address, else a new one.

    `site` is the address of the site (« https://exemple.fr »), `query` what follows that of the questionnaire. Nothing
    happens beyond MAILS_PER_HOUR.
    """
    if _has_had_enough(address):
        return
    contact = find_contact(address) or Contact.objects.create(email=normalise_address(address))
    Contact.objects.select_for_update().get(pk=contact.pk)  # a double click invites once
    invitation = _invitation_of(contact, campaign) or create_invitation(campaign, contact=contact)[0]
    _queue(invitation, site, query)


@transaction.atomic
def send_known_links(campaigns: Iterable[Campaign], address: str, site: str) -> None:
    """Ask for a mail with a newer link for each of these campaigns to which the address was invited.

    Nothing to an unknown address, and nothing that tells it from a known one.
    """
    contact = None if _has_had_enough(address) else find_contact(address)
    if contact is None:
        return
    for invitation in filter(None, [_invitation_of(contact, campaign) for campaign in campaigns]):
        if opens_something(invitation):
            _queue(invitation, site)


def opens_something(invitation: Invitation) -> bool:
    """A campaign that is over takes no new response, but shows people their own."""
    return invitation.campaign.is_open or hasattr(invitation, "response_link")


def _has_had_enough(address):
    return retry_time("mail", normalise_address(address), MAILS_PER_HOUR) is not None


def _invitation_of(contact, campaign):
    """Return the contact's invitation to this campaign, the one that was used if any; None if never invited.

    An anonymous response already sent cannot be led to: its invitation opens nothing.
    """
    return (
        contact.invitations.filter(campaign=campaign, has_answered=False)
        .select_related("campaign", "contact", "response_link")
        .order_by(F("response_link__pk").desc(nulls_last=True), "-pk")
        .first()
    )


def _queue(invitation, site, query=""):
    parameters = {"invitation": invitation.pk, "site": site, "query": query}
    queue_mail(LINK, parameters, batch=invitation.campaign.slug, priority=AWAITED)
