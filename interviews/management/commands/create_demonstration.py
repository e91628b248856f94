from django.conf import settings
from django.core.management.base import CommandError

from cnc_survey.commands import HouseCommand
from interviews.campaigns import CampaignError
from interviews.demonstration import ACCOUNTS, create_accounts, create_demonstration


class Command(HouseCommand):
    help = "Crée les campagnes de démonstration (fictives) et leurs comptes, dont les mots de passe sont affichés."
    refusals = (CampaignError,)

    def handle(self, *args, **options):
        if not settings.DEBUG:
            raise CommandError(
                "La démonstration ouvre des comptes : elle ne s’installe que sur un poste d’essai (DEBUG=1)."
            )
        created = create_demonstration()
        self.stdout.write(
            "Campagnes de démonstration créées : réponses fictives, marquées comme telles."
            if created
            else "Campagnes de démonstration déjà présentes : rien n’est changé."
        )
        self.stdout.write("\nComptes de démonstration (mots de passe renouvelés à chaque lancement) :")
        for name, password in create_accounts().items():
            self.stdout.write(f"  {name:<14} {password:<14} {ACCOUNTS[name].value}")
        self.stdout.write("")
