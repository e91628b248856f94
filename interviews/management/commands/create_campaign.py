"""create_campaign SLUG --title … --opens YYYY-MM-DD --closes YYYY-MM-DD [--anonymous]"""

from cnc_survey.commands import HouseCommand, day
from interviews.campaigns import CampaignError, create_campaign


class Command(HouseCommand):
    help = "Crée une campagne sur le questionnaire et le catalogue actuels."
    refusals = (CampaignError,)

    def add_arguments(self, parser):
        parser.add_argument("slug", help="adresse de la campagne, par exemple barometre-2026")
        parser.add_argument("--title", required=True, help="titre montré aux répondants")
        parser.add_argument("--opens", required=True, type=day, metavar="AAAA-MM-JJ")
        parser.add_argument("--closes", required=True, type=day, metavar="AAAA-MM-JJ")
        parser.add_argument("--anonymous", action="store_true", help="détruit à l’envoi le lien avec la personne")

    def handle(self, *, slug, title, opens, closes, anonymous, **options):
        campaign = create_campaign(slug, title, opens, closes, anonymous)
        count = campaign.use_case_links.count()
        reference = f"référence : {campaign.baseline}" if campaign.baseline else "sans édition de référence"
        self.stdout.write(
            f"Campagne « {campaign.title} » créée ({campaign.slug}) : {count} cas d’usage, "
            f"{campaign.questionnaire}, {reference}."
        )
