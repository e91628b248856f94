"""publish_campaign SLUG --title … [--accept-proposals]"""

from cnc_survey.commands import HouseCommand
from interviews.campaigns import CampaignError, find_campaign
from interviews.results.publication import publish_campaign


class Command(HouseCommand):
    help = "Publie une campagne close en une édition, une fois chaque proposition décidée."
    refusals = (CampaignError,)

    def add_arguments(self, parser):
        parser.add_argument("slug", help="adresse de la campagne")
        parser.add_argument("--title", required=True, help="titre de l’édition")
        parser.add_argument(
            "--accept-proposals",
            action="store_true",
            help="accepte les propositions que personne n’a décidées (sans relecture : démonstrations, essais)",
        )

    def handle(self, *, slug, title, accept_proposals, **options):
        edition = publish_campaign(find_campaign(slug), title, accept_proposals)
        fictional = " (fictive)" if edition.is_fictional else ""
        self.stdout.write(f"Édition {edition.number}{fictional} publiée : « {edition.title} ».")
