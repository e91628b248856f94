"""What every test shares."""

import pytest
from django.core.cache import cache
from django.db import connection

from cnc_survey.audit.triggers import drop_triggers


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Between tests of several transactions SQLite empties tables row by row, which the log refuses: lift it there."""
    if connection.vendor == "sqlite":
        with django_db_blocker.unblock():
            drop_triggers(connection)


@pytest.fixture(autouse=True)
def nothing_kept_from_the_last_test():
    """What a process keeps (durations, tools named, attempts) goes by keys of the database, which tests use again."""
    cache.clear()
