"""The codebook as a workbook: the questionnaire as it is asked, and every code with its label."""

from pathlib import Path

from cnc_survey.workbook import Column, Notice, Sheet, write_workbook
from interviews.collection.instrument import read_instrument
from interviews.models import Campaign

from .codebook import list_codes
from .readme_sheet import describe_dates


def export_codebook(campaign: Campaign, target: Path) -> None:
    """Write the codebook of a campaign's questionnaire, whole or not at all; the same version, the same bytes."""
    write_workbook(
        target,
        [_readme(campaign), _questions(campaign), _codes(campaign)],
        title=f"Dictionnaire : {campaign.title}",
        subject=str(campaign.questionnaire),
    )


def _readme(campaign):
    return Notice(
        title="Lisez-moi",
        heading="Dictionnaire",
        intro=("Ce qui a été demandé, et les codes que les fichiers emploient.",),
        sections=[
            (
                "La vague",
                [
                    ("Campagne", campaign.title),
                    ("Collecte", describe_dates(campaign)),
                    ("Questionnaire", str(campaign.questionnaire)),
                ],
            ),
            (
                "Les fichiers de microdonnées",
                [
                    ("responses", "Une ligne par réponse : la clé, le profil, le jour de l’envoi."),
                    (
                        "use_case_answers",
                        "Une ligne par réponse et cas d’usage proposé ; vide : proposé, sans réponse.",
                    ),
                    ("answers", "Une ligne par réponse et question générale."),
                    ("|", "Sépare plusieurs valeurs d’une même cellule."),
                    ("nsp", "« Ne sait pas », qui n’est pas une absence de réponse."),
                ],
            ),
        ],
    )


def _questions(campaign):
    columns = [
        Column("Page", 30),
        Column("Code", 32),
        Column("Question", 70),
        Column("Précision", 50),
        Column("Nature", 18),
        Column("Posée si", 40),
        Column("Réponses", 70),
    ]
    instrument = read_instrument(campaign.questionnaire)
    rows = [
        (
            module.title,
            item.code,
            item.wording,
            item.help_text,
            item.get_kind_display(),
            f"{item.asked_if.code} = {', '.join(item.asked_if_codes)}" if item.asked_if else "",
            " ; ".join(option.label for option in item.option_set.options.all()) if item.option_set else "",
        )
        for module in instrument.modules
        for item in module.items.all()
    ]
    return Sheet("Questions", columns, rows, "Questions générales")


def _codes(campaign):
    columns = [Column("Liste", 34), Column("Code", 46), Column("Libellé", 90)]
    return Sheet("Codes", columns, list_codes(campaign.questionnaire), "Codes")
