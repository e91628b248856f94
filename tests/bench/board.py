"""The analyst's pages of a large wave, with twenty closed campaigns stored."""

import json

from scratch import create_campaign, fill_catalogue, manage, run_python, scratch_database, tidy
from table import Measure

CAMPAIGNS, RESPONDENTS, OF_THE_LARGE_ONE = 20, 300, 2000
BOARD = 300  # ms
QUERIES = 20
TIMES = 5
PAGES = """
import json, sys, time
from statistics import median
import django
django.setup()
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
slug, times = sys.argv[1], int(sys.argv[2])
client = Client(SERVER_NAME="127.0.0.1")
client.force_login(User.objects.create_superuser("bench"))
base = f"/campagnes/{slug}/"
pages = {
    "campaigns": "/campagnes/",
    "board, 186 ratings": base + "resultats/",
    "board, sorted and filtered": base + "resultats/?dimension=adoption&tri=base&sens=desc",
    "one use case": base + "resultats/assistance-a-lecriture-de-scenario/",
    "charts": base + "graphiques/?dimension=adoption",
    "publication": base + "publication/",
    "participation": base + "participation/",
    "one picture": base + "graphiques/carte.png",
}
measured = []
for name, address in pages.items():
    client.get(address)  # a first request loads templates
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200, address
    asked = len(queries)  # now: the next request empties the log
    walls, works = [], []
    for _ in range(times):
        wall, work = time.perf_counter(), time.process_time()
        client.get(address)
        walls.append(time.perf_counter() - wall)
        works.append(time.process_time() - work)
    measured.append({"name": name, "ms": median(walls) * 1000, "cpu": median(works) * 1000, "queries": asked})
print(json.dumps(measured))
"""


def measure_board():
    with scratch_database() as url:
        fill_catalogue(url)
        manage(url, "collectstatic", "--no-input", "--verbosity", "0")
        for number in range(CAMPAIGNS):
            slug, respondents = f"vague-{number}", OF_THE_LARGE_ONE if number == 0 else RESPONDENTS
            create_campaign(url, slug)
            manage(url, "simulate_responses", slug, "--respondents", str(respondents), "--seed", str(number + 1))
            manage(url, "close_campaign", slug)
        tidy(url)
        pages = json.loads(run_python(url, "-c", PAGES, "vague-0", str(TIMES))[0].splitlines()[-1])
    measures = []
    for page in pages:
        is_board = page["name"].startswith("board")
        measures += [
            Measure(f"{page['name']}: page", page["ms"], "ms", at_most=BOARD if is_board else None),
            Measure(f"{page['name']}: CPU", page["cpu"], "ms"),
            Measure(f"{page['name']}: queries", page["queries"], "", at_most=QUERIES if is_board else None),
        ]
    return measures
