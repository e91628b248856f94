"""People we may write to: the only writer of contacts, apart from the address that somebody types to get a link."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from cnc_survey.outbox.models import Mail
from cnc_survey.outbox.queueing import cancel_mails, mark_bounced
from cnc_survey.personal_data import fingerprints, normalise_address, search_condition
from interviews.collection.invitations import find_contact
from interviews.collection.responses import rename_person
from interviews.models import Contact, ContactTag, Invitation, Letter, Response

IDENTITY = ["email", "first_name", "last_name", "organisation"]
FACTS = [*IDENTITY, "stratum", "language"]
MAX_TAG = ContactTag._meta.get_field("name").max_length


class ContactError(ValueError):
    """Something that cannot be done to a contact; the message is in French and says why."""


def search_contacts(query: str) -> QuerySet:
    """Return the contacts found by free words, each the beginning of a word of the address, the name or the structure.

    A whole address is looked up exactly.
    """
    if "@" in query:
        return Contact.objects.filter(address_index__in=fingerprints(normalise_address(query)))
    return Contact.objects.filter(search_condition("search_index", query))


# state of a contact: code, label, condition; the first that holds names it in lists and filters
def contact_states() -> list[tuple[str, str, Q]]:
    invited = Exists(Invitation.objects.filter(contact=OuterRef("pk")))
    return [
        ("opted_out", "opposé aux courriels", Q(opted_out_on__isnull=False)),
        ("bounced", "adresse morte", Q(bounced_on__isnull=False)),
        ("invited", "déjà invité", Q(invited)),
        ("new", "jamais invité", ~Q(invited)),
    ]


def tags_named(names) -> list[ContactTag]:
    """Return the tags of these names, made where they are missing."""
    known = {tag.name: tag for tag in ContactTag.objects.filter(name__in=names)}
    for name in names:
        if name not in known:
            known[name] = ContactTag.objects.create(name=name)
    return [known[name] for name in dict.fromkeys(names)]


@transaction.atomic
def decline_invitation(invitation: Invitation) -> None:
    """Note that a person takes no part, and take back the letters on their way to them about this campaign."""
    Invitation.objects.filter(pk=invitation.pk, declined_on=None).update(declined_on=timezone.localdate())
    cancel_mails(Mail.objects.filter(letter__invitation=invitation), "Cette personne a décliné.")


@transaction.atomic
def opt_out_contact(contact: Contact) -> None:
    """Write no more to a person: every letter that waits is taken back."""
    Contact.objects.filter(pk=contact.pk, opted_out_on=None).update(opted_out_on=timezone.localdate())
    cancel_mails(Mail.objects.filter(letter__invitation__contact=contact), "Cette personne ne veut plus de courriel.")


@transaction.atomic
def mark_addresses_dead(addresses: list[str]) -> tuple[int, list[str]]:
    """Note that mails to these addresses came back; return how many contacts, and the addresses nobody has."""
    unknown, found = [], []
    for address in dict.fromkeys(normalise_address(each) for each in addresses):
        contact = find_contact(address)
        if contact:
            found.append(contact.pk)
        else:
            unknown.append(address)
    Contact.objects.filter(pk__in=found, bounced_on=None).update(bounced_on=timezone.localdate())
    letters = Mail.objects.filter(letter__invitation__contact__in=found)
    mark_bounced(letters)
    cancel_mails(letters, "Un courriel à cette adresse est revenu.")
    return len(found), unknown


@transaction.atomic
def merge_contacts(kept: Contact, merged: Contact) -> None:
    """Make two records of one person one: what `kept` lacks comes from `merged`, which goes away.

    Everything that pointed to one points to the other, answers included as long as their campaign is not closed: what
    is frozen does not change. A refusal by either is kept. Raises ContactError when both have begun to answer one
    campaign that is not closed.
    """
    if kept.pk == merged.pk:
        raise ContactError("C’est la même fiche : choisissez-en deux.")
    both = Response.objects.filter(
        campaign__closed_at=None,
        person=kept.person,
        campaign__in=Response.objects.filter(person=merged.person).values("campaign"),
    ).select_related("campaign")
    if doubled := both.first():
        raise ContactError(
            f"Les deux fiches ont commencé à répondre à « {doubled.campaign} » : fusionnez-les après sa clôture."
        )
    for field in FACTS:
        if not getattr(kept, field):
            setattr(kept, field, getattr(merged, field))
    kept.opted_out_on = _earliest(kept.opted_out_on, merged.opted_out_on)
    kept.save()
    for links in ("occupations", "sectors", "tags"):
        getattr(kept, links).add(*getattr(merged, links).all())
    for relation in Contact._meta.related_objects:
        if relation.one_to_many:
            relation.related_model._default_manager.filter(**{relation.field.name: merged}).update(
                **{relation.field.name: kept}
            )
    rename_person(merged.person, kept.person)
    merged.delete()


def _earliest(*days: date | None) -> date | None:
    return min((day for day in days if day), default=None)


@dataclass(frozen=True)
class Event:
    """One line of a contact's history."""

    day: date
    campaign: str
    text: str


def history_of(contact: Contact) -> list[Event]:
    """Return everything that happened with a contact, latest first (three queries).

    Of answers, only that there are some: never when in an anonymous campaign, never what they say.
    """
    events = [Event(contact.created_on, "", "Entré dans le fichier")]
    for day, text in (
        (contact.opted_out_on, "Ne veut plus recevoir de courriel"),
        (contact.bounced_on, "Courriel revenu : l’adresse ne fonctionne pas"),
    ):
        if day:
            events.append(Event(day, "", text))
    invitations = contact.invitations.select_related("campaign", "response_link__response")
    for invitation in invitations:
        title = invitation.campaign.title
        how = "Invité" if invitation.channel == Invitation.Channel.PERSONAL else "A demandé son lien"
        events.append(Event(invitation.created_on, title, how))
        if invitation.declined_on:
            events.append(Event(invitation.declined_on, title, "A décliné"))
        if invitation.revoked_on:
            events.append(Event(invitation.revoked_on, title, "Lien révoqué, ou réponse retirée"))
        if invitation.has_answered:
            events.append(Event(invitation.created_on, title, "A répondu (réponse anonyme, sans date)"))
        events += _answering(invitation, title)
    letters = Letter.objects.filter(invitation__contact=contact).select_related("wave", "invitation__campaign", "mail")
    for letter in letters:
        mail = letter.mail
        events += _sending(mail, letter.wave.get_kind_display(), letter.invitation.campaign.title)
    events.reverse()  # of one day, what was found last happened last
    return sorted(events, key=lambda event: event.day, reverse=True)


def _answering(invitation, title):
    link = getattr(invitation, "response_link", None)
    if link is None:
        return []
    response = link.response
    events = [Event(response.started_on or invitation.created_on, title, "A commencé à répondre")]
    if response.submitted_at:
        events.append(Event(timezone.localdate(response.submitted_at), title, "A envoyé ses réponses"))
    return events


def _sending(mail, kind, title):
    happened = [
        (mail.sent_at, f"{kind} partie" + (" (peut-être deux fois)" if mail.may_be_double else "")),
        (mail.bounced_at, f"{kind} revenue"),
        (mail.failed_at, f"{kind} en échec : {mail.reason}"),
        (mail.cancelled_at, f"{kind} annulée : {mail.reason}"),
    ]
    events = [Event(timezone.localdate(at), title, text) for at, text in happened if at]
    return events or [Event(timezone.localdate(mail.queued_at), title, f"{kind} en attente")]
