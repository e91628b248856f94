"""The person reads the quotes taken from them, by a link of their own, and has the last word."""

import secrets

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from interviews.collection.links import hash_token
from interviews.models import Participant, QuoteLink, Verbatim
from interviews.models.coding import MAX_QUOTE

from .verbatims import VerbatimError


@transaction.atomic
def create_quote_link(participant: Participant, user) -> str:
    """Make the link by which a participant reads their quotes, in place of any earlier one; return its token, once."""
    participant.quote_links.filter(revoked_on=None).update(revoked_on=timezone.localdate())
    token = secrets.token_urlsafe(32)
    QuoteLink.objects.create(participant=participant, token_hash=hash_token(token), created_by=user)
    return token


def find_quote_link(token: str) -> QuoteLink | None:
    """Return the link that a token opens; None when unknown, revoked, or its interview withdrawn."""
    return (
        QuoteLink.objects.filter(
            token_hash=hash_token(token), revoked_on=None, participant__interview__withdrawn_at=None
        )
        .select_related("participant__interview__campaign")
        .first()
    )


def quotes_of(participant: Participant) -> QuerySet:
    """Return the quotes that a participant may read: worded, read by a second person or amended by themselves."""
    quotes = participant.verbatims.filter(withdrawn_at=None).exclude(public_text="")
    return quotes.filter(reviewed_at__isnull=False) | quotes.filter(worded_by=None)


def agree(verbatim: Verbatim) -> None:
    """Note that the person agrees to this wording."""
    verbatim.agreed_at = timezone.now()
    verbatim.save(update_fields=["agreed_at"])


def amend(verbatim: Verbatim, text: str) -> None:
    """Put the person's own wording in place of ours. They agree to it; a second person of the team reads it before it
    is shown, for it may name somebody. Raises VerbatimError for an empty or overlong one."""
    text = text.strip()
    if not text or len(text) > MAX_QUOTE:
        raise VerbatimError(f"Écrivez votre formulation, de {MAX_QUOTE} caractères au plus, ou retirez la citation.")
    if text == verbatim.public_text:
        agree(verbatim)
        return
    verbatim.public_text, verbatim.worded_by = text, None
    verbatim.reviewed_by = verbatim.reviewed_at = None
    verbatim.agreed_at = timezone.now()
    verbatim.save()
