"""How often one address may do one thing, counted in Django's cache. Nothing readable is kept."""

import time
from datetime import UTC, datetime

from django.core.cache import cache
from django.utils.crypto import salted_hmac

HOUR = 3600


def retry_time(action: str, who: str, limit: int, seconds: int = HOUR) -> datetime | None:
    """Count one more attempt at `action` by `who`; return None while it is allowed, else when to come back.

    `limit` attempts are allowed in each period of `seconds`; the periods follow the clock, so that an hour ends on the
    hour. `who` is REMOTE_ADDR or an e-mail address, never a header that the visitor writes.
    """
    period = int(time.time()) // seconds
    # Keyed: the cache may be a table of the database, which must not list who came.
    digest = salted_hmac(action, who, algorithm="sha256").hexdigest()
    key = f"rate:{action}:{period}:{digest}"
    cache.add(key, 0, seconds)
    try:
        attempts = cache.incr(key)
    except ValueError:  # pushed out of a full cache in between
        attempts = 1
    # Caches without an increment of their own write the count back with their default timeout.
    cache.touch(key, seconds)
    if attempts <= limit:
        return None
    return datetime.fromtimestamp((period + 1) * seconds, tz=UTC)
