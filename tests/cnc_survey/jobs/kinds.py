"""Kinds of job for the tests of the queue."""

import os
import time
from pathlib import Path

from cnc_survey.jobs.kinds import JobKind


class RefusalError(ValueError):
    pass


def write_words(parameters, folder, progress):
    progress(0, 2)
    path = folder / "mots.txt"
    path.write_text(parameters.get("words", "bonjour"))
    progress(2, 2)
    return path


def refuse(parameters, folder, progress):
    raise RefusalError("Cette campagne n’est pas close : closez-la d’abord.")


def break_down(parameters, folder, progress):
    raise ZeroDivisionError


def wait_for_a_file(parameters, folder, progress):
    """Count until the file named is there: the time to be watched, stopped or killed."""
    done = 0
    while not Path(parameters["until"]).exists():
        done += 1
        progress(done, 1_000_000)
        time.sleep(0.01)
    return write_words(parameters, folder, progress)


def sign_a_register(parameters, folder, progress):
    """Add one line to a file, whole: POSIX appends do not mix."""
    handle = os.open(parameters["register"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(handle, f"{parameters['name']}\n".encode())
    os.close(handle)


def kind(name, run, **fields):
    fields = {"permission": "interviews.view_campaign", "unit": "mots"} | fields
    return JobKind(name=name, describe=lambda parameters: f"Essai {name}", run=run, **fields)


KINDS = [
    kind("words", write_words),
    kind("refused", refuse, refusals=(RefusalError,)),
    kind("broken", break_down),
    kind("slow", wait_for_a_file),
    kind("register", sign_a_register),
    kind("own", write_words, permission=""),
]

DAILY = [kind("nightly", write_words, permission="", daily=True)]
