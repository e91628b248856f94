"""The instrument: a versioned questionnaire made of modules of items."""

from django.db import models

# The questions asked about each use case: in code, not in the data file, and each with a version of its own.
CORE_QUESTIONS = ("usage", "maturity", "impact", "intention", "benefits", "barriers", "tools", "satisfaction")


def first_core_versions():
    """Return {core question: 1}."""
    return dict.fromkeys(CORE_QUESTIONS, 1)


class Questionnaire(models.Model):
    """One version of the instrument. Frozen as soon as a campaign that uses it has a response.

    `core_versions` says which wording of each core question it asks (`interviews.collection.core_wordings`): two
    waves are compared on a question where they asked the same version of it.
    """

    code = models.SlugField("code", max_length=40)
    version = models.PositiveSmallIntegerField("version")
    title = models.CharField("titre", max_length=200)
    core_versions = models.JSONField(
        "versions des questions sur les cas d’usage", default=first_core_versions, editable=False
    )
    loaded_from = models.JSONField("contenu chargé", default=dict, editable=False)
    stamp = models.CharField(
        "empreinte du chargement",
        max_length=32,
        blank=True,
        editable=False,
        help_text="Change à chaque chargement : ce qui a été lu avant ne vaut plus.",
    )

    class Meta:
        verbose_name = "questionnaire"
        ordering = ["code", "version"]
        constraints = [models.UniqueConstraint(name="questionnaire_version_once", fields=["code", "version"])]

    def __str__(self):
        return f"{self.title} (version {self.version})"

    def reworded_since(self, earlier: "Questionnaire") -> set[str]:
        """Return the core questions that an earlier questionnaire asked otherwise: their series break."""
        here, before = self.core_versions, earlier.core_versions
        return {question for question in CORE_QUESTIONS if here[question] != before[question]}

    @property
    def is_frozen(self):
        """True once somebody has answered this version."""
        return self.campaigns.filter(responses__isnull=False).exists()


class OptionSet(models.Model):
    """Answers that several items share (agreement, horizon, yes/no…)."""

    questionnaire = models.ForeignKey(
        Questionnaire, models.CASCADE, related_name="option_sets", verbose_name="questionnaire"
    )
    code = models.SlugField("code", max_length=60)

    class Meta:
        verbose_name = "jeu de réponses"
        verbose_name_plural = "jeux de réponses"
        ordering = ["code"]
        constraints = [models.UniqueConstraint(name="option_set_once", fields=["questionnaire", "code"])]

    def __str__(self):
        return self.code


class Option(models.Model):
    """One answer of a set."""

    option_set = models.ForeignKey(OptionSet, models.CASCADE, related_name="options", verbose_name="jeu de réponses")
    code = models.SlugField("code", max_length=60)
    label = models.CharField("libellé", max_length=200)
    position = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        verbose_name = "réponse proposée"
        verbose_name_plural = "réponses proposées"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(name="option_once", fields=["option_set", "code"])]

    def __str__(self):
        return self.label


class Module(models.Model):
    """One page of the questionnaire: general items, or the core about each use case."""

    class Kind(models.TextChoices):
        PROFILE = "profile", "profil"
        ITEMS = "items", "questions générales"
        USE_CASES = "use_cases", "cas d’usage"

    questionnaire = models.ForeignKey(
        Questionnaire, models.CASCADE, related_name="modules", verbose_name="questionnaire"
    )
    code = models.SlugField("code", max_length=60)
    kind = models.CharField("nature", max_length=10, choices=Kind, default=Kind.ITEMS)
    title = models.CharField("titre", max_length=200)
    intro = models.TextField("introduction", blank=True)
    is_block = models.BooleanField(
        "bloc tiré au sort",
        default=False,
        help_text="Proposé à une partie des répondants ; les autres peuvent l’ouvrir.",
    )
    position = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        verbose_name = "module"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(name="module_once", fields=["questionnaire", "code"])]

    def __str__(self):
        return self.title


class Item(models.Model):
    """One general question.

    `asked_if` with `asked_if_codes` is the base condition (« posée à ceux qui ont répondu … »): the item is asked
    when the answer to `asked_if` is one of the codes. `open_list` is « tools » when any tool may be named.
    """

    class Kind(models.TextChoices):
        SINGLE = "single", "un seul choix"
        MULTIPLE = "multiple", "plusieurs choix"
        SCALE = "scale", "échelle"
        NUMBER = "number", "nombre"
        TEXT = "text", "texte libre"

    module = models.ForeignKey(Module, models.CASCADE, related_name="items", verbose_name="module")
    code = models.SlugField("code", max_length=80)
    kind = models.CharField("nature", max_length=10, choices=Kind)
    wording = models.CharField("question", max_length=400)
    help_text = models.CharField("précision", max_length=400, blank=True)
    group = models.CharField("rubrique", max_length=200, blank=True, help_text="Titre commun à plusieurs questions.")
    option_set = models.ForeignKey(
        OptionSet, models.RESTRICT, null=True, blank=True, related_name="items", verbose_name="jeu de réponses"
    )
    allows_dont_know = models.BooleanField("« ne sait pas » proposé", default=False)
    open_list = models.CharField("liste ouverte", max_length=20, blank=True, choices=[("tools", "outils")])
    asked_if = models.ForeignKey(
        "self",
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="conditions",
        verbose_name="posée selon la réponse à",
    )
    asked_if_codes = models.JSONField("réponses qui ouvrent la question", default=list, blank=True)
    position = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        verbose_name = "question"
        ordering = ["module__position", "position"]
        constraints = [models.UniqueConstraint(name="item_once_in_module", fields=["module", "code"])]

    def __str__(self):
        return self.wording
