"""Real workers in processes of their own: killed, asked to leave, or many at a time (ACCEPTANCE 6)."""

import contextlib
import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from uuid import UUID

import pytest

from tests.own_database import own_database, production_environment

ROOT = Path(__file__).resolve().parents[3]
BEGIN = """
import json
from datetime import timedelta
from django.utils import timezone
from django.contrib.auth.models import User
from cnc_survey.jobs.models import Job
from cnc_survey.jobs.queue import enqueue_job, retry_job
from cnc_survey.jobs.upkeep import LOST_AFTER, fail_lost_jobs
ana = User.objects.get_or_create(username="ana", is_superuser=True)[0]
def facts(job_id):
    job = Job.objects.get(pk=job_id)
    return [job.state, job.attempts, job.error, job.file_name]
"""


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    with own_database(tmp_path_factory.mktemp("workers")) as (url, connect):
        environment = production_environment(url) | {"DJANGO_SETTINGS_MODULE": "tests.cnc_survey.jobs.worker_settings"}
        manage(environment, "migrate", "--verbosity", "0")
        yield environment, connect


@pytest.fixture
def environment(database, tmp_path):
    return database[0] | {"FILES_ROOT": str(tmp_path / "files")}


def manage(environment, *arguments):
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def ask(environment, code):
    """Run Python on the database of the workers; return what it printed as JSON."""
    return json.loads(manage(environment, "shell", "-v", "0", "-c", BEGIN + code).splitlines()[-1])


def facts(environment, job):
    return ask(environment, f"print(json.dumps(facts({job!r})))")


@contextlib.contextmanager
def working(environment, log, *options):
    """Start a worker; yield its process, which never outlives the test."""
    worker = subprocess.Popen(
        [sys.executable, "manage.py", "worker", *options], cwd=ROOT, env=environment, stdout=log, stderr=log
    )
    try:
        yield worker
    finally:
        worker.kill()
        worker.wait()


def watch(connect, job, is_enough):
    """Return what a page shows of the job's progress, as soon as it is enough."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.closing(connect()) as connection:
            jobs = {
                str(UUID(str(key))): done for key, done in connection.execute("SELECT id, done FROM cnc_survey_job")
            }
        if is_enough(jobs[job]):
            return jobs[job]
        time.sleep(0.05)
    raise AssertionError("The job does not move.")


def slow_job(environment, until):
    return ask(environment, f"print(json.dumps(str(enqueue_job('slow', ana, {{'until': {str(until)!r}}}).pk)))")


def test_killing_the_worker_leaves_the_job_failed_and_it_runs_again(database, environment, tmp_path):
    _, connect = database
    job = slow_job(environment, tmp_path / "go")
    with (tmp_path / "log").open("wb") as log:
        with working(environment, log) as worker:
            first = watch(connect, job, lambda done: done > 0)
            watch(connect, job, lambda done: done > first)  # progress moves
            worker.send_signal(signal.SIGKILL)
            worker.wait()
        found = ask(
            environment,
            f"""
            lost = fail_lost_jobs(timezone.now() + LOST_AFTER)
            before = facts({job!r})
            retried = retry_job(Job.objects.get(pk={job!r}), ana)
            print(json.dumps([lost, before[:2], "s’est arrêté avant la fin" in before[2], retried]))
            """.replace("            ", ""),
        )
        assert found == [1, ["failed", 1], True, True]
        (tmp_path / "go").touch()
        with working(environment, log, "--until-empty") as worker:
            assert worker.wait(60) == 0
    assert facts(environment, job) == ["finished", 2, "", "mots.txt"]
    assert [path.read_text() for path in (tmp_path / "files").rglob("*.txt")] == ["bonjour"]


def test_a_worker_asked_to_leave_gives_its_job_back(database, environment, tmp_path):
    _, connect = database
    job = slow_job(environment, tmp_path / "go")
    with (tmp_path / "log").open("wb") as log, working(environment, log) as worker:
        watch(connect, job, lambda done: done > 0)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(60) == 0
    assert facts(environment, job) == ["waiting", 1, "", ""]
    (tmp_path / "go").touch()
    manage(environment, "worker", "--until-empty")
    assert facts(environment, job) == ["finished", 2, "", "mots.txt"]


def test_several_workers_never_run_a_job_twice(environment, tmp_path):
    register = tmp_path / "register"
    ask(
        environment,
        f"""
for number in range(30):
    enqueue_job("register", ana, {{"register": {str(register)!r}, "name": str(number)}})
print("null")
""",
    )
    with (tmp_path / "log").open("wb") as log, contextlib.ExitStack() as stack:
        workers = [stack.enter_context(working(environment, log, "--until-empty")) for _ in range(3)]
        assert [worker.wait(120) for worker in workers] == [0, 0, 0]
    assert sorted(register.read_text().split(), key=int) == [str(number) for number in range(30)]
