"""Running a campaign: how many answers are wanted where, what is written to people, and what was."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from cnc_survey.outbox.models import Mail
from cnc_survey.personal_data import EncryptedTextField
from usecases.models import Occupation, Sector

from .campaign import Campaign
from .respondent import Contact, Invitation
from .response import Response

TAKEN = "Ce segment a déjà un objectif : modifiez-le."


class CampaignTarget(models.Model):
    """How many counted responses a campaign wants of a segment: a sector, an occupation, or both."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="targets", verbose_name="campagne")
    sector = models.ForeignKey(
        Sector, models.PROTECT, null=True, blank=True, related_name="targets", verbose_name="secteur"
    )
    occupation = models.ForeignKey(
        Occupation, models.PROTECT, null=True, blank=True, related_name="targets", verbose_name="métier"
    )
    wanted = models.PositiveIntegerField("réponses visées")

    class Meta:
        verbose_name = "objectif"
        ordering = ["sector__position", "occupation__position"]
        constraints = [
            # Three, as two nulls are never equal.
            models.UniqueConstraint(
                name="target_pair_once",
                fields=["campaign", "sector", "occupation"],
                violation_error_message=TAKEN,
            ),
            models.UniqueConstraint(
                name="target_sector_once",
                fields=["campaign", "sector"],
                condition=Q(occupation=None),
                violation_error_message=TAKEN,
            ),
            models.UniqueConstraint(
                name="target_occupation_once",
                fields=["campaign", "occupation"],
                condition=Q(sector=None),
                violation_error_message=TAKEN,
            ),
            models.CheckConstraint(
                name="target_names_a_segment",
                condition=Q(sector__isnull=False) | Q(occupation__isnull=False),
                violation_error_message="Choisissez un secteur, un métier, ou les deux.",
            ),
            models.CheckConstraint(
                name="target_wants_somebody",
                condition=Q(wanted__gte=1),
                violation_error_message="Un objectif vise au moins une réponse.",
            ),
        ]

    def __str__(self):
        return " · ".join(str(part) for part in (self.sector, self.occupation) if part)


class MailKind(models.TextChoices):
    INVITATION = "invitation", "Invitation"
    REMINDER = "reminder", "Relance"
    LAST_REMINDER = "last_reminder", "Dernière relance"


class MailText(models.Model):
    """What a campaign writes, in its own words. Without a row, the text of the house is used."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="mail_texts", verbose_name="campagne")
    kind = models.CharField("courriel", max_length=20, choices=MailKind)
    language = models.CharField("langue", max_length=2, choices=Contact.Language, default=Contact.Language.FRENCH)
    subject = models.CharField("objet", max_length=150)
    body = models.TextField("texte", max_length=5000)

    class Meta:
        verbose_name = "texte de courriel"
        verbose_name_plural = "textes de courriel"
        ordering = ["kind", "language"]
        constraints = [
            models.UniqueConstraint(
                name="mail_text_once",
                fields=["campaign", "kind", "language"],
                violation_error_message="Ce courriel a déjà un texte dans cette langue.",
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} ({self.get_language_display()})"


class MailWave(models.Model):
    """Letters of one kind to a segment: launched by hand, or by the worker so many days before the end.

    `segment` is what `fieldwork.reach.Segment` holds: {stratum, tag, occupation, sector}, by value or primary key.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="waves", verbose_name="campagne")
    kind = models.CharField("courriel", max_length=20, choices=MailKind)
    segment = models.JSONField("segment", default=dict, blank=True)
    days_before_closing = models.PositiveSmallIntegerField(
        "jours avant la fin", null=True, blank=True, help_text="7 pour J-7. Vide : lancée à la main."
    )
    created_on = models.DateField("créée le", auto_now_add=True)
    launched_at = models.DateTimeField("lancée le", null=True, blank=True)
    letter_count = models.PositiveIntegerField("courriels demandés", null=True, blank=True)

    class Meta:
        verbose_name = "vague de courriels"
        verbose_name_plural = "vagues de courriels"
        ordering = ["-launched_at", "-days_before_closing", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="wave_launched_says_how_many",
                condition=Q(launched_at=None, letter_count=None)
                | Q(launched_at__isnull=False, letter_count__isnull=False),
                violation_error_message="Une vague lancée dit combien de courriels elle a demandés.",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} ({self.campaign})"


class Letter(models.Model):
    """One mail of a wave, to one invited person: what joins the outbox to people."""

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="letters", verbose_name="invitation")
    wave = models.ForeignKey(MailWave, models.CASCADE, related_name="letters", verbose_name="vague")
    mail = models.OneToOneField(Mail, models.CASCADE, related_name="letter", verbose_name="courriel")

    class Meta:
        verbose_name = "lettre"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="letter_once_per_wave",
                fields=["invitation", "wave"],
                violation_error_message="Cette personne est déjà dans cette vague.",
            )
        ]

    def __str__(self):
        return f"{self.wave} → {self.invitation}"


class QualityReview(models.Model):
    """Somebody has read a response that was flagged, and keeps it."""

    response = models.OneToOneField(Response, models.CASCADE, related_name="quality_review", verbose_name="réponse")
    kept_on = models.DateField("gardée le", default=timezone.localdate, editable=False)

    class Meta:
        verbose_name = "réponse relue"
        verbose_name_plural = "réponses relues"

    def __str__(self):
        return str(self.response)


class ContactImport(models.Model):
    """A file of contacts received, read but not yet written: what the preview shows and the confirmation applies.

    `rows` is the JSON of `fieldwork.contact_file.FileRow`s, `plan` that of what each would do; both are emptied once
    applied.
    """

    file_name = models.CharField("fichier", max_length=200)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="déposé par"
    )
    uploaded_at = models.DateTimeField("déposé le", auto_now_add=True)
    rows = EncryptedTextField("lignes", default="", blank=True)
    plan = EncryptedTextField("prévision", default="", blank=True)
    checked_at = models.DateTimeField("vérifié le", null=True, blank=True)
    outcome = models.JSONField("bilan", default=dict, blank=True, help_text="Combien de lignes de chaque sorte.")
    applied_at = models.DateTimeField("appliqué le", null=True, blank=True)

    class Meta:
        verbose_name = "import de contacts"
        verbose_name_plural = "imports de contacts"
        ordering = ["-pk"]

    def __str__(self):
        return self.file_name

    def get_absolute_url(self):
        return reverse("contact_import_preview", args=[self.pk])
