from importlib import import_module

from django.apps import AppConfig


class CncSurveyConfig(AppConfig):
    """What belongs to neither app: base styles, roles, sign-in, audit log, workbook writer, production server."""

    name = "cnc_survey"
    verbose_name = "Observatoire de l’IA"

    def ready(self):
        # Its receivers need the models of other apps, which exist from here on.
        import_module("cnc_survey.accounts.journal")
