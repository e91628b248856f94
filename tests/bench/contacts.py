"""Fifty thousand contacts, encrypted: import, lists, search, a wave of invitations."""

import json
import os

from scratch import create_campaign, fill_catalogue, manage, run_python, scratch_database
from table import Measure

CONTACTS = 50_000
IMPORT, PAGE, WAVE = 60, 300, 10  # seconds, milliseconds, seconds


def measure_contacts():
    contacts = int(os.environ.get("BENCH_CONTACTS", CONTACTS))
    with scratch_database() as url:
        fill_catalogue(url)
        manage(url, "collectstatic", "--no-input", "--verbosity", "0")
        create_campaign(url, "bench")
        found = json.loads(run_python(url, "tests/bench/contact_steps.py", "bench", str(contacts))[0])
    steps = found["steps"]
    together = sum(steps[name]["clock"] for name in ("read", "check", "write"))
    measures = [
        Measure(f"read the file of {contacts}, .xlsx", steps["read"]["cpu"], "s of CPU"),
        Measure("dry run: check every row", steps["check"]["cpu"], "s of CPU"),
        Measure("write them", steps["write"]["cpu"], "s of CPU"),
        Measure("import, all three, clock", together, "s", at_most=IMPORT),
        Measure("queue their invitations", steps["invite"]["cpu"], "s of CPU"),
        Measure("queue their invitations, clock", steps["invite"]["clock"], "s", at_most=WAVE),
    ]
    for page in found["pages"]:
        measures += [
            Measure(f"{page['name']}, clock, {page['queries']} queries", page["clock"], "ms", at_most=PAGE),
            Measure("    of which Python, CPU", page["cpu"], "ms"),
            Measure("    of which the database", page["database"], "ms"),
        ]
    return measures
