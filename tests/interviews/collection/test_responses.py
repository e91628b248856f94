from datetime import UTC, date, datetime

import pytest
import time_machine

from interviews.collection.invitations import create_invitation, find_invitation
from interviews.collection.links import hash_token
from interviews.collection.responses import ResponseRefusedError, response_of, start_response, submit_response
from interviews.models import Invitation, Response, ResponseLink
from tests.factories import make_campaign

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("june")]


@pytest.fixture
def june():
    with time_machine.travel(datetime(2025, 6, 15, 12, 30, tzinfo=UTC), tick=False):
        yield


def test_only_the_hash_of_a_token_is_kept():
    campaign = make_campaign()
    invitation, token = create_invitation(campaign)
    assert Invitation.objects.get().token_hash == hash_token(token) == invitation.token_hash
    assert token not in str(Invitation.objects.values().get())
    assert find_invitation(token) == invitation
    assert find_invitation("another") is None


def test_a_revoked_link_opens_nothing():
    _, token = create_invitation(make_campaign())
    Invitation.objects.update(revoked_on=date(2025, 6, 1))
    assert find_invitation(token) is None


def test_an_invitation_knows_its_response_only_once_begun():
    invitation, token = create_invitation(make_campaign())
    assert response_of(find_invitation(token)) is None
    response = start_response(invitation)
    assert response_of(find_invitation(token)) == response


def test_starting_twice_begins_once():
    invitation, _ = create_invitation(make_campaign())
    assert start_response(invitation) == start_response(invitation)
    response = Response.objects.get()
    assert (response.started_on, response.consent_version, response.submitted_at) == (date(2025, 6, 15), "1", None)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"opens_on": date(2025, 7, 1)},
            "Cette enquête ouvre le 01/07/2025. Revenez ce jour-là.",
        ),
        (
            {"closes_on": date(2025, 6, 14)},
            "Cette enquête est terminée : elle ne prend plus de réponse.",
        ),
        (
            {"closed_at": datetime(2025, 6, 1, tzinfo=UTC)},
            "Cette enquête est terminée : elle ne prend plus de réponse.",
        ),
    ],
)
def test_no_answer_outside_the_campaigns_dates(fields, message):
    invitation, _ = create_invitation(make_campaign(**fields))
    with pytest.raises(ResponseRefusedError) as refusal:
        start_response(invitation)
    assert str(refusal.value) == message
    assert not Response.objects.exists()


def test_a_submission_keeps_its_time_and_its_link():
    response = start_response(create_invitation(make_campaign())[0])
    submit_response(response)
    assert Response.objects.get().submitted_at == datetime(2025, 6, 15, 12, 30, tzinfo=UTC)
    assert ResponseLink.objects.count() == 1


def test_an_anonymous_submission_destroys_the_link_and_keeps_the_day_only():
    campaign = make_campaign(is_anonymous=True)
    invitation, token = create_invitation(campaign)
    response = start_response(invitation)
    submit_response(response)
    # Midnight in Paris, where the day is.
    assert Response.objects.get().submitted_at == datetime(2025, 6, 14, 22, tzinfo=UTC)
    assert (ResponseLink.objects.count(), Invitation.objects.count()) == (0, 0)
    assert find_invitation(token) is None
