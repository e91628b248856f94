from django.apps import AppConfig


class UsecasesConfig(AppConfig):
    """What is published: the catalogue and its editions."""

    name = "usecases"
    verbose_name = "Catalogue des cas d’usage"
