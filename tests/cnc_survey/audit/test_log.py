"""The audit log: what it keeps, and that nobody rewrites it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from cnc_survey.audit.log import forget_old_entries, record
from cnc_survey.audit.models import AuditEntry
from cnc_survey.audit.triggers import RETENTION, create_triggers

pytestmark = pytest.mark.django_db
Action = AuditEntry.Action


@pytest.fixture
def triggers():
    """Both refusals, which the suite lifts on SQLite."""
    if connection.vendor == "sqlite":
        create_triggers(connection)


def make_entry(**fields):
    return record(Action.EXPORTED, None, "vague-1", **fields)


def test_a_line_says_who_did_what_to_what():
    ada = User.objects.create(username="ada")
    record(Action.EXPORTED, ada, "vague-1", file="resultats.xlsx", rows=12)
    record(Action.CAMPAIGN_CLOSED, None, "vague-1")
    record(Action.SIGN_IN_FAILED, AnonymousUser())
    lines = AuditEntry.objects.order_by("pk").values_list("action", "actor", "actor_name", "subject", "details")
    assert list(lines) == [
        ("exported", ada.pk, "ada", "vague-1", {"file": "resultats.xlsx", "rows": 12}),
        ("campaign_closed", None, "commande", "vague-1", {}),
        ("sign_in_failed", None, "commande", "", {}),
    ]


def test_a_line_outlives_the_account_that_made_it():
    ada = User.objects.create(username="ada")
    record(Action.PUBLISHED, ada, "Édition 2")
    ada.delete()
    assert AuditEntry.objects.get().actor_name == "ada"


def test_the_database_refuses_to_change_a_line(triggers):
    entry = make_entry()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.filter(pk=entry.pk).update(subject="autre")
    assert AuditEntry.objects.get().subject == "vague-1"


def test_the_database_refuses_to_delete_a_young_line(triggers):
    make_entry()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.all().delete()
    assert AuditEntry.objects.count() == 1


def test_lines_are_forgotten_after_their_retention(triggers, time_machine):
    now = timezone.now()
    for age in (RETENTION - timedelta(hours=1), RETENTION + timedelta(hours=25), RETENTION + timedelta(days=400)):
        time_machine.move_to(now - age, tick=False)
        record(Action.EXPORTED, None, f"{age.days}")
    time_machine.move_to(now, tick=False)
    assert forget_old_entries() == 2
    assert [entry.subject for entry in AuditEntry.objects.all()] == ["1094"]


def test_a_long_subject_is_cut_rather_than_refused():
    record(Action.EXPORTED, None, "a" * 300)
    assert AuditEntry.objects.get().subject == "a" * 200
    assert AuditEntry.objects.get().at.tzinfo == UTC
    assert AuditEntry.objects.get().at <= datetime.now(UTC)
