"""Send what the outbox holds: once, or for as long as the command runs."""

import time

from django.core.management.base import BaseCommand

from cnc_survey.outbox.dispatch import send_due_mails

PAUSE = 5  # seconds between two looks at an outbox where nothing is due


class Command(BaseCommand):
    help = "Sends the mails that are due; the worker does the same, this command is for a machine without one."

    def add_arguments(self, parser):
        parser.add_argument("--loop", action="store_true", help="go on until interrupted")

    def handle(self, loop, **options):
        while True:
            passage = send_due_mails()
            if passage.did_something or not passage.reachable:
                self.stdout.write(
                    f"Partis : {passage.sent}. À réessayer : {passage.retried}. En échec : {passage.failed}. "
                    f"Annulés : {passage.cancelled}. Repris : {passage.released}."
                    + ("" if passage.reachable else " Le serveur de courriel est injoignable.")
                )
            if not loop:
                return
            time.sleep(PAUSE)
