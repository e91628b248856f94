from datetime import date

import pytest
from django.utils import timezone

from interviews.collection.exclusion import exclude_response, reinstate_response
from interviews.collection.invitations import create_invitation, find_invitation, revoke_invitations
from interviews.collection.responses import ResponseRefusedError
from interviews.models import Invitation, Response
from tests.factories import make_campaign, make_response

pytestmark = pytest.mark.django_db


def standing(response):
    """Whether the response counts, whether it is set aside, and why."""
    response.refresh_from_db()
    counts = Response.objects.counted().filter(pk=response.pk).exists()
    return counts, response.excluded_at is not None, response.exclusion_reason


def test_a_response_set_aside_no_longer_counts_and_says_why_until_it_is_reinstated():
    response = make_response(make_campaign())
    assert standing(response) == (True, False, "")
    exclude_response(response, " Réponse d’essai ")
    assert standing(response) == (False, True, "Réponse d’essai")
    reinstate_response(response)
    assert standing(response) == (True, False, "")


def test_setting_aside_without_a_reason_is_refused():
    response = make_response(make_campaign())
    with pytest.raises(ResponseRefusedError, match=r"^Écarter une réponse demande un motif\.$"):
        exclude_response(response, " ")
    assert standing(response) == (True, False, "")


@pytest.mark.parametrize("verb", [lambda response: exclude_response(response, "Essai"), reinstate_response])
def test_once_the_campaign_is_closed_what_counts_is_frozen(verb):
    response = make_response(make_campaign(title="Vague 1", closed_at=timezone.now()), "r1")
    with pytest.raises(ResponseRefusedError) as refusal:
        verb(response)
    assert str(refusal.value) == (
        "La campagne «\u00a0Vague 1\u00a0» est close\u00a0: ses résultats sont figés, la réponse r1 ne change plus."
    )


def test_a_revoked_link_opens_nothing_and_keeps_the_day_it_was_revoked():
    campaign = make_campaign()
    first, token = create_invitation(campaign)
    earlier, _ = create_invitation(campaign)
    Invitation.objects.filter(pk=earlier.pk).update(revoked_on=date(2025, 1, 1))
    assert find_invitation(token) == first
    assert revoke_invitations(Invitation.objects.all()) == 1
    assert find_invitation(token) is None
    assert dict(Invitation.objects.values_list("pk", "revoked_on")) == {
        first.pk: timezone.localdate(),
        earlier.pk: date(2025, 1, 1),
    }
