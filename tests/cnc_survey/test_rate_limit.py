"""How often one address may do one thing, on each kind of cache that a site may choose."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.core.cache import cache
from django.core.management import call_command
from django.test import RequestFactory

from cnc_survey.rate_limit import network_address, retry_time

LOCMEM = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "rate-limit"}
DATABASE = {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "rate_limit_cache"}

HALF_PAST = datetime(2025, 6, 15, 12, 30, tzinfo=UTC)
ONE = datetime(2025, 6, 15, 13, 0, tzinfo=UTC)


@pytest.fixture(params=[LOCMEM, DATABASE], ids=["memory", "database"], autouse=True)
def chosen_cache(request, settings, db):
    settings.CACHES = {"default": request.param}
    if request.param is DATABASE:
        call_command("createcachetable")
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def clock():
    with time_machine.travel(HALF_PAST, tick=False) as traveller:
        yield traveller


def test_beyond_the_limit_one_is_told_when_to_come_back(clock):
    assert [retry_time("start", "192.0.2.1", 2) for _ in range(4)] == [None, None, ONE, ONE]


def test_each_address_and_each_action_is_counted_apart(clock):
    asked = [("start", "192.0.2.1"), ("start", "192.0.2.1"), ("start", "192.0.2.2"), ("mail", "192.0.2.1")]
    assert [retry_time(action, who, 1) for action, who in asked] == [None, ONE, None, None]


def test_the_count_begins_again_with_the_next_period(clock):
    assert [retry_time("start", "192.0.2.1", 1) for _ in range(2)] == [None, ONE]
    clock.move_to(ONE)
    assert retry_time("start", "192.0.2.1", 1) is None


def test_a_count_lasts_the_whole_period_even_after_a_long_silence(clock):
    """Some caches forget what they add one to after five minutes."""
    clock.move_to(datetime(2025, 6, 15, 12, 1, tzinfo=UTC))
    assert [retry_time("start", "192.0.2.1", 2) for _ in range(2)] == [None, None]
    clock.move_to(datetime(2025, 6, 15, 12, 55, tzinfo=UTC))
    assert retry_time("start", "192.0.2.1", 2) == ONE


@pytest.mark.parametrize(
    ("trusted", "forwarded", "address"),
    [
        (0, "192.0.2.1", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "192.0.2.1", "192.0.2.1"),
        (1, "198.51.100.9, 192.0.2.1", "192.0.2.1"),  # the left part is what the visitor wrote
        (2, "198.51.100.9, 192.0.2.1, 10.0.0.2", "192.0.2.1"),
        (2, "192.0.2.1", "10.0.0.1"),  # came in by the side: nobody vouches for it
        (1, "unknown", "10.0.0.1"),
        (1, "192.0.2.1:4711", "10.0.0.1"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        (1, "::ffff:192.0.2.1", "192.0.2.1"),
    ],
)
def test_the_address_is_the_one_that_the_outermost_trusted_proxy_saw(settings, trusted, forwarded, address):
    settings.TRUSTED_PROXIES = trusted
    header = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    assert network_address(RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", **header)) == address
