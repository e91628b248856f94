"""The second coder's page shows the interview and nothing of the first coder."""

import pytest
from django.urls import reverse

from cnc_survey.roles import Role
from interviews.guided.double_coding import disagreements, draw_sample
from interviews.models import SecondCoding
from tests.interviews.guided.conversations import make_conversation_campaign, make_member
from tests.interviews.guided.test_double_coding import code_second, finished_interview

pytestmark = pytest.mark.django_db


@pytest.fixture
def lea():
    return make_member()


@pytest.fixture
def zoe():
    return make_member("zoe")


@pytest.fixture
def coding(lea, zoe):
    interview = finished_interview(make_conversation_campaign(), lea)
    interview.notes.create(text="Elle double tout.", marked_at=interview.starts_at)
    (drawn,) = draw_sample(interview.campaign, [zoe])
    return drawn


def test_the_page_is_blind(client, zoe, coding):
    client.force_login(zoe)
    page = client.get(reverse("second_coding", args=[coding.pk])).content.decode()
    shown = [words in page for words in ("Elle double tout.", "Elle s’en sert chaque jour.", "checked")]
    assert shown == [True, False, False]
    assert reverse("second_coding", args=[coding.pk]) in client.get(reverse("second_codings")).content.decode()


def test_it_is_for_its_coder_alone(client, lea, coding):
    client.force_login(lea)
    assert client.get(reverse("second_coding", args=[coding.pk])).status_code == 404


def test_levels_are_saved_then_the_coding_ends(client, zoe, coding):
    client.force_login(zoe)
    address = reverse("second_coding", args=[coding.pk])
    rows = {row.dimension: row.pk for row in coding.levels.all()}
    client.post(address, {f"n{rows['maturity']}-level": "3"})
    page = client.post(address, {f"n{rows['maturity']}-level": "3", "finish": "1"}, follow=True).content.decode()
    assert "Il reste 1 niveau" in page
    client.post(address, {f"n{rows['maturity']}-level": "3", f"n{rows['adoption']}-level": "9", "finish": "1"})
    coding.refresh_from_db()
    assert coding.finished_at is not None
    wrong = client.post(address, {f"n{rows['maturity']}-level": "7"})
    assert wrong.status_code == 200


def test_analysts_draw_read_alpha_and_reconcile(client, zoe, coding):
    code_second(coding, maturity=3, adoption=3)
    campaign = coding.interview.campaign
    address = reverse("interview_reliability", args=[campaign.slug])
    client.force_login(zoe)
    assert client.get(address).status_code == 403
    client.force_login(make_member("paul", Role.ANALYST))
    assert "non défini" in client.get(address).content.decode()
    (row,) = disagreements(campaign)
    reconcile = reverse("reconcile_levels", args=[campaign.slug, row.pk])
    client.post(reconcile, {f"a{row.pk}-level": "3", f"a{row.pk}-reason": "Relu ensemble."})
    row.refresh_from_db()
    assert (row.agreed, row.first, row.second) == (3, 2, 3)
    client.post(address, {"coders": [zoe.pk]})
    assert SecondCoding.objects.count() == 1
