"""The validation of the statistical method: prints it, and writes docs/methode-validation.md.

Usage: make study. Figures are exact, or drawn from one seed: the same code always writes the same file. The status is
1 when a published figure misses its target.
"""

import sys
from pathlib import Path

import numpy as np

from interviews.analysis.constants import METHOD_VERSION
from interviews.exports.constant_labels import constant_rows

from .changes import study_discoveries, study_test
from .intervals import study_intervals
from .rating import study_adoption, study_boundary, study_rules
from .report import as_markdown
from .weighting import study_weighting

REPORT = Path(__file__).resolve().parents[2] / "docs" / "methode-validation.md"
SEED = 20240301  # the month of the study


def write_report():
    """Return the sections of the study and the report."""
    rng = np.random.default_rng(SEED)
    sections = [
        study_boundary(),
        study_rules(),
        study_adoption(),
        study_intervals(),
        study_test(rng),
        study_discoveries(rng),
        study_weighting(rng),
    ]
    settings = [("Version de la méthode", METHOD_VERSION), ("Graine des tirages", SEED)]
    return sections, as_markdown(sections, constant_rows(), settings)


def main():
    sections, report = write_report()
    print(report)
    REPORT.write_text(report, encoding="utf-8")
    return int(any(target.is_published and not target.is_kept for section in sections for target in section.targets))


if __name__ == "__main__":
    sys.exit(main())
