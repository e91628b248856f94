from django.core.management.base import BaseCommand, CommandError

from interviews.collection.questionnaire import QuestionnaireError, load_questionnaire

OUTCOMES = {"created": "chargé", "updated": "mis à jour", "unchanged": "inchangé"}


class Command(BaseCommand):
    help = "Charge ou met à jour le questionnaire ; refuse de changer une version qui a des réponses."

    def handle(self, *args, **options):
        try:
            questionnaire, outcome = load_questionnaire()
        except QuestionnaireError as error:
            raise CommandError(error) from error
        self.stdout.write(f"{questionnaire} : {OUTCOMES[outcome]}.")
