"""Personal links sent by e-mail: who has which, and a new one in place of the one that was lost."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from cnc_survey.rate_limit import retry_time
from interviews.models import Campaign, Contact, Invitation, OpenLink, ResponseLink

from .mail import MailNotSentError, mail_connection, mail_link
from .responses import create_invitation, hash_token, revoke_invitations

MAILS_PER_HOUR = 3  # to one address: enough to mistrust one's junk folder, too few to flood somebody


@dataclass(frozen=True)
class IssuedLink:
    """A link just made, with what it takes to undo it if its mail cannot leave."""

    campaign: Campaign
    token: str
    replaced: Invitation | None = None
    is_new_contact: bool = False

    @property
    def has_begun(self):
        return self.replaced is not None and hasattr(self.replaced, "response_link")


def normalise_address(address: str) -> str:
    """Return the form under which an address is known: two spellings of one mailbox are one person."""
    return address.strip().lower()


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
def renew_invitation(invitation: Invitation) -> str:
    """Replace a personal link: the old one opens nothing any more, the new one opens the same response.

    Returns the new token, of which only the hash is kept.
    """
    Invitation.objects.select_for_update().get(pk=invitation.pk)
    renewed, token = create_invitation(invitation.campaign, invitation.channel, invitation.contact)
    ResponseLink.objects.filter(invitation=invitation).update(invitation=renewed)
    revoke_invitations(Invitation.objects.filter(pk=invitation.pk))
    return token


def send_link(campaign: Campaign, address: str, url_of: Callable[[str], str]) -> None:
    """Mail a person their link to this campaign: the response begun with this address, else a new invitation.

    `url_of` turns a token into a full address. Raises MailNotSentError: then nothing has changed.
    """
    with mail_connection() as connection:
        if _has_had_enough(address):
            return
        _mail(connection, _issue_link(campaign, address), address, url_of)


def send_known_links(campaigns: Iterable[Campaign], address: str, url_of: Callable[[str], str]) -> None:
    """Mail a new link for each of these campaigns to which the address was invited; nothing to an unknown address.

    Raises MailNotSentError only when no mail can leave at all, known address or not: it tells nothing about this one.
    """
    with mail_connection() as connection:
        if _has_had_enough(address):
            return
        for issued in _reissue_links(campaigns, address):
            with suppress(MailNotSentError):
                _mail(connection, issued, address, url_of)


def _has_had_enough(address):
    return retry_time("mail", address, MAILS_PER_HOUR) is not None


def _mail(connection, issued, address, url_of):
    # Here the transaction is over: no mail speaks of a link that was never stored, no lock waits for a mail server.
    try:
        mail_link(connection, address, issued.campaign, url_of(issued.token), issued.has_begun)
    except MailNotSentError:
        _take_back(issued)
        raise


@transaction.atomic
def _issue_link(campaign, address):
    contact, is_new = Contact.objects.get_or_create(email=normalise_address(address))
    Contact.objects.select_for_update().get(pk=contact.pk)  # a double click invites once
    invitation = _invitation_of(contact, campaign)
    if invitation:
        return _reissue(invitation)
    _, token = create_invitation(campaign, contact=contact)
    return IssuedLink(campaign, token, is_new_contact=is_new)


@transaction.atomic
def _reissue_links(campaigns, address):
    contact = Contact.objects.select_for_update().filter(email=normalise_address(address)).first()
    if contact is None:
        return []
    invitations = [_invitation_of(contact, campaign) for campaign in campaigns]
    return [_reissue(invitation) for invitation in invitations if invitation and _opens_something(invitation)]


def _invitation_of(contact, campaign):
    """Return the contact's invitation to this campaign, the one that was used if any; None if never invited."""
    return (
        contact.invitations.filter(campaign=campaign)
        .select_related("campaign", "contact", "response_link")
        .order_by(F("response_link__pk").desc(nulls_last=True), "-pk")
        .first()
    )


def _opens_something(invitation):
    """A campaign that is over takes no new response, but shows people their own."""
    return invitation.campaign.is_open or hasattr(invitation, "response_link")


def _reissue(invitation):
    return IssuedLink(invitation.campaign, renew_invitation(invitation), replaced=invitation)


@transaction.atomic
def _take_back(issued):
    """Undo a link that could not be sent: the one it replaced opens again, an address just typed is forgotten."""
    invitation = Invitation.objects.select_related("contact").get(token_hash=hash_token(issued.token))
    if issued.replaced:
        ResponseLink.objects.filter(invitation=invitation).update(invitation=issued.replaced)
        Invitation.objects.filter(pk=issued.replaced.pk).update(revoked_on=issued.replaced.revoked_on)
    invitation.delete()
    if issued.is_new_contact:
        invitation.contact.delete()
