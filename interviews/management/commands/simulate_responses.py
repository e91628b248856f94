"""simulate_responses SLUG --respondents N --seed S [--interviews K] [--full] [--returning SHARE]"""

import sys
from argparse import ArgumentTypeError

from django.core.management.base import BaseCommand, CommandError

from cnc_survey.terminal import progress_bar
from interviews.campaigns import CampaignError, find_campaign
from interviews.collection.simulation import simulate_responses

PROGRESS_FROM = 5_000  # responses: below, the command answers before anybody wonders


def natural(text):
    """Return the natural number that `text` writes."""
    if not text.isdecimal():
        raise ArgumentTypeError(f"« {text} » n’est pas un nombre entier positif ou nul.")
    return int(text)


def share(text):
    """Return the share, from 0 to 1, that `text` writes."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise ArgumentTypeError(f"« {text} » n’est pas une part de 0 à 1, par exemple 0.5.")
    return value


class Command(BaseCommand):
    help = "Remplit une campagne de réponses fictives, toujours les mêmes pour une même graine."

    def add_arguments(self, parser):
        parser.add_argument("slug", help="adresse de la campagne")
        parser.add_argument("--respondents", required=True, type=natural, metavar="N", help="nombre de répondants")
        parser.add_argument("--seed", required=True, type=natural, metavar="S", help="graine du tirage")
        parser.add_argument("--interviews", type=natural, default=0, metavar="K", help="entretiens en plus")
        parser.add_argument("--full", action="store_true", help="tous les cas d’usage pour chacun")
        parser.add_argument(
            "--returning",
            type=share,
            default=0.0,
            metavar="PART",
            help="part des répondants venus de la vague précédente",
        )

    def handle(self, *, slug, respondents, seed, interviews, full, returning, **options):
        expected = respondents + interviews

        try:
            campaign = find_campaign(slug)
            with progress_bar(sys.stderr, "réponses") as progress:

                def report(done):
                    progress(done, expected)
                    if expected >= PROGRESS_FROM and not sys.stderr.isatty():
                        self.stdout.write(f"{done} réponses sur {expected}…")

                stored = simulate_responses(campaign, respondents, seed, interviews, full, report, returning)
        except CampaignError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{stored} réponses fictives enregistrées ; la campagne est marquée fictive.")
