"""Closes one campaign and tells what it took, as JSON: seconds on the clock and of processor, in all and by step, then
the most memory the process ever held, in megabytes.

Usage: closing_steps.py CAMPAIGN, with the environment of a production process.
"""

import json
import resource
import sys
import time

import django

django.setup()

from interviews.campaigns import find_campaign  # noqa: E402 Django must be ready
from interviews.results import closing, cube  # noqa: E402
from interviews.results.closing import close_campaign  # noqa: E402

STEPS = {
    "read": (closing, "build_frame"),
    "analyse": (cube, "use_case_cells"),
    "general": (cube, "general_item_cells"),
}


def time_step(module, name, taken, step):
    """Make a function of the product say how long it took, and how long its own thread worked."""
    function = getattr(module, name)

    def timed(*arguments, **named):
        started, cpu = time.perf_counter(), time.thread_time()
        result = function(*arguments, **named)
        taken[step] = {"seconds": time.perf_counter() - started, "cpu": time.thread_time() - cpu}
        return result

    setattr(module, name, timed)


taken = {}
for step, (module, name) in STEPS.items():
    time_step(module, name, taken, step)
campaign = find_campaign(sys.argv[1])
started, cpu = time.perf_counter(), time.process_time()
close_campaign(campaign)
taken["all"] = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - cpu}
taken["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
json.dump(taken, sys.stdout)
