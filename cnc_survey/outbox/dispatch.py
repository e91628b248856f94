"""Sending what is due, one mail at a time, so that a process killed at any moment leaves at most one mail in doubt.

A mail is claimed (committed), sent, then recorded. A claim that nobody records is released by the sweeper: the mail may
have left, so it is tried once more and marked. Its Message-ID does not change, and a mailbox can tell.
"""

import logging
import secrets
import smtplib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import get_connection
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from .letters import NotWantedError, compose
from .models import Mail, MailServer

logger = logging.getLogger(__name__)

# After each failed attempt, how long to wait; beyond the last one the mail is given up, a day and a half later.
BACKOFF = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1200)]
# A server that cannot be reached costs the mails no attempt; it is tried less and less often, up to this.
LONGEST_PAUSE = timedelta(minutes=10)
STUCK_AFTER = timedelta(minutes=5)  # ten times what a mail takes at worst: EMAIL_TIMEOUT for each exchange
MINUTE = timedelta(minutes=1)


@dataclass
class Passage:
    """What one passage did, in mails; `reachable` is False when the server could not be reached."""

    sent: int = 0
    retried: int = 0
    failed: int = 0
    cancelled: int = 0
    released: int = 0
    reachable: bool = True

    @property
    def did_something(self):
        return bool(self.sent or self.retried or self.failed or self.cancelled or self.released)


class _ServerLostError(Exception):
    """The connection broke while a mail was being handed over."""


def send_due_mails() -> Passage:
    """Send what is due now, within the rate per minute (MAILS_PER_MINUTE); return what was done.

    Any number of processes may run it at once: a mail belongs to the one that claimed it.
    """
    passage = Passage(released=release_stuck_mails())
    now = timezone.now()
    server, _ = MailServer.objects.get_or_create(pk=MailServer.ONLY)
    resting_until = next_check(server)
    if (resting_until and now < resting_until) or not Mail.objects.due(now).exists():
        return passage
    if not _rate_allows():
        return passage
    connection = get_connection()
    try:
        try:
            connection.open()
        except OSError as error:  # every failure of smtplib and of the network is one
            _note_down(server, error)
            passage.reachable = False
            return passage
        _note_up(server)
        me = secrets.token_hex(16)
        # Counted before each mail: several processes together pass the rate by one mail each at most.
        while _rate_allows() and (mail := _claim(me)):
            try:
                _send(connection, mail, passage)
            except _ServerLostError as lost:
                _note_down(server, lost.__cause__)
                passage.reachable = False
                break
    finally:
        connection.close()
    return passage


def next_check(server: MailServer) -> datetime | None:
    """Return when a server that is down will be tried again; None when it is up."""
    if server.down_since is None:
        return None
    return server.checked_at + min(timedelta(seconds=10) * 2 ** min(server.failures, 10), LONGEST_PAUSE)


def mail_is_down() -> bool:
    """Tell whether the mail server could not be used the last time it was tried."""
    return MailServer.objects.filter(down_since__isnull=False).exists()


def release_stuck_mails() -> int:
    """Give back the mails claimed by a process that died; each may have left, and is marked so. Return how many."""
    stuck = Mail.objects.unfinished().filter(claimed_at__lt=timezone.now() - STUCK_AFTER)
    return stuck.update(claimed_at=None, claimed_by="", interrupted_at=timezone.now())


def _rate_allows():
    return Mail.objects.filter(attempted_at__gt=timezone.now() - MINUTE).count() < settings.MAILS_PER_MINUTE


@transaction.atomic
def _claim(me):
    """Take the next mail, and count the attempt; None when nothing is due."""
    now = timezone.now()
    while True:
        pk = Mail.objects.due(now).values_list("pk", flat=True).first()
        if pk is None:
            return None
        # The condition decides between two processes that saw the same row.
        mine = Mail.objects.unfinished().filter(pk=pk, claimed_at=None)
        if mine.update(claimed_at=now, claimed_by=me, attempted_at=now, attempts=F("attempts") + 1):
            return Mail.objects.get(pk=pk)


def _send(connection, mail, passage):
    try:
        message = compose(mail)
    except NotWantedError as refusal:
        _record(mail, cancelled_at=timezone.now(), reason=str(refusal))
        passage.cancelled += 1
        return
    except Exception:
        # A mail that cannot be written must not hold up those behind it; whoever reads the log finds the reason.
        logger.exception("Mail %s could not be composed", mail.pk)
        _record(mail, failed_at=timezone.now(), reason="Le texte n’a pas pu être composé : voir le journal du serveur.")
        passage.failed += 1
        return
    try:
        connection.send_messages([message])
    except smtplib.SMTPRecipientsRefused as refusal:
        code = max(code for code, _ in refusal.recipients.values())
        _try_later_or_give_up(mail, passage, f"Adresse refusée par le serveur ({code}).", final=code >= 500)
    except (smtplib.SMTPDataError, smtplib.SMTPHeloError) as refusal:
        code = refusal.smtp_code
        _try_later_or_give_up(mail, passage, f"Message refusé par le serveur ({code}).", final=code >= 500)
    except smtplib.SMTPServerDisconnected as lost:
        # It may have been accepted just before: the next attempt may be a second mail.
        _try_later_or_give_up(mail, passage, "Connexion coupée pendant l’envoi.", interrupted_at=timezone.now())
        raise _ServerLostError from lost
    except smtplib.SMTPException as refusal:
        # The sender or the whole session is refused: the mail is not at fault, nor would the next one pass.
        _try_later_or_give_up(mail, passage, f"Envoi refusé par le serveur ({type(refusal).__name__}).")
        raise _ServerLostError from refusal
    except OSError as lost:
        _try_later_or_give_up(mail, passage, "Connexion coupée pendant l’envoi.", interrupted_at=timezone.now())
        raise _ServerLostError from lost
    else:
        _record(mail, sent_at=timezone.now(), reason="")
        passage.sent += 1


def _try_later_or_give_up(mail, passage, reason, final=False, **facts):
    if final or mail.attempts > len(BACKOFF):
        _record(mail, failed_at=timezone.now(), reason=reason, **facts)
        passage.failed += 1
    else:
        _record(mail, send_after=timezone.now() + BACKOFF[mail.attempts - 1], reason=reason, **facts)
        passage.retried += 1


def _record(mail, **facts):
    Mail.objects.filter(pk=mail.pk).update(claimed_at=None, claimed_by="", **facts)


def _note_down(server, error):
    now = timezone.now()
    # Only its kind: a refusal may quote an address.
    logger.warning("The mail server cannot be used: %s", type(error).__name__)
    server.down_since = server.down_since or now
    server.checked_at, server.failures, server.error = now, server.failures + 1, type(error).__name__
    server.save()


def _note_up(server):
    if server.down_since is not None:
        server.down_since, server.failures, server.error = None, 0, ""
    server.checked_at = timezone.now()
    server.save()
