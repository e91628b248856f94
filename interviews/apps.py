from django.apps import AppConfig


class InterviewsConfig(AppConfig):
    """What is collected and estimated: campaigns, answers, ratings."""

    name = "interviews"
    verbose_name = "Enquête"
