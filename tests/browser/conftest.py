"""A real Chromium against a live server, with the whole study loaded."""

import os

import pytest

from interviews.collection.questionnaire import load_questionnaire
from usecases.catalogue import load_catalogue

# Playwright runs an event loop in the test's thread; Django would refuse the database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {**browser_type_launch_args, "executable_path": os.environ["CHROMIUM"], "args": QUIET}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    # Without motion: a part that fades in is half transparent when axe measures its contrast.
    return {**browser_context_args, "locale": "fr-FR", "timezone_id": "Europe/Paris", "reduced_motion": "reduce"}


@pytest.fixture
def study(transactional_db):
    """The catalogue of 2024 and the questionnaire, as on a new site."""
    load_catalogue()
    load_questionnaire()
