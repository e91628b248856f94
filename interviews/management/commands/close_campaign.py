"""close_campaign SLUG"""

from django.core.management.base import BaseCommand, CommandError

from interviews.campaigns import CampaignError, find_campaign
from interviews.results.closing import close_campaign


class Command(BaseCommand):
    help = "Clôt une campagne, fige ses résultats et établit les évaluations."

    def add_arguments(self, parser):
        parser.add_argument("slug", help="adresse de la campagne")

    def handle(self, *, slug, **options):
        try:
            snapshot = close_campaign(find_campaign(slug))
        except CampaignError as error:
            raise CommandError(str(error)) from error
        respondents = snapshot.participation["respondents"]
        self.stdout.write(
            f"Campagne « {snapshot.campaign} » close : {respondents} répondants comptés, "
            f"{snapshot.campaign.assessments.count()} évaluations, instantané {snapshot.identifier}."
        )
        for sentence in snapshot.weighting["messages"]:
            self.stdout.write(sentence)
