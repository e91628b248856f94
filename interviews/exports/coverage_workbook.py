"""The coverage of a campaign as a workbook: bases and projections by segment, response rates, definitions."""

from pathlib import Path

from django.utils import timezone

from cnc_survey.workbook import Column, Notice, Sheet, write_workbook
from interviews.analysis.constants import N_SHOW
from interviews.fieldwork.coverage_grid import BANDS, VARIABLES, coverage_grid
from interviews.fieldwork.dispositions import DISPOSITIONS, response_rates
from interviews.models import Campaign

HIDDEN = f"< {N_SHOW}"


def write_coverage(path: Path, campaign: Campaign, masked: bool, progress=lambda done, total: None) -> None:
    """Write the workbook; `masked` hides the counts from 1 to 4, as on the page."""
    sheets = [_definitions(campaign)]
    for done, (variable, label) in enumerate(VARIABLES.items(), 1):
        sheets.append(_grid_sheet(coverage_grid(campaign, variable, masked=masked, fresh=True), label))
        progress(done, len(VARIABLES) + 1)
    sheets.append(_rates_sheet(campaign))
    banner = "Données fictives : démonstration." if campaign.is_fictional else ""
    write_workbook(path, sheets, title=f"Couverture — {campaign.title}", banner=banner)
    progress(len(VARIABLES) + 1, len(VARIABLES) + 1)


def _grid_sheet(grid, label):
    columns = [Column("Famille", 28), Column("Cas d’usage", 44)]
    for _, name in grid.categories:
        columns += [Column("réponses", 11, "integer", name), Column("projection", 11, "integer", name)]
    rows = [
        [
            use_case.family.name,
            use_case.name,
            *(value for cell in cells for value in ((HIDDEN, HIDDEN) if cell.hidden else (cell.base, cell.projected))),
        ]
        for use_case, cells in grid.rows
    ]
    return Sheet(f"Par {label.lower()}", columns, rows)


def _rates_sheet(campaign):
    columns = [
        Column("Strate", 28),
        *(Column(f"{code} {label}", 20, "integer") for _, code, label, _ in DISPOSITIONS.values()),
        *(Column(name, 10, "percent") for name in ("RR1", "RR2", "REF1", "COOP1")),
    ]
    rows = [
        [rates.stratum, *rates.counts.values(), rates.rr1, rates.rr2, rates.ref1, rates.coop1]
        for rates in response_rates(campaign)
    ]
    return Sheet("Taux de réponse", columns, rows)


def _definitions(campaign):
    formulas = [
        ("RR1", "I / (I + P + R + U) : réponses envoyées sur personnes à qui un courriel est parti"),
        ("RR2", "(I + P) / (I + P + R + U) : les questionnaires commencés comptent"),
        ("REF1", "R / (I + P + R + U) : refus"),
        ("COOP1", "I / (I + P + R) : parmi ceux qui ont réagi"),
        ("Source", "AAPOR, Standard Definitions, 10e édition, 2023, enquêtes par internet auprès de personnes nommées"),
    ]
    return Notice(
        "Définitions",
        f"Couverture de « {campaign.title} »",
        [
            ("Ce qui paraît selon la base", [(f"à partir de {least}", said) for _, least, said in BANDS]),
            (
                "Projection",
                [("Calcul", "la base, plus les réponses des sept derniers jours au même rythme jusqu’au dernier jour")],
            ),
            (
                "Sort des invitations",
                [(f"{letter} {code}".strip(), said) for letter, code, _, said in DISPOSITIONS.values()],
            ),
            ("Taux", formulas),
            ("Date", [("Compté le", timezone.localdate())]),
        ],
    )
