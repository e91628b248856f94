"""What workers look after between two jobs: lost jobs, expired files, old rows, daily work."""

import logging
from datetime import datetime, timedelta

from django.core.files.storage import default_storage
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from .kinds import job_kinds
from .models import Job
from .queue import enqueue_job
from .running import files_of

logger = logging.getLogger(__name__)

LOST_AFTER = timedelta(seconds=60)  # without a sign of life; many times longer than a busy SQLite makes one wait
ROWS_KEPT = timedelta(days=90)  # of jobs that ended; who exported what is in the audit log
TASKS_KEPT = timedelta(days=7)  # of the queue itself, with its tracebacks
LOST = (
    "Le programme qui exécutait cette tâche s’est arrêté avant la fin (machine redémarrée ou arrêt brutal). Rien n’a "
    "été gardé de ce qu’il avait fait. Relancez-la."
)


def look_after_jobs(now: datetime | None = None) -> None:
    """Do everything below; several workers may at the same time."""
    now = now or timezone.now()
    fail_lost_jobs(now)
    delete_expired_files(now)
    forget_old_jobs(now)


def fail_lost_jobs(now: datetime) -> int:
    """Fail the running jobs without a sign of life for LOST_AFTER, or cancel those asked to stop; return how many."""
    lost = 0
    for job in Job.objects.running().filter(heartbeat_at__lt=now - LOST_AFTER):
        # The fence again: whoever comes back to life, or is started anew, between these two lines keeps the job.
        still = Job.objects.running().filter(
            pk=job.pk, attempts=job.attempts, heartbeat_at=job.heartbeat_at, cancel_requested_at=job.cancel_requested_at
        )
        end = {"cancelled_at": now} if job.cancel_requested_at else {"failed_at": now, "error": LOST}
        if still.update(**end):
            lost += 1
            logger.warning("Job %s was lost by %s.", job.pk, job.worker)
            _delete_folder(files_of(job.pk, job.attempts))
    return lost


def delete_expired_files(now: datetime) -> int:
    """Delete the files whose time is over; return how many. The row stays: it says when, and can be run again."""
    deleted = 0
    for job in Job.objects.exclude(file="").filter(expires_at__lte=now):
        default_storage.delete(job.file.name)
        deleted += Job.objects.filter(pk=job.pk, file=job.file.name).update(file="", file_size=None)
    return deleted


def forget_old_jobs(now: datetime) -> int:
    """Delete the rows of jobs that ended long ago, and what the queue remembers of them; return how many jobs."""
    DBTaskResult.objects.filter(enqueued_at__lt=now - TASKS_KEPT).exclude(status="READY").delete()
    ended = Job.objects.filter(file="", queued_at__lt=now - ROWS_KEPT)
    deleted, _ = ended.exclude(pk__in=Job.objects.unended()).delete()
    return deleted


def queue_daily_jobs(now: datetime | None = None) -> int:
    """Queue the kinds of job that are done every day and were not yet today; return how many."""
    now = now or timezone.now()
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    queued = 0
    for kind in job_kinds().values():
        if kind.daily and not Job.objects.filter(kind=kind.name, owner=None, queued_at__gte=today).exists():
            enqueue_job(kind.name)
            queued += 1
    return queued


def _delete_folder(folder):
    # A worker killed between storing its file and saying so leaves a file that no row names.
    try:
        _, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in files:
        default_storage.delete(f"{folder}/{name}")
