"""Asking for a job, stopping it, asking again. The only writer of `Job` with `running` and `upkeep`."""

from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from .kinds import job_kinds
from .models import Job
from .running import run_job


@transaction.atomic
def enqueue_job(kind: str, user=None, parameters: dict | None = None) -> Job:
    """Queue a job inside the caller's transaction and return it; without `user`, the service asks for itself.

    The same thing asked again by the same person while it waits or runs is the same job. Raises PermissionDenied for
    a user without the kind's permission, KeyError for an unknown kind.
    """
    found = job_kinds()[kind]
    if user is not None and not (found.permission and user.has_perm(found.permission)):
        raise PermissionDenied
    parameters = parameters or {}
    same = Job.objects.unended().filter(kind=kind, owner=user, parameters=parameters, cancel_requested_at=None)
    if job := same.first():
        return job
    title = found.describe(parameters)[: Job._meta.get_field("title").max_length]
    job = Job.objects.create(kind=kind, title=title, unit=found.unit, owner=user, parameters=parameters)
    run_job.enqueue(str(job.pk))
    return job


@transaction.atomic
def cancel_job(job: Job) -> bool:
    """Cancel a job that waits, ask one that runs to stop; return False when it had already ended."""
    now = timezone.now()
    same = Job.objects.filter(pk=job.pk)
    return bool(
        same.waiting().update(cancelled_at=now, cancel_requested_at=now)
        or same.running().filter(cancel_requested_at=None).update(cancel_requested_at=now)
    )


@transaction.atomic
def retry_job(job: Job, user) -> bool:
    """Queue again a job that failed, was cancelled, or whose file is gone; return False for any other.

    Raises PermissionDenied for a user who could not have queued it; what the service asked for itself, whoever holds
    `change_job` may ask again.
    """
    kind = job_kinds().get(job.kind)
    if kind is None or not user.has_perm(kind.permission or "cnc_survey.change_job"):
        raise PermissionDenied
    locked = Job.objects.select_for_update().get(pk=job.pk)
    if not locked.can_be_retried:
        return False
    if locked.file:
        default_storage.delete(locked.file.name)  # expired, and not swept away yet
        locked.file, locked.file_size = "", None
    for fact in ("started_at", "heartbeat_at", "cancel_requested_at", "finished_at", "failed_at", "cancelled_at"):
        setattr(locked, fact, None)
    locked.queued_at, locked.done, locked.total, locked.error = timezone.now(), 0, None, ""
    locked.save()
    run_job.enqueue(str(locked.pk))
    return True
