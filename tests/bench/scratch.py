"""A database for the occasion, the product's commands on it, and its production server."""

import contextlib
import http.client
import os
import secrets
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parents[2]
SERVER = os.environ.get("BENCH_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
WORKERS = 2
START_WITHIN = 120  # seconds: the first start compresses the static files


@contextlib.contextmanager
def scratch_database(template="template1"):
    """Yield the address of a new database, a copy of the one named `template`; drop it at the end."""
    name = f"bench_{secrets.token_hex(4)}"
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield urlunsplit(urlsplit(SERVER)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(SERVER, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def name_of(url):
    return urlsplit(url).path.lstrip("/")


def production(url):
    """Return the environment of a production process on this database, without TLS."""
    own = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    return own | {
        "DEBUG": "0",
        "HTTPS": "0",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "ALLOWED_HOSTS": "127.0.0.1",
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "cnc_survey.settings",
        "PYTHONPATH": str(ROOT),
    }


def run_python(url, *arguments):
    """Run the project's Python on this database; return (what it printed, seconds). A failure stops the bench."""
    started = time.perf_counter()
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, env=production(url), capture_output=True, text=True)
    seconds = time.perf_counter() - started
    if done.returncode:
        sys.exit(f"{' '.join(map(str, arguments))}:\n{done.stderr}")
    return done.stdout, seconds


def manage(url, *arguments):
    """Run one management command; return its seconds, start of the process included."""
    return run_python(url, "manage.py", *arguments)[1]


def fill_catalogue(url):
    for command in (["migrate", "--verbosity", "0"], ["load_catalogue"], ["load_questionnaire"]):
        manage(url, *command)


def create_campaign(url, slug):
    manage(url, "create_campaign", slug, "--title", "Mesures", "--opens", "2020-01-01", "--closes", "2099-12-31")


def tidy(url):
    """Do now what PostgreSQL would do in the background, in the middle of a measure."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


@dataclass(frozen=True)
class Server:
    """A production server under way on one database."""

    port: int
    pid: int
    url: str

    def processor(self):
        """Return the seconds of processor that its processes, and its connections to the database, have used."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            asked = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            backends = [pid for (pid,) in connection.execute(asked)]
        return sum(map(_processor_of, [*_family(self.pid), *backends]))


def _family(pid):
    """Yield a process and those it started."""
    yield pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield from _family(int(child))


def _processor_of(pid):
    # After the name, which may hold spaces: utime and stime are the 12th and 13th fields (proc(5)).
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def serving(url):
    """Run the production server on this database; yield it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["manage.py", "serve", "--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS)]
    server = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=production(url), stderr=subprocess.DEVNULL)
    try:
        _wait_for(server, port)
        yield Server(port, server.pid, url)
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_for(server, port):
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/sante/")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.2)
    sys.exit("The server did not start.")
