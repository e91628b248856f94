from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "cnc_survey.outbox"
    label = "outbox"
    verbose_name = "Courriels"
