"""One person's data: handed over, erased as previewed, forgotten in time."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.utils import timezone
from openpyxl import load_workbook

from cnc_survey.audit.models import AuditEntry
from cnc_survey.outbox.models import Mail
from cnc_survey.outbox.queueing import queue_mail
from cnc_survey.roles import Role, ensure_roles
from interviews.collection.invitations import create_invitation
from interviews.fieldwork.erasure import ErasureError, erase_person, preview_erasure
from interviews.fieldwork.person_file import write_person_file
from interviews.fieldwork.retention import apply_retention, blur_submissions, survey_personal_data
from interviews.models import (
    Answer,
    Contact,
    Invitation,
    Item,
    Letter,
    MailWave,
    Note,
    ParticipantIdentity,
    Response,
    ResponseLink,
    UseCaseAnswer,
    UseCaseProposal,
    Verbatim,
)
from interviews.results.closing import close_campaign
from tests.factories import (
    make_campaign,
    make_item,
    make_occupation,
    make_questionnaire,
    make_response,
    make_use_case,
)
from tests.interviews.guided.conversations import make_conversation_campaign, make_interview, make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    """A campaign open today, on one use case, with one coded question and one of free text."""
    questionnaire = make_questionnaire()
    make_item(questionnaire, "ai_ever_used", options={"yes": "Oui", "no": "Non"})
    make_item(questionnaire, "free_words", kind=Item.Kind.TEXT)
    make_occupation()
    today = timezone.localdate()
    return make_campaign(
        questionnaire,
        [make_use_case()],
        opens_on=today - timedelta(days=30),
        closes_on=today + timedelta(days=30),
    )


def make_person(campaign, address="ada@exemple.fr", **fields):
    """Somebody invited, who has answered everything, with a reminder on its way."""
    contact = Contact.objects.create(email=address, first_name="Ada", last_name="Lovelace")
    invitation, _ = create_invitation(campaign, Invitation.Channel.PERSONAL, contact)
    response = make_response(
        campaign,
        f"de-{contact.pk}",
        occupations=["editors"],
        use_cases={
            "sous-titrage": {"usage": 4, "maturity": 2, "comment": "Je travaille chez X", "may_be_quoted": True}
        },
        answers={"ai_ever_used": "yes", "free_words": "Appelez-moi"},
        person=contact.person,
        **fields,
    )
    UseCaseProposal.objects.create(response=response, name="Un usage")
    ResponseLink.objects.create(invitation=invitation, response=response)
    wave = MailWave.objects.create(campaign=campaign, kind="reminder")
    Letter.objects.create(invitation=invitation, wave=wave, mail=queue_mail("letter", {"invitation": invitation.pk}))
    return contact


def test_erasing_does_exactly_what_the_preview_said(campaign):
    contact = make_person(campaign)
    preview = preview_erasure(contact)
    assert preview.lines == [
        ("réponse à « Vague 1 », effacée", 1),
        ("réponses aux questions de « Vague 1 », effacées", 3),
        ("courriels en attente, annulés", 1),
        ("invitations, gardées sans nom pour les comptes", 1),
        ("fiche de contact", 1),
    ]
    assert Contact.objects.count() == 1  # a preview does nothing
    assert UseCaseAnswer.objects.count() == 1
    effect = erase_person(contact, preview.fingerprint, None)
    assert effect.lines == preview.lines
    assert [model.objects.count() for model in (Contact, UseCaseAnswer, Answer, UseCaseProposal, ResponseLink)] == [
        0
    ] * 5
    response = Response.objects.get()
    assert (response.person, response.occupations.count(), response.withdrawn_at is not None) == ("", 0, True)
    assert Invitation.objects.values_list("contact", "revoked_on").get() == (None, timezone.localdate())
    assert Mail.objects.get().cancelled_at is not None


def test_it_is_refused_when_something_has_changed_since_the_preview(campaign):
    contact = make_person(campaign)
    seen = preview_erasure(contact).fingerprint
    UseCaseAnswer.objects.update(maturity=3, version=1)
    with pytest.raises(ErasureError, match="Quelque chose a changé depuis l’aperçu"):
        erase_person(contact, seen, None)
    assert [model.objects.count() for model in (Contact, UseCaseAnswer, Answer, ResponseLink)] == [1, 1, 2, 1]
    assert Mail.objects.get().cancelled_at is None
    assert not AuditEntry.objects.exists()


def test_the_log_keeps_the_act_without_the_name(campaign):
    contact = make_person(campaign)
    person = contact.person
    erase_person(contact, preview_erasure(contact).fingerprint, None)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject) == ("personal_data_erased", person)
    assert "Ada" not in str(entry.details)
    assert "exemple.fr" not in str(entry.details)


def frozen_cells(campaign):
    return list(campaign.snapshot.cells.values_list("item", "variable", "category", "base", "figures", "mask"))


def test_a_closed_campaign_keeps_its_figures_and_loses_the_person(campaign):
    contact = make_person(campaign)
    for number in range(9):
        make_response(campaign, f"r{number}", use_cases={"sous-titrage": {"usage": 4, "maturity": 2}})
    snapshot = close_campaign(campaign)
    before = (
        snapshot.identifier,
        frozen_cells(campaign),
    )
    preview = preview_erasure(contact)
    assert preview.lines == [
        ("réponse à « Vague 1 », close : détachée de la personne", 1),
        ("textes libres de « Vague 1 », effacés", 3),
        ("courriels en attente, annulés", 1),
        ("invitations, gardées sans nom pour les comptes", 1),
        ("fiche de contact", 1),
    ]
    erase_person(contact, preview.fingerprint, None)
    campaign.refresh_from_db()
    assert (
        campaign.snapshot.identifier,
        frozen_cells(campaign),
    ) == before
    kept = UseCaseAnswer.objects.get(response__key__startswith="de-")
    assert (kept.usage, kept.maturity, kept.comment, kept.may_be_quoted) == (4, 2, "", False)
    assert list(Answer.objects.values_list("value", flat=True)) == ["yes"]
    assert not ResponseLink.objects.exists()


def test_a_person_s_file_holds_everything_but_anonymous_answers(campaign):
    contact = make_person(campaign)
    target = BytesIO()
    write_person_file(contact, target)
    book = load_workbook(target)
    assert book.sheetnames == ["Vous", "Historique", "Entretiens", "Réponses"]
    text = {
        name: "\n".join(str(cell) for row in book[name].iter_rows(values_only=True) for cell in row if cell)
        for name in book.sheetnames
    }
    for wanted in ("ada@exemple.fr", "Ada", "Lovelace", "Vos réponses servent à la mise à jour de l’étude."):
        assert wanted in text["Vous"]
    assert "A envoyé ses réponses" in text["Historique"]
    for wanted in ("Je travaille chez X", "Appelez-moi", "Usage régulier"):
        assert wanted in text["Réponses"]


def make_conversation(contact):
    """An interview with this person, of which a note and a quote are kept."""
    lea = make_member()
    interview = make_interview(make_conversation_campaign(slug="entretiens", title="Entretiens"), lea)
    participant = interview.participants.get()
    ParticipantIdentity.objects.filter(participant=participant).update(contact=contact)
    note = Note.objects.create(interview=interview, marked_at=timezone.now(), text="Le doublage change tout.")
    Verbatim.objects.create(participant=participant, note=note, start=0, end=11, text="Le doublage", created_by=lea)
    return interview


def test_erasing_a_person_erases_the_conversation_with_them(time_machine):
    time_machine.move_to("2025-06-01", tick=False)
    contact = Contact.objects.create(email="ada@exemple.fr")
    interview = make_conversation(contact)
    preview = preview_erasure(contact)
    assert preview.lines == [
        ("entretien 1 de « Entretiens », effacé", 1),
        ("notes et transcriptions, avec leurs citations, effacées", 1),
        ("fiche de contact", 1),
    ]
    assert erase_person(contact, preview.fingerprint, None).lines == preview.lines
    interview.refresh_from_db()
    assert interview.withdrawn_at is not None
    assert [model.objects.count() for model in (ParticipantIdentity, Note, Verbatim)] == [0, 0, 0]


def test_an_observer_loses_only_their_name(time_machine):
    time_machine.move_to("2025-06-01", tick=False)
    contact = Contact.objects.create(email="ada@exemple.fr")
    interview = make_conversation(contact)
    interview.participants.update(role="observer")
    preview = preview_erasure(contact)
    assert preview.lines == [("noms gardés pour d’autres entretiens, effacés", 1), ("fiche de contact", 1)]
    erase_person(contact, preview.fingerprint, None)
    assert [model.objects.count() for model in (ParticipantIdentity, Note, Verbatim)] == [0, 1, 1]


def test_a_person_s_file_holds_their_quotes(time_machine):
    time_machine.move_to("2025-06-01", tick=False)
    contact = Contact.objects.create(email="ada@exemple.fr")
    make_conversation(contact)
    target = BytesIO()
    write_person_file(contact, target)
    rows = list(load_workbook(target)["Entretiens"].iter_rows(values_only=True))
    assert rows[-1] == (
        datetime(2025, 3, 14),
        "Entretiens",
        "personne interrogée",
        datetime(2025, 6, 1),
        "Citations sans nom",
        "Le doublage",
    )


def test_names_of_interviews_go_a_year_after_closing():
    interview = make_conversation(Contact.objects.create(email="ada@exemple.fr"))
    age(interview.campaign, NOW - timedelta(days=364))
    assert gone() == {}
    assert gone(NOW + timedelta(days=2)) == {"identities": 1}
    assert Note.objects.count() == 1


def age(campaign, closed):
    """Make a campaign one that was closed at this moment."""
    day = timezone.localdate(closed)
    campaign.opens_on, campaign.closes_on, campaign.closed_at = day - timedelta(days=60), day, closed
    campaign.save()


NOW = datetime(2026, 6, 1, 3, tzinfo=UTC)


def gone(now=NOW):
    return {name: count for name, count in apply_retention(now).items() if count}


def test_links_go_a_year_after_closing(campaign):
    make_person(campaign)
    age(campaign, NOW - timedelta(days=364))
    assert gone() == {}
    assert gone(NOW + timedelta(days=2)) == {"links": 1}
    assert Response.objects.get().use_case_answers.count() == 1  # what joins goes, not what was said


def test_questionnaires_never_sent_go_a_month_after_closing(campaign):
    make_response(campaign, "begun", submitted_at=None)
    make_response(campaign, "sent")
    age(campaign, NOW - timedelta(days=31))
    assert gone() == {"unsent": 1}
    assert list(Response.objects.values_list("key", flat=True)) == ["sent"]


def test_an_address_left_to_come_back_goes_a_month_after_the_end(campaign):
    left = Contact.objects.create(email="passage@exemple.fr", created_on=date(2026, 3, 1))
    entered = Contact.objects.create(email="invitee@exemple.fr", created_on=date(2026, 1, 1))
    for contact in (left, entered):
        invitation, _ = create_invitation(campaign, contact=contact)
        Invitation.objects.filter(pk=invitation.pk).update(created_on=date(2026, 3, 1))
    age(campaign, NOW - timedelta(days=32))
    assert gone() == {"addresses": 1}
    assert [contact.email for contact in Contact.objects.all()] == ["invitee@exemple.fr"]


def test_contacts_go_three_years_after_the_last_campaign(campaign):
    idle = Contact.objects.create(email="ancien@exemple.fr", created_on=date(2020, 1, 1))
    called = Contact.objects.create(email="actif@exemple.fr", created_on=date(2020, 1, 1))
    create_invitation(campaign, Invitation.Channel.PERSONAL, called)
    Contact.objects.create(email="nouveau@exemple.fr", created_on=date(2026, 5, 1))
    age(campaign, NOW - timedelta(days=300))
    assert gone() == {"contacts": 1}
    assert not Contact.objects.filter(pk=idle.pk).exists()
    assert gone() == {}


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite keeps no transaction beside a row")
@pytest.mark.django_db(transaction=True)
def test_no_transaction_joins_an_anonymous_answer_to_a_person():
    campaign = make_campaign(use_cases=[make_use_case()], is_anonymous=True)
    for number in range(3):
        contact = Contact.objects.create(email=f"p{number}@exemple.fr")
        create_invitation(campaign, Invitation.Channel.PERSONAL, contact)

    def transactions():
        with connection.cursor() as cursor:
            cursor.execute("SELECT xmin FROM interviews_invitation")
            return {row[0] for row in cursor.fetchall()}

    assert len(transactions()) == 3
    assert blur_submissions() == 3
    assert len(transactions()) == 1


def test_the_register_counts_what_is_left(campaign):
    make_person(campaign)
    make_response(campaign, "begun", submitted_at=None)
    assert {rule.name: (held, due) for rule, held, due in survey_personal_data()} == {
        "contacts": (1, 0),
        "addresses": (0, 0),
        "links": (1, 0),
        "identities": (0, 0),
        "unsent": (1, 0),
        "imports": (0, 0),
        "sessions": (0, 0),
    }


@pytest.fixture
def manager(client):
    ensure_roles()
    user = User.objects.create_user("ada", is_staff=True)
    user.groups.add(Group.objects.get(name=Role.CAMPAIGN_MANAGER.value))
    client.force_login(user)
    return user


def test_the_pages_of_an_erasure(campaign, client, manager):
    contact = make_person(campaign)
    address = f"/contacts/{contact.pk}/effacer/"
    page = client.get(address)
    assert "Effacer Ada Lovelace" in page.content.decode()
    Contact.objects.filter(pk=contact.pk).update(organisation="X")
    late = client.post(address, {"seen": page.context["effect"].fingerprint})
    assert late.status_code == 409
    assert "Quelque chose a changé" in late.content.decode()
    done = client.post(address, {"seen": late.context["effect"].fingerprint}, follow=True)
    assert "La personne est effacée" in done.content.decode()
    assert not Contact.objects.exists()


def test_a_file_holds_answers_and_is_not_for_managers(campaign, client, manager):
    assert client.get(f"/contacts/{make_person(campaign).pk}/donnees-personnelles.xlsx").status_code == 403


def test_handing_over_a_file_leaves_a_line(campaign, client, manager):
    manager.groups.set([Group.objects.get(name=Role.ADMINISTRATOR.value)])
    contact = make_person(campaign)
    response = client.get(f"/contacts/{contact.pk}/donnees-personnelles.xlsx")
    assert response.content[:2] == b"PK"
    entry = AuditEntry.objects.get(action="personal_data_read")
    assert (entry.actor_name, entry.subject) == ("ada", contact.person)


def test_the_public_notice_tells_every_rule(client):
    page = client.get("/vos-donnees/").content.decode()
    for wanted in ("3\u00a0ans", "30\u00a0jours", "1\u00a0an", "Liens entre une personne et sa réponse", "CNIL"):
        assert wanted in page


def test_the_register_costs_the_same_whatever_is_held(campaign, client, manager, django_assert_max_num_queries):
    for number in range(3):
        make_person(campaign, f"p{number}@exemple.fr")
    with django_assert_max_num_queries(20):
        assert "Ce que nous gardons" in client.get("/donnees-personnelles/").content.decode()
