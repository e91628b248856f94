"""The mail that takes a participant to their quotes. Its link is made when it leaves: no row ever holds it."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.template.loader import render_to_string
from django.urls import reverse

from cnc_survey.outbox.letters import Letter, NotWantedError, composes
from cnc_survey.outbox.models import AWAITED, Mail
from cnc_survey.outbox.queueing import queue_mail
from interviews.models import Participant

from .quote_links import create_quote_link, quotes_of
from .verbatims import VerbatimError

QUOTES = "quotes"


def mail_quote_link(participant: Participant, user) -> Mail:
    """Ask for the mail by which a participant reads their quotes. Raises VerbatimError when it would not leave."""
    if why_not := why_not_mailed(participant):
        raise VerbatimError(why_not)
    return queue_mail(
        QUOTES, {"participant": participant.pk, "user": user.pk, "site": settings.SITE_URL}, priority=AWAITED
    )


def why_not_mailed(participant: Participant) -> str:
    """Return why this person is not to be written to about their quotes, in French; nothing when they may be."""
    identity = getattr(participant, "identity", None)
    if identity is None or not identity.email:
        return "Cette personne n’a pas laissé d’adresse."
    if identity.contact and identity.contact.opted_out_on:
        return "Cette personne ne veut plus de courriel."
    if participant.interview.withdrawn_at or participant.quoting == Participant.Quoting.NONE:
        return "Cette personne n’accepte pas, ou plus, d’être citée."
    if not quotes_of(participant).exists():
        return "Aucune citation n’est encore relue\u00a0: il n’y aurait rien à lire."
    return ""


@composes(QUOTES, "Relecture de citations")
def compose_quotes(parameters: dict) -> Letter:
    """Write the mail of {participant, user, site}. Raises NotWantedError when the person must not be written to."""
    people = Participant.objects.select_related("interview__campaign", "identity__contact")
    participant = people.filter(pk=parameters["participant"]).first()
    user = get_user_model().objects.filter(pk=parameters["user"]).first()
    if participant is None or user is None:
        raise NotWantedError("L’entretien ou le compte n’existe plus.")
    if why_not := why_not_mailed(participant):
        raise NotWantedError(why_not)
    campaign = participant.interview.campaign
    link = parameters["site"] + reverse("quotes", args=[create_quote_link(participant, user)])
    context = {"campaign": campaign, "link": link}
    return Letter(
        to=participant.identity.email,
        subject=f"Vos citations à relire — {campaign.title}",
        text=render_to_string("interviews/mail/quotes.txt", context),
        html=render_to_string("interviews/mail/quotes.html", context),
    )
