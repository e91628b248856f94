"""A person's own words and the codes put on them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from usecases.models import UseCase

from .interview import Interview, Note, Participant, Transcript

MAX_QUOTE = 2_000  # characters of a verbatim: beyond, it is a page of the interview


class Code(models.Model):
    """An entry of the codebook. One that was merged or split is retired: what it named stays readable."""

    code = models.SlugField("code", max_length=60, unique=True, help_text="Sert dans les fichiers. Ne change jamais.")
    name = models.CharField("nom", max_length=120)
    definition = models.TextField("définition", max_length=1000, blank=True)
    examples = models.TextField("exemples", max_length=1000, blank=True, help_text="Un par ligne.")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="au sein de"
    )
    position = models.PositiveSmallIntegerField("rang", default=0)
    retired_at = models.DateTimeField("retiré le", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "code"
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(
                name="code_not_its_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")),
                violation_error_message="Un code ne peut pas se contenir lui-même.",
            )
        ]

    def __str__(self):
        return self.name


class CodeChange(models.Model):
    """One change of the codebook, never changed itself. `before` holds what the entry said."""

    class Kind(models.TextChoices):
        CREATED = "created", "créé"
        CHANGED = "changed", "modifié"
        MERGED = "merged", "fusionné"
        SPLIT = "split", "scindé"

    code = models.ForeignKey(Code, models.CASCADE, related_name="changes", verbose_name="code")
    kind = models.CharField("changement", max_length=8, choices=Kind)
    into = models.ManyToManyField(Code, blank=True, related_name="+", verbose_name="vers")
    before = models.JSONField("avant", default=dict, blank=True)
    note = models.TextField("motif", max_length=1000, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="par"
    )
    at = models.DateTimeField("le", default=timezone.now)

    class Meta:
        verbose_name = "changement du livre de codes"
        verbose_name_plural = "changements du livre de codes"
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.code} : {self.get_kind_display()}"


class VerbatimQuerySet(models.QuerySet):
    def publishable(self):
        """What consent, a second reading and the person allow to be shown, of approved interviews."""
        return self.filter(
            participant__interview__in=Interview.objects.approved(),
            participant__quoting__in=(Participant.Quoting.ANONYMOUS, Participant.Quoting.ATTRIBUTED),
            reviewed_at__isnull=False,
            agreed_at__isnull=False,
            withdrawn_at=None,
        ).exclude(public_text="")


class Verbatim(models.Model):
    """Words of one participant, at a place of a note or of a transcript.

    `text` is exactly `source.text[start:end]`, in code points. `public_text` is what may be shown of it, once somebody
    else than its writer has read it (`reviewed_by`) and the person has agreed.
    """

    class Valence(models.TextChoices):
        FAVOURABLE = "favourable", "favorable"
        UNFAVOURABLE = "unfavourable", "défavorable"
        MIXED = "mixed", "partagé"
        NEUTRAL = "neutral", "neutre"

    participant = models.ForeignKey(Participant, models.CASCADE, related_name="verbatims", verbose_name="dit par")
    note = models.ForeignKey(Note, models.CASCADE, null=True, blank=True, related_name="verbatims", verbose_name="note")
    transcript = models.ForeignKey(
        Transcript, models.CASCADE, null=True, blank=True, related_name="verbatims", verbose_name="transcription"
    )
    start = models.PositiveIntegerField("début")
    end = models.PositiveIntegerField("fin")
    text = models.TextField("mots exacts", max_length=MAX_QUOTE)
    use_case = models.ForeignKey(
        UseCase, models.PROTECT, null=True, blank=True, related_name="verbatims", verbose_name="cas d’usage"
    )
    codes = models.ManyToManyField(Code, blank=True, related_name="verbatims", verbose_name="codes")
    valence = models.CharField("valence", max_length=12, choices=Valence, default=Valence.NEUTRAL)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="relevé par"
    )
    created_at = models.DateTimeField("relevé le", default=timezone.now)
    public_text = models.TextField("formulation publique", max_length=MAX_QUOTE, blank=True)
    worded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="formulé par",
        help_text="Vide : la personne elle-même.",
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="relu par"
    )
    reviewed_at = models.DateTimeField("relu le", null=True, blank=True)
    agreed_at = models.DateTimeField("accepté par la personne le", null=True, blank=True)
    withdrawn_at = models.DateTimeField("retiré par la personne le", null=True, blank=True)

    objects = VerbatimQuerySet.as_manager()

    class Meta:
        verbose_name = "verbatim"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="verbatim_of_one_source",
                condition=Q(note__isnull=False, transcript__isnull=True)
                | Q(note__isnull=True, transcript__isnull=False),
                violation_error_message="Un verbatim vient d’une note ou d’une transcription.",
            ),
            models.CheckConstraint(
                name="verbatim_has_words",
                condition=Q(start__lt=F("end")),
                violation_error_message="Le passage choisi est vide : sélectionnez des mots.",
            ),
            models.CheckConstraint(
                name="verbatim_reviewed_by_somebody_else",
                condition=Q(reviewed_by__isnull=True)
                | (~Q(reviewed_by=F("created_by")) & (Q(worded_by__isnull=True) | ~Q(reviewed_by=F("worded_by")))),
                violation_error_message="Une formulation publique est relue par une autre personne que son auteur.",
            ),
            models.CheckConstraint(
                name="verbatim_reviewed_by_a_person",
                condition=Q(reviewed_at__isnull=True) | Q(reviewed_by__isnull=False),
                violation_error_message="Une relecture porte le nom de qui a relu.",
            ),
        ]

    def __str__(self):
        return self.text[:60]

    @property
    def source(self):
        return self.note or self.transcript


class QuoteLink(models.Model):
    """The link by which a participant reads the quotes taken from them. Only the hash of its token is stored."""

    participant = models.ForeignKey(Participant, models.CASCADE, related_name="quote_links", verbose_name="participant")
    token_hash = models.CharField("empreinte du lien", max_length=64, unique=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="créé par")
    created_on = models.DateField("créé le", auto_now_add=True)
    revoked_on = models.DateField("révoqué le", null=True, blank=True)

    class Meta:
        verbose_name = "lien de relecture des citations"
        verbose_name_plural = "liens de relecture des citations"
        ordering = ["-pk"]

    def __str__(self):
        return str(self.participant)
