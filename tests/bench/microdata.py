"""Microdata of a large campaign, out and in, beside what writing a bare CSV costs here; an export run as a job."""

import csv
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
from scratch import ROOT, create_campaign, fill_catalogue, manage, production, run_python, scratch_database, tidy
from table import Measure

RESPONDENTS, TIMES = 10_000, 10  # the large campaign is the small one, ten times over
EXPORT = """
import json, re, sys, time
from pathlib import Path
import django
django.setup()
from interviews.campaigns import find_campaign
from interviews.exports.microdata import export_microdata
campaign = find_campaign(sys.argv[1])
started, worked = time.perf_counter(), time.process_time()
rows = export_microdata(campaign, Path(sys.argv[2]))
print(json.dumps({
    "seconds": time.perf_counter() - started,
    "cpu": time.process_time() - worked,
    # Not ru_maxrss, which a process inherits from the one that started it.
    "megabytes": int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024,
    "rows": rows,
}))
"""
ENQUEUE = """
import django
django.setup()
from django.contrib.auth.models import User
from cnc_survey.jobs.queue import enqueue_job
user = User.objects.create_superuser("bench")
print(enqueue_job("microdata", user, {"campaign": "large", "format": "CSV"}).pk)
"""
FACTS = """
import json, sys
import django
django.setup()
from cnc_survey.jobs.models import Job
job = Job.objects.get()
print(json.dumps([job.state, job.done, job.total, (job.finished_at - job.started_at).total_seconds()]))
"""


def measure_microdata():
    with scratch_database() as url, tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        fill_catalogue(url)
        create_campaign(url, "small")
        manage(url, "simulate_responses", "small", "--respondents", str(RESPONDENTS), "--seed", "1", "--full")
        tidy(url)
        csv_export = _export(url, "small", folder / "csv")
        workbook = _export(url, "small", folder / "small.xlsx")
        floor = _bare_csv(folder / "csv", folder / "bare.csv")
        rows = sum(csv_export["rows"].values())
        measures = [
            Measure(f"rows, {RESPONDENTS} × 62", rows, "rows"),
            Measure("the same tables written by csv.writer from memory", floor, "s"),
            Measure("CSV, database to files", csv_export["seconds"], "s", at_most=3),
            Measure("CSV, our own processor time", csv_export["cpu"], "s"),
            Measure(".xlsx, database to file", workbook["seconds"], "s", at_most=8),
            Measure(".xlsx, our own processor time", workbook["cpu"], "s"),
            Measure(".xlsx, memory at most", workbook["megabytes"], "MB", at_most=150),
        ]
        for target in (folder / "csv", folder / "small.xlsx"):
            slug = f"copy-{target.stem}"
            create_campaign(url, slug)
            seconds = manage(url, "import_responses", slug, str(target))
            measures.append(Measure(f"import of {target.name}", seconds, "s"))
        _export(url, "copy-csv", folder / "again")
        pairs = [(folder / "csv" / file.name, file) for file in (folder / "again").iterdir()]
        same = all(before.read_bytes() == after.read_bytes() for before, after in pairs)
        measures.append(Measure("export → import → export, same bytes (1: yes)", float(same), "", at_least=1))
        return measures + _measure_large(url, folder)


def _measure_large(url, folder):
    _multiply(url)
    tidy(url)
    large = _export(url, "large", folder / "large")
    responses = _count_lines(folder / "large" / "responses.csv")
    job, seconds, moves = _run_as_job(url, folder)
    return [
        Measure(f"CSV, {RESPONDENTS * TIMES} × 62", large["seconds"], "s", at_most=30),
        Measure("the same, memory at most", large["megabytes"], "MB", at_most=150),
        Measure("the same, responses in the file", responses, "rows", at_least=RESPONDENTS * TIMES),
        Measure("the same as a job (zip): seconds", seconds, "s"),
        Measure("the same as a job: rows done", job[1], "rows", at_least=sum(large["rows"].values())),
        Measure("the same as a job: different figures of progress seen", moves, "", at_least=3),
    ]


def _export(url, slug, target):
    printed, _ = run_python(url, "-c", EXPORT, slug, str(target))
    return json.loads(printed.splitlines()[-1])


def _bare_csv(source, target):
    """Write the cells of the three tables, already in memory, as one CSV; return the seconds."""
    rows = [row for path in source.iterdir() for row in csv.reader(path.open(encoding="utf-8", newline=""))]
    started = time.perf_counter()
    with target.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return time.perf_counter() - started


def _multiply(url):
    """Make the campaign « large » of ten copies of « small », in the database itself."""
    create_campaign(url, "large")
    with psycopg.connect(url, autocommit=True) as connection:
        large, small = (
            connection.execute("SELECT id FROM interviews_campaign WHERE slug = %s", [slug]).fetchone()[0]
            for slug in ("large", "small")
        )
        of_small = f"IN (SELECT id FROM interviews_response WHERE campaign_id = {small})"  # noqa: S608 a number of ours
        copied = "(r.{} # (n << 40))"  # keys are random: another one for each copy, the same in every table
        changes = {"id": copied.format("id"), "campaign_id": str(large), "key": "r.key || '-' || n"}
        _copy(connection, "interviews_response", changes, f"r.id {of_small}")
        for table in ("usecaseanswer", "answer", "response_sectors", "response_occupations"):
            changes = {"id": None, "response_id": copied.format("response_id")}
            _copy(connection, f"interviews_{table}", changes, f"r.response_id {of_small}")


def _copy(connection, table, changes, condition):
    """Insert every row that meets the condition TIMES times, with these columns changed; None is left to the table."""
    query = "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
    columns = [name for (name,) in connection.execute(query, [table]) if changes.get(name, "") is not None]
    values = ", ".join(changes.get(name, f"r.{name}") for name in columns)
    numbers = f"(SELECT generate_series(1, {TIMES})::bigint AS n) numbers"
    connection.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} r, {numbers} WHERE {condition}"  # noqa: S608 names of our own tables
    )


def _count_lines(path):
    with path.open("rb") as stream:
        return sum(1 for _ in stream) - 1


def _run_as_job(url, folder):
    """Ask for the large CSV, let a worker make it; return (facts of the job, seconds, figures of progress seen)."""
    run_python(url, "-c", ENQUEUE)
    seen, environment = set(), production(url) | {"FILES_ROOT": str(folder / "files")}
    command = [sys.executable, "manage.py", "worker", "--until-empty"]
    with (
        psycopg.connect(url, autocommit=True) as connection,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as worker,
    ):
        while worker.poll() is None:
            seen.add(connection.execute("SELECT done FROM cnc_survey_job").fetchone()[0])
            time.sleep(0.5)
    printed, _ = run_python(url, "-c", FACTS)
    facts = json.loads(printed.splitlines()[-1])
    if facts[0] != "finished":
        sys.exit(f"The job ended {facts[0]}.")
    return facts, facts[3], len(seen)
