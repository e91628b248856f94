"""How long personal data stays: each rule with its length and its reason, applied every day, read on the register."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from cnc_survey.audit.log import forget_old_entries
from interviews.models import Contact, ContactImport, Invitation, ParticipantIdentity, Response, ResponseLink

CONTACTS_KEPT = timedelta(days=3 * 365)  # without any campaign: the time the CNIL gives to prospects
ADDRESSES_KEPT = timedelta(days=30)  # after the end, for those who only left an address to come back
LINKS_KEPT = timedelta(days=365)  # after closing: time to answer whoever asks for their own answers
UNSENT_KEPT = timedelta(days=30)  # after closing: they count nowhere
IMPORTS_KEPT = timedelta(days=7)  # to confirm a preview


@dataclass(frozen=True)
class RetentionRule:
    """What goes, after how long, why; `due(now)` are the rows that must go, `held()` all those there are."""

    name: str
    what: str
    kept: timedelta
    since: str
    reason: str
    held: Callable[[], QuerySet]
    due: Callable[[datetime], QuerySet]
    apply: Callable[[QuerySet], object]


def apply_retention(now: datetime | None = None) -> dict[str, int]:
    """Apply every rule; return {name: rows that went}, those of the log included. May be run at any time."""
    now = now or timezone.now()
    gone = {}
    for rule in RULES:
        with transaction.atomic():
            due = rule.due(now)
            gone[rule.name] = due.count()
            if gone[rule.name]:
                rule.apply(due)
    gone["log"] = forget_old_entries(now)
    blur_submissions()
    return gone


@transaction.atomic
def blur_submissions() -> int:
    """Write again, all together, the invitations of the anonymous campaigns under way; return how many.

    At submission an invitation is marked in the transaction that stores the response: whoever owns a PostgreSQL server
    could read in its own columns which two rows were written together. After this they were written with all others.
    """
    anonymous = Invitation.objects.filter(campaign__is_anonymous=True, campaign__closed_at=None)
    return anonymous.update(has_answered=F("has_answered"))


def survey_personal_data(now: datetime | None = None) -> list[tuple[RetentionRule, int, int]]:
    """Return what personal data is held today: [(rule, rows held, rows that should be gone)…]."""
    now = now or timezone.now()
    return [(rule, rule.held().count(), rule.due(now).count()) for rule in RULES]


def _idle_contacts(now):
    """Contacts entered long ago whom no campaign has concerned since."""
    since = timezone.localdate(now - CONTACTS_KEPT)
    concerned = Invitation.objects.filter(contact=OuterRef("pk"), campaign__closes_on__gte=since)
    return Contact.objects.filter(~Exists(concerned), created_on__lt=since)


def _addresses_left():
    """Contacts that nobody entered: they came into being with the open link that they asked for."""
    invitations = Invitation.objects.filter(contact=OuterRef("pk"))
    asked = invitations.filter(channel=Invitation.Channel.OPEN, created_on=OuterRef("created_on"))
    invited = invitations.filter(channel=Invitation.Channel.PERSONAL)
    return Contact.objects.filter(Exists(asked), ~Exists(invited), stratum="", tags=None, occupations=None)


def _stale_addresses(now):
    lately = Invitation.objects.filter(
        contact=OuterRef("pk"), campaign__closes_on__gte=timezone.localdate(now - ADDRESSES_KEPT)
    )
    return _addresses_left().filter(~Exists(lately))


def _unsent():
    asked = Response.objects.exclude(mode=Response.Mode.INTERVIEW)  # those have their own rules, with the interview
    return asked.filter(submitted_at=None, withdrawn_at=None)


def _pending_imports():
    return ContactImport.objects.filter(applied_at=None)


RULES = [
    RetentionRule(
        "contacts",
        "Fiches de contact",
        CONTACTS_KEPT,
        "la fin de la dernière campagne qui les concernait",
        "Inviter aux vagues suivantes, et pas au-delà.",
        Contact.objects.all,
        _idle_contacts,
        QuerySet.delete,
    ),
    RetentionRule(
        "addresses",
        "Adresses laissées pour recevoir son lien",
        ADDRESSES_KEPT,
        "la fin de la campagne",
        "Elles ne servaient qu’à revenir au questionnaire.",
        _addresses_left,
        _stale_addresses,
        QuerySet.delete,
    ),
    RetentionRule(
        "links",
        "Liens entre une personne et sa réponse",
        LINKS_KEPT,
        "la clôture de la campagne",
        "Répondre à qui demande ses propres réponses ; ensuite plus rien ne les joint.",
        ResponseLink.objects.all,
        lambda now: ResponseLink.objects.filter(response__campaign__closed_at__lt=now - LINKS_KEPT),
        QuerySet.delete,
    ),
    RetentionRule(
        "identities",
        "Noms des participants aux entretiens",
        LINKS_KEPT,
        "la clôture de la campagne",
        "Leur faire relire leurs citations ; ensuite plus rien ne joint leurs mots à eux.",
        ParticipantIdentity.objects.all,
        lambda now: ParticipantIdentity.objects.filter(
            participant__interview__campaign__closed_at__lt=now - LINKS_KEPT
        ),
        QuerySet.delete,
    ),
    RetentionRule(
        "unsent",
        "Questionnaires commencés, jamais envoyés",
        UNSENT_KEPT,
        "la clôture de la campagne",
        "Ils ne comptent dans aucun résultat.",
        _unsent,
        lambda now: _unsent().filter(campaign__closed_at__lt=now - UNSENT_KEPT),
        QuerySet.delete,
    ),
    RetentionRule(
        "imports",
        "Fichiers de contacts déposés, non confirmés",
        IMPORTS_KEPT,
        "le dépôt",
        "Le temps de relire l’aperçu.",
        _pending_imports,
        lambda now: _pending_imports().filter(uploaded_at__lt=now - IMPORTS_KEPT),
        QuerySet.delete,
    ),
    RetentionRule(
        "sessions",
        "Sessions de l’équipe",
        timedelta(0),
        "leur expiration",
        "Rester connecté une journée de travail.",
        Session.objects.all,
        lambda now: Session.objects.filter(expire_date__lt=now),
        QuerySet.delete,
    ),
]
