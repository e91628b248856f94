"""How a person comes in: robots first, then by the open link, by the personal one, or from their mailbox."""

import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from cnc_survey.outbox.dispatch import send_due_mails
from cnc_survey.outbox.models import Mail, MailServer
from interviews.collection.invitations import create_invitation, find_contact, find_invitation, revoke_invitations
from interviews.collection.questionnaire import load_questionnaire
from interviews.collection.responses import response_of, start_response, submit_response
from interviews.models import Contact, Invitation, Response
from tests.factories import make_campaign, make_contact, make_open_link, make_response, make_use_case

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("june")]

ADDRESS = "ada@exemple.fr"
NEUTRAL = "Par discrétion, cette page dit la même chose pour toutes les adresses."


@pytest.fixture
def june():
    cache.clear()
    with time_machine.travel(datetime(2025, 6, 15, 12, 30, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def campaign():
    questionnaire, _ = load_questionnaire()
    return make_campaign(questionnaire, [make_use_case()])


def enter(campaign, query=""):
    return reverse("enter", args=[campaign.slug]) + query


def ask_link(campaign, query=""):
    return reverse("ask_link", args=[campaign.slug]) + query


def resume(token):
    return reverse("resume", args=[token])


def renew(token):
    return reverse("renew_link", args=[token])


def deliver():
    """Let the mails asked for leave; return to whom all those that left."""
    send_due_mails()
    return [message.to for message in mail.outbox]


def mailed_link():
    """The path of the link in the last mail, once it has left."""
    deliver()
    return re.search(r"https?://testserver(/q/\S+)", mail.outbox[-1].body)[1]


def mailed_token():
    return mailed_link().split("/")[2]


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode().replace("&nbsp;", " "))


def stored():
    return Contact.objects.count(), Invitation.objects.count(), Response.objects.count()


# Robots


def test_a_robot_gets_and_heads_a_personal_link_twice_then_the_person_comes(client, campaign):
    """ACCEPTANCE 1: it still works, and the robot got no session."""
    _, token = create_invitation(campaign, Invitation.Channel.PERSONAL)
    robot = type(client)()
    for _ in range(2):
        assert robot.get(resume(token)).status_code == robot.head(resume(token)).status_code == 200
    assert (Response.objects.count(), Session.objects.count(), "sessionid" in robot.cookies) == (0, 0, False)
    assert client.post(resume(token), {"consent": "on"}).url == reverse("page", args=[token, "profile"])
    assert Response.objects.count() == 1


@pytest.mark.parametrize("address", [enter, ask_link])
def test_a_robot_that_reads_the_open_link_leaves_no_trace(client, campaign, address):
    for _ in range(2):
        assert client.get(address(campaign)).status_code == client.head(address(campaign)).status_code == 200
    assert (stored(), Session.objects.count(), "sessionid" in client.cookies) == ((0, 0, 0), 0, False)


def test_a_robot_that_fills_the_hidden_field_believes_that_it_has_begun(client, campaign):
    answer = client.post(enter(campaign), {"consent": "on", "subject": "Cheap watches"})
    assert answer.status_code == 302
    assert re.fullmatch(r"/q/[\w-]{43}/", answer.url)
    assert stored() == (0, 0, 0)


def test_a_robot_that_fills_the_hidden_field_believes_that_a_mail_left(client, campaign):
    data = {"address": ADDRESS, "subject": "Cheap watches"}
    answers = [client.post(address, data) for address in (ask_link(campaign), renew("inconnu"))]
    assert [(answer.status_code, NEUTRAL in text(answer)) for answer in answers] == [(200, True)] * 2
    assert (mail.outbox, stored()) == ([], (0, 0, 0))


def test_the_hidden_field_is_out_of_reach_and_labelled_for_the_rare_person_who_meets_it(client, campaign):
    shown = text(client.get(ask_link(campaign)))
    assert re.search(
        r'<div class="visually-hidden" aria-hidden="true"> <label for="id_subject">Laissez ce champ vide[^<]*</label> '
        r'<input type="text" name="subject" tabindex="-1" autocomplete="off"[^>]*>',
        shown,
    )


# What the entry page says


def test_the_entry_page_says_who_asks_why_how_long_what_for_and_until_when(client, campaign):
    shown = text(client.get(enter(campaign)))
    for words in (
        "Le Centre national du cinéma et de l’image animée (CNC).",
        "Tenir à jour l’étude de mars 2024",
        "Pas encore mesurée : elle s’affichera dès les dix premières réponses.",
        "Conservées sans votre nom, et modifiables jusqu’à la clôture.",
        "vos usages à côté de ceux des professionnels de votre métier",
        "31 décembre 2025",
        "Texte du consentement, version 1.",
    ):
        assert words in shown


def test_the_entry_page_says_a_measured_duration_and_its_base(client, campaign):
    for number in range(11):
        make_response(campaign, f"r{number}", active_seconds=400 + number)
    for address in (enter(campaign), resume(create_invitation(campaign)[1])):
        assert "Environ 7 minutes, médiane mesurée sur 11 réponses." in text(client.get(address))


def test_an_anonymous_campaign_says_so_before_anything_is_asked(client, campaign):
    type(campaign).objects.update(is_anonymous=True)
    shown = text(client.get(enter(campaign)))
    assert "Anonymes : à l’envoi, plus rien ne les relie à vous." in shown
    assert "Elle est effacée à l’envoi de vos réponses" in shown


@pytest.mark.parametrize("partners", [1, 3])
def test_the_entry_page_costs_the_same_whatever_the_number_of_partners(
    client, campaign, partners, django_assert_num_queries
):
    for number in range(partners):
        make_open_link(campaign, code=f"p{number}")
    with django_assert_num_queries(3):  # the campaign, the duration, the partners
        client.get(enter(campaign, "?par=p0"))


# Partners


def test_the_partner_code_lasts_through_an_error_and_is_counted_apart(client, campaign):
    guild = make_open_link(campaign)
    refused = client.post(enter(campaign, "?par=guilde"), {})
    (action,) = re.findall(r'<form method="post" action="([^"]*)" novalidate>.*?name="consent"', text(refused))[:1]
    client.post(action, {"consent": "on"})
    assert Response.objects.get().open_link == guild


@pytest.mark.parametrize("query", ["", "?par=", "?par=inconnu", "?par=gui%00lde", "?par=%FF"])
def test_an_unknown_partner_code_is_ignored_in_silence(client, campaign, query):
    make_open_link(campaign)
    assert client.post(enter(campaign, query), {"consent": "on"}).status_code == 302
    assert Response.objects.get().open_link is None


def test_the_partner_code_goes_with_the_link_sent_by_mail(client, campaign):
    guild = make_open_link(campaign)
    assert f'action="{ask_link(campaign, "?par=guilde")}"' in text(client.get(enter(campaign, "?par=guilde")))
    client.post(ask_link(campaign, "?par=guilde"), {"address": ADDRESS})
    assert mailed_link().endswith("/?par=guilde")
    client.post(mailed_link(), {"consent": "on"})
    assert Response.objects.get().open_link == guild


def test_someone_invited_in_person_is_not_counted_for_a_partner(client, campaign):
    make_open_link(campaign)
    _, token = create_invitation(campaign, Invitation.Channel.PERSONAL)
    client.post(resume(token) + "?par=guilde", {"consent": "on"})
    assert Response.objects.get().open_link is None


# A link by mail


def test_a_link_by_mail_begins_when_the_person_consents(client, campaign):
    sent = client.post(ask_link(campaign), {"address": " Ada@Exemple.FR "})
    assert NEUTRAL in text(sent)
    assert stored() == (1, 1, 0)
    elsewhere = type(client)()
    assert elsewhere.get(mailed_link()).status_code == 200
    elsewhere.post(mailed_link(), {"consent": "on"})
    assert Response.objects.get().person == find_contact(ADDRESS).person


def test_the_screen_is_the_same_whether_the_address_is_new_invited_or_has_begun(client, campaign):
    create_invitation(campaign, Invitation.Channel.PERSONAL, make_contact("invitee@exemple.fr"))
    invitation, _ = create_invitation(campaign, contact=make_contact("commencee@exemple.fr"))
    begun = start_response(invitation)
    addresses = ["nouvelle@exemple.fr", "invitee@exemple.fr", "commencee@exemple.fr"]
    screens = {text(client.post(ask_link(campaign), {"address": address})) for address in addresses}
    assert len(screens) == 1
    assert deliver() == [[address] for address in addresses]
    # Both links led here: the begun questionnaire goes on, nothing new is begun.
    assert response_of(find_invitation(mailed_token())) == begun
    assert Response.objects.count() == 1


def test_a_wrong_address_is_explained_beside_its_field(client, campaign):
    shown = text(client.post(ask_link(campaign), {"address": "ada@exemple"}))
    assert 'href="#id_address"' in shown
    assert "Cette adresse n’est pas complète." in shown
    assert stored() == (0, 0, 0)


def test_a_closed_campaign_sends_no_link(client, campaign):
    type(campaign).objects.update(closes_on=date(2025, 6, 1))
    assert "Cette enquête est terminée." in text(client.post(ask_link(campaign), {"address": ADDRESS}))
    assert (mail.outbox, stored()) == ([], (0, 0, 0))


def test_a_mail_server_that_is_down_is_said_plainly_with_a_way_to_begin(client, campaign):
    invitation, token = create_invitation(campaign, contact=make_contact())
    start_response(invitation)
    MailServer.objects.create(pk=MailServer.ONLY, down_since=timezone.now(), checked_at=timezone.now())
    answers = [client.post(ask_link(campaign), {"address": a}) for a in (ADDRESS, "nouvelle@exemple.fr")]
    assert text(answers[0]) == text(answers[1])
    assert "Notre serveur de messagerie ne répond pas en ce moment" in text(answers[0])
    assert f'href="{enter(campaign)}"' in text(answers[0])
    assert client.get(resume(token)).status_code == 200
    assert Mail.objects.count() == 2  # they leave when it answers again


# Coming back


def test_a_sent_questionnaire_can_be_corrected_then_only_read(client, campaign):
    invitation, token = create_invitation(campaign)
    submit_response(start_response(invitation))
    shown = text(client.get(resume(token)))
    assert "Vous pouvez les modifier jusqu’au 31 décembre 2025." in shown
    assert f'href="{reverse("review", args=[token])}"' in shown
    type(campaign).objects.update(closes_on=date(2025, 6, 1))
    shown = text(client.get(resume(token)))
    assert "elles ne changent plus" in shown
    assert f'href="{reverse("review", args=[token])}"' not in shown
    assert f'href="{reverse("own_answers", args=[token])}"' in shown


# A new link


def test_an_unknown_link_offers_a_new_one(client, campaign):
    answer = client.get(resume("inconnu"))
    assert answer.status_code == 404
    assert f'action="{renew("inconnu")}"' in text(answer)


def test_a_revoked_link_is_renewed_without_telling_who_is_known(client, campaign):
    invitation, token = create_invitation(campaign, contact=make_contact())
    response = start_response(invitation)
    revoke_invitations(Invitation.objects.all())
    assert client.get(resume(token)).status_code == 404
    screens = [
        text(client.post(renew(token), {"address": address})) for address in ("inconnue@exemple.fr", ADDRESS.upper())
    ]
    assert screens[0] == screens[1]
    assert deliver() == [[ADDRESS]]
    assert response_of(find_invitation(mailed_token())) == response
    assert Contact.objects.count() == 1


def test_a_link_nobody_knows_is_renewed_in_the_campaigns_that_are_open(client, campaign):
    make_campaign(campaign.questionnaire, slug="autre")
    start_response(create_invitation(campaign, contact=make_contact())[0])
    client.post(renew("coupe-en-deux"), {"address": ADDRESS})
    assert deliver() == [[ADDRESS]]


def test_asking_for_a_new_link_only_shows_until_it_is_sent(client, campaign):
    invitation, token = create_invitation(campaign, contact=make_contact())
    for _ in range(2):
        answer = client.get(renew(token))
        assert (answer.status_code, client.head(renew(token)).status_code) == (200, 200)
    assert "no-store" in answer["Cache-Control"]
    assert "Saisissez l’adresse où recevoir votre lien." in text(client.post(renew(token), {}))
    assert find_invitation(token) == invitation
    assert mail.outbox == []


def test_a_link_asked_for_by_somebody_else_cuts_nobody_off(client, campaign):
    invitation, token = create_invitation(campaign, contact=make_contact())
    response = start_response(invitation)
    client.post(renew("coupe-en-deux"), {"address": ADDRESS})
    newer = mailed_link()
    for _ in range(2):  # a scanner of mails follows the new link
        assert (client.get(newer).status_code, client.head(newer).status_code) == (200, 200)
    assert client.post(resume(token)).status_code == 302  # the old one still works
    assert client.post(newer).status_code == 302  # the person uses the new one…
    assert client.get(resume(token)).status_code == 404  # …and the old one has had its day
    assert response_of(find_invitation(mailed_token())) == response


# Too many


def test_beyond_the_limit_the_page_says_when_to_come_back(client, campaign, settings):
    settings.STARTS_PER_HOUR = 2
    _, token = create_invitation(campaign, Invitation.Channel.PERSONAL)
    asked = [client.post(enter(campaign), {"consent": "on"}) for _ in range(3)]
    assert [answer.status_code for answer in asked] == [302, 302, 429]
    assert asked[2]["Retry-After"] == "1800"
    shown = text(asked[2])
    assert "Réessayez à partir de 15:00" in shown
    assert "Un lien personnel fonctionne toujours" in shown
    assert Response.objects.count() == 2
    assert client.post(ask_link(campaign), {"address": ADDRESS}).status_code == 429
    assert client.post(renew("inconnu"), {"address": ADDRESS}).status_code == 429
    # Another network begins, and a personal link works from anywhere.
    assert client.post(enter(campaign), {"consent": "on"}, REMOTE_ADDR="192.0.2.9").status_code == 302
    assert client.post(resume(token), {"consent": "on"}).status_code == 302


def test_a_forwarded_address_made_up_by_the_visitor_changes_nothing(client, campaign, settings):
    settings.STARTS_PER_HOUR = 1
    asked = [
        client.post(enter(campaign), {"consent": "on"}, HTTP_X_FORWARDED_FOR=f"192.0.2.{number}") for number in range(2)
    ]
    assert [answer.status_code for answer in asked] == [302, 429]


def test_behind_a_counted_proxy_each_visitor_has_an_address_of_their_own(client, campaign, settings):
    settings.STARTS_PER_HOUR, settings.TRUSTED_PROXIES = 1, 1
    forwarded = ["192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.3, 192.0.2.1", "192.0.2.1, 192.0.2.3"]
    asked = [client.post(enter(campaign), {"consent": "on"}, HTTP_X_FORWARDED_FOR=header) for header in forwarded]
    assert [answer.status_code for answer in asked] == [302, 302, 429, 429, 302]


def test_errors_do_not_use_up_the_attempts(client, campaign, settings):
    settings.STARTS_PER_HOUR = 1
    for _ in range(3):
        assert client.post(enter(campaign), {}).status_code == 200
    assert client.post(enter(campaign), {"consent": "on"}).status_code == 302
