"""A database apart from that of the test run, for the processes that a test starts and kills."""

import contextlib
import os
import random
import sqlite3
from urllib.parse import urlsplit

import psycopg


@contextlib.contextmanager
def own_database(folder):
    """Yield the address of an empty database, on the engine of the test run, and a function that opens it."""
    given = os.environ.get("TEST_DATABASE_URL", "")
    if not given.startswith("postgres"):
        path = folder / "own.sqlite3"
        yield f"sqlite:///{path}", lambda: sqlite3.connect(path)
        return
    name = f"own_{os.getpid()}_{random.getrandbits(32)}"
    address = urlsplit(given)._replace(path=f"/{name}").geturl()
    maintenance = urlsplit(given)._replace(path="/postgres").geturl()
    with psycopg.connect(maintenance, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield address, lambda: psycopg.connect(address)
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def production_environment(url):
    """Return the variables of a production process on this database, without TLS; nothing of the test run's own."""
    inherited = {name: value for name, value in os.environ.items() if name not in ("DEBUG", "TEST_DATABASE_URL")}
    return inherited | {
        "DJANGO_SETTINGS_MODULE": "cnc_survey.settings",
        "DATABASE_URL": url,
        "SECRET_KEY": "a key for this test only, long enough to be accepted everywhere 0123456789",
        "ALLOWED_HOSTS": "127.0.0.1",
        "HTTPS": "0",
    }
