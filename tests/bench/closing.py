"""Closing a campaign: 62 use cases answered by everybody, from a thousand to a hundred thousand respondents, on both
engines; then the size that routing gives. CLOSING_SIZES=1000,10000 takes some sizes only.

The simulation that makes the answers takes most of the time: some twenty minutes for all sizes.
"""

import json
import os
import tempfile
from pathlib import Path

from scratch import create_campaign, fill_catalogue, manage, run_python, scratch_database, tidy
from table import Measure

SIZES = tuple(int(size) for size in os.environ.get("CLOSING_SIZES", "1000,10000,100000").split(","))
LARGEST = 100_000
AT_MOST = {"PostgreSQL": 15, "SQLite": 25}  # seconds, at LARGEST
MEMORY = 600  # megabytes, at LARGEST
ANALYSIS = 5  # seconds, at LARGEST
STEPS = Path(__file__).with_name("closing_steps.py")


def measure_closing():
    measures = []
    with scratch_database() as url:
        measures += _measure("PostgreSQL", url)
    with tempfile.TemporaryDirectory() as folder:
        measures += _measure("SQLite", f"sqlite:///{folder}/bench.sqlite3")
    return measures


def _measure(engine, url):
    fill_catalogue(url)
    measures, per_person = [], {}
    for size in SIZES:
        name, taken, simulated = f"{engine}, {size} × 62", *_close(url, f"full-{size}", size, "--full")
        is_largest = size == LARGEST
        measures += [
            Measure(f"{name}: simulate", simulated, "s"),
            Measure(f"{name}: close", taken["all"]["seconds"], "s", at_most=AT_MOST[engine] if is_largest else None),
            Measure(f"{name}: close, this process", taken["all"]["cpu"], "s of CPU"),
            Measure(f"{name}: read", taken["read"]["seconds"], "s"),
            Measure(f"{name}: analyse", taken["analyse"]["seconds"], "s", at_most=ANALYSIS if is_largest else None),
            Measure(f"{name}: general items", taken["general"]["seconds"], "s"),
            Measure(f"{name}: memory", taken["megabytes"], "MB", at_most=MEMORY if is_largest else None),
        ]
        per_person[size] = taken["all"]["seconds"] / size
    if len(SIZES) > 1:
        last, before = per_person[SIZES[-1]], per_person[SIZES[-2]]
        growth = f"{engine}: cost of a person, {SIZES[-1]} over {SIZES[-2]}"
        measures.append(Measure(growth, last / before, "times", at_most=1.1))
    taken, simulated = _close(url, "routed", SIZES[-1])
    name = f"{engine}, {SIZES[-1]} routed"
    return [
        *measures,
        Measure(f"{name}: simulate", simulated, "s"),
        Measure(f"{name}: close", taken["all"]["seconds"], "s"),
        Measure(f"{name}: memory", taken["megabytes"], "MB"),
    ]


def _close(url, slug, respondents, *options):
    """Simulate and close a campaign; return what closing took, and the seconds of the simulation."""
    create_campaign(url, slug)
    simulated = manage(url, "simulate_responses", slug, "--respondents", str(respondents), "--seed", "1", *options)
    if url.startswith("postgres"):
        tidy(url)
    return json.loads(run_python(url, str(STEPS), slug)[0]), simulated
