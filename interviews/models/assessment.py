"""What a closed campaign says of each use case, and what people decided about it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from usecases.models import Dimension, Rating, UseCase

from .campaign import Campaign


class Snapshot(models.Model):
    """The frozen state of a closed campaign: who took part, with which method, under which identifier.

    `weighting` says how it was weighted, or why it was not: see `results.weights.Weights.describe`.
    """

    campaign = models.OneToOneField(Campaign, models.CASCADE, related_name="snapshot", verbose_name="campagne")
    identifier = models.CharField("instantané", max_length=64)
    method_version = models.CharField("version de la méthode", max_length=20)
    participation = models.JSONField("participation")
    weighting = models.JSONField(
        "redressement", default=dict, help_text="Ce qui a été fait, ou pourquoi rien ne l’a été."
    )

    class Meta:
        verbose_name = "instantané"

    def __str__(self):
        return f"{self.campaign} ({self.identifier})"


class Assessment(models.Model):
    """The computed level of one use case on one dimension, then the human decision.

    The figures behind it are the whole's cells of the cube. `decided_level` is meaningless until `decision` is set.
    """

    class Decision(models.TextChoices):
        ACCEPTED = "accepted", "proposition acceptée"
        KEPT = "kept", "niveau en vigueur conservé"
        SET = "set", "autre niveau retenu"

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="assessments", verbose_name="campagne")
    use_case = models.ForeignKey(UseCase, models.PROTECT, related_name="assessments", verbose_name="cas d’usage")
    dimension = models.CharField("dimension", max_length=10, choices=Dimension)
    baseline_level = models.PositiveSmallIntegerField("niveau en vigueur", null=True)
    computed_level = models.PositiveSmallIntegerField("niveau calculé", null=True)
    status = models.CharField("statut", max_length=20, choices=Rating.Status)
    reason = models.CharField("motif", max_length=40, blank=True)
    base = models.PositiveIntegerField("base")

    decision = models.CharField("décision", max_length=10, choices=Decision, blank=True)
    decided_level = models.PositiveSmallIntegerField("niveau retenu", null=True, blank=True)
    decision_reason = models.TextField("motif de la décision", blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="décidée par",
    )
    decided_at = models.DateTimeField("décidée le", null=True, blank=True)

    class Meta:
        verbose_name = "évaluation"
        ordering = ["use_case__position", "dimension"]
        constraints = [
            models.UniqueConstraint(name="assessment_once", fields=["campaign", "use_case", "dimension"]),
            models.CheckConstraint(
                name="assessment_levels_1_to_3",
                condition=(Q(baseline_level__isnull=True) | Q(baseline_level__range=(1, 3)))
                & (Q(computed_level__isnull=True) | Q(computed_level__range=(1, 3)))
                & (Q(decided_level__isnull=True) | Q(decided_level__range=(1, 3))),
                violation_error_message="Un niveau va de 1 à 3, ou reste vide.",
            ),
            models.CheckConstraint(
                name="assessment_override_has_a_reason",
                condition=Q(decision__in=["", "accepted"]) | ~Q(decision_reason=""),
                violation_error_message="Garder l’ancien niveau ou en retenir un autre demande un motif écrit.",
            ),
        ]

    def __str__(self):
        return f"{self.use_case} : {self.get_dimension_display()}"
