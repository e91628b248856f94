"""What moved between a closed campaign and the one before it."""

from django.db import models
from django.db.models import Q

from usecases.models import UseCase

from .assessment import Snapshot


class Change(models.Model):
    """The change of one indicator of one use case since the previous campaign, whole or in one category.

    Written once, at closing, by `interviews.results.changes`; figures are whole, unmasked: read them only through
    `results.changes.read_changes`. Means are in the indicator's own unit: a level from 1 to 3, a share from 0 to 1, a
    balance from -1 to 1; `difference` is `after` less `before`. `p_adjusted` is that of its family (Benjamini and
    Hochberg), `announced` whether it passes. Where `obstacle` says why nothing is compared, figures are null.

    `lineage` is how the use case descends from `origins`, codes of the previous campaign (see `usecases.lineage`).
    `is_weighted`: both waves are, and so are the figures; `unweighted` then holds the plain ones beside them, by the
    same names. `at_constant_structure` holds the change on the previous wave's mix (after, difference, standard_error,
    low, high, cells, finest), for the whole only, empty where it was not computed.
    """

    class Indicator(models.TextChoices):
        MATURITY = "maturity", "maturité technologique"
        IMPACT = "impact", "impact pressenti"
        USAGE = "usage", "usage actuel"
        INTENTION = "intention", "intention nette"

    class Lineage(models.TextChoices):
        SAME = "same", "le même"
        RENAMED = "renamed", "renommé"
        SPLIT = "split", "scindé"
        MERGED = "merged", "réuni"
        NEW = "new", "nouveau"
        TANGLED = "tangled", "recomposé"
        DROPPED = "dropped", "n’est plus interrogé"

    class Obstacle(models.TextChoices):
        NONE = "", "comparé"
        LINEAGE = "lineage", "le cas d’usage n’a pas d’équivalent"
        WORDING = "wording", "la question a changé de version"
        SMALL_BASE = "small_base", "moins de 10 réponses dans une des vagues"

    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="changes", verbose_name="instantané")
    previous = models.ForeignKey(Snapshot, models.PROTECT, related_name="+", verbose_name="instantané précédent")
    use_case = models.ForeignKey(UseCase, models.PROTECT, related_name="changes", verbose_name="cas d’usage")
    indicator = models.CharField("indicateur", max_length=10, choices=Indicator)
    variable = models.CharField("variable", max_length=20, blank=True)
    category = models.CharField("modalité", max_length=80, blank=True)
    lineage = models.CharField("filiation", max_length=10, choices=Lineage)
    origins = models.JSONField("issu de", default=list)
    obstacle = models.CharField("obstacle", max_length=10, choices=Obstacle, blank=True)
    n_before = models.PositiveIntegerField("base d’avant", default=0)
    n_after = models.PositiveIntegerField("base d’après", default=0)
    n_both = models.PositiveIntegerField("personnes des deux vagues", default=0)
    before = models.FloatField("avant", null=True)
    after = models.FloatField("après", null=True)
    difference = models.FloatField("évolution", null=True)
    standard_error = models.FloatField("erreur type", null=True)
    low = models.FloatField("borne basse", null=True)
    high = models.FloatField("borne haute", null=True)
    p = models.FloatField("p", null=True)
    p_adjusted = models.FloatField("p ajusté", null=True)
    announced = models.BooleanField("annoncée", default=False)
    is_weighted = models.BooleanField("redressée", default=False)
    unweighted = models.JSONField("sans redressement", default=dict)
    at_constant_structure = models.JSONField("à structure constante", default=dict)

    class Meta:
        verbose_name = "évolution"
        # The order of writing is the order of reading: catalogue, indicator, variable, category.
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="change_once", fields=["snapshot", "use_case", "indicator", "variable", "category"]
            ),
            models.CheckConstraint(
                name="change_compared_or_explained",
                condition=Q(obstacle="", difference__isnull=False) | (~Q(obstacle="") & Q(difference__isnull=True)),
                violation_error_message="Une évolution a une différence, ou une raison de ne pas en avoir.",
            ),
        ]

    def __str__(self):
        place = f"{self.variable} {self.category or 'non renseigné'}" if self.variable else "ensemble"
        return f"{self.use_case} : {self.get_indicator_display()}, {place}"
