from django.core.management.base import BaseCommand

from interviews.guided.codebook import load_codebook


class Command(BaseCommand):
    help = "Ajoute au livre de codes les premiers codes des entretiens ; ce qui a été modifié reste tel quel."

    def handle(self, **options):
        created = load_codebook()
        self.stdout.write(f"Livre de codes : {created} code(s) ajouté(s)." if created else "Livre de codes : à jour.")
