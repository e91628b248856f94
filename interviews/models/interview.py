"""Guided interviews: who meets whom and when, what was agreed, what was noted. Names stand in a table of their own."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cnc_survey.personal_data import EncryptedEmailField, EncryptedTextField
from usecases.models import Dimension, Occupation, Sector, UseCase

from .campaign import Campaign
from .respondent import Contact
from .response import Response

MAX_NOTE = 20_000  # characters of one note: a whole interview typed without a pause
MAX_SOURCE = 500_000  # characters of a transcript: about eight hours of talk
MAX_REASON = 1_000  # characters of a justification


class InterviewQuerySet(models.QuerySet):
    def with_last_step(self):
        """Annotate `last_step`, the kind of the newest step, empty while nothing was declared finished."""
        newest = InterviewStep.objects.filter(interview=models.OuterRef("pk")).order_by("-pk")
        kind = models.Subquery(newest.values("kind")[:1])
        return self.annotate(last_step=models.functions.Coalesce(kind, models.Value("")))

    def kept(self):
        """Interviews that were not called off, nor withdrawn by the person."""
        return self.filter(called_off_at=None, withdrawn_at=None)

    def approved(self):
        return self.kept().with_last_step().filter(last_step=InterviewStep.Kind.APPROVED)


class Interview(models.Model):
    """One conversation. Its answers are those of `response`, which the interviewer fills in; its state follows from
    its steps and dates."""

    class Mode(models.TextChoices):
        IN_PERSON = "in_person", "sur place"
        VIDEO = "video", "en visioconférence"
        PHONE = "phone", "par téléphone"

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="interviews", verbose_name="campagne")
    number = models.PositiveIntegerField("numéro", help_text="Nomme l’entretien sans nommer personne.")
    interviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="interviews", verbose_name="enquêteur"
    )
    response = models.OneToOneField(
        Response, models.PROTECT, related_name="interview", verbose_name="réponse", editable=False
    )
    starts_at = models.DateTimeField("date et heure")
    minutes = models.PositiveSmallIntegerField("durée prévue", default=60, help_text="En minutes.")
    mode = models.CharField("mode", max_length=10, choices=Mode, default=Mode.VIDEO)
    place = models.CharField("lieu ou lien", max_length=300, blank=True)
    names_to_hide = EncryptedTextField(
        "noms à masquer",
        max_length=2000,
        blank=True,
        help_text="Un par ligne : personnes, œuvres, sociétés dont il a été question.",
    )
    begun_at = models.DateTimeField("commencé le", null=True, blank=True, editable=False)
    called_off_at = models.DateTimeField("annulé le", null=True, blank=True, editable=False)
    called_off_reason = models.CharField("motif de l’annulation", max_length=300, blank=True)
    withdrawn_at = models.DateTimeField("retiré le", null=True, blank=True, editable=False)

    objects = InterviewQuerySet.as_manager()

    class Meta:
        verbose_name = "entretien"
        ordering = ["starts_at", "pk"]
        permissions = [("review_interview", "Peut relire et approuver les entretiens")]
        constraints = [
            models.UniqueConstraint(name="interview_number_once", fields=["campaign", "number"]),
            models.CheckConstraint(
                name="interview_lasts_from_5_minutes_to_8_hours",
                condition=Q(minutes__range=(5, 480)),
                violation_error_message="La durée va de 5 à 480 minutes.",
            ),
            models.CheckConstraint(
                name="interview_called_off_for_a_reason",
                condition=Q(called_off_at__isnull=True) | ~Q(called_off_reason=""),
                violation_error_message="Annuler un entretien demande un motif.",
            ),
        ]

    def __str__(self):
        return f"Entretien {self.number}"


class Participant(models.Model):
    """Somebody in the conversation, by role and function; the name is elsewhere. Consent is each person's own."""

    class Role(models.TextChoices):
        INTERVIEWEE = "interviewee", "personne interrogée"
        COLLEAGUE = "colleague", "collègue qui répond aussi"
        OBSERVER = "observer", "personne présente, qui ne répond pas"

    class Quoting(models.TextChoices):
        NONE = "none", "Aucune citation"
        ANONYMOUS = "anonymous", "Citations sans nom"
        ATTRIBUTED = "attributed", "Citations avec métier ou secteur"

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="participants", verbose_name="entretien")
    role = models.CharField("rôle", max_length=12, choices=Role, default=Role.INTERVIEWEE)
    function = models.CharField(
        "fonction", max_length=120, blank=True, help_text="Par exemple « monteuse son ». Ni nom, ni société."
    )
    consent_version = models.CharField("version du consentement", max_length=20, blank=True)
    consented_at = models.DateTimeField("accord recueilli le", null=True, blank=True)
    quoting = models.CharField("citations", max_length=10, choices=Quoting, default=Quoting.NONE)

    class Meta:
        verbose_name = "participant"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="participant_consent_has_a_version",
                condition=Q(consented_at__isnull=True) | ~Q(consent_version=""),
                violation_error_message="Un accord est donné sur une version du texte : indiquez laquelle.",
            ),
            models.CheckConstraint(
                name="participant_quoted_with_consent_only",
                condition=Q(quoting="none") | Q(consented_at__isnull=False),
                violation_error_message="Une citation demande d’abord l’accord de la personne à l’entretien.",
            ),
        ]

    def __str__(self):
        return self.function or self.get_role_display()


class ParticipantIdentity(models.Model):
    """The name behind a participant, apart as contacts are: destroyed without touching what was said."""

    participant = models.OneToOneField(Participant, models.CASCADE, related_name="identity", verbose_name="participant")
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="participations", verbose_name="contact"
    )
    name = EncryptedTextField("nom", max_length=200, blank=True)
    organisation = EncryptedTextField("structure", max_length=200, blank=True)
    email = EncryptedEmailField("adresse électronique", max_length=254, blank=True)

    class Meta:
        verbose_name = "identité d’un participant"
        verbose_name_plural = "identités des participants"

    def __str__(self):
        return self.name or self.email


class InterviewStep(models.Model):
    """What was declared about an interview, one row each, never changed: the history from which its state follows."""

    class Kind(models.TextChoices):
        DONE = "done", "terminé"
        UNDER_REVIEW = "under_review", "en relecture"
        RETURNED = "returned", "renvoyé"
        APPROVED = "approved", "approuvé"

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="steps", verbose_name="entretien")
    kind = models.CharField("étape", max_length=12, choices=Kind)
    note = models.TextField("note", max_length=5000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")
    at = models.DateTimeField("le", default=timezone.now)

    class Meta:
        verbose_name = "étape d’un entretien"
        verbose_name_plural = "étapes des entretiens"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="interview_step_returned_with_a_note",
                condition=~Q(kind="returned") | ~Q(note=""),
                violation_error_message="Renvoyer un entretien demande une note : dites ce qui manque.",
            ),
        ]

    def __str__(self):
        return f"{self.interview} : {self.get_kind_display()}"


class Note(models.Model):
    """What the interviewer typed, with the moment it was begun. `key` comes from the browser, so that a note taken
    without a network is stored once however often it is sent."""

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="notes", verbose_name="entretien")
    key = models.UUIDField("clé", default=uuid.uuid4)
    part = models.SlugField("partie du guide", max_length=40, blank=True)
    marked_at = models.DateTimeField("prise à")
    text = models.TextField("texte", max_length=MAX_NOTE)
    version = models.PositiveIntegerField("version", default=0, editable=False)

    class Meta:
        verbose_name = "note"
        ordering = ["marked_at", "pk"]
        constraints = [models.UniqueConstraint(name="note_once", fields=["interview", "key"])]

    def __str__(self):
        return f"{self.interview}, {timezone.localtime(self.marked_at):%H:%M}"


class Transcript(models.Model):
    """The text of a recording, as it was imported: it never changes, so that places in it stay true."""

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="transcripts", verbose_name="entretien")
    name = models.CharField("fichier", max_length=200)
    text = models.TextField("texte", max_length=MAX_SOURCE)
    turns = models.JSONField(
        "prises de parole", default=list
    )  # [[start, end, speaker, seconds or null], …] of the text
    digest = models.CharField("empreinte", max_length=64, editable=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="ajouté par")
    added_at = models.DateTimeField("ajouté le", default=timezone.now)

    class Meta:
        verbose_name = "transcription"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="transcript_once",
                fields=["interview", "digest"],
                violation_error_message="Ce texte est déjà joint à cet entretien.",
            )
        ]

    def __str__(self):
        return self.name


class InterviewRating(models.Model):
    """Why the interviewer gave a use case its levels. Maturity and impact are the answers of the response; adoption,
    which a questionnaire never asks, is here: 1 to 3, 9 when the talk does not allow one."""

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="ratings", verbose_name="entretien")
    use_case = models.ForeignKey(UseCase, models.PROTECT, related_name="interview_ratings", verbose_name="cas d’usage")
    adoption = models.PositiveSmallIntegerField("adoption", null=True, blank=True)
    maturity_reason = models.TextField("ce qui fonde la maturité", max_length=MAX_REASON, blank=True)
    impact_reason = models.TextField("ce qui fonde l’impact", max_length=MAX_REASON, blank=True)
    adoption_reason = models.TextField("ce qui fonde l’adoption", max_length=MAX_REASON, blank=True)
    version = models.PositiveIntegerField("version", default=0, editable=False)

    class Meta:
        verbose_name = "notation d’un entretien"
        verbose_name_plural = "notations des entretiens"
        ordering = ["use_case__position"]
        constraints = [
            models.UniqueConstraint(name="interview_rating_once", fields=["interview", "use_case"]),
            models.CheckConstraint(
                name="interview_rating_level_known",
                condition=Q(adoption__isnull=True) | Q(adoption__in=(1, 2, 3, 9)),
                violation_error_message="Un niveau va de 1 à 3, ou « ne sait pas ».",
            ),
        ]

    def __str__(self):
        return f"{self.interview} : {self.use_case}"


class InterviewTarget(models.Model):
    """How many interviews a campaign wants with people of one trade or sector."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="interview_targets", verbose_name="campagne")
    occupation = models.ForeignKey(
        Occupation, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="métier"
    )
    sector = models.ForeignKey(Sector, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="secteur")
    wanted = models.PositiveSmallIntegerField("entretiens voulus")

    class Meta:
        verbose_name = "objectif d’entretiens"
        verbose_name_plural = "objectifs d’entretiens"
        ordering = ["sector__position", "occupation__position"]
        constraints = [
            models.CheckConstraint(
                name="interview_target_of_one_segment",
                condition=Q(occupation__isnull=False, sector__isnull=True)
                | Q(occupation__isnull=True, sector__isnull=False),
                violation_error_message="Un objectif porte sur un métier ou sur un secteur.",
            ),
            models.UniqueConstraint(
                name="interview_target_occupation_once",
                fields=["campaign", "occupation"],
                violation_error_message="Cet objectif existe déjà : modifiez-le.",
            ),
            models.UniqueConstraint(
                name="interview_target_sector_once",
                fields=["campaign", "sector"],
                violation_error_message="Cet objectif existe déjà : modifiez-le.",
            ),
        ]

    def __str__(self):
        return str(self.occupation or self.sector)


class SecondCoding(models.Model):
    """An interview drawn to be coded a second time, blind, by somebody else than its interviewer."""

    interview = models.OneToOneField(Interview, models.CASCADE, related_name="second_coding", verbose_name="entretien")
    coder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="second_codings", verbose_name="second codeur"
    )
    drawn_at = models.DateTimeField("tiré le", default=timezone.now)
    finished_at = models.DateTimeField("terminé le", null=True, blank=True)

    class Meta:
        verbose_name = "second codage"
        verbose_name_plural = "seconds codages"
        ordering = ["interview__starts_at"]

    def __str__(self):
        return f"{self.interview} (second codage)"


class CodedLevel(models.Model):
    """A level on which two coders are compared: the first's and the second's as they were given, then the one agreed.

    Levels are 1 to 3, 9 for « ne sait pas », null while not given. `first` is a copy made when the second coding
    ends: reconciling changes the answer of the response, never what each coder had said.
    """

    second_coding = models.ForeignKey(SecondCoding, models.CASCADE, related_name="levels", verbose_name="second codage")
    use_case = models.ForeignKey(UseCase, models.PROTECT, related_name="+", verbose_name="cas d’usage")
    dimension = models.CharField("dimension", max_length=10)
    first = models.PositiveSmallIntegerField("premier codeur", null=True, blank=True)
    second = models.PositiveSmallIntegerField("second codeur", null=True, blank=True)
    reason = models.TextField("justification du second codeur", max_length=MAX_REASON, blank=True)
    agreed = models.PositiveSmallIntegerField("niveau retenu", null=True, blank=True)
    agreed_reason = models.TextField("motif", max_length=MAX_REASON, blank=True)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="retenu par"
    )
    agreed_at = models.DateTimeField("retenu le", null=True, blank=True)

    class Meta:
        verbose_name = "niveau codé deux fois"
        verbose_name_plural = "niveaux codés deux fois"
        ordering = ["second_coding", "use_case__position", "dimension"]
        constraints = [
            models.UniqueConstraint(name="coded_level_once", fields=["second_coding", "use_case", "dimension"]),
            models.CheckConstraint(
                name="coded_level_agreed_with_a_reason",
                condition=Q(agreed__isnull=True) | (~Q(agreed_reason="") & Q(agreed_by__isnull=False)),
                violation_error_message="Retenir un niveau demande un motif.",
            ),
        ]

    def __str__(self):
        return f"{self.use_case} ({self.dimension})"

    @property
    def dimension_label(self):
        return Dimension(self.dimension).label

    @property
    def differs(self):
        return None not in (self.first, self.second) and self.first != self.second
