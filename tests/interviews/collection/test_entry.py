"""Personal links by e-mail, partners' links, the honeypot, and the measured duration."""

import smtplib
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.core.mail.backends.locmem import EmailBackend

from interviews.collection.duration import Duration, measured_duration
from interviews.collection.entry import AddressForm, EntryForm
from interviews.collection.invitations import (
    campaigns_of_link,
    find_open_link,
    normalise_address,
    renew_invitation,
    send_known_links,
    send_link,
)
from interviews.collection.mail import MailNotSentError
from interviews.collection.responses import (
    create_invitation,
    find_invitation,
    hash_token,
    response_of,
    revoke_invitations,
    start_response,
    submit_response,
)
from interviews.collection.withdrawal import withdraw_response
from interviews.models import Contact, Invitation, Response, ResponseLink
from tests.factories import make_campaign, make_contact, make_open_link, make_questionnaire, make_response

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("june")]

ADDRESS = "ada@exemple.fr"


@pytest.fixture
def june():
    cache.clear()
    with time_machine.travel(datetime(2025, 6, 15, 12, 30, tzinfo=UTC), tick=False):
        yield


class DownBackend(EmailBackend):
    """A mail server that cannot be reached."""

    def open(self):
        raise ConnectionRefusedError


class RefusingBackend(EmailBackend):
    """A mail server that answers, and refuses every mail."""

    def send_messages(self, messages):
        raise smtplib.SMTPRecipientsRefused({ADDRESS: (550, b"No such mailbox")})


@pytest.fixture(params=[DownBackend, RefusingBackend])
def failing_server(request, settings):
    settings.EMAIL_BACKEND = f"{__name__}.{request.param.__name__}"


def begin_with(campaign, contact, channel=Invitation.Channel.OPEN):
    """An invitation of this contact, begun; its token and its response."""
    invitation, token = create_invitation(campaign, channel, contact)
    return token, start_response(invitation)


def last_token():
    """The token in the last mail sent by `send`."""
    return mail.outbox[-1].body.split("https://site.example/q/")[1].split("/")[0]


def url_of(token):
    return f"https://site.example/q/{token}/"


def state():
    """Everything that says who holds which link, to compare before and after."""
    return (
        list(Contact.objects.values_list("email", "person")),
        list(Invitation.objects.order_by("pk").values_list("token_hash", "contact__email", "revoked_on", "channel")),
        list(ResponseLink.objects.values_list("invitation__token_hash", "response")),
    )


def test_two_spellings_of_one_mailbox_are_one_address():
    spellings = ["ada@exemple.fr", " Ada@Exemple.FR\n", "ADA@EXEMPLE.FR"]
    assert {normalise_address(spelling) for spelling in spellings} == {ADDRESS}


@pytest.mark.parametrize(
    ("data", "valid", "robot"),
    [
        ({"address": " Ada@Exemple.fr "}, True, False),
        ({"address": "ada@exemple.fr", "subject": "Cheap watches"}, True, True),
        ({"address": "ada@exemple.fr\nBcc: all@exemple.fr"}, False, None),
        ({"address": "ada@exemple"}, False, None),
        (
            {"address": "ada@" + ".".join(letter * 62 for letter in "abcd") + ".fr"},
            False,
            None,
        ),
        ({}, False, None),
    ],
)
def test_an_address_form_takes_one_address_and_knows_a_robot(data, valid, robot):
    form = AddressForm(data)
    assert form.is_valid() is valid
    if valid:
        assert (form.cleaned_data["address"], form.filled_by_robot) == (ADDRESS, robot)


def test_consent_stays_compulsory_for_robots_too():
    assert EntryForm({"subject": "x"}).errors.keys() == {"consent"}


def test_partners_are_found_by_code_and_what_is_unknown_is_ignored():
    campaign, other = make_campaign(), make_campaign(make_questionnaire(version=2), slug="vague-2")
    guild = make_open_link(campaign)
    make_open_link(other, code="ailleurs")
    codes = ["guilde", "ailleurs", "", "gui\x00lde", "' OR 1=1 --"]
    assert [find_open_link(campaign, code) for code in codes] == [guild, None, None, None, None]


def test_renewing_moves_the_response_to_a_new_link_and_shuts_the_old_one():
    campaign = make_campaign()
    invitation, old = create_invitation(campaign, Invitation.Channel.PERSONAL, make_contact())
    response = start_response(invitation)
    new = renew_invitation(invitation)
    assert find_invitation(old) is None
    assert response_of(find_invitation(new)) == response
    assert list(Invitation.objects.order_by("pk").values_list("token_hash", "channel", "contact__email")) == [
        (hash_token(old), "personal", ADDRESS),
        (hash_token(new), "personal", ADDRESS),
    ]
    assert ResponseLink.objects.count() == 1


def test_a_first_link_is_sent_and_begins_nothing():
    campaign = make_campaign(title="Vague 1")
    send_link(campaign, ADDRESS, url_of)
    (message,) = mail.outbox
    assert (message.to, message.subject) == ([ADDRESS], "Votre lien personnel — Vague 1")
    assert "Ce lien vous fait commencer" in message.body
    assert find_invitation(last_token()).contact.email == ADDRESS
    assert not Response.objects.exists()


def test_asking_again_keeps_one_contact_and_one_working_link():
    campaign = make_campaign()
    send_link(campaign, ADDRESS, url_of)
    first = last_token()
    send_link(campaign, " ADA@exemple.fr", url_of)
    assert Contact.objects.count() == 1
    assert [find_invitation(first), find_invitation(last_token()).revoked_on] == [None, None]


def test_an_address_that_has_begun_gets_its_own_questionnaire_back_whatever_the_link_it_came_by():
    campaign, contact = make_campaign(), make_contact()
    _, response = begin_with(campaign, contact, Invitation.Channel.PERSONAL)
    send_link(campaign, ADDRESS, url_of)
    assert response_of(find_invitation(last_token())) == response
    assert Response.objects.count() == 1
    assert "Un questionnaire est déjà commencé avec cette adresse." in mail.outbox[0].body


def test_a_begun_response_is_preferred_to_a_later_invitation_never_used():
    campaign, contact = make_campaign(), make_contact()
    _, response = begin_with(campaign, contact)
    create_invitation(campaign, Invitation.Channel.PERSONAL, contact)
    send_link(campaign, ADDRESS, url_of)
    assert response_of(find_invitation(last_token())) == response


def test_a_withdrawn_response_is_not_reopened():
    campaign, contact = make_campaign(), make_contact()
    _, response = begin_with(campaign, contact)
    withdraw_response(response)
    send_link(campaign, ADDRESS, url_of)
    assert response_of(find_invitation(last_token())) is None


def test_a_revoked_link_is_renewed_for_whoever_was_invited_and_nobody_else():
    campaign, contact = make_campaign(), make_contact()
    _, response = begin_with(campaign, contact)
    revoke_invitations(Invitation.objects.all())
    before = state()
    send_known_links([campaign], "inconnue@exemple.fr", url_of)
    assert (mail.outbox, state()) == ([], before)
    send_known_links([campaign], ADDRESS, url_of)
    assert response_of(find_invitation(last_token())) == response


def test_a_campaign_that_is_over_gives_back_answers_but_invites_nobody():
    over = make_campaign(closes_on=date(2025, 6, 1))
    unused, used = make_contact("jamais@exemple.fr"), make_contact()
    create_invitation(over, contact=unused)
    Response.objects.create(campaign=over, key="k")
    invitation, _ = create_invitation(over, contact=used)
    ResponseLink.objects.create(invitation=invitation, response=Response.objects.get())
    send_known_links([over], "jamais@exemple.fr", url_of)
    assert mail.outbox == []
    send_known_links([over], ADDRESS, url_of)
    assert [message.to for message in mail.outbox] == [[ADDRESS]]
    assert "L’enquête est terminée\xa0: vos réponses ne changent plus" in mail.outbox[0].body


def test_a_link_leads_to_its_campaign_and_an_unknown_one_to_those_that_are_open():
    questionnaire = make_questionnaire()
    over = make_campaign(questionnaire, slug="finie", closes_on=date(2025, 6, 1))
    current = make_campaign(questionnaire, slug="ouverte")
    _, token = create_invitation(over)
    revoke_invitations(Invitation.objects.all())
    assert [campaigns_of_link(token), campaigns_of_link("inconnu")] == [[over], [current]]


def test_nobody_is_flooded():
    campaign = make_campaign()
    for _ in range(5):
        send_link(campaign, ADDRESS, url_of)
    assert len(mail.outbox) == 3
    assert find_invitation(last_token()) is not None


def test_a_mail_reads_without_html_and_without_images():
    campaign = make_campaign(title="Vague <1>\r\nBcc: toutes@exemple.fr & d’autres", is_fictional=True)
    send_link(campaign, ADDRESS, url_of)
    (message,) = mail.outbox
    assert message.recipients() == [ADDRESS]
    assert message.subject == "Votre lien personnel — Vague <1> Bcc: toutes@exemple.fr & d’autres"
    assert message.message()["Bcc"] is None
    link = url_of(last_token())
    assert link in message.body
    assert "l’enquête est fictive" in message.body
    assert "L’enquête ferme le 31\xa0décembre 2025." in message.body
    assert "Vague <1>" in message.body
    ((html, kind),) = [(part.content, part.mimetype) for part in message.alternatives]
    assert kind == "text/html"
    assert f'<a href="{link}">{link}</a>' in html
    assert "Vague &lt;1&gt;" in html
    assert "<img" not in html


@pytest.mark.usefixtures("failing_server")
def test_a_first_link_that_cannot_leave_keeps_nothing_of_the_address():
    with pytest.raises(MailNotSentError):
        send_link(make_campaign(), ADDRESS, url_of)
    assert state() == ([], [], [])


@pytest.mark.usefixtures("failing_server")
def test_a_link_that_cannot_be_renewed_still_opens():
    campaign = make_campaign()
    token, response = begin_with(campaign, make_contact())
    before = state()
    with pytest.raises(MailNotSentError):
        send_link(campaign, ADDRESS, url_of)
    assert state() == before
    assert response_of(find_invitation(token)) == response


def test_a_server_that_is_down_says_so_to_known_and_unknown_alike(settings):
    settings.EMAIL_BACKEND = f"{__name__}.DownBackend"
    campaign = make_campaign()
    begin_with(campaign, make_contact())
    for address in (ADDRESS, "inconnue@exemple.fr"):
        with pytest.raises(MailNotSentError):
            send_known_links([campaign], address, url_of)


def test_a_refused_mail_does_not_betray_that_the_address_is_known(settings, caplog):
    settings.EMAIL_BACKEND = f"{__name__}.RefusingBackend"
    campaign = make_campaign()
    begin_with(campaign, make_contact())
    before = state()
    for address in (ADDRESS, "inconnue@exemple.fr"):
        send_known_links([campaign], address, url_of)
    assert state() == before
    assert caplog.messages == ["A personal link was not mailed: SMTPRecipientsRefused"]
    assert ADDRESS not in caplog.text


def test_the_person_is_recognised_from_one_wave_to_the_next():
    questionnaire, contact = make_questionnaire(), make_contact()
    responses = [begin_with(make_campaign(questionnaire, slug=slug), contact)[1] for slug in ("une", "deux")]
    assert [response.person for response in responses] == [contact.person] * 2


def test_a_response_counts_for_the_partner_it_came_by():
    campaign = make_campaign()
    guild = make_open_link(campaign)
    start_response(create_invitation(campaign)[0], guild)
    start_response(create_invitation(campaign)[0])
    by_partner = Response.objects.order_by("open_link__code").values_list("open_link__code", flat=True)
    assert set(by_partner) == {"guilde", None}
    assert len(by_partner) == 2


def test_in_an_anonymous_campaign_nothing_is_left_of_the_address_once_answers_are_sent():
    campaign = make_campaign(is_anonymous=True)
    send_link(campaign, ADDRESS, url_of)
    send_link(campaign, ADDRESS, url_of)  # the invitation it replaced must go too
    response = start_response(find_invitation(last_token()))
    assert response.person == ""
    submit_response(response)
    assert state() == ([], [], [])
    assert (response.person, response.submitted_at) == ("", datetime(2025, 6, 14, 22, tzinfo=UTC))


def test_an_anonymous_sending_spares_a_contact_whom_the_staff_invited():
    contact = make_contact()
    _, response = begin_with(make_campaign(is_anonymous=True), contact, Invitation.Channel.PERSONAL)
    submit_response(response)
    assert state() == ([(ADDRESS, contact.person)], [], [])


def test_an_anonymous_sending_spares_the_link_to_another_campaign():
    questionnaire, contact = make_questionnaire(), make_contact()
    _, elsewhere = create_invitation(make_campaign(questionnaire, slug="autre"), contact=contact)
    _, response = begin_with(make_campaign(questionnaire, is_anonymous=True), contact)
    submit_response(response)
    assert state() == ([(ADDRESS, contact.person)], [(hash_token(elsewhere), ADDRESS, None, "open")], [])


def answer_in(campaign, seconds, **fields):
    """Submitted responses of people who took this many seconds each."""
    for number, taken in enumerate(seconds, Response.objects.count()):
        make_response(campaign, f"r{number}", active_seconds=taken, **fields)


def test_the_duration_is_the_median_of_what_was_measured():
    campaign = make_campaign()
    answer_in(campaign, [60, 120, 300, 400, 420, 500, 520, 600, 900, 5000])
    assert measured_duration(campaign.questionnaire) == Duration(minutes=8, responses=10)  # 460 s


def test_an_odd_number_has_its_middle():
    campaign = make_campaign()
    answer_in(campaign, [20] * 5 + [240] + [900] * 5)
    assert measured_duration(campaign.questionnaire) == Duration(minutes=4, responses=11)


@pytest.mark.parametrize(
    "fields",
    [
        {"submitted_at": None},
        {"mode": Response.Mode.INTERVIEW},
        {"withdrawn_at": datetime(2025, 6, 1, tzinfo=UTC)},
    ],
)
def test_a_duration_needs_ten_persons_who_answered_online(fields):
    campaign = make_campaign()
    answer_in(campaign, [300] * 9)
    answer_in(campaign, [300, 300], **fields)
    assert measured_duration(campaign.questionnaire) is None


@pytest.mark.parametrize(("unnamed", "measured"), [(8, None), (9, Duration(minutes=5, responses=12))])
def test_three_responses_of_one_person_make_one_person(unnamed, measured):
    campaign = make_campaign()
    answer_in(campaign, [300] * unnamed)
    answer_in(campaign, [300] * 3, person="one person")
    assert measured_duration(campaign.questionnaire) == measured


def test_a_demonstration_measures_nothing():
    campaign = make_campaign(is_fictional=True)
    answer_in(campaign, [300] * 20)
    assert measured_duration(campaign.questionnaire) is None
