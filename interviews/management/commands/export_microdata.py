"""export_microdata SLUG --output FILE.xlsx|FILE.zip|DIR"""

import sys
from pathlib import Path

from django.core.management.base import CommandError

from cnc_survey.commands import HouseCommand
from cnc_survey.terminal import progress_bar
from cnc_survey.workbook import WorkbookError
from interviews.campaigns import CampaignError, find_campaign
from interviews.exports.microdata import export_microdata


class Command(HouseCommand):
    help = "Exporte les réponses comptées d’une campagne, sous leur clé pseudonyme, au format de l’import."
    refusals = (CampaignError, WorkbookError)

    def add_arguments(self, parser):
        parser.add_argument("slug", help="adresse de la campagne")
        parser.add_argument("--output", required=True, type=Path, help="classeur .xlsx, .zip de CSV, ou dossier de CSV")

    def handle(self, *, slug, output, **options):
        if output.is_file() and output.suffix.lower() not in (".xlsx", ".zip"):
            raise CommandError(f"« {output} » est un fichier : donnez un dossier, ou un nom en .xlsx.")
        campaign = find_campaign(slug)
        with progress_bar(sys.stderr, "lignes") as progress:
            counts = export_microdata(campaign, output, progress)
        rows = ", ".join(f"{name} {count}" for name, count in counts.items())
        self.stdout.write(f"{output} : {rows} lignes.")
