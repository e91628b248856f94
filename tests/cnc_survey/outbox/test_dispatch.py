"""Mails through a real SMTP server: one that works, one that is down, one that refuses, one that dies in the middle."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from cnc_survey.outbox import letters
from cnc_survey.outbox.dispatch import BACKOFF, STUCK_AFTER, Passage, _claim, next_check, send_due_mails
from cnc_survey.outbox.letters import Letter, NotWantedError
from cnc_survey.outbox.models import AWAITED, Mail, MailServer, MailState
from cnc_survey.outbox.queueing import cancel_mails, mark_bounced, queue_mail, queue_mails, retry_mails
from tests.mail_server import free_port, mail_server

pytestmark = pytest.mark.django_db
NOON = datetime(2025, 6, 15, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    """Two kinds of mail: `note`, to the name given, and `regret`, that is never wanted any more."""
    monkeypatch.setattr(letters, "COMPOSERS", {})

    @letters.composes("note", "Note")
    def note(parameters):
        to = f"{parameters['to']}@exemple.fr"
        return Letter(to, "Bonjour\r\nBcc: toutes@exemple.fr", "Du texte, « accentué ».", "<p>Du texte.</p>")

    @letters.composes("regret", "Regret")
    def regret(parameters):
        raise NotWantedError("Cette personne a répondu.")


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as travel:
        yield travel


@pytest.fixture
def mailbox(settings):
    with mail_server(settings) as mailbox:
        yield mailbox


@pytest.fixture
def server_down(settings):
    settings.EMAIL_PORT = free_port()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"


def notes(*names):
    return queue_mails("note", ({"to": name} for name in names))


def states():
    return list(Mail.objects.with_state().order_by("pk").values_list("state", flat=True))


def test_what_is_queued_leaves_once_as_text_and_html(mailbox):
    mail = queue_mail("note", {"to": "ada"})
    assert send_due_mails() == Passage(sent=1)
    assert send_due_mails() == Passage()
    ((address, message),) = mailbox.received
    assert address == "ada@exemple.fr"
    assert (message["Subject"], message["Bcc"]) == ("Bonjour Bcc: toutes@exemple.fr", None)
    assert (message["Auto-Submitted"], message["Message-ID"].startswith(f"<{mail.pk}.")) == ("auto-generated", True)
    assert message.get_body(["plain"]).get_content().strip() == "Du texte, « accentué »."
    assert message.get_body(["html"]).get_content().strip() == "<p>Du texte.</p>"
    assert states() == [MailState.SENT]


def test_whoever_waits_before_a_screen_is_served_first(mailbox):
    notes("a", "b")
    queue_mail("note", {"to": "presse"}, priority=AWAITED)
    send_due_mails()
    assert mailbox.addresses == ["presse@exemple.fr", "a@exemple.fr", "b@exemple.fr"]


def test_the_server_takes_so_many_mails_a_minute(mailbox, settings, clock):
    settings.MAILS_PER_MINUTE = 2
    notes("a", "b", "c")
    assert [send_due_mails().sent, send_due_mails().sent] == [2, 0]
    clock.shift(timedelta(seconds=61))
    assert send_due_mails().sent == 1
    assert mailbox.addresses == ["a@exemple.fr", "b@exemple.fr", "c@exemple.fr"]


def test_a_mail_waits_for_its_hour(mailbox, clock):
    queue_mail("note", {"to": "ada"}, send_after=NOON + timedelta(hours=1))
    assert (send_due_mails(), mailbox.addresses) == (Passage(), [])
    clock.shift(timedelta(hours=1))
    assert send_due_mails().sent == 1


def test_a_mail_no_longer_wanted_is_cancelled_with_its_reason(mailbox):
    mail = queue_mail("regret", {})
    assert send_due_mails() == Passage(cancelled=1)
    mail.refresh_from_db()
    assert (states(), mail.reason, mailbox.received) == ([MailState.CANCELLED], "Cette personne a répondu.", [])


def test_a_mail_that_cannot_be_written_does_not_hold_up_the_others(mailbox):
    queue_mail("inconnu", {})
    notes("ada")
    assert send_due_mails() == Passage(sent=1, failed=1)
    assert states() == [MailState.FAILED, MailState.SENT]


# The server is down


@pytest.mark.usefixtures("server_down")
def test_a_server_that_is_down_is_said_and_costs_no_mail_an_attempt(clock, settings, caplog):
    notes("ada", "bob")
    assert send_due_mails() == Passage(reachable=False)
    server = MailServer.objects.get()
    assert (server.down_since, server.error, server.failures) == (NOON, "ConnectionRefusedError", 1)
    assert next_check(server) == NOON + timedelta(seconds=20)
    assert (states(), list(Mail.objects.values_list("attempts", flat=True))) == ([MailState.QUEUED] * 2, [0, 0])
    assert "exemple.fr" not in caplog.text
    with mail_server(settings) as mailbox:
        assert send_due_mails() == Passage()  # it rests
        clock.shift(timedelta(seconds=20))
        assert send_due_mails() == Passage(sent=2)
        assert send_due_mails() == Passage()
    assert mailbox.addresses == ["ada@exemple.fr", "bob@exemple.fr"]
    assert MailServer.objects.get().down_since is None


def test_a_server_that_dies_in_the_middle_sends_nobody_two_mails(clock, settings, mailbox):
    mailbox.hangs_up_at = 3
    notes("a", "b", "c", "d")
    assert send_due_mails() == Passage(sent=2, retried=1, reachable=False)
    assert states() == [MailState.SENT, MailState.SENT, MailState.RETRYING, MailState.QUEUED]
    mailbox.hangs_up_at = None
    for _ in range(3):
        clock.shift(BACKOFF[0])
        send_due_mails()
    assert sorted(mailbox.addresses) == [f"{name}@exemple.fr" for name in "abcd"]
    # Nobody can know whether the text was taken before the line was cut: the mail is marked.
    assert [mail.may_be_double for mail in Mail.objects.order_by("pk")] == [False, False, True, False]


def test_a_server_that_took_the_mail_and_died_gives_one_duplicate_marked_under_one_message_id(clock, mailbox):
    mailbox.hangs_up_at, mailbox.takes_before_hanging_up = 2, True
    notes("a", "b", "c")
    send_due_mails()
    mailbox.hangs_up_at = None
    clock.shift(BACKOFF[0])
    send_due_mails()
    assert sorted(mailbox.addresses) == ["a@exemple.fr", "b@exemple.fr", "b@exemple.fr", "c@exemple.fr"]
    twice = [message["Message-ID"] for address, message in mailbox.received if address == "b@exemple.fr"]
    assert twice[0] == twice[1]
    assert [mail.may_be_double for mail in Mail.objects.order_by("pk")] == [False, True, False]


# The server refuses


def test_an_address_refused_for_good_fails_and_the_others_leave(mailbox):
    mailbox.refused["bob@exemple.fr"] = "550 no such mailbox"
    notes("ada", "bob", "eve")
    assert send_due_mails() == Passage(sent=2, failed=1)
    assert states() == [MailState.SENT, MailState.FAILED, MailState.SENT]
    assert Mail.objects.get(failed_at__isnull=False).reason == "Adresse refusée par le serveur (550)."


def test_a_full_mailbox_is_tried_later_less_and_less_often_then_given_up(mailbox, clock):
    mailbox.refused["ada@exemple.fr"] = "452 mailbox full"
    notes("ada")
    waits = []
    for _ in BACKOFF:
        assert send_due_mails() == Passage(retried=1)
        waits.append(Mail.objects.get().send_after - timezone.now())
        clock.shift(waits[-1])
    assert waits == BACKOFF
    assert send_due_mails() == Passage(failed=1)
    mailbox.refused.clear()
    assert retry_mails(Mail.objects.all()) == 1
    assert send_due_mails() == Passage(sent=1)


# The dispatcher dies


KILLED = """
import os, signal, django
django.setup()
from cnc_survey.outbox import dispatch, letters
from cnc_survey.outbox.letters import Letter

@letters.composes("note", "Note")
def note(parameters):
    return Letter(parameters["to"] + "@exemple.fr", "Bonjour", "Texte.", "<p>Texte.</p>")

record, sent = dispatch._record, []
def dies_before_recording(mail, **facts):
    sent.append(mail.pk)
    if len(sent) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    record(mail, **facts)
dispatch._record = dies_before_recording
dispatch.send_due_mails()
"""


@pytest.mark.django_db(transaction=True)
def test_a_dispatcher_killed_between_sending_and_recording_gives_one_duplicate_marked(mailbox, settings, tmp_path):
    """The real thing: another process, a real server, `kill -9`."""
    notes("a", "b", "c")
    database = connection.settings_dict
    url = f"sqlite:///{database['NAME']}"
    if connection.vendor == "postgresql":
        url = f"postgres://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    elif "memory" in str(database["NAME"]):
        pytest.skip("another process cannot open a database in memory: PostgreSQL runs this test")
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "cnc_survey.settings",
        "DATABASE_URL": url,
        "EMAIL_URL": f"smtp://127.0.0.1:{settings.EMAIL_PORT}",
        "DEBUG": "1",
    }
    root = Path(__file__).resolve().parents[3]
    killed = subprocess.run([sys.executable, "-c", KILLED], env=environment, cwd=root, capture_output=True, text=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert mailbox.addresses == ["a@exemple.fr", "b@exemple.fr"]
    assert states() == [MailState.SENT, MailState.SENDING, MailState.QUEUED]
    assert send_due_mails() == Passage(sent=1)  # the claim still holds: only the third leaves
    with time_machine.travel(timezone.now() + STUCK_AFTER + timedelta(seconds=1)):
        assert send_due_mails() == Passage(sent=1, released=1)
    assert sorted(mailbox.addresses) == ["a@exemple.fr", "b@exemple.fr", "b@exemple.fr", "c@exemple.fr"]
    assert [mail.may_be_double for mail in Mail.objects.order_by("pk")] == [False, True, False]


# By hand


def test_what_has_not_left_can_be_taken_back_and_what_has_left_can_come_back(mailbox):
    notes("a")
    send_due_mails()
    queue_mails("note", [{"to": "b"}, {"to": "c"}], batch="vague-2")
    assert cancel_mails(Mail.objects.filter(batch="vague-2"), "La vague est annulée.") == 2
    assert mark_bounced(Mail.objects.all()) == 1
    assert states() == [MailState.BOUNCED, MailState.CANCELLED, MailState.CANCELLED]
    assert (send_due_mails(), mailbox.addresses) == (Passage(), ["a@exemple.fr"])


def test_two_dispatchers_together_send_each_mail_once_and_keep_the_rate(mailbox, settings, clock):
    settings.MAILS_PER_MINUTE = 3
    notes("a", "b", "c", "d")
    claimed = _claim("the other one")
    assert send_due_mails() == Passage(sent=2)
    assert mailbox.addresses == ["b@exemple.fr", "c@exemple.fr"]
    assert states()[0] == MailState.SENDING
    assert claimed.parameters == {"to": "a"}


def test_the_command_sends_once_and_says_what_it_did(mailbox, capsys):
    notes("a")
    call_command("send_mails")
    assert capsys.readouterr().out == "Partis : 1. À réessayer : 0. En échec : 0. Annulés : 0. Repris : 0.\n"
