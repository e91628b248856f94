"""How a person reaches a questionnaire. Apart from the answers: the link between both can be destroyed."""

import secrets

from django.db import models

from .campaign import Campaign
from .response import Response


def random_key():
    """Return a random key of 128 bits, in hexadecimal."""
    return secrets.token_hex(16)


class Contact(models.Model):
    """A person we may write to: the only table with personal data. `person` names them in answers, never shown."""

    email = models.EmailField("adresse électronique", unique=True, help_text="En minuscules.")
    person = models.CharField("clé pseudonyme", max_length=64, unique=True, default=random_key, editable=False)

    class Meta:
        verbose_name = "contact"
        ordering = ["email"]

    def __str__(self):
        return self.email


class Invitation(models.Model):
    """A personal link. Only the hash of its token is stored: the link is shown or sent once."""

    class Channel(models.TextChoices):
        OPEN = "open", "lien ouvert"
        PERSONAL = "personal", "lien personnel"

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="invitations", verbose_name="campagne")
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="invitations", verbose_name="contact"
    )
    token_hash = models.CharField("empreinte du lien", max_length=64, unique=True, editable=False)
    channel = models.CharField("canal", max_length=10, choices=Channel, default=Channel.OPEN)
    created_on = models.DateField("créée le", auto_now_add=True)
    revoked_on = models.DateField("révoquée le", null=True, blank=True)

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
