"""Erasing a person: everything that names them goes, what is frozen stays without them.

The preview is the erasure itself, undone: what it announces cannot differ from what is done.
"""

import hashlib
import json
from dataclasses import dataclass, field

from django.db import transaction

from cnc_survey.audit.log import record
from cnc_survey.audit.models import AuditEntry
from cnc_survey.outbox.models import Mail
from cnc_survey.outbox.queueing import cancel_mails
from interviews.collection.invitations import revoke_invitations
from interviews.collection.withdrawal import erase_words, withdraw_response
from interviews.guided.planning import withdraw_interview
from interviews.models import Contact, Interview, Participant, Response, ResponseLink

ERASED = "La personne a été effacée."


class ErasureError(ValueError):
    """An erasure that would not do what its preview said; the message is in French."""


@dataclass
class Effect:
    """What an erasure touches: {French label: the rows, each as values that change when the row does}."""

    touched: dict[str, list] = field(default_factory=dict)

    def add(self, label, rows):
        if rows:
            self.touched.setdefault(label, []).extend(rows)

    @property
    def lines(self) -> list[tuple[str, int]]:
        """[(label, how many)], in the order in which it happens."""
        return [(label, len(rows)) for label, rows in self.touched.items()]

    @property
    def fingerprint(self) -> str:
        """The same as long as the erasure would touch the same rows in the same state."""
        return hashlib.sha256(json.dumps(self.touched, sort_keys=True, default=str).encode()).hexdigest()


def preview_erasure(contact: Contact) -> Effect:
    """Return what `erase_person` would do now."""
    with transaction.atomic():
        effect = _erase(contact, None)
        transaction.set_rollback(True)
    return effect


@transaction.atomic
def erase_person(contact: Contact, seen: str, user) -> Effect:
    """Erase a person and return what was done; the log keeps their pseudonymous key, never their name.

    `seen` is the fingerprint of the preview that `user` agreed to. Raises ErasureError when something has changed
    since: nothing is done.
    """
    person, effect = contact.person, _erase(contact, user)
    if effect.fingerprint != seen:
        raise ErasureError("Quelque chose a changé depuis l’aperçu : relisez-le avant de confirmer. Rien n’est effacé.")
    record(AuditEntry.Action.PERSONAL_DATA_ERASED, user, person, **dict(effect.lines))
    return effect


def _erase(contact, user):
    effect = Effect()
    contact = Contact.objects.select_for_update().get(pk=contact.pk)
    linked = Response.objects.filter(invitation_link__invitation__contact=contact).select_related("campaign")
    for response in linked.order_by("pk"):
        _erase_response(response, effect)
    invitations = contact.invitations.order_by("pk")
    _erase_interviews(contact, user, effect)
    waiting = Mail.objects.filter(letter__invitation__contact=contact).unfinished()
    effect.add("courriels en attente, annulés", list(waiting.order_by("pk").values_list("pk", flat=True)))
    cancel_mails(waiting, ERASED)
    effect.add("invitations, gardées sans nom pour les comptes", list(invitations.values_list("pk", "revoked_on")))
    revoke_invitations(invitations)
    effect.add("fiche de contact", [[contact.pk, contact.email, contact.full_name, contact.organisation]])
    contact.delete()
    return effect


def _erase_response(response, effect):
    answers = [
        *response.use_case_answers.order_by("pk").values_list("pk", "version"),
        *response.answers.order_by("pk").values_list("pk", "version"),
    ]
    state = [response.pk, response.profile_version, response.submitted_at]
    if response.campaign.closed_at is None:
        effect.add(f"réponse à « {response.campaign} », effacée", [state])
        effect.add(f"réponses aux questions de « {response.campaign} », effacées", answers)
        withdraw_response(response)
    else:
        # What is published does not change: the totals keep a row that nothing joins to anybody any more.
        effect.add(f"réponse à « {response.campaign} », close : détachée de la personne", [state])
        effect.add(f"textes libres de « {response.campaign} », effacés", erase_words(response))
        ResponseLink.objects.filter(response=response).delete()


def _erase_interviews(contact, user, effect):
    """Erase the conversations in which the person was questioned; elsewhere, only their name."""
    names = contact.participations.select_related("participant")
    spoke = names.exclude(participant__role=Participant.Role.OBSERVER)
    led = Interview.objects.kept().filter(participants__identity__in=spoke).order_by("pk").distinct()
    for interview in led:
        words = [
            *interview.notes.order_by("pk").values_list("pk", "version"),
            *interview.transcripts.order_by("pk").values_list("pk", flat=True),
        ]
        effect.add(f"{str(interview).lower()} de « {interview.campaign} », effacé", [interview.pk])
        effect.add("notes et transcriptions, avec leurs citations, effacées", words)
        withdraw_interview(interview, user)
    effect.add("noms gardés pour d’autres entretiens, effacés", list(names.values_list("pk", flat=True)))
    names.delete()
