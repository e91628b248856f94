from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from interviews.campaigns import CampaignError
from interviews.demonstration import ACCOUNTS, create_accounts, create_demonstration


class Command(BaseCommand):
    help = "Crée les campagnes de démonstration (fictives) et leurs comptes, dont les mots de passe sont affichés."

    def handle(self, *args, **options):
        if not settings.DEBUG:
            raise CommandError(
                "La démonstration ouvre des comptes : elle ne s’installe que sur un poste d’essai (DEBUG=1)."
            )
        try:
            created = create_demonstration()
        except CampaignError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            "Campagnes de démonstration créées : réponses fictives, marquées comme telles."
            if created
            else "Campagnes de démonstration déjà présentes : rien n’est changé."
        )
        self.stdout.write("\nComptes de démonstration (mots de passe renouvelés à chaque lancement) :")
        for name, password in create_accounts().items():
            self.stdout.write(f"  {name:<14} {password:<14} {ACCOUNTS[name].value}")
        self.stdout.write("")
