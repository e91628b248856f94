"""Editions: frozen lists of ratings. Written by `usecases.editions` alone."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from .catalogue import UseCase


class Dimension(models.TextChoices):
    MATURITY = "maturity", "Maturité technologique"
    IMPACT = "impact", "Impact pressenti"
    ADOPTION = "adoption", "Adoption"


class EditionQuerySet(models.QuerySet):
    def real(self):
        return self.filter(is_fictional=False)

    def in_force(self):
        """The last real edition, or None on an empty catalogue."""
        return self.real().order_by("number").last()

    def public(self):
        """The editions a reader may find: real ones, and a demonstration only while nothing real has been published
        since the 2024 study."""
        real = self.real()
        return real if real.count() > 1 else self.all()

    def shown(self):
        """The editions a reader compares in the catalogue: the public ones that no other corrects."""
        return self.public().filter(correction=None)


class Edition(models.Model):
    """One published state of the catalogue. Never changes once written: a correction is a new edition."""

    number = models.PositiveSmallIntegerField("numéro", unique=True)
    title = models.CharField("titre", max_length=200)
    published_on = models.DateField("publiée le")
    collected_from = models.DateField("début de la collecte")
    collected_to = models.DateField("fin de la collecte")
    respondents = models.PositiveIntegerField(
        "répondants",
        null=True,
        blank=True,
        help_text="Réponses comptées ; vide quand la source n’en donne pas le nombre.",
    )
    source = models.TextField("source", help_text="D’où viennent les notes, en une phrase.")
    previous = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="following",
        verbose_name="édition précédente",
        help_text="Édition dont les niveaux étaient en vigueur.",
    )
    corrects = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="correction",
        verbose_name="corrige",
        help_text="Édition erronée que celle-ci remplace ; elle reste lisible.",
    )
    correction_reason = models.TextField("motif de la correction", blank=True)
    is_fictional = models.BooleanField("fictive", default=False)
    method_version = models.CharField("version de la méthode", max_length=20, blank=True)
    snapshot_id = models.CharField("instantané", max_length=64, blank=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = "édition"
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                name="edition_collection_dates_in_order",
                condition=Q(collected_from__lte=F("collected_to")),
                violation_error_message="La collecte se termine après avoir commencé.",
            ),
            models.CheckConstraint(
                name="edition_correction_has_a_reason",
                condition=Q(corrects__isnull=True) | ~Q(correction_reason=""),
                violation_error_message="Une correction dit ce qui était faux.",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("edition", args=[self.number])


class Rating(models.Model):
    """One published rating of one use case on one dimension, with the evidence that may be shown.

    `level` is null for « non renseigné ». Every figure that the disclosure rules hide is null.
    `details` holds the other publishable figures by name (shares of each level, agreement, funnel…).
    """

    class Status(models.TextChoices):
        STUDY = "study", "donnée par l’étude"
        NOT_PROVIDED = "not_provided", "non renseignée"
        RAISED = "raised", "relevée"
        LOWERED = "lowered", "abaissée"
        FIRST = "first", "première note"
        CONFIRMED = "confirmed", "confirmée"
        CONTESTED = "contested", "contestée"
        INSUFFICIENT = "insufficient", "base insuffisante"
        DECIDED = "decided", "fixée par décision"

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="ratings", verbose_name="édition")
    use_case = models.ForeignKey(UseCase, models.PROTECT, related_name="ratings", verbose_name="cas d’usage")
    dimension = models.CharField("dimension", max_length=10, choices=Dimension)
    level = models.PositiveSmallIntegerField(
        "niveau", null=True, blank=True, help_text="De 1 à 3. Vide : non renseigné."
    )
    label = models.CharField("formulation", max_length=200, blank=True)
    status = models.CharField("statut", max_length=20, choices=Status)
    reason = models.CharField("motif", max_length=40, blank=True)
    base = models.PositiveIntegerField(
        "base", null=True, blank=True, help_text="Personnes sur lesquelles porte la note."
    )
    share = models.FloatField(
        "part", null=True, blank=True, help_text="Adoption : part des utilisateurs actuels, de 0 à 1."
    )
    low = models.FloatField("borne basse", null=True, blank=True)
    high = models.FloatField("borne haute", null=True, blank=True)
    probability = models.FloatField("probabilité du niveau", null=True, blank=True)
    details = models.JSONField("autres chiffres publiés", default=dict, blank=True)
    computed_level = models.PositiveSmallIntegerField("niveau calculé", null=True, blank=True)
    reviewer = models.CharField("validée par", max_length=150, blank=True)
    review_reason = models.TextField("motif de la décision", blank=True)

    class Meta:
        verbose_name = "note"
        ordering = ["edition", "use_case__position", "dimension"]
        constraints = [
            models.UniqueConstraint(name="rating_once", fields=["edition", "use_case", "dimension"]),
            models.CheckConstraint(
                name="rating_level_1_to_3",
                condition=Q(level__isnull=True) | Q(level__range=(1, 3)),
                violation_error_message="Un niveau va de 1 à 3, ou reste vide (non renseigné).",
            ),
            models.CheckConstraint(
                name="rating_interval_in_order",
                condition=Q(low__isnull=True) | Q(high__isnull=True) | Q(low__lte=F("high")),
                violation_error_message="La borne basse dépasse la borne haute.",
            ),
        ]

    def __str__(self):
        return f"{self.use_case} : {self.get_dimension_display()} ({self.edition})"

    @property
    def unweighted_share(self):
        """The plain share beside a weighted one; None in an unweighted edition."""
        return (self.details.get("unweighted") or {}).get("rate")

    @property
    def interpolated_median(self):
        """Where opinion stands between the levels, for maturity and impact; None where it is not shown."""
        return self.details.get("interpolated_median")

    @property
    def dont_know_share(self):
        """The share of those who do not know, from 0 to 1, for maturity and impact; None where it is not shown."""
        return self.details.get("dk_share")


class EditionFile(models.Model):
    """A file published with an edition, kept with it: the same bytes for ever, on every machine.

    `content` is null while a job still prepares it; written once.
    """

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="files", verbose_name="édition")
    name = models.CharField("nom", max_length=80)
    title = models.CharField("titre", max_length=200)
    content = models.BinaryField("contenu", null=True)
    size = models.PositiveIntegerField("taille", null=True)
    sha256 = models.CharField("empreinte", max_length=64, blank=True)

    class Meta:
        verbose_name = "fichier d’une édition"
        verbose_name_plural = "fichiers d’une édition"
        ordering = ["edition", "pk"]
        constraints = [
            models.UniqueConstraint(name="edition_file_once", fields=["edition", "name"]),
            models.CheckConstraint(
                name="edition_file_whole",
                condition=Q(content__isnull=True, size__isnull=True, sha256="")
                | (Q(content__isnull=False, size__isnull=False) & ~Q(sha256="")),
                violation_error_message="Un fichier publié a sa taille et son empreinte.",
            ),
        ]

    def __str__(self):
        return f"{self.title} ({self.edition})"


class RatingBreakdown(models.Model):
    """A published rating for one category of respondents (an occupation…); figures the rules hide are null."""

    OCCUPATION = "occupation"

    rating = models.ForeignKey(Rating, models.PROTECT, related_name="breakdowns", verbose_name="note")
    variable = models.CharField("variable", max_length=20)
    category = models.CharField("modalité", max_length=80)
    base = models.PositiveIntegerField("base", null=True, blank=True)
    share = models.FloatField("part", null=True, blank=True)
    low = models.FloatField("borne basse", null=True, blank=True)
    high = models.FloatField("borne haute", null=True, blank=True)
    unweighted_share = models.FloatField(
        "part sans redressement", null=True, blank=True, help_text="À côté de la part, quand celle-ci est redressée."
    )
    mark = models.CharField("marque", max_length=2, blank=True)

    class Meta:
        verbose_name = "note par catégorie"
        verbose_name_plural = "notes par catégorie"
        ordering = ["rating", "variable", "category"]
        constraints = [models.UniqueConstraint(name="breakdown_once", fields=["rating", "variable", "category"])]

    def __str__(self):
        return f"{self.rating} : {self.category}"
