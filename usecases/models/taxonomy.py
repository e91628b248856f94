"""The lists that describe a use case or a professional."""

from django.db import models


class Source(models.TextChoices):
    """Where an entry of the catalogue comes from."""

    STUDY = "study", "étude 2024"
    PRESS = "press", "presse"
    PROPOSED = "proposed", "proposé"


class CodedName(models.Model):
    """An entry of a closed or growing list: a stable code for files, a French name for people."""

    code = models.SlugField(
        "code",
        max_length=80,
        unique=True,
        help_text="Identifiant stable, utilisé dans les fichiers. Ne change jamais.",
    )
    name = models.CharField("nom", max_length=200)
    position = models.PositiveSmallIntegerField("rang", default=0, help_text="Ordre d’affichage.")

    class Meta:
        abstract = True
        ordering = ["position", "name"]

    def __str__(self):
        return self.name


class Family(CodedName):
    """One of the study's seven groups of use cases."""

    class Meta(CodedName.Meta):
        verbose_name = "famille"


class ValueChain(CodedName):
    """Cinéma & Audiovisuel, or Jeu vidéo."""

    class Meta(CodedName.Meta):
        verbose_name = "filière"


class Stage(CodedName):
    """A step in the life of a work, within one value chain."""

    chain = models.ForeignKey(ValueChain, models.PROTECT, related_name="stages", verbose_name="filière")
    potential_impact = models.PositiveSmallIntegerField(
        "impact potentiel",
        null=True,
        blank=True,
        help_text="De 1 à 5, à titre indicatif dans l’étude. Vide : non renseigné.",
    )
    source = models.CharField("source", max_length=10, choices=Source, default=Source.PROPOSED)

    class Meta(CodedName.Meta):
        verbose_name = "étape"
        constraints = [
            models.CheckConstraint(
                name="stage_potential_impact_1_to_5",
                condition=models.Q(potential_impact__isnull=True) | models.Q(potential_impact__range=(1, 5)),
                violation_error_message="L’impact potentiel d’une étape va de 1 à 5, ou reste vide.",
            )
        ]

    def __str__(self):
        return f"{self.name} ({self.chain})"


class Sector(CodedName):
    """What a respondent works in."""

    chain = models.ForeignKey(
        ValueChain, models.PROTECT, null=True, blank=True, related_name="sectors", verbose_name="filière"
    )

    class Meta(CodedName.Meta):
        verbose_name = "secteur"


class Occupation(CodedName):
    """A trade of the sector; a person may hold several."""

    group = models.CharField("groupe", max_length=80, blank=True)
    source = models.CharField("source", max_length=10, choices=Source, default=Source.PROPOSED)

    class Meta(CodedName.Meta):
        verbose_name = "métier"


class Benefit(CodedName):
    """What a use case is good for."""

    source = models.CharField("source", max_length=10, choices=Source, default=Source.PROPOSED)

    class Meta(CodedName.Meta):
        verbose_name = "intérêt"


class Barrier(CodedName):
    """What stands in the way of adoption."""

    group = models.CharField("groupe", max_length=80, blank=True)

    class Meta(CodedName.Meta):
        verbose_name = "frein"


class Tool(CodedName):
    """A piece of software or a service, named by the study or by respondents."""

    publisher = models.CharField("éditeur", max_length=200, blank=True)
    source = models.CharField("source", max_length=10, choices=Source, default=Source.PROPOSED)

    class Meta(CodedName.Meta):
        verbose_name = "outil"
