"""Writing to the log, and forgetting its oldest lines."""

from datetime import datetime, timedelta

from django.utils import timezone

from .models import AuditEntry
from .triggers import RETENTION

COMMAND = "commande"  # the author of what is done on the server, without an account


def record(action: AuditEntry.Action, actor, subject: str = "", **details) -> AuditEntry:
    """Write one line: `actor` (a user, or None for a command) did `action` to `subject`.

    Called inside the transaction of what is recorded: neither exists without the other. `details` are JSON values.
    Neither they nor `subject` may name a person: give a key.
    """
    known = actor is not None and actor.is_authenticated
    return AuditEntry.objects.create(
        action=action,
        actor=actor if known else None,
        actor_name=actor.get_username() if known else COMMAND,
        subject=subject[:200],
        details=details,
    )


def forget_old_entries(now: datetime | None = None) -> int:
    """Delete the lines older than RETENTION and a day; return how many there were.

    The day keeps clear of the triggers, which read the database's own clock.
    """
    deleted, _ = AuditEntry.objects.filter(at__lt=(now or timezone.now()) - RETENTION - timedelta(days=1)).delete()
    return deleted
