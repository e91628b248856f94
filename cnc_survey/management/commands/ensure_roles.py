from django.core.management.base import BaseCommand

from cnc_survey.roles import Role, ensure_roles


class Command(BaseCommand):
    help = "Crée ou remet à jour les rôles (groupes) et leurs droits ; sans effet sur les personnes."

    def handle(self, *args, **options):
        ensure_roles()
        self.stdout.write(f"Rôles à jour : {', '.join(role.value for role in Role)}.")
