"""What a job can be: each app lists its own, the settings name the lists."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.module_loading import import_string

from cnc_survey.progress import Progress


@dataclass(frozen=True)
class JobKind:
    """One sort of job.

    `run(parameters, folder, progress)` does the work. `parameters` are JSON values. It may write in `folder`, which
    does not outlive it, and returns the path of the file to keep, named as a person will download it, or None. It
    calls `progress(done, total)` often, at a moment when it may be stopped: the call raises when the job is cancelled
    or its worker asked to leave. It may be run again from the start, and must then leave the same thing behind.
    It must not hold a write transaction for long: nobody else writes on SQLite meanwhile, not even a sign of life.

    `describe(parameters)` is the job's French title. `permission` (« app.codename ») is required to queue, to retry
    and to download; empty, only the service itself queues it. `daily`: the service does, once a day. `refusals` are the
    exceptions whose message is a French sentence to show; any other one is a fault of ours, logged.
    `leads_to(parameters)` is where the work is seen once done, (words of the link, address), or None.
    """

    name: str
    describe: Callable[[dict], str]
    run: Callable[[dict, Path, Progress], Path | None]
    unit: str = ""
    permission: str = ""
    refusals: Sequence[type[Exception]] = ()
    daily: bool = False
    leads_to: Callable[[dict], tuple[str, str] | None] = lambda parameters: None


@cache
def job_kinds() -> dict[str, JobKind]:
    """Return {name: kind} of the lists that settings.JOB_KINDS names. Raises ValueError for a name given twice."""
    kinds = [kind for path in settings.JOB_KINDS for kind in import_string(path)]
    named = {kind.name: kind for kind in kinds}
    if len(named) < len(kinds):
        raise ValueError("Two kinds of job have the same name.")
    return named
