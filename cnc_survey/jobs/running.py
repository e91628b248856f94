"""Running one job: signs of life and progress while it works, then one end and one only."""

import logging
import os
import socket
import tempfile
import threading
from datetime import timedelta
from pathlib import Path

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils import timezone
from django_tasks import task

from .kinds import job_kinds
from .models import Job

logger = logging.getLogger(__name__)

BEAT = 1  # seconds between two signs of life
FILES_KEPT = timedelta(days=7)  # time to come back from a trip; an export is a copy of people's answers
UNEXPECTED = (
    "La tâche s’est arrêtée sur une erreur imprévue, inscrite au journal du service. Relancez-la ; si l’échec se "
    "répète, prévenez l’administrateur."
)

# Set once, when this process is asked to leave: the job under way goes back to the queue.
stopping = threading.Event()


class CancelledError(Exception):
    """Somebody asked to stop this job."""


class ReturnedError(BaseException):
    """This process is leaving: another worker will take the job."""


class SupersededError(Exception):
    """The job was taken from us, after too long without a sign of life: nothing we do counts any more."""


class Pulse(threading.Thread):
    """Writes progress and signs of life of one attempt from a connection of its own, and hears when to stop.

    Apart from the job's own connection, whose transaction, if there is one, would hide what it writes.
    """

    def __init__(self, job: Job):
        super().__init__(daemon=True, name=f"pulse of {job.pk}")
        self.attempt = Job.objects.filter(pk=job.pk, attempts=job.attempts).running()
        self.done, self.total, self.stop_with = 0, None, None
        self.over = threading.Event()

    def progress(self, done: int, total: int | None = None) -> None:
        """Note how far the job is; raises what must stop it."""
        self.done, self.total = done, total
        if self.stop_with:
            raise self.stop_with
        if stopping.is_set():
            raise ReturnedError

    def run(self):
        try:
            while not self.over.wait(BEAT):
                try:
                    self.beat()
                except DatabaseError:
                    # Locked or out of reach for now: the next beat tries again.
                    logger.warning("No sign of life could be written for a job.", exc_info=True)
        finally:
            connection.close()

    def beat(self):
        facts = {"heartbeat_at": timezone.now(), "done": self.done, "total": self.total}
        if not self.attempt.update(**facts):
            self.stop_with = SupersededError
        elif self.attempt.filter(cancel_requested_at__isnull=False).exists():
            self.stop_with = CancelledError

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *raised):
        self.over.set()
        self.join()


@task()
def run_job(job_id: str) -> None:
    """Run the job if it still waits: cancelled meanwhile, or delivered twice, it is left alone."""
    now = timezone.now()
    claimed = {"started_at": now, "heartbeat_at": now, "attempts": F("attempts") + 1, "worker": worker_name()}
    if not Job.objects.filter(pk=job_id).waiting().update(**claimed):
        return
    job = Job.objects.get(pk=job_id)
    pulse = Pulse(job)
    try:
        kind = job_kinds()[job.kind]
        with tempfile.TemporaryDirectory(prefix="job-") as folder:
            with pulse:
                path = kind.run(job.parameters, Path(folder), pulse.progress)
            _finish(job, pulse, path)
    except CancelledError:
        pulse.attempt.update(cancelled_at=timezone.now())
    except SupersededError:
        logger.warning("Job %s was taken from this worker.", job.pk)
    except Exception as error:
        known = tuple(job_kinds()[job.kind].refusals) if job.kind in job_kinds() else ()
        if isinstance(error, known):
            pulse.attempt.update(failed_at=timezone.now(), error=str(error))
            return
        pulse.attempt.update(failed_at=timezone.now(), error=UNEXPECTED)
        logger.exception("Job %s (%s) failed.", job.pk, job.kind)
        raise  # kept with its traceback beside the task
    except BaseException:
        # ReturnedError comes here as well as a second Ctrl-C: the work is lost, not the job.
        _give_back(job, pulse)
        raise


def worker_name() -> str:
    """Return the name by which an operator finds this process: machine and number."""
    return f"{socket.gethostname()[:80]}:{os.getpid()}"


def files_of(job_id, attempt: int) -> str:
    """Return the folder of the storage that holds what one attempt wrote."""
    return f"jobs/{job_id}/{attempt}"


def _finish(job, pulse, path):
    now = timezone.now()
    facts = {"finished_at": now, "done": pulse.done, "total": pulse.total}
    name = None
    if path is not None:
        with path.open("rb") as content:
            name = default_storage.save(f"{files_of(job.pk, job.attempts)}/{path.name}", File(content))
        facts |= {"file": name, "file_size": path.stat().st_size, "expires_at": now + FILES_KEPT}
    if not pulse.attempt.update(**facts) and name:
        default_storage.delete(name)


@transaction.atomic
def _give_back(job, pulse):
    if pulse.attempt.update(started_at=None, heartbeat_at=None, done=0, total=None, worker=""):
        run_job.enqueue(str(job.pk))
