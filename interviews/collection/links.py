"""Tokens of personal links: only their hashes are stored, and a link that is mailed is made again at that moment.

The token of an invitation with a seed is an HMAC of the seed and of the link's number under the site's SECRET_KEY: a
copy of the database opens nothing, and neither the outbox nor a queue ever holds a link.
"""

import base64
import hashlib
import secrets

from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from interviews.models import Campaign, Contact, Invitation


def hash_token(token: str) -> str:
    """Return the SHA-256 of a personal token (256 random bits, so no salt is needed), 64 hexadecimal digits."""
    return hashlib.sha256(token.encode()).hexdigest()


def make_invitation(campaign: Campaign, channel: str, contact: Contact | None) -> tuple[Invitation, str]:
    """Return an invitation, not yet stored, and its token. Only one that has somebody to be mailed to has a seed."""
    seed = secrets.token_hex(16) if contact else ""
    token = _derive(seed, 1) if seed else secrets.token_urlsafe(32)
    invitation = Invitation(
        campaign=campaign, channel=channel, contact=contact, seed=seed, token_hash=hash_token(token)
    )
    return invitation, token


def link_in_force(invitation: Invitation) -> str:
    """Return the token that opens this invitation, for a mail that we send of our own accord.

    One that cannot be made again (it was random, or SECRET_KEY has changed) is followed by a newer one.
    """
    token = _derive(invitation.seed, invitation.link_number)
    return token if hash_token(token) == invitation.token_hash else newer_link(invitation)


@transaction.atomic
def newer_link(invitation: Invitation) -> str:
    """Return the token of a newer link, for somebody who asks for one: the older opens until the newer is used.

    So whoever knows an address can make a mail leave, and cut nobody off. Asked for again, it is the same link. A
    revoked link opens no more: the newer one takes its place at once.
    """
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    seed = locked.seed or secrets.token_hex(16)
    token = _derive(seed, locked.link_number + 1)
    if locked.revoked_on:
        facts = {
            "token_hash": hash_token(token),
            "next_token_hash": None,
            "link_number": locked.link_number + 1,
            "revoked_on": None,
        }
    else:
        facts = {"next_token_hash": hash_token(token)}
    Invitation.objects.filter(pk=locked.pk).update(seed=seed, **facts)
    return token


def use_link(invitation: Invitation, token: str) -> None:
    """Note that somebody acts by this link: if it is the newer one, the older opens nothing any more."""
    hashed = hash_token(token)
    if invitation.next_token_hash == hashed:
        Invitation.objects.filter(pk=invitation.pk, next_token_hash=hashed).update(
            token_hash=hashed, next_token_hash=None, link_number=F("link_number") + 1
        )


def burn_link(invitation: Invitation) -> None:
    """Leave no way from the invitation to anything: no token opens it, and nothing says since when."""
    Invitation.objects.filter(pk=invitation.pk).update(
        token_hash=hash_token(secrets.token_urlsafe(32)), next_token_hash=None, seed="", has_answered=True
    )


def _derive(seed, number):
    digest = salted_hmac("interviews.personal-link", f"{seed}:{number}", algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
