"""export_results SLUG --output FILE.xlsx [--audience public|staff]"""

from pathlib import Path

from django.core.management.base import CommandError

from cnc_survey.commands import HouseCommand
from cnc_survey.workbook import WorkbookError
from interviews.campaigns import CampaignError, find_campaign
from interviews.exports.results_workbook import export_results
from interviews.results.disclosure import AUDIENCES, PUBLIC


class Command(HouseCommand):
    help = "Écrit le classeur des résultats d’une campagne close."
    refusals = (CampaignError, WorkbookError)

    def add_arguments(self, parser):
        parser.add_argument("slug", help="adresse de la campagne")
        parser.add_argument("--output", required=True, type=Path, metavar="FICHIER.xlsx")
        parser.add_argument(
            "--audience",
            choices=AUDIENCES,
            default=PUBLIC,
            help="public : chiffres masqués sous les seuils ; staff : tous les chiffres, pour l’équipe",
        )

    def handle(self, *, slug, output, audience, **options):
        if output.suffix.lower() != ".xlsx":
            raise CommandError(f"« {output.name} » : le classeur s’écrit dans un fichier .xlsx.")
        export_results(find_campaign(slug), output, audience)
        self.stdout.write(f"Classeur écrit : {output}")
