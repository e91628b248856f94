"""load_reference_series FILE"""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from interviews.collection.microdata_file import MicrodataError
from interviews.results.reference_file import load_reference_series


class Command(BaseCommand):
    help = "Charge les chiffres publiés d’une autre enquête (.xlsx ou CSV), auxquels comparer nos vagues."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="classeur .xlsx (feuille « series ») ou fichier CSV")

    def handle(self, *, file, **options):
        try:
            report = load_reference_series(file)
        except MicrodataError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Chiffres de référence : {report.created} ajoutés, {report.updated} mis à jour, "
            f"{report.unchanged} inchangés."
        )
