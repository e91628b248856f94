"""Saving and opening pages with eight people at once, the table of responses empty, then full."""

import json
from statistics import median

from clients import Person, ask_together, open_card_page, open_question_page, save_card, save_question
from scratch import create_campaign, fill_catalogue, manage, name_of, run_python, scratch_database, serving, tidy
from table import Measure

CLIENTS = 8
STORED = 100_000
ROUNDS = 5
# What is asked, how often by each client in a round, and whether the bars of an autosave hold for it.
REQUESTS = {
    "autosave of a use case": (save_card, 50, True),
    "autosave of a question": (save_question, 50, True),
    "page of use cases": (open_card_page, 5, False),
    "page of questions": (open_question_page, 20, False),
}
SLOWEST_SAVE = 60  # ms, p95
FEWEST_SAVES = 150  # per second
FURTHEST = 1.3  # full / empty


def measure_questionnaire():
    with scratch_database() as empty:
        fill_catalogue(empty)
        create_campaign(empty, "bench")
        # Fictional from the start: simulated responses may then join those of the clients.
        manage(empty, "simulate_responses", "bench", "--respondents", "0", "--seed", "0")
        links = json.loads(run_python(empty, "tests/bench/respondents.py", "bench", str(CLIENTS))[0])
        # A copy: the same people, the same pages, and 100 000 others.
        with scratch_database(name_of(empty)) as full:
            seconds = manage(full, "simulate_responses", "bench", "--respondents", str(STORED), "--seed", "1")
            tidy(full)
            tidy(empty)
            with serving(empty) as empty_server, serving(full) as full_server:
                measures = [
                    measure
                    for name in REQUESTS
                    for measure in _compare(name, {"empty": empty_server, "full": full_server}, links)
                ]
    return [Measure(f"simulate_responses, {STORED} respondents", seconds, "s"), *measures]


def _compare(name, servers, links):
    """Ask the empty and the full table in turn, so that the noise of the machine falls on both."""
    request_of, count, is_save = REQUESTS[name]
    persons = {table: [Person(**link) for link in links] for table in servers}
    rounds = {table: [] for table in servers}
    for _ in range(ROUNDS):
        for table, server in servers.items():
            rounds[table].append(ask_together(server, persons[table], request_of, count))
    for table, done in rounds.items():
        yield Measure(f"{name}, {table}: p50", median(each.p50 for each in done), "ms")
        slowest = median(each.p95 for each in done)
        yield Measure(f"{name}, {table}: p95", slowest, "ms", at_most=SLOWEST_SAVE if is_save else None)
        fewest = median(each.per_second for each in done)
        yield Measure(f"{name}, {table}", fewest, "requests/s", at_least=FEWEST_SAVES if is_save else None)
        # What stays readable when others load the machine.
        spent = median(each.server for each in done)
        yield Measure(f"{name}, {table}: processor of server and database, per request", spent, "ms")
    pairs = list(zip(rounds["full"], rounds["empty"], strict=True))
    yield Measure(f"{name}: p50 full / empty", median(f.p50 / e.p50 for f, e in pairs), "×", at_most=FURTHEST)
    yield Measure(f"{name}: p95 full / empty", median(f.p95 / e.p95 for f, e in pairs), "×", at_most=FURTHEST)
    client = median(each.client for done in rounds.values() for each in done)
    yield Measure(f"{name}: processor of the client, per request", client, "ms")
