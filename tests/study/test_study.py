"""A tiny version of the study runs, and what it wrote in docs/ speaks of the code as it is."""

import re

import numpy as np

from interviews.exports.constant_labels import constant_rows

from .changes import study_discoveries, study_test
from .intervals import study_intervals
from .rating import study_adoption, study_boundary, study_rules
from .report import Target, as_markdown
from .run import REPORT
from .weighting import study_weighting


def tiny(seed):
    rng = np.random.default_rng(seed)
    return [
        study_boundary(sizes=(10, 20), largest=30),
        study_rules(sizes=(10, 20)),
        study_adoption(largest=30),
        study_intervals(sizes=(10,), shares=(0.2, 0.5), design_effects=(1.0, 1.4)),
        study_test(rng, draws=200),
        study_discoveries(rng, replicates=3),
        study_weighting(rng, respondents=150, draws=5),
    ]


def plain(text):
    return text.replace("\xa0", " ").replace("\u202f", " ")


def table_of(text, *header):
    """The rows of the table with this header in a Markdown text."""
    block = text.split("| " + " | ".join(header) + " |\n", 1)[1].split("\n\n", 1)[0]
    return [tuple(row.strip("| ").split(" | ")) for row in block.splitlines()[1:]]


def test_a_seed_always_writes_the_same_report():
    first, second = (as_markdown(tiny(1), constant_rows(), []) for _ in range(2))
    assert first == second
    assert first != as_markdown(tiny(2), constant_rows(), [])


def test_exact_parts_find_what_the_method_says():
    """METHOD 1.2 and 1.5, in whole percents."""
    boundary, rules = study_boundary(sizes=(10, 20), largest=20), study_rules(sizes=(10, 20))
    assert [row[:4] for row in boundary.tables[0].rows] == [(10, 9, 8, "1,1\u202f%"), (20, 14, 14, "5,8\u202f%")]
    wrong, _, uniform = (table.rows for table in rules.tables)
    assert [row[1:3] for row in wrong] == [
        ("0\u202f% ; 0\u202f%", "1\u202f% ; 0\u202f%"),
        ("1\u202f% ; 4\u202f%", "33\u202f% ; 34\u202f%"),
        ("1\u202f% ; 2\u202f%", "76\u202f% ; 66\u202f%"),
    ]
    assert uniform[0] == (10, "31,1\u202f%", "52,5\u202f%")


def test_a_missed_target_is_said():
    assert Target("Erreur", 0.2, high=0.1).as_row() == ("Erreur", "au plus 10,0\u202f%", "20,0\u202f%", "**manqué**")
    assert Target("Erreur", 0.1, high=0.1).as_row()[-1] == "tenu"


def test_the_report_in_docs_is_that_of_this_code():
    """Change a convention, and `make study` has to be run again."""
    report = plain(REPORT.read_text(encoding="utf-8"))
    assert table_of(report, "Nom", "Valeur", "Sens") == [tuple(map(plain, row)) for row in constant_rows()]
    rows = {row[0]: row[1:] for row in table_of(report, "Réponses", "●●○ → ●●●", "●○○ → ●●○", "Fausse alerte", *_REST)}
    exact = study_boundary(sizes=(10, 30, 100), largest=10).tables[0].rows
    assert [rows[str(n)] for n, *_ in exact] == [tuple(plain(str(cell)) for cell in row) for _, *row in exact]
    kept, targets = map(int, re.search(r"(\d+) cibles tenues sur (\d+)", report).groups())
    assert (targets - kept, report.count("**manqué**")) == (1, 1)
    assert "| Korn–Graubard, couverture la plus basse, avec poids" in report.split("**manqué**")[0].splitlines()[-1]


_REST = ("Depuis ●○○", "Vu à 70 %", "Vu à 80 %")
