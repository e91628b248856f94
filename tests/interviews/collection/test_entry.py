"""Personal links by e-mail, partners' links, the honeypot, and the measured duration."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache

from cnc_survey.outbox.dispatch import send_due_mails
from cnc_survey.outbox.models import Mail
from cnc_survey.personal_data import normalise_address
from interviews.collection.duration import Duration, measured_duration
from interviews.collection.entry import AddressForm, EntryForm
from interviews.collection.invitations import (
    campaigns_of_link,
    create_invitation,
    find_invitation,
    find_open_link,
    revoke_invitations,
    send_known_links,
    send_link,
)
from interviews.collection.links import hash_token, link_in_force, newer_link, use_link
from interviews.collection.responses import response_of, start_response, submit_response
from interviews.collection.withdrawal import withdraw_response
from interviews.models import Contact, Invitation, Response, ResponseLink
from tests.factories import make_campaign, make_contact, make_open_link, make_questionnaire, make_response

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("june")]

ADDRESS, SITE = "ada@exemple.fr", "https://site.example"


@pytest.fixture
def june():
    cache.clear()
    with time_machine.travel(datetime(2025, 6, 15, 12, 30, tzinfo=UTC), tick=False):
        yield


def begin_with(campaign, contact, channel=Invitation.Channel.OPEN):
    """An invitation of this contact, begun; its token and its response."""
    invitation, token = create_invitation(campaign, channel, contact)
    return token, start_response(invitation)


def last_token():
    """The token in the last mail sent by `send`."""
    return mail.outbox[-1].body.split("https://site.example/q/")[1].split("/")[0]


def ask(campaign, address=ADDRESS):
    """Ask for a link to the campaign, and let the mail leave."""
    send_link(campaign, address, SITE)
    send_due_mails()


def ask_again(campaigns, address=ADDRESS):
    send_known_links(campaigns, address, SITE)
    send_due_mails()


def url_of(token):
    return f"{SITE}/q/{token}/"


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


def test_a_newer_link_opens_the_same_and_shuts_the_older_only_once_used():
    campaign = make_campaign()
    invitation, old = create_invitation(campaign, Invitation.Channel.PERSONAL, make_contact())
    response = start_response(invitation)
    new = newer_link(invitation)
    assert newer_link(invitation) == new  # asked for again: the same
    assert [response_of(find_invitation(token)) for token in (old, new)] == [response, response]
    use_link(find_invitation(old), old)
    assert find_invitation(old) is not None
    use_link(find_invitation(new), new)
    assert (find_invitation(old), response_of(find_invitation(new))) == (None, response)
    assert newer_link(find_invitation(new)) not in (old, new)
    assert (Invitation.objects.count(), ResponseLink.objects.count()) == (1, 1)


def test_a_link_made_again_for_a_mail_is_the_one_in_force():
    invitation, token = create_invitation(make_campaign(), Invitation.Channel.PERSONAL, make_contact())
    assert link_in_force(invitation) == token
    use_link(invitation, newer_link(invitation))
    invitation.refresh_from_db()
    assert find_invitation(link_in_force(invitation)) is not None


def test_when_the_secret_key_has_changed_a_mail_brings_a_newer_link_and_the_older_still_opens(settings):
    invitation, token = create_invitation(make_campaign(), Invitation.Channel.PERSONAL, make_contact())
    settings.SECRET_KEY = "another key, as after a leak, long enough to be accepted everywhere 0123456789"
    newer = link_in_force(invitation)
    assert newer != token
    assert {find_invitation(token), find_invitation(newer)} == {invitation}


def test_what_is_stored_opens_nothing():
    invitation, token = create_invitation(make_campaign(), Invitation.Channel.PERSONAL, make_contact())
    newer_link(invitation)
    row = Invitation.objects.values().get()
    assert [find_invitation(str(value)) for value in row.values() if value] == [None] * len(
        [v for v in row.values() if v]
    )
    assert token not in str(row)


def test_a_first_link_is_sent_and_begins_nothing():
    campaign = make_campaign(title="Vague 1")
    ask(campaign)
    (message,) = mail.outbox
    assert (message.to, message.subject) == ([ADDRESS], "Votre lien personnel — Vague 1")
    assert "Ce lien vous fait commencer" in message.body
    assert find_invitation(last_token()).contact.email == ADDRESS
    assert not Response.objects.exists()


def test_whoever_asks_again_cuts_nobody_off():
    campaign = make_campaign()
    ask(campaign)
    first = last_token()
    ask(campaign, " ADA@exemple.fr")
    assert Contact.objects.count() == 1
    assert {find_invitation(first), find_invitation(last_token())} == {Invitation.objects.get()}


def test_an_address_that_has_begun_gets_its_own_questionnaire_back_whatever_the_link_it_came_by():
    campaign, contact = make_campaign(), make_contact()
    _, response = begin_with(campaign, contact, Invitation.Channel.PERSONAL)
    ask(campaign)
    assert response_of(find_invitation(last_token())) == response
    assert Response.objects.count() == 1
    assert "Un questionnaire est déjà commencé avec cette adresse." in mail.outbox[0].body


def test_a_begun_response_is_preferred_to_a_later_invitation_never_used():
    campaign, contact = make_campaign(), make_contact()
    _, response = begin_with(campaign, contact)
    create_invitation(campaign, Invitation.Channel.PERSONAL, contact)
    ask(campaign)
    assert response_of(find_invitation(last_token())) == response


def test_a_withdrawn_response_is_not_reopened():
    campaign, contact = make_campaign(), make_contact()
    _, response = begin_with(campaign, contact)
    withdraw_response(response)
    ask(campaign)
    assert response_of(find_invitation(last_token())) is None


def test_a_revoked_link_is_renewed_for_whoever_was_invited_and_nobody_else():
    campaign, contact = make_campaign(), make_contact()
    _, response = begin_with(campaign, contact)
    revoke_invitations(Invitation.objects.all())
    before = state()
    ask_again([campaign], "inconnue@exemple.fr")
    assert (mail.outbox, state()) == ([], before)
    ask_again([campaign])
    assert response_of(find_invitation(last_token())) == response


def test_a_campaign_that_is_over_gives_back_answers_but_invites_nobody():
    over = make_campaign(closes_on=date(2025, 6, 1))
    unused, used = make_contact("jamais@exemple.fr"), make_contact()
    create_invitation(over, contact=unused)
    Response.objects.create(campaign=over, key="k")
    invitation, _ = create_invitation(over, contact=used)
    ResponseLink.objects.create(invitation=invitation, response=Response.objects.get())
    ask_again([over], "jamais@exemple.fr")
    assert mail.outbox == []
    ask_again([over])
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
        ask(campaign)
    assert len(mail.outbox) == 3
    assert find_invitation(last_token()) is not None


def test_a_mail_reads_without_html_and_without_images():
    campaign = make_campaign(title="Vague <1>\r\nBcc: toutes@exemple.fr & d’autres", is_fictional=True)
    ask(campaign)
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


def test_a_known_and_an_unknown_address_leave_the_same_trace_but_for_the_mail_queued():
    campaign = make_campaign()
    begin_with(campaign, make_contact())
    before = state()
    send_known_links([campaign], "inconnue@exemple.fr", SITE)
    assert (Mail.objects.count(), state()) == (0, before)
    send_known_links([campaign], ADDRESS, SITE)
    assert (Mail.objects.count(), state()) == (1, before)


def test_the_outbox_holds_neither_link_nor_address_nor_text():
    campaign = make_campaign()
    ask(campaign)
    row = str(Mail.objects.values().get())
    assert [secret for secret in (ADDRESS, last_token(), "questionnaire") if secret in row] == []


def test_a_mail_that_would_open_nothing_any_more_does_not_leave():
    campaign = make_campaign()
    send_link(campaign, ADDRESS, SITE)
    Invitation.objects.all().delete()
    send_due_mails()
    assert (mail.outbox, Mail.objects.get().reason) == ([], "L’invitation n’existe plus.")


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
    ask(campaign)
    ask(campaign)  # the invitation it replaced must go too
    response = start_response(find_invitation(last_token()))
    assert response.person == ""
    submit_response(response)
    assert state() == ([], [], [])
    assert (response.person, response.submitted_at) == ("", datetime(2025, 6, 14, 22, tzinfo=UTC))


def test_an_anonymous_sending_leaves_of_somebody_invited_that_they_answered_and_no_date():
    contact = make_contact()
    token, response = begin_with(make_campaign(is_anonymous=True), contact, Invitation.Channel.PERSONAL)
    newest = newer_link(Invitation.objects.get())
    submit_response(response)
    ((_, _, _, channel),) = state()[1]
    assert state() == ([(ADDRESS, contact.person)], [(Invitation.objects.get().token_hash, ADDRESS, None, channel)], [])
    assert [find_invitation(link) for link in (token, newest)] == [None, None]
    left = Invitation.objects.values("has_answered", "seed", "next_token_hash", "revoked_on", "declined_on").get()
    assert left == {
        "has_answered": True,
        "seed": "",
        "next_token_hash": None,
        "revoked_on": None,
        "declined_on": None,
    }


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
