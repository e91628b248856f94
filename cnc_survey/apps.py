from django.apps import AppConfig


class CncSurveyConfig(AppConfig):
    """What belongs to neither app: base styles, roles, workbook writer, production server."""

    name = "cnc_survey"
    verbose_name = "Observatoire de l’IA"
