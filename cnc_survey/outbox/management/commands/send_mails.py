"""Send what the outbox holds: once, or for as long as the command runs."""

import time

from cnc_survey.commands import HouseCommand
from cnc_survey.outbox.dispatch import send_due_mails

PAUSE = 5  # seconds between two looks at an outbox where nothing is due


class Command(HouseCommand):
    help = "Envoie les courriers dus ; le worker le fait aussi, cette commande est pour une machine qui n’en a pas."

    def add_arguments(self, parser):
        parser.add_argument("--loop", action="store_true", help="continue jusqu’à l’interruption")

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
