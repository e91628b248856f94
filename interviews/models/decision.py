"""What people decided about each assessment, one line a decision, none of them ever changed."""

from django.conf import settings
from django.db import models

from .assessment import Assessment


class DecisionRecord(models.Model):
    """One decision about one assessment, or its withdrawal (`decision` empty), with what it rested on.

    The assessment holds the decision that counts; these lines tell how it came. Written by `results.review` alone.
    """

    assessment = models.ForeignKey(
        Assessment, models.CASCADE, related_name="decision_records", verbose_name="évaluation"
    )
    decision = models.CharField("décision", max_length=10, choices=Assessment.Decision, blank=True)
    level = models.PositiveSmallIntegerField("niveau retenu", null=True, blank=True)
    reason = models.TextField("motif", blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="par"
    )
    decided_at = models.DateTimeField("le")
    evidence = models.JSONField("sur quoi", default=dict)

    class Meta:
        verbose_name = "décision"
        ordering = ["-decided_at", "-pk"]

    def __str__(self):
        return f"{self.assessment} : {self.get_decision_display() or 'décision retirée'}"

    @property
    def author(self) -> str:
        """Who decided, by name; a command when nobody signed in."""
        if self.decided_by is None:
            return "une commande du serveur"
        return self.decided_by.get_full_name() or self.decided_by.get_username()
