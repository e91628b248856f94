"""Letters of a campaign: written when they leave, from the campaign's words, with the person's own link."""

from dataclasses import replace

from django.contrib.auth import get_user_model
from django.core import signing
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from cnc_survey.outbox.letters import Letter, NotWantedError, composes
from interviews.collection.links import link_in_force
from interviews.models import Campaign, Contact, Invitation, MailWave

from .reach import why_not_written
from .texts import fill, values_for, wording_of

LETTER, TEST = "letter", "test_letter"
OPT_OUT_SALT = "interviews.opt-out"
NO_LINK = "lien-personnel-de-chacun"  # what stands in a preview where each person will have their own token


@composes(LETTER, "Invitation ou relance")
def compose_letter(parameters: dict) -> Letter:
    """Write the letter of {invitation, wave, site}. Raises NotWantedError when the person must not be written to."""
    invitation = Invitation.objects.filter(pk=parameters["invitation"]).select_related("campaign", "contact").first()
    if invitation is None:
        raise NotWantedError("L’invitation n’existe plus.")
    if not invitation.campaign.is_open:
        raise NotWantedError("La campagne ne prend plus de réponse.")
    if why_not := why_not_written(invitation, timezone.now()):
        raise NotWantedError(why_not)
    wave = MailWave.objects.get(pk=parameters["wave"])
    token = link_in_force(invitation)
    return write_letter(invitation.campaign, wave.kind, invitation.contact, parameters["site"], token)


@composes(TEST, "Essai")
def compose_test(parameters: dict) -> Letter:
    """Write to the manager {user} what somebody would get of {campaign, kind, language, site}."""
    user = get_user_model().objects.filter(pk=parameters["user"]).first()
    campaign = Campaign.objects.filter(pk=parameters["campaign"]).first()
    if user is None or campaign is None or not user.email:
        raise NotWantedError("Le compte n’a pas d’adresse, ou la campagne n’existe plus.")
    letter = preview_letter(campaign, parameters["kind"], parameters["language"], parameters["site"])
    return replace(letter, to=user.email, subject=f"[Essai] {letter.subject}")


def preview_letter(campaign: Campaign, kind: str, language: str, site: str) -> Letter:
    """Return the letter as somebody who has no name would read it, with a link and refusals that lead nowhere."""
    return write_letter(campaign, kind, Contact(language=language), site, NO_LINK)


def write_letter(campaign: Campaign, kind: str, contact: Contact, site: str, token: str) -> Letter:
    """Return the letter of one person; `token` opens their questionnaire."""
    wording = wording_of(campaign, kind, contact.language)
    link = site + reverse("resume", args=[token])
    opt_out = site + reverse("opt_out", args=[opt_out_key(contact)])
    values = values_for(campaign, contact, wording.language, link)
    context = {
        "campaign": campaign,
        "language": wording.language,
        "link": link,
        "decline": site + reverse("decline", args=[token]),
        "opt_out": opt_out,
        "blocks": [fill(block, values) for block in wording.body.replace("\r\n", "\n").split("\n\n") if block.strip()],
    }
    return Letter(
        to=contact.email,
        subject=fill(wording.subject, values),
        text=render_to_string("interviews/mail/letter.txt", context),
        html=render_to_string("interviews/mail/letter.html", context),
        headers={
            "List-Unsubscribe": f"<{opt_out}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",  # RFC 8058: the mailbox posts it for the person
        },
    )


def opt_out_key(contact: Contact) -> str:
    """Return what stands in the address where a contact refuses all mail: it outlives every campaign and link."""
    return signing.dumps(contact.pk or 0, salt=OPT_OUT_SALT)


def contact_of_opt_out(key: str) -> Contact | None:
    """Return whom an opt-out address is about; None when it is cut, made up, or the contact is gone."""
    try:
        return Contact.objects.filter(pk=signing.loads(key, salt=OPT_OUT_SALT)).first()
    except signing.BadSignature:
        return None
