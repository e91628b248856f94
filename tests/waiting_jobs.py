"""Jobs run in the test's own transaction; real workers, which close their connections, are in `test_killed_worker`."""

import contextlib

from django_tasks_db.models import DBTaskResult


def run_waiting_jobs():
    """Run what the queue holds, first come first served; a failure is on the job, as it is with a worker."""
    while task := DBTaskResult.objects.ready().first():
        task.claim("test")
        with contextlib.suppress(Exception):
            task.task.call(*task.args_kwargs["args"])
