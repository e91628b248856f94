"""Jobs run in the test's own transaction; real workers, which close their connections, are in `test_killed_worker`."""

import contextlib

from django_tasks_db.models import DBTaskResult

from cnc_survey.jobs import running


def run_waiting_jobs():
    """Run what the queue holds, first come first served; a failure is on the job, as it is with a worker."""
    with _without_signs_of_life():
        while task := DBTaskResult.objects.ready().first():
            task.claim("test")
            with contextlib.suppress(Exception):
                task.task.call(*task.args_kwargs["args"])


@contextlib.contextmanager
def _without_signs_of_life():
    # They are written from another connection, which does not see the test's transaction: a job longer than a beat
    # would believe that it was taken away.
    beat, running.BEAT = running.BEAT, 3600
    try:
        yield
    finally:
        running.BEAT = beat
