"""simulate_responses SLUG --respondents N --seed S [--interviews K] [--full]"""

from argparse import ArgumentTypeError

from django.core.management.base import BaseCommand, CommandError

from interviews.campaigns import CampaignError, find_campaign
from interviews.collection.simulation import simulate_responses

PROGRESS_FROM = 5_000  # responses: below, the command answers before anybody wonders


def natural(text):
    """Return the natural number that `text` writes."""
    if not text.isdecimal():
        raise ArgumentTypeError(f"« {text} » n’est pas un nombre entier positif ou nul.")
    return int(text)


class Command(BaseCommand):
    help = "Remplit une campagne de réponses fictives, toujours les mêmes pour une même graine."

    def add_arguments(self, parser):
        parser.add_argument("slug", help="adresse de la campagne")
        parser.add_argument("--respondents", required=True, type=natural, metavar="N", help="nombre de répondants")
        parser.add_argument("--seed", required=True, type=natural, metavar="S", help="graine du tirage")
        parser.add_argument("--interviews", type=natural, default=0, metavar="K", help="entretiens en plus")
        parser.add_argument("--full", action="store_true", help="tous les cas d’usage pour chacun")

    def handle(self, *, slug, respondents, seed, interviews, full, **options):
        expected = respondents + interviews

        def report(done):
            if expected >= PROGRESS_FROM:
                self.stdout.write(f"{done} réponses sur {expected}…")

        try:
            stored = simulate_responses(find_campaign(slug), respondents, seed, interviews, full, report)
        except CampaignError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{stored} réponses fictives enregistrées ; la campagne est marquée fictive.")
