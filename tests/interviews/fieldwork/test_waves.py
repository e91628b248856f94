"""Letters: to whom, when, never to whom, and what they say, through a real SMTP server."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from cnc_survey.outbox.dispatch import BACKOFF, send_due_mails
from cnc_survey.outbox.models import Mail
from cnc_survey.outbox.postman import make_round
from cnc_survey.outbox.queueing import queue_mail
from interviews.campaigns import CampaignError
from interviews.collection.invitations import find_invitation
from interviews.collection.responses import response_of, start_response, submit_response
from interviews.fieldwork.contacts import decline_invitation, mark_addresses_dead, opt_out_contact
from interviews.fieldwork.letters import TEST, contact_of_opt_out, opt_out_key, preview_letter
from interviews.fieldwork.reach import Segment
from interviews.fieldwork.texts import fill, unknown_placeholders
from interviews.fieldwork.waves import cancel_wave, day_of, launch_due_waves, launch_wave, plan_wave, write_now
from interviews.models import Contact, Invitation, Letter, MailKind, MailText, MailWave
from tests.factories import make_campaign, make_contact, make_occupation, make_questionnaire, make_sector
from tests.mail_server import mail_server

pytestmark = pytest.mark.django_db
SITE = "https://site.example"
INVITATION, REMINDER, LAST = MailKind.INVITATION, MailKind.REMINDER, MailKind.LAST_REMINDER
EVERYBODY = Segment()


@pytest.fixture
def clock():
    with time_machine.travel(datetime(2025, 6, 15, 10, tzinfo=UTC), tick=False) as travel:
        yield travel


@pytest.fixture
def mailbox(settings):
    settings.MAILS_PER_MINUTE = 1000
    with mail_server(settings) as mailbox:
        yield mailbox


@pytest.fixture
def campaign():
    return make_campaign(closes_on=date(2025, 6, 30))


def people(*names, **fields):
    return [make_contact(f"{name}@exemple.fr", **fields) for name in names]


def names(mailbox):
    return [address.partition("@")[0] for address in mailbox.addresses]


def invite(campaign):
    write_now(campaign, INVITATION, EVERYBODY, SITE)
    send_due_mails()


def token_of(mailbox, name):
    """The token in the last mail to somebody."""
    message = [message for address, message in mailbox.received if address == f"{name}@exemple.fr"][-1]
    return message.get_body(["plain"]).get_content().split(f"{SITE}/q/")[1].split("/")[0]


def test_a_wave_writes_to_each_person_once_with_their_own_link(clock, mailbox, campaign):
    people("ada", "bob")
    invite(campaign)
    send_due_mails()
    assert sorted(names(mailbox)) == ["ada", "bob"]
    invitations = [find_invitation(token_of(mailbox, name)) for name in ("ada", "bob")]
    assert [invitation.contact.email for invitation in invitations] == ["ada@exemple.fr", "bob@exemple.fr"]
    with pytest.raises(CampaignError, match="Personne à qui écrire"):
        write_now(campaign, INVITATION, EVERYBODY, SITE)
    assert (MailWave.objects.count(), Letter.objects.count(), Invitation.objects.count()) == (1, 2, 2)


def test_a_reminder_brings_the_same_link(clock, mailbox, campaign):
    people("ada")
    invite(campaign)
    first = token_of(mailbox, "ada")
    clock.shift(timedelta(hours=49))
    write_now(campaign, REMINDER, EVERYBODY, SITE)
    send_due_mails()
    assert (names(mailbox), token_of(mailbox, "ada")) == (["ada", "ada"], first)


def answer(invitation):
    submit_response(start_response(invitation))


@pytest.mark.parametrize("anonymous", [False, True])
def test_nobody_who_answered_refused_or_was_just_written_to_is_reminded(clock, mailbox, anonymous):
    campaign = make_campaign(closes_on=date(2025, 6, 30), is_anonymous=anonymous)
    people("answered", "begun", "declined", "objects", "dead", "silent")
    invite(campaign)
    invitation = {
        each.contact.email.partition("@")[0]: each for each in Invitation.objects.select_related("contact", "campaign")
    }
    with pytest.raises(CampaignError, match="Personne à qui écrire"):
        write_now(campaign, REMINDER, EVERYBODY, SITE)  # less than 48 hours ago
    answer(invitation["answered"])
    start_response(invitation["begun"])
    decline_invitation(invitation["declined"])
    opt_out_contact(invitation["objects"].contact)
    mark_addresses_dead(["dead@exemple.fr"])
    make_contact("late@exemple.fr")  # never invited: a reminder is not for them
    clock.shift(timedelta(hours=49))
    mailbox.received.clear()
    write_now(campaign, REMINDER, EVERYBODY, SITE)
    send_due_mails()
    assert sorted(names(mailbox)) == ["begun", "silent"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda invitation: answer(invitation), "Cette personne a répondu."),
        (lambda invitation: Invitation.objects.update(declined_on=date(2025, 6, 15)), "Cette personne a décliné."),
        (
            lambda invitation: Contact.objects.update(opted_out_on=date(2025, 6, 15)),
            "Cette personne ne veut plus de courriel.",
        ),
        (
            lambda invitation: Contact.objects.update(bounced_on=date(2025, 6, 15)),
            "Un courriel à cette adresse est revenu.",
        ),
        (
            lambda invitation: Invitation.objects.update(revoked_on=date(2025, 6, 15)),
            "Son lien est révoqué, ou sa réponse retirée.",
        ),
        (lambda invitation: Contact.objects.all().delete(), "Ce contact est effacé."),
        (
            lambda invitation: type(invitation.campaign).objects.update(closes_on=date(2025, 6, 1)),
            "La campagne ne prend plus de réponse.",
        ),
    ],
)
def test_what_happened_since_a_letter_was_queued_is_seen_when_it_leaves(clock, mailbox, campaign, change, reason):
    people("ada")
    write_now(campaign, INVITATION, EVERYBODY, SITE)
    change(Invitation.objects.select_related("campaign").get())
    send_due_mails()
    mail = Mail.objects.get()
    assert (mailbox.received, mail.reason, mail.cancelled_at is not None) == ([], reason, True)


def test_two_campaigns_do_not_write_to_somebody_within_two_days(clock, mailbox):
    questionnaire = make_questionnaire()
    first, second = (make_campaign(questionnaire, slug=slug, closes_on=date(2025, 6, 30)) for slug in ("une", "deux"))
    people("ada")
    invite(first)
    with pytest.raises(CampaignError, match="Personne à qui écrire"):
        write_now(second, INVITATION, EVERYBODY, SITE)
    clock.shift(timedelta(hours=49))
    write_now(second, INVITATION, EVERYBODY, SITE)


def test_a_segment_is_part_of_the_contacts(clock, mailbox, campaign):
    editors, cinema = make_occupation("editors"), make_sector("cinema")
    people("ada", occupations=["editors"], sectors=["cinema"], stratum="A", tags=["x"])
    people("bob", occupations=["editors"], stratum="B")
    tag = Contact.objects.order_by("pk").first().tags.get()
    for segment in (
        Segment(occupation=editors.pk, sector=cinema.pk),
        Segment(stratum="A"),
        Segment(tag=tag.pk),
    ):
        assert [contact.email for contact in segment.contacts()] == ["ada@exemple.fr"]
    write_now(campaign, INVITATION, Segment(stratum="B"), SITE)
    send_due_mails()
    assert names(mailbox) == ["bob"]
    clock.shift(timedelta(hours=49))
    with pytest.raises(CampaignError, match="Personne"):
        write_now(campaign, REMINDER, Segment(stratum="A"), SITE)


# On their day


def test_scheduled_waves_leave_on_their_day_counted_from_the_end(clock, mailbox, campaign, settings):
    settings.SITE_URL = SITE
    people("ada")
    invite(campaign)
    seventh, second = plan_wave(campaign, REMINDER, EVERYBODY, 7), plan_wave(campaign, LAST, EVERYBODY, 2)
    assert [day_of(wave) for wave in (seventh, second)] == [date(2025, 6, 23), date(2025, 6, 28)]
    sent = []
    for _ in range(16 * 8):
        make_round()  # what the worker does
        if len(mailbox.received) > len(sent) + 1:
            sent.append(datetime.now(UTC))
        clock.shift(timedelta(hours=3))
    assert sent == [datetime(2025, 6, 23, 7, tzinfo=UTC), datetime(2025, 6, 28, 7, tzinfo=UTC)]  # nine in Paris
    subjects = [message["Subject"] for _, message in mailbox.received[1:]]
    assert subjects == ["Il est encore temps de répondre — Vague 1", "Derniers jours pour répondre — Vague 1"]


def test_of_two_waves_that_are_late_only_the_last_writes(clock, mailbox, campaign, settings):
    settings.SITE_URL = SITE
    people("ada")
    invite(campaign)
    plan_wave(campaign, REMINDER, EVERYBODY, 7)
    plan_wave(campaign, LAST, EVERYBODY, 2)
    clock.move_to(datetime(2025, 6, 29, 10, tzinfo=UTC))
    assert (launch_due_waves(), launch_due_waves()) == (1, 0)
    send_due_mails()
    assert mailbox.received[-1][1]["Subject"].startswith("Derniers jours")


def test_a_wave_leaves_once_and_only_while_the_campaign_is_open(clock, campaign):
    people("ada")
    wave = write_now(campaign, INVITATION, EVERYBODY, SITE)
    with pytest.raises(CampaignError, match="déjà partie"):
        launch_wave(wave, SITE)
    for slug, dates in (("finie", (2024, 2024)), ("future", (2026, 2026))):
        other = make_campaign(
            campaign.questionnaire, slug=slug, opens_on=date(dates[0], 1, 1), closes_on=date(dates[1], 12, 31)
        )
        with pytest.raises(CampaignError, match="n’est pas ouverte"):
            write_now(other, INVITATION, EVERYBODY, SITE)
    with pytest.raises(CampaignError, match="est passé"):
        plan_wave(campaign, REMINDER, EVERYBODY, 20)


def test_a_wave_taken_back_writes_to_those_it_had_not_reached(clock, mailbox, campaign, settings):
    people("ada", "bob")
    wave = write_now(campaign, INVITATION, EVERYBODY, SITE)
    settings.MAILS_PER_MINUTE = 1
    send_due_mails()
    assert cancel_wave(wave) == 1
    clock.shift(timedelta(minutes=2))
    send_due_mails()
    assert names(mailbox) == ["ada"]


def test_a_server_that_dies_in_the_middle_of_a_wave_costs_nobody_a_second_letter(clock, mailbox, campaign):
    """ACCEPTANCE 9, on real letters."""
    people(*"abcdef")
    mailbox.hangs_up_at = 4
    invite(campaign)
    assert names(mailbox) == ["a", "b", "c"]
    mailbox.hangs_up_at = None
    for _ in range(3):
        clock.shift(BACKOFF[0])
        send_due_mails()
    assert sorted(names(mailbox)) == list("abcdef")
    assert [find_invitation(token_of(mailbox, name)) is not None for name in "abcdef"] == [True] * 6


# What they say


def test_a_letter_can_be_refused_in_one_click_by_the_person_or_their_mailbox(clock, mailbox, campaign, client):
    (ada,) = people("ada", first_name="Ada")
    invite(campaign)
    ((_, message),) = mailbox.received
    opt_out = message["List-Unsubscribe"].strip(" <>").removeprefix(SITE)
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text = message.get_body(["plain"]).get_content()
    html = message.get_body(["html"]).get_content()
    for said in (f"{SITE}{opt_out}", f"{SITE}/q/{token_of(mailbox, 'ada')}/decliner/"):
        assert said in text
        assert said in html
    assert ("Bonjour Ada," in text, "30\xa0juin 2025" in text, "<img" in html) == (True, True, False)
    for _ in range(2):  # a scanner follows every link
        assert (client.get(opt_out).status_code, client.head(opt_out).status_code) == (200, 200)
    assert Contact.objects.get().opted_out_on is None
    # RFC 8058: the mailbox posts, without cookies.
    assert client.post(opt_out, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Contact.objects.get().opted_out_on == date(2025, 6, 15)
    assert contact_of_opt_out(opt_out_key(ada)) == ada


def test_declining_is_shown_then_done_and_one_may_still_change_ones_mind(clock, mailbox, campaign, client):
    people("ada")
    invite(campaign)
    token = token_of(mailbox, "ada")
    address = reverse("decline", args=[token])
    for _ in range(2):
        assert client.get(address).status_code == 200
    assert Invitation.objects.get().declined_on is None
    assert "C’est noté" in client.post(address).content.decode()
    assert Invitation.objects.get().declined_on == date(2025, 6, 15)
    assert client.get(reverse("resume", args=[token])).status_code == 200
    clock.shift(timedelta(hours=49))
    with pytest.raises(CampaignError, match="Personne"):
        write_now(campaign, REMINDER, EVERYBODY, SITE)


@pytest.mark.parametrize("key", ["x", "MQ:x:y", "%00"])
def test_an_opt_out_address_that_means_nothing_says_the_same(client, key):
    (ada,) = people("ada")
    pages = [client.post(f"/ne-plus-ecrire/{each}/") for each in (key, opt_out_key(ada))]
    assert {page.status_code for page in pages} == {200}
    assert pages[0].content == pages[1].content


def test_the_campaign_speaks_its_own_words_in_the_persons_language(clock, mailbox, campaign):
    people("ada", language="en")
    MailText.objects.create(campaign=campaign, kind=INVITATION, subject="À {prenom}", body="Hé {prenom}\n\n{lien}")
    assert preview_letter(campaign, INVITATION, "en", SITE).subject == "À "
    MailText.objects.create(
        campaign=campaign, kind=INVITATION, language="en", subject="To you", body="{bonjour}\n\n{lien}"
    )
    letter = preview_letter(campaign, INVITATION, "en", SITE)
    assert (letter.subject, letter.text.splitlines()[0]) == ("To you", "Hello,")
    assert "unsubscribe" in letter.html
    # House words where the campaign has none, and in English for whoever reads English.
    assert preview_letter(campaign, REMINDER, "en", SITE).subject.startswith("There is still time")


def test_what_a_person_is_called_stays_text(clock, mailbox, campaign):
    people("ada", first_name="<b>{lien}</b>\n\nBcc: x@y.fr")
    invite(campaign)
    ((_, message),) = mailbox.received
    html = message.get_body(["html"]).get_content()
    assert "&lt;b&gt;{lien}&lt;/b&gt;" in html
    assert message["Bcc"] is None


def test_only_words_that_stand_for_something_are_filled_in():
    assert fill("{prenom} {inconnu} {", {"prenom": "{nom}", "nom": "x"}) == "{nom} {inconnu} {"
    assert unknown_placeholders("{prenom} {inconnu} {autre} {inconnu}") == ["inconnu", "autre"]


def test_a_test_goes_to_the_manager_and_invites_nobody(clock, mailbox, campaign, django_user_model):
    manager = django_user_model.objects.create_user("claire", email="claire@cnc.example")
    parameters = {"campaign": campaign.pk, "kind": INVITATION, "language": "fr", "user": manager.pk, "site": SITE}
    queue_mail(TEST, parameters)
    send_due_mails()
    ((address, message),) = mailbox.received
    assert (address, message["Subject"].strip()) == (
        "claire@cnc.example",
        "[Essai] Votre avis sur l’intelligence artificielle dans votre métier",
    )
    assert (Invitation.objects.count(), Contact.objects.count()) == (0, 0)


def test_queueing_costs_the_same_for_one_contact_and_three(clock, campaign, django_assert_num_queries):
    people("a")
    counts = []
    for more in ((), ("b", "c", "d")):
        people(*more)
        with django_assert_num_queries(14) as queries:
            write_now(campaign, INVITATION, EVERYBODY, SITE)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_response_begun_by_a_letter_is_that_persons(clock, mailbox, campaign, client):
    (ada,) = people("ada")
    invite(campaign)
    invitation = find_invitation(token_of(mailbox, "ada"))
    response = start_response(invitation)
    assert (response_of(find_invitation(token_of(mailbox, "ada"))), response.person) == (response, ada.person)
