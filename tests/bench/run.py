"""The benchmarks: prints a table and writes bench-results.json at the root of the project.

Usage: run.py [questionnaire] [pages] [loop] [microdata] [contacts] [closing] [board]; all by default. They need
PostgreSQL: the server of BENCH_DATABASE_URL, else 127.0.0.1:5432, whose user may create databases. Each part makes its
own and drops it.
"""

import json
import os
import platform
import sys
from datetime import UTC, datetime

from board import measure_board
from closing import measure_closing
from contacts import measure_contacts
from loop import measure_loop
from microdata import measure_microdata
from pages import measure_pages
from questionnaire import measure_questionnaire
from scratch import ROOT
from table import show

PARTS = {
    "questionnaire": measure_questionnaire,
    "pages": measure_pages,
    "loop": measure_loop,
    "microdata": measure_microdata,
    "contacts": measure_contacts,
    "closing": measure_closing,
    "board": measure_board,
}


def main(names):
    unknown = set(names) - set(PARTS)
    if unknown:
        return f"Unknown part: {', '.join(sorted(unknown))}. Known: {', '.join(PARTS)}."
    results = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"cores": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()},
        "parts": {},
    }
    for name in names or PARTS:
        before = os.getloadavg()[0]
        measures = PARTS[name]()
        # Above the number of cores at the start, others were at work: the figures say little.
        load = {"before": round(before, 1), "after": round(os.getloadavg()[0], 1)}
        show(name, measures)
        print(f"load of the machine: {load['before']} before, {load['after']} after, {os.cpu_count()} cores")
        results["parts"][name] = {"load": load, "measures": [measure.as_json() for measure in measures]}
    (ROOT / "bench-results.json").write_text(json.dumps(results, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
