import signal

from cnc_survey.commands import HouseCommand
from cnc_survey.jobs.running import stopping
from cnc_survey.jobs.worker import work


class Command(HouseCommand):
    help = "Exécute les tâches en attente (exports, courriers). Autant de processus que voulu, sur autant de machines."

    def add_arguments(self, parser):
        parser.add_argument("--until-empty", action="store_true", help="s’arrête quand plus rien n’attend")

    def handle(self, *, until_empty, **options):
        # The job under way goes back to the queue at its next step; asked twice, at once.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _leave)
        self.stdout.write("En attente de tâches. Arrêt : Ctrl-C.")
        work(until_empty)


def _leave(number, frame):
    if stopping.is_set():
        raise KeyboardInterrupt
    stopping.set()
