"""export_results SLUG --output FILE.xlsx [--audience public|staff]"""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from cnc_survey.workbook import WorkbookError
from interviews.campaigns import CampaignError, find_campaign
from interviews.exports.results_workbook import export_results
from interviews.results.disclosure import AUDIENCES, PUBLIC


class Command(BaseCommand):
    help = "Écrit le classeur des résultats d’une campagne close."

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
        try:
            export_results(find_campaign(slug), output, audience)
        except (CampaignError, WorkbookError) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"« {output} » ne peut pas être écrit : {error.strerror}.") from error
        self.stdout.write(f"Classeur écrit : {output}")
