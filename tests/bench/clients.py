"""Eight people answering at once: threads that ask, wait for the answer, and ask again."""

import contextlib
import gzip
import http.client
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from scratch import Server

WARM_UP = 5  # requests of each client before the clock starts
FORM = {"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true", "Accept-Encoding": "gzip"}
VERSION = re.compile(rb'value="(\d+)" data-version')


@dataclass
class Person:
    """One respondent: a personal link, and what the pages of the questionnaire remember between two requests."""

    token: str
    card: str  # code of a use case
    card_page: str
    versions: dict = field(default_factory=dict)
    turn: int = 0


@dataclass(frozen=True)
class Round:
    """What one round of requests took, in milliseconds; `client` and `server` are processor times per request."""

    p50: float
    p95: float
    per_second: float
    client: float
    server: float


def save_card(person):
    """A choice on the card of a use case, with all the fields that the page sends along."""
    usage = ("tried", "regular")[person.turn % 2]
    version = person.versions.get("card", "")
    fields = f"version={version}&usage={usage}&maturity=2&impact=1&other_barrier=&tools=&comment="
    body = "&".join(f"{person.card}-{pair}" for pair in fields.split("&"))
    return "POST", f"/q/{person.token}/auto/cas.{person.card}/", body, "card"


def save_question(person):
    """A choice on one general question."""
    frequency = ("daily", "weekly")[person.turn % 2]
    body = f"ai_frequency-version={person.versions.get('question', '')}&ai_frequency={frequency}"
    return "POST", f"/q/{person.token}/auto/question.ai_frequency/", body, "question"


def open_card_page(person):
    return "GET", f"/q/{person.token}/{person.card_page}/", None, None


def open_question_page(person):
    return "GET", f"/q/{person.token}/ai_use/", None, None


def ask_together(server: Server, persons: list[Person], request_of: Callable, count: int) -> Round:
    """Let every person send `count` requests, all at the same time. Any refusal stops the bench."""
    latencies, failures = [], []
    gate = threading.Barrier(len(persons) + 1)

    def answer(person):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
            for _ in range(WARM_UP):
                _ask(connection, person, request_of)
            gate.wait()
            own = [_ask(connection, person, request_of) for _ in range(count)]
            latencies.extend(own)
        except Exception as failure:
            failures.append(failure)
            gate.abort()

    threads = [threading.Thread(target=answer, args=[person]) for person in persons]
    before = server.processor()
    for thread in threads:
        thread.start()
    with contextlib.suppress(threading.BrokenBarrierError):
        gate.wait()
    started, processor = time.perf_counter(), time.process_time()
    for thread in threads:
        thread.join()
    seconds, processor = time.perf_counter() - started, time.process_time() - processor
    if failures:
        raise SystemExit(f"A request failed: {failures[0]!r}")
    latencies.sort()
    return Round(
        p50=1000 * latencies[len(latencies) // 2],
        p95=1000 * latencies[len(latencies) * 95 // 100],
        per_second=len(latencies) / seconds,
        client=1000 * processor / len(latencies),
        # The warming up counts on both sides.
        server=1000 * (server.processor() - before) / (len(latencies) + WARM_UP * len(persons)),
    )


def _ask(connection, person, request_of):
    """Send one request and read its answer whole; return the seconds it took."""
    method, address, body, unit = request_of(person)
    started = time.perf_counter()
    connection.request(method, address, body, FORM)
    response = connection.getresponse()
    content = response.read()
    seconds = time.perf_counter() - started
    if response.status != 200:
        raise RuntimeError(f"{response.status} {content[:300]!r}")
    if unit:
        # Without the new version the next save would be one of an older window, and refused.
        content = gzip.decompress(content) if response.headers.get("Content-Encoding") == "gzip" else content
        person.versions[unit] = VERSION.search(content)[1].decode()
        person.turn += 1
    return seconds
