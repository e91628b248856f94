"""Withdrawal, by the link or by a receipt code: what is erased, what is kept, when it is refused."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from interviews.campaigns import CampaignError
from interviews.collection.answers import save_answers
from interviews.collection.invitations import create_invitation, find_invitation
from interviews.collection.receipts import ALPHABET, draw_receipt_code, hash_receipt
from interviews.collection.responses import ResponseRefusedError, start_response, submit_response
from interviews.collection.withdrawal import withdraw_by_receipt, withdraw_response
from interviews.models import Invitation, Response, ResponseLink, Usage, UseCaseProposal
from interviews.results.closing import close_campaign
from tests.factories import (
    YES_NO,
    make_campaign,
    make_item,
    make_occupation,
    make_open_link,
    make_questionnaire,
    make_response,
    make_sector,
    make_use_case,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("june")]

NOON = datetime(2025, 6, 15, 10, 0, tzinfo=UTC)
SENT = datetime(2025, 3, 14, 10, 30, tzinfo=UTC)


@pytest.fixture
def june():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def questionnaire():
    questionnaire = make_questionnaire()
    make_item(questionnaire, "ai_ever_used", options=YES_NO)
    return questionnaire


@pytest.fixture
def campaign(questionnaire):
    return make_campaign(questionnaire, [make_use_case("Doublage")])


def make_full_response(campaign, key="r1"):
    """A response that says all that a response may say, with its personal link; return both and the token."""
    make_sector()
    make_occupation()
    response = make_response(
        campaign,
        key,
        sectors=["cinema"],
        occupations=["editors"],
        use_cases={"doublage": {"usage": Usage.REGULAR, "comment": "Mon film"}},
        answers={"ai_ever_used": "yes"},
        person="p1",
        organisation="studio",
        weight=1.5,
        structure_type="production",
        structure_size="solo",
        seniority="0_4",
        employment_status="author",
        gender="woman",
        age_group="30_44",
        blocks=["obstacles"],
        active_seconds=400,
        last_saved_at=SENT,
        receipt_hash="x",
        consent_version="1",
        started_on=date(2025, 3, 14),
        open_link=make_open_link(campaign),
    )
    UseCaseProposal.objects.create(response=response, name="Cascade virtuelle", description="Sur mon tournage")
    invitation, token = create_invitation(campaign)
    ResponseLink.objects.create(invitation=invitation, response=response)
    return response, token


def test_withdrawing_leaves_an_empty_row_that_says_when(campaign):
    response, token = make_full_response(campaign)
    withdraw_response(response)
    kept = Response.objects.values().get()
    empty = {
        field.attname: field.get_default()
        for field in Response._meta.concrete_fields
        if field.attname not in ("id", "campaign_id", "key", "open_link_id", "started_on")
    }
    assert kept == empty | {
        "id": response.pk,
        "campaign_id": campaign.pk,
        "key": "r1",
        "open_link_id": response.open_link_id,
        "consent_version": "1",
        "started_on": date(2025, 3, 14),
        "submitted_at": SENT,
        "withdrawn_at": NOON,
    }
    related = ("use_case_answers", "answers", "proposals", "sectors", "occupations")
    assert {name: getattr(response, name).count() for name in related} == dict.fromkeys(related, 0)
    assert find_invitation(token) is None
    assert Invitation.objects.get().revoked_on == date(2025, 6, 15)
    assert not ResponseLink.objects.exists()


def test_somebody_else_s_response_is_left_alone(campaign):
    response, _ = make_full_response(campaign)
    other = make_response(campaign, "r2", occupations=["editors"], use_cases={"doublage": {"usage": Usage.AWARE}})
    withdraw_response(response)
    other.refresh_from_db()
    assert (other.withdrawn_at, other.use_case_answers.count(), other.occupations.count()) == (None, 1, 1)


def test_participation_stays_true(campaign):
    response, _ = make_full_response(campaign)
    make_response(campaign, "r2", use_cases={"doublage": {"usage": Usage.AWARE}})
    withdraw_response(response)
    assert close_campaign(campaign).participation["modes"] == {
        "web": {"started": 2, "submitted": 2, "withdrawn": 1, "excluded": 0, "counted": 1}
    }


def test_an_unsent_response_may_be_withdrawn(campaign):
    invitation, token = create_invitation(campaign)
    withdraw_response(start_response(invitation))
    assert Response.objects.get().withdrawn_at == NOON
    assert find_invitation(token) is None


def test_nothing_is_written_to_a_withdrawn_response(campaign):
    response, _ = make_full_response(campaign)
    withdraw_response(response)
    with pytest.raises(ResponseRefusedError, match="a été retirée"):
        save_answers(Response.objects.get(), {})


def test_once_the_campaign_is_closed_withdrawing_is_refused_and_changes_nothing(campaign):
    response, token = make_full_response(campaign)
    close_campaign(campaign)
    with pytest.raises(ResponseRefusedError, match="ses résultats sont figés"):
        withdraw_response(response)
    response.refresh_from_db()
    assert (response.withdrawn_at, response.use_case_answers.count(), response.gender) == (None, 1, "woman")
    assert find_invitation(token) is not None


def test_after_the_last_day_and_before_the_closing_it_is_still_time(campaign):
    response, _ = make_full_response(campaign)
    type(campaign).objects.update(closes_on=date(2025, 6, 1))
    withdraw_response(response)
    assert Response.objects.get().withdrawn_at == NOON


@pytest.fixture
def anonymous(campaign):
    campaign.is_anonymous = True
    campaign.save()
    return campaign


def send(campaign):
    invitation, token = create_invitation(campaign)
    response = start_response(invitation)
    return response, submit_response(response), token


def test_a_receipt_code_is_kept_as_a_hash_and_withdraws_one_response(anonymous):
    first, code, token = send(anonymous)
    second, other_code, _ = send(anonymous)
    assert find_invitation(token) is None
    assert code != other_code
    assert Response.objects.get(pk=first.pk).receipt_hash == hash_receipt(code, anonymous)
    withdraw_by_receipt(anonymous, f"\u00a0{code.replace('-', ' ').lower()} ")
    # Only the day is kept, as for the sending.
    day = datetime(2025, 6, 14, 22, 0, tzinfo=UTC)
    rows = Response.objects.values_list("pk", "submitted_at", "withdrawn_at", "receipt_hash")
    assert set(rows) == {(first.pk, day, day, ""), (second.pk, day, None, hash_receipt(other_code, anonymous))}
    with pytest.raises(ResponseRefusedError, match="n’ouvre aucune réponse"):
        withdraw_by_receipt(anonymous, code)


def test_a_code_opens_nothing_in_another_campaign(anonymous, questionnaire):
    _, code, _ = send(anonymous)
    elsewhere = make_campaign(questionnaire, slug="vague-2", is_anonymous=True)
    send(elsewhere)
    with pytest.raises(ResponseRefusedError):
        withdraw_by_receipt(elsewhere, code)
    assert not Response.objects.exclude(withdrawn_at=None).exists()


@pytest.mark.parametrize("code", ["", "-", "AAAA-BBBB-CCCC"])
def test_a_response_without_a_receipt_is_not_opened_by_any_code(campaign, code):
    make_response(campaign)
    with pytest.raises(ResponseRefusedError):
        withdraw_by_receipt(campaign, code)


def test_a_code_is_refused_once_the_campaign_is_closed(anonymous):
    _, code, _ = send(anonymous)
    close_campaign(anonymous)
    with pytest.raises(ResponseRefusedError, match="figés"):
        withdraw_by_receipt(anonymous, code)
    with pytest.raises(CampaignError):
        close_campaign(anonymous)


def test_an_anonymous_response_is_sent_once(anonymous):
    response, code, _ = send(anonymous)
    with pytest.raises(ResponseRefusedError, match="déjà envoyées"):
        submit_response(Response.objects.get(pk=response.pk))
    assert Response.objects.get().receipt_hash == hash_receipt(code, anonymous)


def test_elsewhere_sending_again_changes_nothing_and_gives_no_code(campaign):
    invitation, _ = create_invitation(campaign)
    response = start_response(invitation)
    assert submit_response(response) == ""
    with time_machine.travel(datetime(2025, 6, 16, 10, 0, tzinfo=UTC)):
        assert submit_response(Response.objects.get()) == ""
    assert Response.objects.values_list("submitted_at", "receipt_hash").get() == (NOON, "")


def test_codes_are_twelve_unambiguous_characters_in_groups():
    codes = {draw_receipt_code() for _ in range(200)}
    assert len(codes) == 200
    assert {tuple(map(len, code.split("-"))) for code in codes} == {(4, 4, 4)}
    assert set("".join(codes)) == {*ALPHABET, "-"}
    assert not set(ALPHABET) & set("01OILU")
