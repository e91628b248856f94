"""Everything we hold of one person, as a workbook to hand to them (right of access)."""

from collections.abc import Iterator

from django.utils import timezone

from cnc_survey.workbook import Column, Notice, Sheet, write_workbook
from interviews.collection.pages import path_of
from interviews.collection.review import review_of
from interviews.models import Contact, Response

from .contacts import history_of

NONE = "—"
ANSWERS = [Column("Campagne", 34), Column("Page", 26), Column("Question", 54), Column("Réponse", 70)]
INTERVIEWS = [
    Column("Date", 12, "date"),
    Column("Campagne", 34),
    Column("Rôle", 30),
    Column("Accord donné le", 16, "date"),
    Column("Citations", 34),
    Column("Vos mots relevés", 80),
]
HISTORY = [Column("Date", 12, "date"), Column("Campagne", 40), Column("Événement", 60)]


def write_person_file(contact: Contact, target) -> None:
    """Write to a path or a binary stream who this person is to us, what happened with them, and their answers.

    The answers given in an anonymous campaign are not there: nothing joins them to the person any more.
    """
    responses = list(
        Response.objects.filter(invitation_link__invitation__contact=contact)
        .select_related("campaign__questionnaire")
        .order_by("campaign__opens_on", "key")
    )
    history = [(event.day, event.campaign, event.text) for event in history_of(contact)]
    write_workbook(
        target,
        [
            Notice("Vous", "Ce que nous savons de vous", [("Fiche", _identity(contact)), *_consents(responses)]),
            Sheet("Historique", HISTORY, history, heading="Ce qui s’est passé"),
            Sheet("Entretiens", INTERVIEWS, _interviews(contact), heading="Vos entretiens et vos citations"),
            Sheet("Réponses", ANSWERS, _answers(responses), heading="Vos réponses"),
        ],
        title="Données personnelles",
    )


def _identity(contact):
    lists = {"Métiers": contact.occupations, "Secteurs": contact.sectors, "Étiquettes": contact.tags}
    return [
        ("Adresse électronique", contact.email),
        ("Prénom", contact.first_name or NONE),
        ("Nom", contact.last_name or NONE),
        ("Structure", contact.organisation or NONE),
        *((label, ", ".join(map(str, entries.all())) or NONE) for label, entries in lists.items()),
        ("Strate", contact.stratum or NONE),
        ("Langue", contact.get_language_display()),
    ]


def _consents(responses):
    """One section per campaign answered: the text agreed to, as it stood."""
    return [
        (
            f"Consentement : {response.campaign}",
            [
                ("Version", response.consent_version or NONE),
                ("Donné le", response.started_on or NONE),
                ("Texte", response.campaign.consent_text),
            ],
        )
        for response in responses
    ]


def _interviews(contact) -> Iterator[tuple]:
    """One row per quote, or one for an interview without any."""
    identities = contact.participations.select_related("participant__interview__campaign")
    for identity in identities.prefetch_related("participant__verbatims"):
        participant = identity.participant
        interview = participant.interview
        agreed = participant.consented_at and timezone.localdate(participant.consented_at)
        facts = (
            timezone.localdate(interview.starts_at),
            str(interview.campaign),
            participant.get_role_display(),
            agreed,
            participant.get_quoting_display(),
        )
        for verbatim in participant.verbatims.all() or [None]:
            yield *facts, verbatim.text if verbatim else None


def _answers(responses) -> Iterator[tuple]:
    for response in responses:
        for section in review_of(response, path_of(response)):
            for line in section.answered:
                yield str(response.campaign), section.page.title, line.question, line.answer
