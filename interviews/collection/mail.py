"""The mail of collection: the personal link that somebody asked for, as text and as HTML that needs no image."""

from django.template.loader import render_to_string
from django.urls import reverse

from cnc_survey.outbox.letters import Letter, NotWantedError, composes
from interviews.models import Invitation

from .links import newer_link

LINK = "link"


@composes(LINK, "Lien demandé")
def compose_link(parameters: dict) -> Letter:
    """Write the mail of {invitation, site, query}. Raises NotWantedError when the link would open nothing."""
    invitation = (
        Invitation.objects.filter(pk=parameters["invitation"])
        .select_related("campaign", "contact", "response_link")
        .first()
    )
    if invitation is None or invitation.contact is None or invitation.has_answered:
        raise NotWantedError("L’invitation n’existe plus.")
    has_begun = hasattr(invitation, "response_link")
    if not (has_begun or invitation.campaign.is_open):
        raise NotWantedError("La campagne ne prend plus de réponse.")
    campaign = invitation.campaign
    link = parameters["site"] + reverse("resume", args=[newer_link(invitation)]) + parameters["query"]
    context = {"campaign": campaign, "link": link, "has_begun": has_begun}
    return Letter(
        to=invitation.contact.email,
        subject=f"Votre lien personnel — {campaign.title}",
        text=render_to_string("interviews/mail/link.txt", context),
        html=render_to_string("interviews/mail/link.html", context),
    )
