"""simulate_responses SLUG --respondents N --seed S [--interviews K] [--full] [--returning SHARE]"""

import sys

from cnc_survey.commands import HouseCommand, natural, share
from cnc_survey.terminal import progress_bar
from interviews.campaigns import CampaignError, find_campaign
from interviews.collection.simulation import simulate_responses

PROGRESS_FROM = 5_000  # responses: below, the command answers before anybody wonders


class Command(HouseCommand):
    help = "Remplit une campagne de réponses fictives, toujours les mêmes pour une même graine."
    refusals = (CampaignError,)

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
        campaign, expected = find_campaign(slug), respondents + interviews
        with progress_bar(sys.stderr, "réponses") as progress:

            def report(done):
                progress(done, expected)
                if expected >= PROGRESS_FROM and not sys.stderr.isatty():
                    self.stdout.write(f"{done} réponses sur {expected}…")

            stored = simulate_responses(campaign, respondents, seed, interviews, full, report, returning)
        self.stdout.write(f"{stored} réponses fictives enregistrées ; la campagne est marquée fictive.")
