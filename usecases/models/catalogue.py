"""The use cases and their sheets."""

from django.db import models
from django.urls import reverse

from .taxonomy import Benefit, CodedName, Family, Occupation, Source, Stage, Tool


class UseCaseQuerySet(models.QuerySet):
    def retained(self):
        return self.filter(status=UseCase.Status.RETAINED)


class UseCase(CodedName):
    """An application of AI that the study catalogued; its code is the slug of the study's name."""

    class Status(models.TextChoices):
        RETAINED = "retained", "retenu"
        NOT_RETAINED = "not_retained", "non retenu"

    name = models.CharField("nom", max_length=200)
    family = models.ForeignKey(Family, models.PROTECT, related_name="use_cases", verbose_name="famille")
    summary = models.CharField(
        "résumé", max_length=300, blank=True, help_text="Une phrase simple, montrée aux répondants."
    )
    summary_source = models.CharField("source du résumé", max_length=10, choices=Source, default=Source.PROPOSED)
    status = models.CharField("statut", max_length=20, choices=Status, default=Status.RETAINED)
    status_source = models.TextField(
        "source du statut", blank=True, help_text="Obligatoire pour un cas d’usage non retenu."
    )
    stages = models.ManyToManyField(Stage, through="UseCaseStage", related_name="use_cases", verbose_name="étapes")
    occupations = models.ManyToManyField(
        Occupation, through="UseCaseOccupation", related_name="use_cases", verbose_name="métiers"
    )
    benefits = models.ManyToManyField(
        Benefit, through="UseCaseBenefit", related_name="use_cases", verbose_name="intérêts"
    )
    tools = models.ManyToManyField(
        Tool,
        blank=True,
        related_name="use_cases",
        verbose_name="outils cités",
        help_text="Outils cités par la fiche.",
    )
    replaces = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="replaced_by",
        verbose_name="remplace",
        help_text="Cas d’usage des éditions précédentes que celui-ci renomme, scinde ou réunit.",
    )

    objects = UseCaseQuerySet.as_manager()

    class Meta(CodedName.Meta):
        verbose_name = "cas d’usage"
        verbose_name_plural = "cas d’usage"
        constraints = [
            models.CheckConstraint(
                name="use_case_not_retained_has_source",
                condition=models.Q(status="retained") | ~models.Q(status_source=""),
                violation_error_message="Un cas d’usage non retenu indique la source de cette décision.",
            )
        ]

    def get_absolute_url(self):
        return reverse("use_case", args=[self.code])

    @property
    def is_retained(self):
        return self.status == self.Status.RETAINED


class ProposableLink(models.Model):
    """A link between a use case and an entry of a list, given by the study or proposed by the editors."""

    proposed = models.BooleanField(
        "proposé", default=False, help_text="Coché : proposé par l’équipe, absent de l’extrait de l’étude."
    )

    class Meta:
        abstract = True


class UseCaseStage(ProposableLink):
    use_case = models.ForeignKey(UseCase, models.CASCADE, related_name="stage_links", verbose_name="cas d’usage")
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="use_case_links", verbose_name="étape")

    class Meta:
        verbose_name = "étape du cas d’usage"
        verbose_name_plural = "étapes du cas d’usage"
        ordering = ["stage__position"]
        constraints = [models.UniqueConstraint(name="use_case_stage_once", fields=["use_case", "stage"])]

    def __str__(self):
        return str(self.stage)


class UseCaseOccupation(ProposableLink):
    use_case = models.ForeignKey(UseCase, models.CASCADE, related_name="occupation_links", verbose_name="cas d’usage")
    occupation = models.ForeignKey(Occupation, models.PROTECT, related_name="use_case_links", verbose_name="métier")

    class Meta:
        verbose_name = "métier concerné"
        verbose_name_plural = "métiers concernés"
        ordering = ["occupation__position"]
        constraints = [models.UniqueConstraint(name="use_case_occupation_once", fields=["use_case", "occupation"])]

    def __str__(self):
        return str(self.occupation)


class UseCaseBenefit(ProposableLink):
    use_case = models.ForeignKey(UseCase, models.CASCADE, related_name="benefit_links", verbose_name="cas d’usage")
    benefit = models.ForeignKey(Benefit, models.PROTECT, related_name="use_case_links", verbose_name="intérêt")

    class Meta:
        verbose_name = "intérêt du cas d’usage"
        verbose_name_plural = "intérêts du cas d’usage"
        ordering = ["benefit__position"]
        constraints = [models.UniqueConstraint(name="use_case_benefit_once", fields=["use_case", "benefit"])]

    def __str__(self):
        return str(self.benefit)


class SheetSection(models.Model):
    """One section of a use case's sheet, in light Markdown."""

    class Kind(models.TextChoices):
        DESCRIPTION = "description", "Description"
        TECHNOLOGY_MATURITY = "technology_maturity", "Maturité technologique"
        EXAMPLES = "examples", "Exemples d’application"
        ADOPTION_POTENTIAL = "adoption_potential", "Potentiel d’adoption"
        POTENTIAL_IMPACT = "potential_impact", "Impact potentiel"
        PERCEPTION = "perception", "Perception des professionnels"
        NOTE = "note", "Note"

    use_case = models.ForeignKey(UseCase, models.CASCADE, related_name="sections", verbose_name="cas d’usage")
    kind = models.CharField("rubrique", max_length=30, choices=Kind)
    body = models.TextField("texte", help_text="Paragraphes ; « - » en début de ligne pour une liste ; *italique*.")
    position = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        verbose_name = "rubrique de fiche"
        verbose_name_plural = "rubriques de fiche"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(name="sheet_section_once", fields=["use_case", "kind"])]

    def __str__(self):
        return f"{self.use_case} : {self.get_kind_display()}"


class GlossaryTerm(CodedName):
    """A term of the study's glossary, defined in our own words."""

    definition = models.TextField("définition")
    aliases = models.CharField("autres formes", max_length=200, blank=True, help_text="Séparées par des virgules.")

    class Meta(CodedName.Meta):
        verbose_name = "terme du glossaire"
        verbose_name_plural = "termes du glossaire"
        ordering = ["name"]


class LoadedRecord(models.Model):
    """What `load_catalogue` last wrote for one entry, so that it can tell a staff edit from an old value."""

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    values = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(name="loaded_record_once", fields=["kind", "key"])]

    def __str__(self):
        return f"{self.kind} {self.key}"
