"""The frozen cube of a closed campaign: every aggregated figure, one row per cell."""

from django.db import models
from django.db.models import Q

from usecases.models import UseCase

from .assessment import Snapshot


class CubeCell(models.Model):
    """What the persons of one category say of one item. Written once, at closing, by `interviews.results.cube`.

    `item` is maturity, impact, usage, intention, benefits, barriers, tools or satisfaction of a use case, or the code
    of a general item (then `use_case` is null). `variable` is empty for the whole; an empty `category` of a variable
    holds those who did not say. `base` counts persons. `figures` are whole, unmasked: see `results.figures` for what
    each item holds, and read them only through `results.cube.read_cells`. `mask` says why the public does not see
    everything of the cell.
    """

    class Mode(models.TextChoices):
        QUESTIONNAIRE = "questionnaire", "questionnaire"
        INTERVIEW = "interview", "entretien"

    class Mask(models.TextChoices):
        NONE = "", "tout est montré"
        PRIMARY = "primary", "trop peu de personnes ou de structures"
        COMPLEMENT = "complement", "trahirait les autres, trop peu nombreux"
        SECONDARY = "secondary", "protège une cellule masquée"
        BASE_ONLY = "base_only", "de 5 à 9 personnes"
        UNKNOWN = "unknown", "plus d’une personne sur deux ne sait pas"
        GROUP = "group", "presque tous ont donné la même réponse"
        PROTECTED = "protected", "ses parts en trahiraient d’autres"

    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="cells", verbose_name="instantané")
    use_case = models.ForeignKey(UseCase, models.PROTECT, null=True, related_name="cells", verbose_name="cas d’usage")
    item = models.CharField("indicateur", max_length=80)
    mode = models.CharField("mode", max_length=13, choices=Mode, default=Mode.QUESTIONNAIRE)
    variable = models.CharField("variable", max_length=20, blank=True)
    category = models.CharField("modalité", max_length=80, blank=True)
    base = models.PositiveIntegerField("base")
    figures = models.JSONField("chiffres")
    mask = models.CharField("masque", max_length=10, choices=Mask, blank=True)

    class Meta:
        verbose_name = "cellule du cube"
        verbose_name_plural = "cellules du cube"
        # The order of writing is the order of reading: catalogue, item, variable, category.
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="cube_cell_once",
                fields=["snapshot", "use_case", "item", "mode", "variable", "category"],
                condition=Q(use_case__isnull=False),
            ),
            models.UniqueConstraint(
                name="cube_cell_of_a_general_item_once",
                fields=["snapshot", "item", "mode", "variable", "category"],
                condition=Q(use_case__isnull=True),
            ),
        ]

    def __str__(self):
        place = f"{self.variable} {self.category or 'non renseigné'}" if self.variable else "ensemble"
        return f"{self.use_case or self.item} : {self.item}, {place}"
