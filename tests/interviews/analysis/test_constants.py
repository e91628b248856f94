"""The conventions of the method, and the purity of the room that applies them."""

import subprocess
import sys
from pathlib import Path

import pytest

from interviews import analysis
from interviews.analysis import constants
from interviews.analysis.constants import published_constants
from interviews.analysis.statuses import SEGMENT_READINGS, Status


def test_the_published_conventions():
    """METHOD 9. A change here is a new method version and a break in the series."""
    assert published_constants() == {
        "METHOD_VERSION": "2026.1",
        "TOLERANCE": 1e-9,
        "M_PRIOR": 2,
        "EPS": 1 / 3,
        "TAU": 0.8,
        "LEANING": 0.5,
        "A_MIN": 0.2,
        "DK_MAX": 0.5,
        "CUTS": (0.16, 0.5),
        "CONF": 0.95,
        "N_SHOW": 5,
        "N_RATE": 10,
        "N_FLAG": 30,
        "STRUCT_MIN": 3,
        "GROUP": 0.9,
        "WEIGHT_MIN": 0.3,
        "WEIGHT_MAX": 3,
        "DEFF_WARN": 1.5,
        "DEFF_STOP": 2.5,
        "MARGIN_MIN": 5,
        "MARGIN_TOTAL_TOLERANCE": 1e-6,
        "RAKE_TOLERANCE": 1e-8,
        "RAKE_PASSES": 500,
        "TRIM_TOLERANCE": 1e-6,
        "FDR_Q": 0.1,
        "ALPHA_PROVISIONAL": 0.667,
        "ALPHA_PUBLISH": 0.8,
        "DOUBLE_CODED_SHARE": 0.2,
        "DOUBLE_CODED_UNITS": 30,
        "INTERVIEWS_MIN": 5,
    }


def test_every_status_reads_in_a_segment():
    assert set(SEGMENT_READINGS) == set(Status)


def test_the_analysis_knows_neither_django_nor_heavy_libraries():
    """A fresh interpreter imports every file of the room, then says what came along."""
    folder = Path(analysis.__file__).parent
    modules = sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")
    unwanted = ["django", "usecases", "cnc_survey", "statsmodels", "scipy.stats", "scipy.optimize"]
    program = (
        f"import sys, importlib\n"
        f"for name in {modules!r}: importlib.import_module('interviews.analysis.' + name)\n"
        f"print([name for name in {unwanted!r} if name in sys.modules])"
    )
    output = subprocess.run(
        [sys.executable, "-c", program], cwd=folder.parents[1], capture_output=True, text=True, check=True
    )
    assert (output.stdout.strip(), len(modules) > 10) == ("[]", True)


# Guides cannot ask the code, nor the catalogue's pages the survey's: what they write in figures is held to it here.
WRITTEN = {
    "templates/components/marks.html": [
        f"moins de {constants.N_FLAG} personnes : à lire avec prudence",
        f"moins de {constants.N_RATE} réponses, ou plus d’une personne sur deux ne sait pas",
    ],
    "templates/components/share_marks.html": [
        f"moins de {constants.N_FLAG} personnes : à lire avec prudence",
        f"moins de {constants.N_RATE} réponses ou de {constants.STRUCT_MIN} structures",
        f"moins de {100 - 100 * constants.GROUP:.0f} %, plus de {100 * constants.GROUP:.0f} %",
    ],
    "docs/guide-analyse.md": [
        f"au moins {constants.MARGIN_MIN} répondants par modalité",
        f"sous {constants.WEIGHT_MIN} ni au-delà de {constants.WEIGHT_MAX:.0f} fois le poids moyen".replace(".", ","),
        f"averti dès {constants.DEFF_WARN}, refusé au-delà de {constants.DEFF_STOP}".replace(".", ","),
        f"Il faut {constants.N_RATE} réponses dans chaque vague",
        f"Les cases de moins de {constants.MARGIN_MIN} personnes dans une vague",
        f"au moins {constants.N_FLAG} personnes",
        f"de {constants.N_SHOW} à {constants.N_RATE - 1} personnes",
        f"plus de {100 * constants.GROUP:.0f} % d’une base de moins de {constants.N_FLAG} personnes",
        f"moins de {constants.N_SHOW} personnes, moins de {constants.STRUCT_MIN} structures",
    ],
}


@pytest.mark.parametrize("path", WRITTEN)
def test_what_is_written_elsewhere_in_figures_is_what_the_code_uses(path):
    text = (Path(__file__).parents[3] / path).read_text(encoding="utf-8")
    plain = " ".join(text.replace("\xa0", " ").replace("\u202f", " ").split())
    assert [sentence for sentence in WRITTEN[path] if sentence not in plain] == []
