import pytest

from cnc_survey.jobs import running
from cnc_survey.jobs.kinds import job_kinds


@pytest.fixture(autouse=True)
def kinds(settings, tmp_path):
    """The kinds of these tests, and a storage that goes with each test."""
    settings.JOB_KINDS = ["tests.cnc_survey.jobs.kinds.KINDS"]
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files", "base_url": None},
        }
    }
    job_kinds.cache_clear()
    yield
    job_kinds.cache_clear()
    running.stopping.clear()


@pytest.fixture
def stored(tmp_path):
    """The files of the storage, by name."""

    def read():
        root = tmp_path / "files"
        return {path.name: path.read_text() for path in sorted(root.rglob("*")) if path.is_file()}

    return read
