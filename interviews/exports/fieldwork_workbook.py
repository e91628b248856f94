"""The fieldwork workbook: who takes part, while the campaign runs. Counts of people, never what they answered."""

from pathlib import Path

from django.utils import timezone

from cnc_survey.workbook import Column, Notice, Sheet, write_workbook
from interviews.analysis.constants import N_SHOW
from interviews.collection.coverage import coverage_of
from interviews.fieldwork.participation import (
    SAMPLE,
    count_days,
    count_partners,
    count_segments,
    count_totals,
    count_unanswered,
    count_units,
    measure_durations,
)
from interviews.models import Campaign
from usecases.wording import FICTIONAL_BANNER

from .readme_sheet import describe_dates

HIDDEN = f"moins de {N_SHOW}"


def export_fieldwork(campaign: Campaign, target: Path, *, masked: bool) -> None:
    """Write the workbook, as things are today, whole or not at all.

    `masked` hides the counts from 1 to 4 beside a profile, for those who hold the personal links.
    """
    today = timezone.localdate()
    lead = [f"{campaign.title}, {describe_dates(campaign)} · au {today:%d/%m/%Y}"]
    sheets = [
        _readme(campaign, today, masked),
        _days(campaign, lead),
        _pages(campaign, lead),
        _segments(campaign, lead, masked),
        _partners(campaign, lead),
        _coverage(campaign, lead, masked),
        _unanswered(campaign, lead),
    ]
    write_workbook(
        target,
        sheets,
        title=f"Terrain : {campaign.title}",
        subject="Participation à l’enquête",
        banner=FICTIONAL_BANNER if campaign.is_fictional else "",
    )


def _readme(campaign, today, masked):
    totals, durations = count_totals(campaign), measure_durations(campaign)
    time = [("Minutes de réponse, au milieu", round(durations.median, 1))] if durations else []
    rule = (
        f"Les nombres de 1 à {N_SHOW - 1} sont masqués à côté d’un profil ou d’un cas d’usage."
        if masked
        else "Aucun nombre n’est masqué : à ne pas diffuser hors de l’équipe."
    )
    return Notice(
        title="Lisez-moi",
        heading="Terrain",
        intro=("La participation, tant que la campagne se déroule. Rien de ce que les gens ont répondu.",),
        sections=[
            (
                "La vague",
                [
                    ("Campagne", campaign.title),
                    ("Collecte", describe_dates(campaign)),
                    ("Données", "FICTIVES : réponses simulées" if campaign.is_fictional else "réelles"),
                    ("À la date du", today),
                ],
            ),
            (
                "Participation",
                [
                    ("Liens personnels valides", totals.invited),
                    ("Réponses commencées", totals.started),
                    ("Réponses envoyées", totals.submitted),
                    ("Réponses comptées", totals.counted),
                    ("Réponses retirées", totals.withdrawn),
                    ("Réponses écartées", totals.excluded),
                    *time,
                ],
            ),
            (
                "Lire les feuilles",
                [
                    ("Par jour", "Réponses commencées et envoyées chaque jour, jours sans réponse compris."),
                    ("Par page", "Qui est allé jusque-là, et qui n’est pas allé plus loin."),
                    ("Par profil", "Réponses comptées. Une personne peut avoir plusieurs métiers ou secteurs."),
                    ("Couverture", "Réponses, envoyées ou non, où la personne s’est placée sur l’échelle d’usage."),
                    ("Sans réponse", f"Sur {SAMPLE} réponses envoyées au plus, tirées au hasard."),
                    ("Secret", rule),
                ],
            ),
        ],
    )


def _days(campaign, lead):
    columns = [Column("Jour", 14, "date"), Column("Commencées", 14, "integer"), Column("Envoyées", 14, "integer")]
    rows = [(day.day, day.started, day.submitted) for day in count_days(campaign)]
    return Sheet("Par jour", columns, rows, "Par jour", lead)


def _pages(campaign, lead):
    columns = [Column("Page", 44), Column("Arrivés là", 14, "integer"), Column("Arrêtés là", 14, "integer")]
    rows = [(unit.title, unit.reached, unit.stopped) for unit in count_units(campaign)]
    return Sheet("Par page", columns, rows, "Par page", lead)


def _segments(campaign, lead, masked):
    columns = [Column("Variable", 24), Column("Catégorie", 44), Column("Réponses comptées", 20, "integer")]
    rows = [
        (segment.label, label, HIDDEN if count is None else count)
        for segment in count_segments(campaign, masked=masked)
        for label, count in segment.rows
    ]
    return Sheet("Par profil", columns, rows, "Par profil", lead)


def _partners(campaign, lead):
    columns = [Column("Partenaire", 44), Column("Commencées", 14, "integer"), Column("Envoyées", 14, "integer")]
    rows = [(partner.name, partner.started, partner.submitted) for partner in count_partners(campaign)]
    return Sheet("Par partenaire", columns, rows, "Par partenaire", lead)


def _coverage(campaign, lead, masked):
    columns = [Column("Cas d’usage", 60), Column("Famille", 36), Column("Réponses", 14, "integer")]
    bases = coverage_of(campaign)
    cases = campaign.use_cases.select_related("family").order_by("position")
    counts = [(case, bases.get(case.code, 0)) for case in cases]
    rows = [(case.name, case.family.name, HIDDEN if masked and 0 < count < N_SHOW else count) for case, count in counts]
    return Sheet("Couverture", columns, rows, "Couverture des cas d’usage", lead)


def _unanswered(campaign, lead):
    columns = [Column("Famille", 44), Column("Proposés", 14, "integer"), Column("Sans réponse", 16, "integer")]
    rows = [(row.family, row.offered, row.unanswered) for row in count_unanswered(campaign)]
    return Sheet("Sans réponse", columns, rows, "Cas d’usage laissés sans réponse", lead)
