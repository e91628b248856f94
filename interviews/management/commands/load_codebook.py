from cnc_survey.commands import HouseCommand
from interviews.guided.codebook import load_codebook


class Command(HouseCommand):
    help = "Ajoute au livre de codes les premiers codes des entretiens ; ce qui a été modifié reste tel quel."

    def handle(self, **options):
        created = load_codebook()
        self.stdout.write(f"Livre de codes : {created} code(s) ajouté(s)." if created else "Livre de codes : à jour.")
