from cnc_survey.commands import HouseCommand
from cnc_survey.roles import Role, ensure_roles


class Command(HouseCommand):
    help = "Crée ou remet à jour les rôles (groupes) et leurs droits ; sans effet sur les personnes."

    def handle(self, *args, **options):
        ensure_roles()
        self.stdout.write(f"Rôles à jour : {', '.join(role.value for role in Role)}.")
