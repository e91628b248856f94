"""Whom we may write to, about which campaign: asked when letters are queued, and again when each one leaves."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When

from interviews.models import Campaign, Contact, Invitation, Letter, ResponseLink

WRITE_AGAIN_AFTER = timedelta(hours=48)  # two letters closer than this read as pestering
PERSONAL = Invitation.Channel.PERSONAL


@dataclass(frozen=True)
class Segment:
    """Part of the contacts: everything given must hold. Tag, occupation and sector are primary keys."""

    stratum: str = ""
    tag: int | None = None
    occupation: int | None = None
    sector: int | None = None

    def contacts(self) -> QuerySet:
        chosen = {"stratum": self.stratum, "tags": self.tag, "occupations": self.occupation, "sectors": self.sector}
        return Contact.objects.filter(**{field: value for field, value in chosen.items() if value})

    def as_json(self) -> dict:
        return {name: value for name, value in asdict(self).items() if value}


def refusals(now: datetime) -> dict[str, tuple[str, Q]]:
    """Return {code: (sentence, condition on an invitation)}; the first that holds says why nobody is written to."""
    of_contact = Letter.objects.filter(invitation__contact=OuterRef("contact"))
    sent_lately = of_contact.filter(mail__sent_at__gt=now - WRITE_AGAIN_AFTER)
    finished = ResponseLink.objects.filter(invitation=OuterRef("pk"), response__submitted_at__isnull=False)
    return {
        "erased": ("Ce contact est effacé.", Q(contact=None)),
        "opted_out": ("Cette personne ne veut plus de courriel.", Q(contact__opted_out_on__isnull=False)),
        "bounced": ("Un courriel à cette adresse est revenu.", Q(contact__bounced_on__isnull=False)),
        "answered": ("Cette personne a répondu.", Q(has_answered=True) | Q(Exists(finished))),
        "declined": ("Cette personne a décliné.", Q(declined_on__isnull=False)),
        "revoked": ("Son lien est révoqué, ou sa réponse retirée.", Q(revoked_on__isnull=False)),
        "recent": ("Cette personne a reçu un courriel il y a moins de 48 heures.", Q(Exists(sent_lately))),
    }


def with_refusal(invitations: QuerySet, now: datetime) -> QuerySet:
    """Add `refusal` to invitations: the code of what forbids writing, or an empty text."""
    cases = [When(condition, then=Value(code)) for code, (_, condition) in refusals(now).items()]
    return invitations.annotate(refusal=Case(*cases, default=Value(""), output_field=CharField()))


def why_not_written(invitation: Invitation, now: datetime) -> str:
    """Return why this person must not be written to now, in French; nothing when they may."""
    code = with_refusal(Invitation.objects.filter(pk=invitation.pk), now).values_list("refusal", flat=True).get()
    return refusals(now)[code][0] if code else ""


def to_invite(campaign: Campaign, segment: Segment, now: datetime) -> QuerySet:
    """Return the contacts of a segment never invited to the campaign, that may be written to."""
    invited = Invitation.objects.filter(campaign=campaign, contact=OuterRef("pk"))
    return (
        segment.contacts()
        .filter(~Exists(invited), ~Exists(_in_hand(now, OuterRef("pk"))), opted_out_on=None, bounced_on=None)
        .order_by("pk")
    )


def to_remind(campaign: Campaign, segment: Segment, now: datetime) -> QuerySet:
    """Return the invitations of a segment that were written to, have not answered, and may be written to again."""
    invitations = Invitation.objects.filter(
        Exists(Letter.objects.filter(invitation=OuterRef("pk"), mail__sent_at__isnull=False)),
        ~Exists(_in_hand(now, OuterRef("contact"))),
        campaign=campaign,
        channel=PERSONAL,
    )
    if segment != Segment():
        invitations = invitations.filter(contact__in=segment.contacts())
    return with_refusal(invitations, now).filter(refusal="").order_by("pk")


def _in_hand(now, contact):
    """Letters on their way to a contact, or sent too lately."""
    letters = Letter.objects.filter(invitation__contact=contact)
    waiting = Q(mail__sent_at=None, mail__failed_at=None, mail__cancelled_at=None)
    return letters.filter(waiting | Q(mail__sent_at__gt=now - WRITE_AGAIN_AFTER))
