"""Erase the personal data whose time is over. Run every day, by the worker or by cron."""

from cnc_survey.commands import HouseCommand
from interviews.fieldwork.retention import RULES, apply_retention


class Command(HouseCommand):
    help = "Efface les données personnelles dont la durée est passée (voir /donnees-personnelles/)."

    def handle(self, **options):
        gone = apply_retention()
        for rule in RULES:
            self.stdout.write(f"{rule.what} : {gone[rule.name]}")
        self.stdout.write(f"Journal : {gone['log']}")
