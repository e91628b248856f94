"""The population that a wave may be weighted to: what is known of it, variable by variable, with its source."""

from django.db import models
from django.db.models import Q

from .campaign import Campaign

SEPARATOR = "|"  # between the categories of one row: they are weighted as one
NOT_GIVEN = "non_renseigne"  # the category of those who left the variable empty
FIRST_YEAR, LAST_YEAR = 1990, 2100


class PopulationMargin(models.Model):
    """One known figure of the population: how many persons, or which share, are in a category of a variable.

    `category` holds codes of the variable, several joined by « | » when they are merged. All the rows of a
    single-valued variable make one margin; a row of sectors or occupations, which a person may cumulate, makes a
    yes/no margin of its own. The row `population` gives the number of persons when nothing else does.
    """

    class Variable(models.TextChoices):
        POPULATION = "population", "Population totale"
        SECTORS = "sectors", "Secteur"
        OCCUPATIONS = "occupations", "Métier"
        STRUCTURE_TYPE = "structure_type", "Type de structure"
        STRUCTURE_SIZE = "structure_size", "Taille de la structure"
        SENIORITY = "seniority", "Ancienneté"
        EMPLOYMENT_STATUS = "employment_status", "Statut d’emploi"
        GENDER = "gender", "Genre"
        AGE_GROUP = "age_group", "Tranche d’âge"

    class Unit(models.TextChoices):
        HEADCOUNT = "headcount", "effectif"
        SHARE = "share", "part (%)"

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="margins", verbose_name="campagne")
    variable = models.CharField("variable", max_length=20, choices=Variable)
    category = models.CharField(
        "modalité",
        max_length=500,
        blank=True,
        help_text="Code de la modalité ; plusieurs codes séparés par « | » pour les regrouper ; "
        "« non_renseigne » pour les personnes sans réponse. Vide pour la population totale.",
    )
    target = models.FloatField("cible", help_text="Nombre de personnes, ou part en pourcentage.")
    unit = models.CharField("unité", max_length=10, choices=Unit, default=Unit.HEADCOUNT)
    source = models.CharField("source", max_length=300, help_text="Qui publie ce chiffre, dans quel document.")
    year = models.PositiveSmallIntegerField("année", help_text="Année que le chiffre décrit.")

    class Meta:
        verbose_name = "marge de population"
        verbose_name_plural = "marges de population"
        ordering = ["variable", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="population_margin_once",
                fields=["campaign", "variable", "category"],
                violation_error_message="Cette modalité a déjà une cible : gardez-en une.",
            ),
            models.CheckConstraint(
                name="population_margin_target_not_negative",
                condition=Q(target__gte=0),
                violation_error_message="Une cible n’est jamais négative.",
            ),
            models.CheckConstraint(
                name="population_margin_share_within_100",
                condition=Q(unit="headcount") | Q(target__lte=100),
                violation_error_message="Une part va de 0 à 100.",
            ),
            models.CheckConstraint(
                name="population_margin_population_is_a_headcount",
                condition=~Q(variable="population") | (Q(unit="headcount") & Q(category="")),
                violation_error_message="La population totale est un effectif, sans modalité.",
            ),
            models.CheckConstraint(
                name="population_margin_category_named",
                condition=Q(variable="population") | ~Q(category=""),
                violation_error_message="Indiquez la modalité.",
            ),
            models.CheckConstraint(
                name="population_margin_year_plausible",
                condition=Q(year__range=(FIRST_YEAR, LAST_YEAR)),
                violation_error_message=f"L’année va de {FIRST_YEAR} à {LAST_YEAR}.",
            ),
        ]

    def __str__(self):
        return f"{self.get_variable_display()} : {self.category or 'tous'}"

    @property
    def codes(self) -> list[str]:
        """The codes of the categories merged in this row."""
        return self.category.split(SEPARATOR) if self.category else []
