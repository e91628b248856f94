"""How a person reaches a questionnaire. Apart from the answers: the link between both can be destroyed."""

import secrets

from django.db import models
from django.utils import timezone

from cnc_survey.personal_data import BlindIndexField, EncryptedEmailField, EncryptedTextField, SearchIndexField
from usecases.models import Occupation, Sector

from .campaign import Campaign
from .response import Response


def random_key():
    """Return a random key of 128 bits, in hexadecimal."""
    return secrets.token_hex(16)


class ContactTag(models.Model):
    """A word by which managers group contacts: « festival 2026 », « relance téléphonique »."""

    name = models.CharField("étiquette", max_length=60, unique=True)

    class Meta:
        verbose_name = "étiquette"
        ordering = ["name"]

    def __str__(self):
        return self.name


class Contact(models.Model):
    """A person we may write to: the only table with personal data. `person` names them in answers, never shown.

    `fieldwork.contacts` writes it. An address is looked up by its fingerprint (`fieldwork.contacts.find_contact`).
    """

    class Language(models.TextChoices):
        FRENCH = "fr", "français"
        ENGLISH = "en", "anglais"

    email = EncryptedEmailField("adresse électronique", max_length=254)
    address_index = BlindIndexField("empreinte de l’adresse", sources=("email",), unique=True)
    first_name = EncryptedTextField("prénom", max_length=100, blank=True)
    last_name = EncryptedTextField("nom", max_length=100, blank=True)
    organisation = EncryptedTextField("structure", max_length=200, blank=True)
    search_index = SearchIndexField(
        "marques de recherche", sources=("email", "first_name", "last_name", "organisation"), default=""
    )
    occupations = models.ManyToManyField(Occupation, blank=True, related_name="contacts", verbose_name="métiers")
    sectors = models.ManyToManyField(Sector, blank=True, related_name="contacts", verbose_name="secteurs")
    tags = models.ManyToManyField(ContactTag, blank=True, related_name="contacts", verbose_name="étiquettes")
    stratum = models.CharField("strate", max_length=80, blank=True, db_index=True)
    language = models.CharField("langue", max_length=2, choices=Language, default=Language.FRENCH)
    person = models.CharField("clé pseudonyme", max_length=64, unique=True, default=random_key, editable=False)
    created_on = models.DateField("entré le", default=timezone.localdate, editable=False)
    opted_out_on = models.DateField(
        "opposé le", null=True, blank=True, help_text="Ne veut plus recevoir de courriel : plus rien ne part."
    )
    bounced_on = models.DateField(
        "adresse morte le", null=True, blank=True, help_text="Un courriel est revenu : plus rien ne part."
    )

    class Meta:
        verbose_name = "contact"
        ordering = ["-pk"]

    def __str__(self):
        return self.full_name or self.email

    @property
    def full_name(self):
        return f"{self.first_name} {self.last_name}".strip()


class Invitation(models.Model):
    """A personal link. Only the hash of its token is stored.

    The token of an invitation with a `seed` is made from it and from the site's secret key each time it is mailed
    (`collection.links`); without a seed it was random, shown once, and nobody can make it again. `next_token_hash` is
    that of a newer link asked for by the person: both open until the newer one is used, then it takes the place.
    """

    class Channel(models.TextChoices):
        OPEN = "open", "lien ouvert"
        PERSONAL = "personal", "lien personnel"

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="invitations", verbose_name="campagne")
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="invitations", verbose_name="contact"
    )
    token_hash = models.CharField("empreinte du lien", max_length=64, unique=True, editable=False)
    next_token_hash = models.CharField(
        "empreinte du lien suivant", max_length=64, unique=True, null=True, blank=True, editable=False
    )
    seed = models.CharField("graine du lien", max_length=32, blank=True, editable=False)
    link_number = models.PositiveSmallIntegerField("numéro du lien", default=1, editable=False)
    channel = models.CharField("canal", max_length=10, choices=Channel, default=Channel.OPEN)
    created_on = models.DateField("créée le", auto_now_add=True)
    revoked_on = models.DateField("révoquée le", null=True, blank=True)
    declined_on = models.DateField("déclinée le", null=True, blank=True)
    has_answered = models.BooleanField(
        "a répondu",
        default=False,
        editable=False,
        help_text="Anonyme : tout ce qui reste à l’envoi, sans date. Ailleurs, le lien vers la réponse le dit.",
    )

    class Meta:
        verbose_name = "invitation"
        ordering = ["-created_on", "pk"]

    def __str__(self):
        return f"{self.get_channel_display()} ({self.campaign})"


class ResponseLink(models.Model):
    """Joins an invitation to its response. Destroyed at submission in an anonymous campaign."""

    invitation = models.OneToOneField(
        Invitation, models.CASCADE, related_name="response_link", verbose_name="invitation"
    )
    response = models.OneToOneField(Response, models.CASCADE, related_name="invitation_link", verbose_name="réponse")

    class Meta:
        verbose_name = "lien vers la réponse"
        verbose_name_plural = "liens vers les réponses"

    def __str__(self):
        return str(self.invitation)
