"""`kill -9` of the production server while people answer: what was acknowledged to a browser is in the database."""

import contextlib
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

import pytest

from interviews.collection.links import hash_token
from tests.own_database import own_database, production_environment

ROOT = Path(__file__).resolve().parents[3]
PEOPLE, KILLS = 8, 3
# What each person needs before answering, printed as {token: [code of a use case…]}.
PREPARE = f"""
import json
from datetime import timedelta
from django.core.management import call_command
from django.utils import timezone
from interviews.campaigns import create_campaign
from interviews.collection.invitations import create_invitation
from interviews.collection.offers import offer_use_cases
from interviews.collection.responses import start_response
for command in ("migrate", "load_catalogue", "load_questionnaire"):
    with open("/dev/null", "w") as quiet:
        call_command(command, stdout=quiet)
today = timezone.localdate()
campaign = create_campaign("vague", "Vague", today, today + timedelta(days=1))
people = {{}}
for _ in range({PEOPLE}):
    invitation, token = create_invitation(campaign)
    response = start_response(invitation)
    offer_use_cases(response)
    people[token] = list(response.use_case_answers.values_list("use_case__code", flat=True))
print(json.dumps(people))
"""
CARDS = """
SELECT invitation.token_hash, use_case.code, answer.comment
FROM interviews_usecaseanswer answer
JOIN usecases_usecase use_case ON use_case.id = answer.use_case_id
JOIN interviews_responselink link ON link.response_id = answer.response_id
JOIN interviews_invitation invitation ON invitation.id = link.invitation_id
"""
QUESTIONS = """
SELECT invitation.token_hash, item.code, CAST(answer.value AS text)
FROM interviews_answer answer
JOIN interviews_item item ON item.id = answer.item_id
JOIN interviews_responselink link ON link.response_id = answer.response_id
JOIN interviews_invitation invitation ON invitation.id = link.invitation_id
"""


@pytest.fixture
def database(tmp_path):
    """The address of an empty database of its own, and a function that reads it past the server."""
    with own_database(tmp_path) as address_and_connect:
        yield address_and_connect


@pytest.fixture
def environment(database):
    return production_environment(database[0])


class Person(threading.Thread):
    """Answers one part after another, as a browser does; keeps what was acknowledged and the one answer that was not.

    `acknowledged` maps a part to its last words; `pending` is (part, words) sent without an answer yet.
    """

    def __init__(self, port, token, codes, before=None):
        super().__init__(daemon=True)
        self.port, self.token, self.codes = port, token, codes
        self.acknowledged = dict(before.acknowledged) if before else {}
        self.versions = dict(before.versions) if before else {}
        self.pending = before.pending if before else None
        self.count, self.refusals = (before.count if before else 0), []

    def run(self):
        try:
            if self.pending:
                self._send(*self.pending)  # what a browser kept leaves first
            while True:
                self.count += 1
                parts = [*self.codes, "free_words"]
                self._send(parts[self.count % len(parts)], f"mot {self.count} « é » 🎬")
        except (OSError, http.client.HTTPException):
            return  # the server is dead

    def _send(self, part, words):
        self.pending = part, words
        question = part == "free_words"
        version = str(self.versions.get(part, 0))
        if question:
            body = {"free_words": words, "free_words-version": version}
        else:
            body = {f"{part}-usage": "tried", f"{part}-comment": words, f"{part}-version": version}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        with contextlib.closing(connection):
            unit = f"question.{part}" if question else f"cas.{part}"
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", f"/q/{self.token}/auto/{unit}/", urlencode(body), headers)
            answer = connection.getresponse()
            content = answer.read().decode()
        if answer.status != 200:
            self.refusals.append((answer.status, content))
            return
        self.versions[part] = content.split('value="', 1)[1].split('"', 1)[0]
        self.acknowledged[part] = words
        self.pending = None


@contextlib.contextmanager
def serving(environment, log):
    """Serve on a free port of the loopback; yield the process and the port. Always ends the whole group."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "manage.py", "serve", "--workers", "2", "--bind", f"127.0.0.1:{port}"]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        _wait_until_ready(server, port)
        yield server, port
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _wait_until_ready(server, port):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            connection.request("GET", "/sante/")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.1)
    raise AssertionError("The server did not start.")


def stored(connect):
    """Return {(hash of the token, part): words}."""
    with contextlib.closing(connect()) as connection:
        cards = {(person, part): words for person, part, words in connection.execute(CARDS) if words}
        questions = connection.execute(QUESTIONS).fetchall()
    return cards | {(person, part): json.loads(value) for person, part, value in questions}


def test_what_was_acknowledged_survives_kill_nine(database, environment, tmp_path):
    _, connect = database
    prepared = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", PREPARE],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    people = [(token, codes, None) for token, codes in json.loads(prepared.stdout.splitlines()[-1]).items()]
    assert [bool(codes) for _, codes, _ in people] == [True] * PEOPLE
    moment = random.Random(15)
    with (tmp_path / "server.log").open("w") as log:
        for _ in range(KILLS):
            with serving(environment, log) as (server, port):
                answering = [Person(port, *person) for person in people]
                enough = sum(person.count for person in answering) + moment.randint(60, 160)
                for person in answering:
                    person.start()
                deadline = time.monotonic() + 60
                # On a busy machine one of them may be served long after the others.
                while time.monotonic() < deadline and (
                    sum(person.count for person in answering) < enough
                    or any(len(person.acknowledged) <= 3 for person in answering)
                ):
                    time.sleep(0.001)
                os.killpg(server.pid, signal.SIGKILL)
                for person in answering:
                    person.join(timeout=30)
            assert [person.refusals for person in answering] == [[]] * PEOPLE
            assert all(len(person.acknowledged) > 3 for person in answering)
            held = stored(connect)
            for person in answering:
                key = hash_token(person.token)
                mine = {part: words for (owner, part), words in held.items() if owner == key}
                # The answer under way when the server died may be there or not; nothing else may differ.
                under_way = dict([person.pending] if person.pending else [])
                assert mine in (person.acknowledged, person.acknowledged | under_way)
            people = [(person.token, person.codes, person) for person in answering]
