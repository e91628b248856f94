"""After sending: thanks, receipt, own answers, the return, withdrawal; and the code of an anonymous campaign."""

import logging
import re
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse
from openpyxl import load_workbook

from interviews.collection.invitations import create_invitation
from interviews.collection.questionnaire import load_questionnaire
from interviews.models import Invitation, Response, ResponseLink, Usage
from tests.factories import make_campaign, make_edition, make_occupation, make_response, make_use_case
from usecases.editions import BreakdownDraft, RatingDraft
from usecases.models import Dimension, Rating

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("june")]

PAGES = ("thanks", "own_answers", "own_answers_workbook", "comparison")
CODE = re.compile(r'class="receipt-code">([0-9A-Z-]+)<')


@pytest.fixture
def june():
    cache.clear()
    with time_machine.travel(datetime(2025, 6, 15, 12, 30, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def campaign():
    questionnaire, _ = load_questionnaire()
    make_occupation("editors", "Monteurs")
    return make_campaign(questionnaire, [make_use_case("Doublage"), make_use_case("Montage")])


@pytest.fixture
def anonymous(campaign):
    campaign.is_anonymous = True
    campaign.save()
    return campaign


def make_link(campaign, key="r1", **fields):
    """A response of an editor who dubs, sent in March unless told otherwise; return the token of its link."""
    given = {"doublage": {"usage": Usage.REGULAR, "comment": "=1+1"}, "montage": {}}
    fields = {"occupations": ["editors"], "use_cases": given, "answers": {"ai_ever_used": "yes"}} | fields
    invitation, token = create_invitation(campaign)
    ResponseLink.objects.create(invitation=invitation, response=make_response(campaign, key, **fields))
    return token


def publish_adoption(**fields):
    rating = RatingDraft(
        "doublage",
        Dimension.ADOPTION,
        2,
        Rating.Status.FIRST,
        base=120,
        share=0.25,
        details={"mark": "", "dominant": None},
        breakdowns=(BreakdownDraft("occupation", "editors", 31, 0.419, 0.26, 0.59, ""),),
    )
    return make_edition([rating], **fields)


def words(answer):
    text = re.sub(r"<[^>]+>", "", re.sub(r"</(dt|dd|td|th|p|li|span)>", " ", answer.content.decode()))
    return re.sub(r"[ \n]+", " ", text)


def send(client, token):
    return client.post(reverse("review", args=[token]))


def test_thanks_give_a_receipt_and_all_that_one_may_do(client, campaign):
    token = make_link(campaign, submitted_at=None)
    sent = send(client, token)
    assert sent.url == reverse("thanks", args=[token])
    shown = client.get(sent.url)
    assert (
        "Enquête Vague 1 Envoyé le 15\u00a0juin 2025 à 14:30 Cas d’usage 1 réponse Autres questions 1 réponse"
        " Pour corriger Par votre lien personnel, jusqu’au 31\u00a0décembre 2025 inclus." in words(shown)
    )
    for name in ("comparison", "own_answers", "review", "withdraw", "resume"):
        assert f'href="{reverse(name, args=[token])}"' in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert not CODE.search(shown.content.decode())


def test_nothing_of_the_kind_before_sending(client, campaign):
    token = make_link(campaign, submitted_at=None)
    assert {client.get(reverse(name, args=[token])).url for name in PAGES} == {reverse("resume", args=[token])}


def test_these_pages_only_show(client, campaign):
    token = make_link(campaign)
    for name in PAGES:
        address = reverse(name, args=[token])
        assert client.head(address).status_code == 200
        assert client.post(address).status_code == 405


def test_an_unknown_link_opens_none_of_them(client, campaign):
    make_link(campaign)
    assert {client.get(reverse(name, args=["inconnu"])).status_code for name in (*PAGES, "withdraw")} == {404}


def test_own_answers_on_a_page_and_in_a_workbook_say_the_same(client, campaign):
    token = make_link(campaign)
    shown = words(client.get(reverse("own_answers", args=[token])))
    assert "Métiers Monteurs" in shown
    assert "Doublage Usage régulier" in shown
    assert "«\u00a0=1+1\u00a0»" in shown
    answer = client.get(reverse("own_answers_workbook", args=[token]))
    assert answer["Content-Disposition"] == 'attachment; filename="mes-reponses-vague-1.xlsx"'
    assert "no-store" in answer["Cache-Control"]
    book = load_workbook(BytesIO(answer.content))
    answers = {row[1]: row[2] for row in book["Réponses"].iter_rows(min_row=4, values_only=True)}
    assert answers["Métiers"] == "Monteurs"
    assert answers["Doublage"] == "Usage régulier · «\u00a0=1+1\u00a0»"
    assert "Montage" not in answers


def test_own_answers_stay_readable_once_the_campaign_is_closed(client, campaign):
    token = make_link(campaign)
    type(campaign).objects.update(closed_at=datetime(2025, 6, 15, 12, tzinfo=UTC))
    assert {client.get(reverse(name, args=[token])).status_code for name in PAGES} == {200}
    thanks = client.get(reverse("thanks", args=[token]))
    assert "L’enquête est terminée\u00a0: les réponses ne changent plus." in words(thanks)
    assert reverse("withdraw", args=[token]) not in thanks.content.decode()


def test_the_return_shows_the_trade_and_everybody(client, campaign):
    publish_adoption(title="Édition 2025", is_fictional=False)
    token = make_link(campaign)
    shown = client.get(reverse("comparison", args=[token]))
    assert "Doublage Usage régulier Monteurs 41,9\u202f% · n = 31 25,0\u202f% · n = 120" in words(shown)
    assert "Montage" not in words(shown).split("Cas d’usage")[1]
    assert "Données fictives" not in words(shown)


def test_the_return_of_a_demonstration_says_that_it_is_one(client, campaign):
    publish_adoption(is_fictional=True)
    token = make_link(campaign)
    assert "Données fictives" in words(client.get(reverse("comparison", args=[token])))


def test_the_return_says_when_there_is_nothing_to_compare_with(client, campaign):
    token = make_link(campaign)
    assert "Rien à comparer pour l’instant." in words(client.get(reverse("comparison", args=[token])))


def test_withdrawal_takes_two_clicks(client, campaign):
    token = make_link(campaign)
    address = reverse("withdraw", args=[token])
    for _ in range(2):
        assert client.get(address).status_code == client.head(address).status_code == 200
    assert Response.objects.counted().count() == 1
    done = client.post(address)
    assert done.url == reverse("withdrawn", args=["vague-1"])
    assert "Votre réponse est retirée" in words(client.get(done.url))
    assert client.get(reverse("resume", args=[token])).status_code == 404
    assert (Response.objects.counted().count(), Response.objects.count()) == (0, 1)


def test_withdrawal_is_refused_in_words_once_the_campaign_is_closed(client, campaign):
    token = make_link(campaign)
    type(campaign).objects.update(closed_at=datetime(2025, 6, 15, 12, tzinfo=UTC))
    address = reverse("withdraw", args=[token])
    shown = client.get(address)
    assert "ses résultats sont figés" in words(shown)
    assert "<form" not in shown.content.decode()
    refused = client.post(address)
    assert (refused.status_code, "ses résultats sont figés" in words(refused)) == (409, True)
    assert Response.objects.counted().count() == 1


def test_an_anonymous_response_is_thanked_once_with_its_code_and_its_return(client, anonymous, caplog):
    publish_adoption()
    token = make_link(anonymous, submitted_at=None)
    with caplog.at_level(logging.DEBUG):
        sent = send(client, token)
    assert (sent.status_code, "no-store" in sent["Cache-Control"]) == (200, True)
    (code,) = CODE.findall(sent.content.decode())
    assert "Envoyé le 15\u00a0juin 2025 Cas" in words(sent)
    assert "Monteurs 41,9\u202f% · n = 31" in words(sent)
    assert f"/q/{token}" not in sent.content.decode()
    assert code not in caplog.text
    assert code not in str(dict(client.session))
    assert (Invitation.objects.count(), ResponseLink.objects.count()) == (0, 0)
    assert code not in str(Response.objects.values().get())


def test_a_reload_sends_nothing_and_does_not_show_the_code_again(client, anonymous):
    token = make_link(anonymous, submitted_at=None)
    send(client, token)
    stored = Response.objects.values().get()
    again = send(client, token)
    assert (again.status_code, CODE.search(again.content.decode())) == (404, None)
    assert client.get(reverse("thanks", args=[token])).status_code == 404
    assert Response.objects.values().get() == stored


def test_the_code_withdraws(client, anonymous):
    (code,) = CODE.findall(send(client, make_link(anonymous, submitted_at=None)).content.decode())
    address = reverse("withdraw_by_code", args=["vague-1"])
    assert client.get(address).status_code == client.head(address).status_code == 200
    wrong = client.post(address, {"code": "AAAA-BBBB-CCCC"})
    assert "Ce code n’ouvre aucune réponse de cette enquête" in words(wrong)
    assert Response.objects.counted().count() == 1
    done = client.post(address, {"code": code.lower()})
    assert done.url == reverse("withdrawn", args=["vague-1"])
    assert Response.objects.counted().count() == 0


def test_codes_cannot_be_tried_at_will(client, anonymous):
    (code,) = CODE.findall(send(client, make_link(anonymous, submitted_at=None)).content.decode())
    address = reverse("withdraw_by_code", args=["vague-1"])
    statuses = [client.post(address, {"code": f"AAAA-BBBB-CC{number:02}"}).status_code for number in range(10)]
    assert statuses == [200] * 10
    refused = client.post(address, {"code": code})
    assert refused.status_code == 429
    assert "Trop de codes ont été essayés depuis votre connexion. Revenez à 15:00." in words(refused)
    assert Response.objects.counted().count() == 1
    elsewhere = client.post(address, {"code": code}, REMOTE_ADDR="192.0.2.7")
    assert elsewhere.url == reverse("withdrawn", args=["vague-1"])


def test_a_code_is_for_anonymous_campaigns_only(client, campaign):
    make_link(campaign)
    address = reverse("withdraw_by_code", args=["vague-1"])
    for answer in (client.get(address), client.post(address, {"code": ""})):
        assert "une réponse se retire depuis le lien personnel" in words(answer)
        assert "<form" not in answer.content.decode()
    assert Response.objects.counted().count() == 1


def test_a_closed_anonymous_campaign_says_that_it_is_too_late(client, anonymous):
    type(anonymous).objects.update(closes_on=date(2025, 6, 1), closed_at=datetime(2025, 6, 2, tzinfo=UTC))
    shown = client.get(reverse("withdraw_by_code", args=["vague-1"]))
    assert "ses résultats sont figés" in words(shown)


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(
    ("name", "queries"), [("thanks", 3), ("own_answers", 10), ("own_answers_workbook", 10), ("comparison", 6)]
)
def test_pages_cost_the_same_whatever_was_answered(client, campaign, name, queries, number, django_assert_num_queries):
    cases = [make_use_case(f"Cas {place}") for place in range(3)]
    publish_adoption()
    token = make_link(campaign, use_cases={case.code: {"usage": Usage.AWARE} for case in cases[:number]})
    with django_assert_num_queries(queries):
        client.get(reverse(name, args=[token]))
