"""Campaigns: one wave of collection each."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from usecases.models import Edition, UseCase

from .questionnaire import Questionnaire


class CampaignQuerySet(models.QuerySet):
    def open(self, today=None):
        today = today or timezone.localdate()
        return self.filter(opens_on__lte=today, closes_on__gte=today, closed_at=None)


class Campaign(models.Model):
    """A wave (« vague »): one questionnaire version put to professionals between two dates."""

    class Weighting(models.TextChoices):
        OFF = "off", "aucun"
        MARGINS = "margins", "calage sur les marges de population"
        SUPPLIED = "supplied", "poids fournis avec les réponses"

    slug = models.SlugField("adresse", max_length=60, unique=True, help_text="Sert dans l’adresse du lien ouvert.")
    title = models.CharField("titre", max_length=200)
    questionnaire = models.ForeignKey(
        Questionnaire, models.PROTECT, related_name="campaigns", verbose_name="questionnaire"
    )
    use_cases = models.ManyToManyField(
        UseCase, through="CampaignUseCase", related_name="campaigns", verbose_name="cas d’usage"
    )
    opens_on = models.DateField("ouvre le")
    closes_on = models.DateField("ferme le", help_text="Dernier jour de réponse, inclus.")
    closed_at = models.DateTimeField(
        "close le", null=True, blank=True, editable=False, help_text="Clôture : les résultats sont figés."
    )
    is_anonymous = models.BooleanField(
        "anonyme",
        default=False,
        help_text="À l’envoi, le lien entre la personne et sa réponse est détruit : elle ne peut plus la modifier.",
    )
    is_fictional = models.BooleanField(
        "fictive",
        default=False,
        help_text="Démonstration : réponses simulées, édition marquée fictive partout.",
    )
    weighting = models.CharField(
        "redressement",
        max_length=10,
        choices=Weighting,
        default=Weighting.OFF,
        help_text="Par défaut, chaque personne compte pour une.",
    )
    consent_text = models.TextField("texte du consentement")
    consent_version = models.CharField("version du consentement", max_length=20, default="1")
    baseline = models.ForeignKey(
        Edition,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="campaigns_after",
        verbose_name="édition de référence",
        help_text="Ses niveaux sont ceux en vigueur au début de la vague.",
    )
    edition = models.OneToOneField(
        Edition,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="campaign",
        verbose_name="édition publiée",
    )
    correcting = models.ForeignKey(
        Edition,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="campaigns_correcting",
        verbose_name="édition à corriger",
        help_text="Édition de cette campagne, erronée, que sa prochaine publication remplacera.",
    )
    correction_reason = models.TextField("motif de la correction", blank=True, editable=False)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = "campagne"
        ordering = ["-opens_on", "slug"]
        constraints = [
            models.CheckConstraint(
                name="campaign_opens_before_it_closes",
                condition=Q(opens_on__lte=F("closes_on")),
                violation_error_message="La campagne ferme après avoir ouvert : vérifiez les deux dates.",
            ),
            models.CheckConstraint(
                name="campaign_published_only_when_closed",
                condition=Q(edition__isnull=True) | Q(closed_at__isnull=False),
                violation_error_message="Seule une campagne close peut être publiée.",
            ),
            models.CheckConstraint(
                name="campaign_correction_before_publication_with_a_reason",
                condition=Q(correcting__isnull=True) | (Q(edition__isnull=True) & ~Q(correction_reason="")),
                violation_error_message="Une correction se prépare avant d’être publiée, et dit ce qui était faux.",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("enter", args=[self.slug])

    @property
    def previous(self):
        """The campaign that published the baseline, the previous wave; None when no campaign did.

        A campaign keeps its answers when its edition is corrected: it is then the one of the correction, published or
        being prepared.
        """
        edition = self.baseline
        while edition is not None:
            found = getattr(edition, "campaign", None) or edition.campaigns_correcting.first()
            if found:
                return found
            edition = getattr(edition, "correction", None)
        return None

    @property
    def is_open(self):
        today = timezone.localdate()
        return self.closed_at is None and self.opens_on <= today <= self.closes_on


class CampaignUseCase(models.Model):
    """One entry of the campaign's frozen list of use cases."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="use_case_links", verbose_name="campagne")
    use_case = models.ForeignKey(UseCase, models.PROTECT, related_name="campaign_links", verbose_name="cas d’usage")

    class Meta:
        verbose_name = "cas d’usage de la campagne"
        verbose_name_plural = "cas d’usage de la campagne"
        ordering = ["use_case__position"]
        constraints = [models.UniqueConstraint(name="campaign_use_case_once", fields=["campaign", "use_case"])]

    def __str__(self):
        return str(self.use_case)


class OpenLink(models.Model):
    """The open link given to one partner that relays the survey; its responses are counted apart."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="open_links", verbose_name="campagne")
    code = models.SlugField("code", max_length=40, help_text="Sert dans l’adresse : …/participer/campagne/?par=code.")
    partner = models.CharField("partenaire", max_length=200)

    class Meta:
        verbose_name = "lien partenaire"
        verbose_name_plural = "liens partenaires"
        ordering = ["partner"]
        constraints = [models.UniqueConstraint(name="open_link_once", fields=["campaign", "code"])]

    def __str__(self):
        return self.partner
