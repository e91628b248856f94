"""The codebook as a workbook: the questionnaire as it is asked, and every code with its label."""

from pathlib import Path

from cnc_survey.workbook import Column, Notice, Sheet, write_workbook
from interviews.collection.answers import CONDITIONAL_FIELDS
from interviews.collection.core_wordings import core_wordings
from interviews.collection.instrument import read_instrument
from interviews.models import Campaign, Module, Usage

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
        Column("Nature", 22),
        Column("Version", 10, "integer"),
        Column("Posée si", 40),
        Column("Réponses", 70),
    ]
    rows = []
    for module in read_instrument(campaign.questionnaire).modules:
        rows += (_item_row(module, item) for item in module.items.all())
        if module.kind == Module.Kind.USE_CASES:
            rows += _core_rows(module, campaign.questionnaire)
    return Sheet("Questions", columns, rows, "Questions")


def _item_row(module, item):
    condition = f"{item.asked_if.code} = {', '.join(item.asked_if_codes)}" if item.asked_if else ""
    answers = [option.label for option in item.option_set.options.all()] if item.option_set else []
    return (
        *(module.title, item.code, item.wording, item.help_text, item.get_kind_display(), None),
        *(condition, " ; ".join(answers)),
    )


def _core_rows(module, questionnaire):
    """Yield the questions about each use case; they alone have a version of their own."""
    conditions = {
        name: f"usage = {', '.join(usage.code for usage in Usage if usage in usages)}"
        for names, usages in CONDITIONAL_FIELDS
        for name in names
    }
    for name, wording in core_wordings(questionnaire).items():
        yield (
            *(module.title, name, wording.question, wording.help_text, "sur chaque cas d’usage"),
            *(questionnaire.core_versions[name], conditions.get(name, ""), " ; ".join(wording.shown.values())),
        )


def _codes(campaign):
    columns = [Column("Liste", 34), Column("Code", 46), Column("Libellé", 90)]
    return Sheet("Codes", columns, list_codes(campaign.questionnaire), "Codes")
