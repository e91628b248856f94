"""The loop that runs jobs: in a process of its own in production, in a thread of the server on one's own machine."""

import atexit
import logging
import threading
import time

from django.db import DatabaseError, close_old_connections, connection
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from cnc_survey.outbox.postman import start_postman

from .models import Job
from .running import stopping
from .upkeep import look_after_jobs, queue_daily_jobs

logger = logging.getLogger(__name__)

PAUSE = 1  # seconds before looking for a job again
ROUND = 15  # seconds between two rounds of upkeep
PATIENCE = 10  # seconds that a server leaves its worker to give its job back


def work(until_empty: bool = False) -> None:
    """Run jobs one after another until `stopping` is set or, with `until_empty`, none waits.

    The queue's own library takes the next one so that no two workers ever take the same (SKIP LOCKED on PostgreSQL,
    an exclusive transaction on SQLite).
    """
    postman = None if until_empty else start_postman(stopping)
    name, next_round = get_random_string(32), 0
    while not stopping.is_set():
        try:
            if time.monotonic() >= next_round:
                look_after_jobs()
                if not until_empty:  # whoever asks for the queue to be emptied waits for what is in it
                    queue_daily_jobs()
                next_round = time.monotonic() + ROUND
            # Read first: on SQLite, taking would lock everybody out once a second.
            if Job.objects.waiting().exists():
                run_one(name)
                continue
        except DatabaseError:
            # The database restarts, or is busy: a worker waits for it rather than die.
            logger.exception("The worker could not use the database; it will try again.")
            connection.close()
        if until_empty:
            return
        close_old_connections()
        stopping.wait(PAUSE)
    if postman:
        postman.join(PATIENCE)  # a mail under way is recorded before the process ends


def run_one(name: str) -> None:
    """Take the next task and run it, if there is one."""
    Worker(
        queue_names=["default"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=1,
        worker_id=name,
        excluded_queue_names=[],
    ).run()


def start_embedded_worker() -> threading.Thread:
    """Work in a thread of this process for as long as it lives; leaving, give the job under way back to the queue."""
    thread = threading.Thread(target=work, daemon=True, name="worker")
    thread.start()
    atexit.register(_leave, thread)
    return thread


def _leave(thread):
    stopping.set()
    thread.join(PATIENCE)
