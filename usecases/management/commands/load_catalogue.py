from django.core.management.base import CommandError

from cnc_survey.commands import HouseCommand
from usecases.catalogue import Verdict, load_catalogue
from usecases.data_files import CatalogueError


class Command(HouseCommand):
    help = "Charge ou met à jour l’étude de mars 2024 sans écraser ce qui a été modifié dans l’administration."

    def add_arguments(self, parser):
        parser.add_argument(
            "--overwrite",
            action="store_true",
            help="remplace par les fichiers ce qui a été modifié ou supprimé dans l’administration",
        )

    def handle(self, *, overwrite, **options):
        try:
            report = load_catalogue(overwrite=overwrite)
        except CatalogueError as error:
            raise CommandError(f"Le catalogue n’a pas été chargé.\n{error}") from error
        counts = " ; ".join(f"{verdict.value} : {report.counts[verdict]}" for verdict in Verdict)
        self.stdout.write(f"Catalogue 2024. Entrées {counts}." + ("" if report.changed else " Rien n’a changé."))
        if report.differences:
            kept = "Remplacé par les fichiers" if overwrite else "Laissé tel quel en base (--overwrite pour remplacer)"
            self.stdout.write(f"{kept} :")
            for difference in report.differences:
                self.stdout.write(f"- {difference}")
