"""The study's frame: what it says beside the use cases."""

from django.db import models

from .taxonomy import CodedName


class Theme(CodedName):
    """A chapter of the frame: objectives, obstacles, employment…"""

    intro = models.TextField("introduction", blank=True)

    class Meta(CodedName.Meta):
        verbose_name = "thème de l’étude"
        verbose_name_plural = "thèmes de l’étude"


class StudyPoint(CodedName):
    """One point of a theme; its name is the study's label, its body our words."""

    theme = models.ForeignKey(Theme, models.CASCADE, related_name="points", verbose_name="thème")
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="parts", verbose_name="fait partie de"
    )
    body = models.TextField("texte", blank=True)
    detail = models.CharField(
        "précision", max_length=300, blank=True, help_text="Date, domaine (son, texte, image), illustration…"
    )

    class Meta(CodedName.Meta):
        verbose_name = "point de l’étude"
        verbose_name_plural = "points de l’étude"
