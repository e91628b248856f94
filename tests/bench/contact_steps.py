"""Imports contacts, invites them and opens their pages, in one process with a key; prints the times as JSON.

Usage: contact_steps.py CAMPAIGN NUMBER, with the environment of a production process.
"""

import json
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import django
from cryptography.fernet import Fernet

os.environ["PERSONAL_DATA_KEY"] = Fernet.generate_key().decode()
django.setup()

from django.conf import settings  # noqa: E402 Django must be ready
from django.contrib.auth.models import User  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from cnc_survey.workbook import Column, Sheet, write_workbook  # noqa: E402
from interviews.campaigns import find_campaign  # noqa: E402
from interviews.fieldwork.contact_file import COLUMNS, read_contacts  # noqa: E402
from interviews.fieldwork.contact_import import apply_import, check_import, pack_rows  # noqa: E402
from interviews.fieldwork.reach import Segment  # noqa: E402
from interviews.fieldwork.waves import write_now  # noqa: E402
from interviews.models import ContactImport  # noqa: E402
from usecases.models import Occupation, Sector  # noqa: E402

settings.ALLOWED_HOSTS.append("testserver")
SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeio"]
RUNS = 7


def name(draw):
    return "".join(draw.choices(SYLLABLES, k=draw.randint(2, 4))).capitalize()


def rows(number):
    """Made-up people, the same at each run."""
    draw = random.Random(1)
    occupations = list(Occupation.objects.values_list("code", flat=True))
    sectors = list(Sector.objects.values_list("code", flat=True))
    for each in range(number):
        first, last = name(draw), name(draw)
        yield [
            f"{first}.{last}.{each}@exemple.fr".lower(),
            first,
            last,
            f"Studio {name(draw)}",
            draw.choice(occupations),
            draw.choice(sectors),
            f"Strate {draw.randint(1, 8)}",
            draw.choice(["festival", "presse", "festival|relance", ""]),
            "fr",
        ]


def measured(steps, step, act):
    clock, cpu = time.perf_counter(), time.process_time()
    result = act()
    steps[step] = {"clock": time.perf_counter() - clock, "cpu": time.process_time() - cpu}
    return result


def open_page(client, label, path):
    times, cpu = [], time.process_time()
    for _ in range(RUNS):
        started = time.perf_counter()
        answer = client.get(path)
        times.append((time.perf_counter() - started) * 1000)
    cpu = (time.process_time() - cpu) * 1000 / RUNS
    if answer.status_code != 200:
        sys.exit(f"{path}: {answer.status_code}")
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    database = sum(float(query["time"]) for query in queries.captured_queries) * 1000
    return {"name": label, "clock": median(times), "cpu": cpu, "queries": len(queries), "database": database}


slug, number = sys.argv[1], int(sys.argv[2])
campaign, steps = find_campaign(slug), {}
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder, "contacts.xlsx")
    write_workbook(path, [Sheet("Contacts", [Column(column) for column in COLUMNS], rows(number))], title="x")
    read = measured(steps, "read", lambda: read_contacts(path, path.name))
found = ContactImport.objects.create(file_name="contacts.xlsx", rows=pack_rows(read))
measured(steps, "check", lambda: check_import(found))
progress = []
measured(steps, "write", lambda: apply_import(found, lambda done, total: progress.append(done)))
if len(progress) < number // 1000:
    sys.exit("The import did not show its progress.")
with connection.cursor() as cursor:
    cursor.execute("ANALYZE")
person = read[number // 2].cells
client = Client()
client.force_login(User.objects.create_superuser("bench"), settings.AUTHENTICATION_BACKENDS[-1])
pages = [
    open_page(client, "list of contacts", "/contacts/"),
    open_page(client, "last page of the list", f"/contacts/?page={number // 50}"),
    open_page(client, "search of a name", f"/contacts/?q={person['last_name']}"),
    open_page(client, "search of two words", f"/contacts/?q={person['first_name'][:4]}+{person['last_name']}"),
    open_page(client, "search of an address", f"/contacts/?q={person['email']}"),
    open_page(client, "search of nobody", "/contacts/?q=zzzzzz"),
    open_page(client, "one stratum never invited", "/contacts/?stratum=Strate+1&state=new"),
]
wave = measured(steps, "invite", lambda: write_now(campaign, "invitation", Segment(), "https://bench.example"))
if wave.letter_count != number:
    sys.exit(f"{wave.letter_count} letters for {number} contacts.")
pages += [
    open_page(client, "list of contacts, all invited", "/contacts/"),
    open_page(client, "outbox of the campaign", f"/campagnes/{slug}/courriels/envois/"),
    open_page(client, "waves of the campaign", f"/campagnes/{slug}/courriels/"),
    open_page(client, "coverage and response rates", f"/campagnes/{slug}/couverture/"),
]
json.dump({"steps": steps, "pages": pages}, sys.stdout)
