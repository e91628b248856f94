from cnc_survey.commands import HouseCommand
from interviews.collection.questionnaire import QuestionnaireError, load_questionnaire

OUTCOMES = {"created": "chargé", "updated": "mis à jour", "unchanged": "inchangé"}


class Command(HouseCommand):
    help = "Charge ou met à jour le questionnaire ; refuse de changer une version qui a des réponses."
    refusals = (QuestionnaireError,)

    def handle(self, *args, **options):
        questionnaire, outcome = load_questionnaire()
        self.stdout.write(f"{questionnaire} : {OUTCOMES[outcome]}.")
