"""How often one address may do one thing, counted in Django's cache. Nothing readable is kept."""

import ipaddress
import time
from datetime import UTC, datetime

from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import salted_hmac

HOUR = 3600
HOME = 64  # bits of an IPv6 address that name a home or an office: the rest is the visitor's to change


def retry_time(action: str, who: str, limit: int, seconds: int = HOUR) -> datetime | None:
    """Count one more attempt at `action` by `who`; return None while it is allowed, else when to come back.

    `limit` attempts are allowed in each period of `seconds`; the periods follow the clock, so that an hour ends on the
    hour. `who` is the visitor's `network_address`, or an e-mail address.
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


def network_address(request) -> str:
    """Return the network address that a request comes from; an IPv6 address is cut to its network.

    Each proxy adds on the right of X-Forwarded-For the address it serves, and leaves the rest as the visitor wrote it:
    with `settings.TRUSTED_PROXIES` proxies the address is that many places from the right, and nothing further left is
    believed. Without any, or when the header is too short or holds no address there, it is REMOTE_ADDR.
    """
    hops = settings.TRUSTED_PROXIES
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if 0 < hops <= len(forwarded) and (address := _network(forwarded[-hops].strip())):
        return address
    return _network(request.META.get("REMOTE_ADDR", "")) or request.META.get("REMOTE_ADDR", "")


def _network(text):
    """Return the address that a text holds, IPv6 cut to its network; empty when it holds none."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    if address.version == 4:
        return str(address)
    return str(address.ipv4_mapped or ipaddress.ip_network((address, HOME), strict=False).network_address)
