"""load_reference_series FILE"""

from pathlib import Path

from cnc_survey.commands import HouseCommand
from interviews.collection.microdata_file import MicrodataError
from interviews.results.reference_file import load_reference_series


class Command(HouseCommand):
    help = "Charge les chiffres publiés d’une autre enquête (.xlsx ou CSV), auxquels comparer nos vagues."
    refusals = (MicrodataError,)

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="classeur .xlsx (feuille « series ») ou fichier CSV")

    def handle(self, *, file, **options):
        report = load_reference_series(file)
        self.stdout.write(
            f"Chiffres de référence : {report.created} ajoutés, {report.updated} mis à jour, "
            f"{report.unchanged} inchangés."
        )
