"""Contacts: found without being decrypted, merged, refused, remembered."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from cryptography.fernet import Fernet
from django.core.exceptions import FieldError
from django.core.management import call_command
from django.db import IntegrityError, connection

from interviews.collection.invitations import create_invitation, find_contact
from interviews.collection.responses import start_response, submit_response
from interviews.fieldwork.contacts import (
    ContactError,
    Event,
    history_of,
    mark_addresses_dead,
    merge_contacts,
    opt_out_contact,
    search_contacts,
)
from interviews.models import Contact, Invitation, Response
from tests.factories import make_campaign, make_contact, make_occupation, make_questionnaire

pytestmark = pytest.mark.django_db
KEY, NEW_KEY = Fernet.generate_key().decode(), Fernet.generate_key().decode()
PERSONAL = Invitation.Channel.PERSONAL


@pytest.fixture(params=[[], [KEY]], ids=["clear", "encrypted"])
def keys(request, settings):
    settings.PERSONAL_DATA_KEYS = request.param


@pytest.fixture
def june():
    with time_machine.travel(datetime(2025, 6, 15, 10, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def people(keys):
    make_contact("ada@exemple.fr", first_name="Éloïse", last_name="Lovelace", organisation="Studio d’Arc")
    make_contact("grace@ailleurs.fr", first_name="Grace", last_name="Hopper", organisation="Studio Mer")


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("eloise", ["ada@exemple.fr"]),
        ("ELO love", ["ada@exemple.fr"]),
        ("studio", ["grace@ailleurs.fr", "ada@exemple.fr"]),
        ("studio arc", ["ada@exemple.fr"]),
        ("hopp grace", ["grace@ailleurs.fr"]),
        ("grace lovelace", []),
        ("ailleurs", ["grace@ailleurs.fr"]),
        (" Ada@EXEMPLE.fr ", ["ada@exemple.fr"]),
        ("inconnue@exemple.fr", []),
        ("%", ["grace@ailleurs.fr", "ada@exemple.fr"]),
        ("zzz", []),
        ("", ["grace@ailleurs.fr", "ada@exemple.fr"]),
    ],
)
def test_free_words_find_people_by_the_beginning_of_their_names(query, found):
    assert [contact.email for contact in search_contacts(query)] == found


@pytest.mark.usefixtures("keys")
def test_one_mailbox_is_one_contact_however_it_is_spelled():
    make_contact("ada@exemple.fr")
    assert find_contact(" ADA@Exemple.fr").email == "ada@exemple.fr"
    with pytest.raises(IntegrityError):
        make_contact("Ada@exemple.fr")


def test_with_a_key_the_database_holds_no_letter_of_a_person(settings):
    settings.PERSONAL_DATA_KEYS = [KEY]
    make_contact("ada@exemple.fr", first_name="Éloïse", last_name="Lovelace", organisation="Studio")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM interviews_contact")
        row = str(cursor.fetchone()).lower()
    assert [word for word in ("ada@", "exemple", "loïse", "loise", "lovelace", "studio") if word in row] == []


def test_looking_up_an_encrypted_column_is_refused_rather_than_finding_nothing():
    with pytest.raises(FieldError, match="look it up by its index"):
        Contact.objects.filter(email="ada@exemple.fr")


def test_a_key_is_turned_on_then_replaced_and_nobody_is_lost(settings, capsys):
    make_contact("ada@exemple.fr", last_name="Lovelace")
    for keys in ([KEY], [NEW_KEY, KEY]):
        settings.PERSONAL_DATA_KEYS = keys
        assert find_contact("ada@exemple.fr").last_name == "Lovelace"  # before the command, too
        assert search_contacts("love").count() == 1
        call_command("rotate_personal_data_key")
    assert "contacts : 1" in capsys.readouterr().out
    settings.PERSONAL_DATA_KEYS = [NEW_KEY]
    assert find_contact("ada@exemple.fr").last_name == "Lovelace"
    assert [contact.email for contact in search_contacts("love")] == ["ada@exemple.fr"]


# Merging


@pytest.mark.usefixtures("keys", "june")
def test_merging_keeps_everything_once():
    make_occupation("editors")
    campaign = make_campaign()
    kept = make_contact("ada@exemple.fr", first_name="Ada", tags=["a"])
    merged = make_contact(
        "ada@ancien.fr", last_name="Lovelace", tags=["b"], occupations=["editors"], opted_out_on=date(2025, 1, 1)
    )
    response = start_response(create_invitation(campaign, PERSONAL, merged)[0])
    merge_contacts(kept, merged)
    contact = Contact.objects.get()
    assert (contact.email, contact.full_name, contact.opted_out_on) == (
        "ada@exemple.fr",
        "Ada Lovelace",
        date(2025, 1, 1),
    )
    assert ({tag.name for tag in contact.tags.all()}, contact.occupations.count()) == ({"a", "b"}, 1)
    assert (Invitation.objects.get().contact, Response.objects.get(pk=response.pk).person) == (contact, contact.person)


@pytest.mark.usefixtures("june")
def test_two_records_that_both_answer_one_open_campaign_stay_two():
    campaign = make_campaign()
    contacts = [make_contact("ada@exemple.fr"), make_contact("ada@ancien.fr")]
    for contact in contacts:
        start_response(create_invitation(campaign, PERSONAL, contact)[0])
    with pytest.raises(ContactError, match="« Vague 1 »"):
        merge_contacts(*contacts)
    assert Contact.objects.count() == 2


def test_merging_a_record_with_itself_is_refused():
    contact = make_contact()
    with pytest.raises(ContactError, match="la même fiche"):
        merge_contacts(contact, contact)


# Refusals and dead addresses


@pytest.mark.usefixtures("keys", "june")
def test_dead_addresses_are_marked_and_unknown_ones_are_returned():
    contact = make_contact()
    assert mark_addresses_dead(["ADA@exemple.fr", "ada@exemple.fr", "x@y.fr"]) == (1, ["x@y.fr"])
    contact.refresh_from_db()
    assert contact.bounced_on == date(2025, 6, 15)


# History


@pytest.mark.usefixtures("june")
def test_the_history_says_what_happened_and_nothing_of_the_answers():
    contact = make_contact()
    invitation, _ = create_invitation(make_campaign(), PERSONAL, contact)
    submit_response(start_response(invitation))
    opt_out_contact(contact)
    contact.refresh_from_db()
    day = date(2025, 6, 15)
    assert set(history_of(contact)) == {
        Event(day, "", "Entré dans le fichier"),
        Event(day, "", "Ne veut plus recevoir de courriel"),
        Event(day, "Vague 1", "Invité"),
        Event(day, "Vague 1", "A commencé à répondre"),
        Event(day, "Vague 1", "A envoyé ses réponses"),
    }


def test_in_an_anonymous_campaign_the_history_gives_no_day_of_answering():
    contact = make_contact()
    with time_machine.travel(datetime(2025, 6, 1, 10, tzinfo=UTC)):
        invitation, _ = create_invitation(make_campaign(is_anonymous=True), PERSONAL, contact)
    with time_machine.travel(datetime(2025, 6, 15, 10, tzinfo=UTC)):
        submit_response(start_response(invitation))
    days = {event.day for event in history_of(contact) if event.campaign}
    assert days == {date(2025, 6, 1)}


@pytest.mark.usefixtures("june")
def test_the_history_costs_the_same_for_one_campaign_and_three(django_assert_num_queries):
    contact, questionnaire = make_contact(), make_questionnaire()
    for number, slug in enumerate(("une", "deux", "trois")):
        create_invitation(make_campaign(questionnaire, slug=slug), PERSONAL, contact)
        if number != 1:
            with django_assert_num_queries(2):
                history_of(contact)
