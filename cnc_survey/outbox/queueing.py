"""The rows of the outbox: asked for, taken back, tried again. The only writer of mails but for `dispatch`."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from .models import BULK, Mail

BATCH = 2_000  # rows written at once


def queue_mail(kind: str, parameters: dict, *, batch="", priority=BULK, send_after: datetime | None = None) -> Mail:
    """Ask for one mail, in the caller's transaction: what is undone there is not sent."""
    return Mail.objects.create(kind=kind, parameters=parameters, batch=batch, priority=priority, send_after=send_after)


def queue_mails(kind: str, parameters: Iterable[dict], *, batch="", send_after: datetime | None = None) -> list[Mail]:
    """Ask for many mails of one kind; return them in order."""
    mails = [Mail(kind=kind, parameters=each, batch=batch, send_after=send_after) for each in parameters]
    return Mail.objects.bulk_create(mails, batch_size=BATCH)


def cancel_mails(mails: QuerySet, reason: str) -> int:
    """Take back the mails that nobody is sending; return how many."""
    waiting = mails.unfinished().filter(claimed_at=None)
    return waiting.update(cancelled_at=timezone.now(), reason=reason)


def retry_mails(mails: QuerySet) -> int:
    """Send again, from the start, those that were given up or wait for their next attempt; return how many."""
    stopped = mails.filter(sent_at=None, cancelled_at=None, claimed_at=None, attempts__gt=0)
    return stopped.update(failed_at=None, attempts=0, send_after=None, reason="")


def mark_bounced(mails: QuerySet) -> int:
    """Note that these mails came back; return how many had left."""
    return mails.filter(sent_at__isnull=False, bounced_at=None).update(bounced_at=timezone.now())
