import os
import sys

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from cnc_survey.commands import HouseCommand, positive


class Command(HouseCommand):
    help = "Sert le site en production (gunicorn). La base est supposée migrée."

    def add_arguments(self, parser):
        parser.add_argument("--bind", default="127.0.0.1:8000", help="adresse d’écoute (défaut : %(default)s)")
        parser.add_argument("--workers", type=positive, default=2, help="processus (défaut : %(default)s, un par cœur)")

    def handle(self, *args, bind, workers, **options):
        if settings.DEBUG:
            raise CommandError(
                "DEBUG=1 : ce réglage n’est pas fait pour la production. Définissez SECRET_KEY et ALLOWED_HOSTS, "
                "sans DEBUG ; pour un essai sur votre poste, utilisez « make run »."
            )
        call_command("collectstatic", interactive=False, verbosity=0)
        # Replaces this process, so that signals reach gunicorn. Sync workers: on two cores they beat threads.
        # Not preloaded: a pool of database connections does not survive a fork.
        # The access log stays off: it would print the personal tokens of addresses.
        command = ["-m", "gunicorn", "cnc_survey.wsgi", "--bind", bind, "--workers", str(workers)]
        os.execv(sys.executable, [sys.executable, *command])  # noqa: S606 no shell: arguments are passed as they are
