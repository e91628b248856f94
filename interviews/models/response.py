"""Answers. Written by `interviews.collection` alone."""

import secrets

from django.db import models
from django.db.models import Q

from usecases.models import Occupation, Sector, UseCase

from .campaign import Campaign, OpenLink
from .questionnaire import Item

PROFILE_COLUMNS = ("structure_type", "structure_size", "seniority", "employment_status", "gender", "age_group")
MAX_TEXT = 5000  # characters of a free text; long enough for two pages, short enough to be read


class CodedChoices(models.IntegerChoices):
    """Small integers in the database, codes in files and forms: `nsp` is « ne sait pas » everywhere."""

    @property
    def code(self):
        return "nsp" if self.name == "DONT_KNOW" else self.name.lower()

    @classmethod
    def by_code(cls):
        """Return {code: member}."""
        return {member.code: member for member in cls}


class Usage(CodedChoices):
    """Where a person stands with a use case (METHOD.md §2.1), one code per person and use case."""

    NOT_CONCERNED = 8, "Pas mon métier"
    NEVER_HEARD = 0, "Jamais entendu parler"
    AWARE = 1, "Connu, pas essayé"
    TRIED = 2, "Essayé, sans plus"
    OCCASIONAL = 3, "Usage occasionnel"
    REGULAR = 4, "Usage régulier"
    ABANDONED = 5, "Abandonné"
    DONT_KNOW = 9, "Ne sait pas"


class Level(CodedChoices):
    """A rating of maturity or impact; « ne sait pas » is an answer, apart from null (not answered)."""

    ONE = 1, "●○○"
    TWO = 2, "●●○"
    THREE = 3, "●●●"
    DONT_KNOW = 9, "Ne sait pas"

    @property
    def code(self):
        return "nsp" if self is Level.DONT_KNOW else str(self.value)


class Intention(CodedChoices):
    YES = 1, "Oui"
    MAYBE = 2, "Peut-être"
    NO = 3, "Non"
    DONT_KNOW = 9, "Ne sait pas"


class Satisfaction(CodedChoices):
    VERY_SATISFIED = 1, "Très satisfait·e"
    SATISFIED = 2, "Plutôt satisfait·e"
    DISSATISFIED = 3, "Plutôt insatisfait·e"
    VERY_DISSATISFIED = 4, "Très insatisfait·e"


def random_id():
    """Return a random positive 63-bit key: in an anonymous campaign the order of rows must tell nothing."""
    return secrets.randbits(63)


def is_counted(prefix: str = "") -> Q:
    """Return the condition that a response counts in the results: submitted, not excluded, not withdrawn.

    `prefix` is the way to it from another table (« response__ »).
    """
    facts = {"submitted_at__isnull": False, "excluded_at": None, "withdrawn_at": None}
    return Q(**{f"{prefix}{fact}": value for fact, value in facts.items()})


class ResponseQuerySet(models.QuerySet):
    def counted(self):
        return self.filter(is_counted())


class Response(models.Model):
    """One filled-in questionnaire: the profile as columns, the answers as rows. Holds no identity.

    `key` names the response in files; `person` and `organisation` are pseudonymous keys. In an anonymous
    campaign dates are kept to the day.
    """

    class Mode(models.TextChoices):
        WEB = "web", "en ligne"
        INTERVIEW = "interview", "entretien"
        SPREADSHEET = "spreadsheet", "classeur"

    class StructureType(models.TextChoices):
        PRODUCTION = "production", "Société de production"
        TECHNICAL = "technical", "Prestataire technique"
        DISTRIBUTION = "distribution", "Distribution ou ventes"
        EXHIBITION = "exhibition", "Exploitation de salles"
        BROADCASTER = "broadcaster", "Chaîne ou plateforme"
        GAME_STUDIO = "game_studio", "Studio de jeu vidéo"
        PUBLISHER = "publisher", "Éditeur"
        SCHOOL = "school", "École ou organisme de formation"
        INSTITUTION = "institution", "Institution ou organisation professionnelle"
        SELF = "self", "À mon compte"
        OTHER = "other", "Autre structure"

    class StructureSize(models.TextChoices):
        SOLO = "solo", "Moi seul·e"
        SIZE_1_9 = "1_9", "De 1 à 9 personnes"
        SIZE_10_49 = "10_49", "De 10 à 49 personnes"
        SIZE_50_249 = "50_249", "De 50 à 249 personnes"
        SIZE_250_PLUS = "250_plus", "250 personnes ou plus"

    class Seniority(models.TextChoices):
        YEARS_0_4 = "0_4", "Moins de 5 ans"
        YEARS_5_14 = "5_14", "De 5 à 14 ans"
        YEARS_15_PLUS = "15_plus", "15 ans ou plus"

    class EmploymentStatus(models.TextChoices):
        EMPLOYEE = "employee", "Salarié·e permanent·e"
        INTERMITTENT = "intermittent", "Intermittent·e"
        FREELANCE = "freelance", "Indépendant·e"
        AUTHOR = "author", "Artiste-auteur·rice"
        EMPLOYER = "employer", "Employeur·se"
        STUDENT = "student", "Étudiant·e ou en formation"
        OTHER = "other", "Autre situation"

    class Gender(models.TextChoices):
        WOMAN = "woman", "Femme"
        MAN = "man", "Homme"
        OTHER = "other", "Autre"
        UNDISCLOSED = "undisclosed", "Ne souhaite pas répondre"

    class AgeGroup(models.TextChoices):
        UNDER_30 = "under_30", "Moins de 30 ans"
        AGE_30_44 = "30_44", "De 30 à 44 ans"
        AGE_45_59 = "45_59", "De 45 à 59 ans"
        AGE_60_PLUS = "60_plus", "60 ans ou plus"
        UNDISCLOSED = "undisclosed", "Ne souhaite pas répondre"

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="responses", verbose_name="campagne")
    key = models.CharField("clé", max_length=64, help_text="Clé pseudonyme de la réponse dans les fichiers.")
    person = models.CharField("personne", max_length=64, blank=True, help_text="Clé pseudonyme stable entre vagues.")
    organisation = models.CharField("structure", max_length=64, blank=True, help_text="Clé pseudonyme.")
    mode = models.CharField("mode", max_length=12, choices=Mode, default=Mode.WEB)
    weight = models.FloatField("poids", null=True, blank=True)
    consent_version = models.CharField("consentement", max_length=20, blank=True)
    open_link = models.ForeignKey(
        OpenLink, models.SET_NULL, null=True, blank=True, related_name="responses", verbose_name="lien partenaire"
    )
    started_on = models.DateField("commencée le", null=True, blank=True)
    active_seconds = models.PositiveIntegerField(
        "temps passé", null=True, blank=True, help_text="Secondes de réponse, pauses déduites."
    )
    last_saved_at = models.DateTimeField("dernier enregistrement", null=True, blank=True, editable=False)
    submitted_at = models.DateTimeField("envoyée le", null=True, blank=True)
    withdrawn_at = models.DateTimeField("retirée le", null=True, blank=True)
    excluded_at = models.DateTimeField("écartée le", null=True, blank=True)
    exclusion_reason = models.TextField("motif de mise à l’écart", blank=True)
    receipt_hash = models.CharField("empreinte du reçu", max_length=64, blank=True, editable=False)
    blocks = models.JSONField(
        "blocs tirés", default=list, blank=True, help_text="Modules de perception proposés à cette personne."
    )
    profile_version = models.PositiveIntegerField("version du profil", default=0, editable=False)

    sectors = models.ManyToManyField(Sector, blank=True, related_name="responses", verbose_name="secteurs")
    occupations = models.ManyToManyField(Occupation, blank=True, related_name="responses", verbose_name="métiers")
    structure_type = models.CharField("type de structure", max_length=20, choices=StructureType, blank=True)
    structure_size = models.CharField("taille de la structure", max_length=10, choices=StructureSize, blank=True)
    seniority = models.CharField("ancienneté", max_length=10, choices=Seniority, blank=True)
    employment_status = models.CharField("statut d’emploi", max_length=20, choices=EmploymentStatus, blank=True)
    gender = models.CharField("genre", max_length=20, choices=Gender, blank=True)
    age_group = models.CharField("tranche d’âge", max_length=20, choices=AgeGroup, blank=True)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        verbose_name = "réponse"
        ordering = ["-submitted_at", "key"]
        constraints = [
            models.UniqueConstraint(name="response_key_once_per_campaign", fields=["campaign", "key"]),
            models.CheckConstraint(
                name="response_exclusion_has_a_reason",
                condition=Q(excluded_at__isnull=True) | ~Q(exclusion_reason=""),
                violation_error_message="Écarter une réponse demande un motif.",
            ),
            models.CheckConstraint(
                name="response_weight_positive",
                condition=Q(weight__isnull=True) | Q(weight__gt=0),
                violation_error_message="Un poids est strictement positif, ou reste vide.",
            ),
        ]

    def __str__(self):
        return self.key


class UseCaseAnswer(models.Model):
    """What a person was offered and answered about one use case.

    The row exists from the moment the use case is put in front of the person, with the reason and rank of the
    offer; `usage` null means « offered, not answered », no row means « not offered ». So bases are true.
    """

    class Reason(models.TextChoices):
        OCCUPATION = "occupation", "son métier"
        STAGE = "stage", "son étape ou sa filière"
        SECTOR = "sector", "son secteur"
        COVERAGE = "coverage", "couverture de la vague"
        CHOSEN = "chosen", "choisi par la personne"
        IMPORTED = "imported", "importé"

    response = models.ForeignKey(Response, models.CASCADE, related_name="use_case_answers", verbose_name="réponse")
    use_case = models.ForeignKey(UseCase, models.PROTECT, related_name="answers", verbose_name="cas d’usage")
    reason = models.CharField("proposé pour", max_length=12, choices=Reason)
    rank = models.PositiveSmallIntegerField("rang")
    usage = models.PositiveSmallIntegerField("usage", choices=Usage, null=True, blank=True)
    maturity = models.PositiveSmallIntegerField("maturité", choices=Level, null=True, blank=True)
    impact = models.PositiveSmallIntegerField("impact", choices=Level, null=True, blank=True)
    intention = models.PositiveSmallIntegerField("intention à 12 mois", choices=Intention, null=True, blank=True)
    benefits = models.JSONField("intérêts", default=list, blank=True)
    barriers = models.JSONField("freins", default=list, blank=True)
    tools = models.JSONField("outils", default=list, blank=True)
    other_barrier = models.CharField("autre frein", max_length=200, blank=True)
    satisfaction = models.PositiveSmallIntegerField("satisfaction", choices=Satisfaction, null=True, blank=True)
    comment = models.TextField("commentaire", max_length=MAX_TEXT, blank=True)
    may_be_quoted = models.BooleanField("citation acceptée", default=False)
    version = models.PositiveIntegerField("version", default=0, editable=False)

    class Meta:
        verbose_name = "réponse sur un cas d’usage"
        verbose_name_plural = "réponses sur les cas d’usage"
        ordering = ["rank", "use_case__position"]
        constraints = [
            models.UniqueConstraint(name="use_case_answer_once", fields=["response", "use_case"]),
            models.CheckConstraint(
                name="use_case_answer_usage_known",
                condition=Q(usage__isnull=True) | Q(usage__in=Usage.values),
                violation_error_message="Ce stade d’usage n’existe pas.",
            ),
            models.CheckConstraint(
                name="use_case_answer_levels_known",
                condition=(Q(maturity__isnull=True) | Q(maturity__in=Level.values))
                & (Q(impact__isnull=True) | Q(impact__in=Level.values)),
                violation_error_message="Un niveau va de 1 à 3, ou « ne sait pas ».",
            ),
            models.CheckConstraint(
                name="use_case_answer_intention_known",
                condition=Q(intention__isnull=True) | Q(intention__in=Intention.values),
                violation_error_message="L’intention est oui, peut-être, non, ou « ne sait pas ».",
            ),
        ]

    def __str__(self):
        return f"{self.response} : {self.use_case}"


class Answer(models.Model):
    """An answer to a general item: a code, « nsp », a number, a text, or a list of codes."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="answers", verbose_name="réponse")
    item = models.ForeignKey(Item, models.PROTECT, related_name="answers", verbose_name="question")
    value = models.JSONField("valeur")
    version = models.PositiveIntegerField("version", default=0, editable=False)

    class Meta:
        verbose_name = "réponse à une question"
        verbose_name_plural = "réponses aux questions"
        ordering = ["item__module__position", "item__position"]
        constraints = [models.UniqueConstraint(name="answer_once", fields=["response", "item"])]

    def __str__(self):
        return f"{self.response} : {self.item}"


class UseCaseProposal(models.Model):
    """A use the catalogue lacks, reported by a respondent for the next edition."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="proposals", verbose_name="réponse")
    name = models.CharField("nom", max_length=200)
    description = models.TextField("à quoi il sert", max_length=1000, blank=True)
    tool = models.CharField("outil", max_length=200, blank=True)
    reviewed = models.BooleanField("examinée", default=False)

    class Meta:
        verbose_name = "usage signalé"
        verbose_name_plural = "usages signalés"
        ordering = ["reviewed", "name"]

    def __str__(self):
        return self.name
