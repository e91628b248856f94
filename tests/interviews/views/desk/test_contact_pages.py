"""The pages of contacts, as a manager uses them."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cnc_survey.audit.models import AuditEntry
from cnc_survey.jobs.models import Job
from cnc_survey.jobs.worker import work
from cnc_survey.roles import Role
from interviews.models import Contact, ContactImport
from interviews.views.desk import contact_imports
from tests.factories import make_contact, make_occupation
from tests.interviews.staff import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    sign_in(client, Role.CAMPAIGN_MANAGER)
    return client


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode().replace("&nbsp;", " "))


def upload(client, content, name="contacts.csv"):
    file = SimpleUploadedFile(name, content.encode())
    return client.post(reverse("contact_import"), {"file": file})


def onward(client, job):
    """Return where the page of a job leads; the page links to it."""
    page = client.get(job)
    found = page.context["onward"]
    assert found is None or f'href="{found[1]}">{found[0]}</a>' in page.content.decode()
    return found


@pytest.mark.parametrize(
    "name", ["contacts", "contact_new", "bounces", "contact_import", "contact_model", "contacts_export"]
)
def test_analysts_and_strangers_see_no_identity(client, name):
    assert client.get(reverse(name)).status_code in (302, 405)
    sign_in(client, Role.ANALYST)
    assert client.get(reverse(name)).status_code in (403, 405)
    assert client.post(reverse(name)).status_code in (403, 405)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_row_and_three(manager, count, django_assert_num_queries):
    make_occupation("editors")
    for number in range(count):
        make_contact(f"{number}@exemple.fr", occupations=["editors"], tags=["a", "b"])
    manager.get(reverse("contacts"))
    # Session, user, permissions (2); strata, tags, occupations, sectors of the form; count, page, its two lists.
    with django_assert_num_queries(12):
        page = manager.get(reverse("contacts"))
    assert len(page.context["rows"]) == count


def test_the_list_is_searched_and_filtered(manager):
    make_contact("ada@exemple.fr", last_name="Lovelace", stratum="A")
    make_contact("bob@exemple.fr", last_name="Lovell", opted_out_on=date(2025, 1, 1))
    make_contact("eve@exemple.fr", last_name="Autre", tags=["presse"])

    def found(**query):
        return [contact.email for contact, _ in manager.get(reverse("contacts"), query).context["rows"]]

    assert found(q="love") == ["bob@exemple.fr", "ada@exemple.fr"]
    assert found(q="love", state="opted_out") == ["bob@exemple.fr"]
    assert found(state="new") == ["eve@exemple.fr", "ada@exemple.fr"]
    assert found(stratum="A") == ["ada@exemple.fr"]
    assert found(tag=Contact.objects.get(tags__isnull=False).tags.get().pk) == ["eve@exemple.fr"]
    assert found(occupation="inconnu", q="autre") == ["eve@exemple.fr"]
    assert "Aucun contact ne répond à cette recherche." in text(manager.get(reverse("contacts"), {"q": "zzz"}))


def test_reading_one_person_is_written_in_the_log_without_their_name(manager):
    contact = make_contact("ada@exemple.fr", first_name="Ada")
    page = manager.get(reverse("contact", args=[contact.pk]))
    assert "ada@exemple.fr" in text(page)
    assert contact.person not in text(page)
    assert list(AuditEntry.objects.filter(action="personal_data_read").values_list("subject", "details")) == [
        (f"contact {contact.pk}", {})
    ]


def test_a_contact_is_added_corrected_and_never_doubled(manager):
    answer = manager.post(
        reverse("contact_new"), {"email": " Ada@Exemple.FR ", "language": "fr", "tag_names": "a, b,a"}
    )
    contact = Contact.objects.get()
    assert (answer.url, contact.email) == (reverse("contact", args=[contact.pk]), "ada@exemple.fr")
    assert [tag.name for tag in contact.tags.all()] == ["a", "b"]
    manager.post(
        reverse("contact_edit", args=[contact.pk]), {"email": "ada@exemple.fr", "language": "en", "last_name": "L"}
    )
    contact.refresh_from_db()
    assert (contact.last_name, contact.language, contact.tags.count()) == ("L", "en", 0)
    refused = manager.post(reverse("contact_new"), {"email": "ADA@exemple.fr", "language": "fr"})
    assert "Cette adresse est déjà celle d’un autre contact." in text(refused)


def test_an_import_is_shown_then_written(manager):
    make_contact("connu@exemple.fr", first_name="Ancien")
    sent = upload(manager, "email;prénom\nada@exemple.fr;Ada\nconnu@exemple.fr;Neuf\npas-une\n")
    found = ContactImport.objects.get()
    assert sent.url == reverse("contact_import_preview", args=[found.pk])
    page = text(manager.get(sent.url))
    assert "Rien n’est encore écrit. 2 contacts seront écrits" in page
    assert "« pas-une » n’est pas une adresse électronique." in page
    assert Contact.objects.count() == 1
    assert manager.post(sent.url).url == reverse("contacts")
    assert sorted(contact.first_name for contact in Contact.objects.all()) == ["Ada", "Neuf"]
    assert "est importé depuis le" in text(manager.get(sent.url))
    manager.post(sent.url)  # a second click writes nothing
    assert Contact.objects.count() == 2


def test_an_import_given_up_leaves_nothing(manager):
    upload(manager, "email\nada@exemple.fr\n")
    manager.post(ContactImport.objects.get().get_absolute_url(), {"give_up": "1"})
    assert (ContactImport.objects.count(), Contact.objects.count()) == (0, 0)


def test_a_file_that_cannot_be_read_says_what_to_do(manager):
    refused = text(upload(manager, "nom;prénom\nx;y\n"))
    assert "Ce fichier n’a pas été lu. Rien n’est écrit." in refused
    assert "Aucune colonne « email »." in refused
    assert "Choisissez d’abord le fichier à déposer." in text(manager.post(reverse("contact_import")))


@pytest.mark.django_db(transaction=True)
def test_a_long_file_is_checked_and_written_by_the_worker(manager, monkeypatch):
    monkeypatch.setattr(contact_imports, "AT_ONCE", 2)
    checking = upload(manager, "email\na@b.fr\nc@b.fr\nd@b.fr\n").url
    assert checking == Job.objects.get().get_absolute_url()
    found = ContactImport.objects.get()
    assert onward(manager, checking) is None
    work(until_empty=True)
    assert onward(manager, checking) == ("Voir le résultat de la vérification", found.get_absolute_url())
    found.refresh_from_db()
    assert found.outcome == {"new": 3}
    writing = manager.post(found.get_absolute_url()).url
    assert Contact.objects.count() == 0
    work(until_empty=True)
    assert Contact.objects.count() == 3
    assert onward(manager, writing) == ("Voir les contacts", reverse("contacts"))
    found.delete()
    assert onward(manager, checking) is None
    assert [job.state.value for job in Job.objects.filter(kind__startswith="contacts")] == ["finished", "finished"]
    assert "b.fr" not in str(list(Job.objects.values_list("title", "parameters", "error")))


@pytest.mark.django_db(transaction=True)
def test_the_list_shown_is_the_list_exported(manager):
    make_contact("ada@exemple.fr", last_name="Lovelace")
    make_contact("bob@exemple.fr")
    sent = manager.post(reverse("contacts_export") + "?q=love")
    work(until_empty=True)
    job = Job.objects.get(kind="contacts_export")
    assert (sent.url, job.done, job.file_name) == (job.get_absolute_url(), 1, "contacts.xlsx")


def test_two_records_are_merged_after_being_seen_side_by_side(manager):
    kept, merged = make_contact("ada@exemple.fr"), make_contact("ada@ancien.fr", last_name="Lovelace")
    address = reverse("contact_merge", args=[kept.pk])
    assert "ada@ancien.fr" in text(manager.get(address, {"q": "love"}))
    assert "Cela ne s’annule pas." in text(manager.get(address, {"avec": merged.pk}))
    assert Contact.objects.count() == 2
    manager.post(address, {"avec": merged.pk})
    assert [contact.last_name for contact in Contact.objects.all()] == ["Lovelace"]


def test_an_objection_by_telephone_is_noted(manager):
    contact = make_contact()
    manager.post(reverse("contact_opt_out", args=[contact.pk]))
    contact.refresh_from_db()
    assert contact.opted_out_on is not None


def test_bounces_are_recognised_in_any_text(manager):
    contact = make_contact()
    report = "550 5.1.1 <ADA@exemple.fr>: user unknown\nFinal-Recipient: rfc822; x@ailleurs.fr"
    shown = text(manager.post(reverse("bounces"), {"addresses": report}, follow=True))
    assert "Contacts marqués : 1." in shown
    assert "Adresses inconnues, laissées de côté : 1." in shown
    contact.refresh_from_db()
    assert contact.bounced_on is not None
    assert "Aucune adresse dans ce texte." in text(manager.post(reverse("bounces"), {"addresses": "rien"}))
