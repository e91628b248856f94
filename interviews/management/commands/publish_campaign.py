"""publish_campaign SLUG --title … [--accept-proposals]"""

from django.core.management.base import BaseCommand, CommandError

from interviews.campaigns import CampaignError, find_campaign
from interviews.results.publication import publish_campaign


class Command(BaseCommand):
    help = "Publie une campagne close en une édition, une fois chaque proposition décidée."

    def add_arguments(self, parser):
        parser.add_argument("slug", help="adresse de la campagne")
        parser.add_argument("--title", required=True, help="titre de l’édition")
        parser.add_argument(
            "--accept-proposals",
            action="store_true",
            help="accepte les propositions que personne n’a décidées (sans relecture : démonstrations, essais)",
        )

    def handle(self, *, slug, title, accept_proposals, **options):
        try:
            edition = publish_campaign(find_campaign(slug), title, accept_proposals)
        except CampaignError as error:
            raise CommandError(str(error)) from error
        fictional = " (fictive)" if edition.is_fictional else ""
        self.stdout.write(f"Édition {edition.number}{fictional} publiée : « {edition.title} ».")
