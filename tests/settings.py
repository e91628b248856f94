"""Settings of the test suite: the product's own, on the database named by TEST_DATABASE_URL or SQLite."""

import os
import tempfile

os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("SECRET_KEY", "a key for the tests only, long enough to be accepted everywhere 0123456789")
os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL", "sqlite:///test.sqlite3")

from cnc_survey.settings import *

DEBUG = False
STORAGES["default"] = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DATABASES["default"].setdefault("OPTIONS", {}).pop("pool", None)
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True  # static files from their sources, collected or not
STARTS_PER_HOUR = 100_000  # the suite begins hundreds of questionnaires from one address
if "CHROMIUM" in os.environ:
    # The pages of a browser test ask from several threads: a file takes them as in production, memory does not.
    DATABASES["default"]["TEST"] = {"NAME": os.path.join(tempfile.gettempdir(), f"browser-{os.getpid()}.sqlite3")}
