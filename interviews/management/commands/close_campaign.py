"""close_campaign SLUG"""

from cnc_survey.commands import HouseCommand
from interviews.campaigns import CampaignError, find_campaign
from interviews.results.closing import close_campaign


class Command(HouseCommand):
    help = "Clôt une campagne, fige ses résultats et établit les évaluations."
    refusals = (CampaignError,)

    def add_arguments(self, parser):
        parser.add_argument("slug", help="adresse de la campagne")

    def handle(self, *, slug, **options):
        snapshot = close_campaign(find_campaign(slug))
        respondents = snapshot.participation["respondents"]
        self.stdout.write(
            f"Campagne « {snapshot.campaign} » close : {respondents} répondants comptés, "
            f"{snapshot.campaign.assessments.count()} évaluations, instantané {snapshot.identifier}."
        )
        for sentence in snapshot.weighting["messages"]:
            self.stdout.write(sentence)
