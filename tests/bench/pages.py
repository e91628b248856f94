"""What the pages of a questionnaire weigh on the wire, and how many queries each asks."""

import json
from statistics import median

from scratch import create_campaign, fill_catalogue, manage, run_python, scratch_database
from table import Measure

FIRST_PAGE = 120  # kB, with its static files
FOLLOWING = 60  # kB, median
QUERIES = 8


def measure_pages():
    with scratch_database() as url:
        fill_catalogue(url)
        manage(url, "collectstatic", "--no-input", "--verbosity", "0")
        create_campaign(url, "bench")
        (link,) = json.loads(run_python(url, "tests/bench/respondents.py", "bench", "1")[0])
        pages = json.loads(run_python(url, "tests/bench/page_weights.py", "bench", link["token"])[0])
    first, *following = pages
    sizes = [Measure(f"{page['name']}: compressed", page["size"] / 1000, "kB") for page in following]
    queries = [Measure(f"{page['name']}: queries", page["queries"], "", at_most=QUERIES) for page in pages]
    return [
        Measure("first page with its static files, compressed", first["size"] / 1000, "kB", at_most=FIRST_PAGE),
        Measure("following pages, median, compressed", median(m.value for m in sizes), "kB", at_most=FOLLOWING),
        *sizes,
        *queries,
    ]
