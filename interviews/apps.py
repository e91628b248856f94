from django.apps import AppConfig


class InterviewsConfig(AppConfig):
    """What is collected and estimated: campaigns, answers, ratings."""

    name = "interviews"
    verbose_name = "Enquête"

    def ready(self):
        # They register what this app writes in the outbox; they need its models, which cannot be imported before.
        from .collection import mail  # noqa: F401
        from .fieldwork import letters  # noqa: F401
        from .guided import quote_mail  # noqa: F401
