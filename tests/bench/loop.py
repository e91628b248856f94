"""Collect, close, export: what a wave costs once the answers are there."""

import tempfile
from pathlib import Path
from statistics import median

from scratch import create_campaign, fill_catalogue, manage, scratch_database
from table import Measure

RESPONDENTS = 2_000
RUNS = 3
LONGEST = 30  # seconds, the three steps together
OTHER_SIZES = (1_000, 10_000)


def measure_loop():
    with scratch_database() as url, tempfile.TemporaryDirectory() as folder:
        fill_catalogue(url)
        runs = [_wave(url, f"wave-{number}", Path(folder)) for number in range(RUNS)]
        steps = {step: median(run[step] for run in runs) for step in runs[0]}
        together = median(run["simulate"] + run["close"] + run["export results"] for run in runs)
        measures = [Measure(f"{step}, {RESPONDENTS}", seconds, "s") for step, seconds in steps.items()]
        measures.append(Measure("simulate, close, export together", together, "s", at_most=LONGEST))
        for respondents in OTHER_SIZES:
            slug = f"size-{respondents}"
            create_campaign(url, slug)
            manage(url, "simulate_responses", slug, "--respondents", str(respondents), "--seed", "1")
            measures.append(Measure(f"close, {respondents}", manage(url, "close_campaign", slug), "s"))
    return measures


def _wave(url, slug, folder):
    """Run one whole wave, then carry its microdata into another; return {step: seconds}."""
    create_campaign(url, slug)
    create_campaign(url, f"{slug}-copy")
    workbook = folder / f"{slug}.xlsx"
    return {
        "simulate": manage(url, "simulate_responses", slug, "--respondents", str(RESPONDENTS), "--seed", "1"),
        "close": manage(url, "close_campaign", slug),
        "export results": manage(url, "export_results", slug, "--output", str(folder / "results.xlsx")),
        "export microdata (.xlsx)": manage(url, "export_microdata", slug, "--output", str(workbook)),
        "import microdata (.xlsx)": manage(url, "import_responses", f"{slug}-copy", str(workbook)),
    }
