"""Published figures of a survey that is not ours, to read our own waves against."""

from django.db import models
from django.db.models import Q


class ReferenceFigure(models.Model):
    """One published percentage: which share of whom gave this answer to this question, when, according to whom.

    `item` and `category` are codes of a general item and of one of its answers. `base` is null when the source does
    not give it: then a difference is shown without any interval. `base_label` says whom the base is made of.
    """

    item = models.SlugField("question", max_length=80, help_text="Code d’une question générale.")
    category = models.SlugField("réponse", max_length=80, help_text="Code d’une réponse à cette question.")
    percent = models.FloatField("pourcentage", help_text="De 0 à 100, tel que publié.")
    base = models.PositiveIntegerField(
        "base", null=True, blank=True, help_text="Nombre de personnes ; vide quand la source ne le donne pas."
    )
    base_label = models.CharField(
        "qui compose la base", max_length=200, blank=True, help_text="Par exemple : répondants, utilisateurs de l’IA."
    )
    date = models.DateField("date", help_text="Fin de la collecte, ou publication à défaut.")
    source = models.CharField("source", max_length=300)

    class Meta:
        verbose_name = "chiffre de référence"
        verbose_name_plural = "séries de référence"
        ordering = ["item", "category", "date", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="reference_figure_once",
                fields=["item", "category", "date", "source"],
                violation_error_message="Cette source donne déjà un chiffre pour cette réponse à cette date.",
            ),
            models.CheckConstraint(
                name="reference_figure_percent_0_to_100",
                condition=Q(percent__range=(0, 100)),
                violation_error_message="Un pourcentage va de 0 à 100.",
            ),
            models.CheckConstraint(
                name="reference_figure_base_positive",
                condition=Q(base__isnull=True) | Q(base__gt=0),
                violation_error_message="Une base compte au moins une personne ; laissez-la vide si elle est inconnue.",
            ),
        ]

    def __str__(self):
        return f"{self.item} : {self.category} ({self.source}, {self.date:%d/%m/%Y})"
