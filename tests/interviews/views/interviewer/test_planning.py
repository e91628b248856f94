"""The pages around an interview: planning it, finding it, recording consent, calling it off."""

import pytest
from django.urls import reverse

from cnc_survey.roles import Role
from interviews.models import Interview, Participant, ParticipantIdentity
from tests.factories import make_campaign
from tests.interviews.guided.conversations import make_conversation_campaign, make_interview, make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def lea():
    return make_member()


@pytest.fixture
def campaign():
    return make_conversation_campaign()


def sent(campaign, **fields):
    formset = {"form-TOTAL_FORMS": "3", "form-INITIAL_FORMS": "0"}
    roles = {f"form-{number}-role": "interviewee" for number in range(3)}
    facts = {"campaign": campaign.pk, "day": "2025-03-14", "hour": "10:30", "minutes": "45", "mode": "phone"}
    return formset | roles | facts | {"occupations": "editors", "sectors": "cinema"} | fields


def test_an_interviewer_plans_one_and_finds_it_in_the_list(client, lea, campaign):
    client.force_login(lea)
    answer = client.post(
        reverse("plan_interview"),
        sent(campaign, **{"form-0-name": "Camille Roux", "form-0-function": "Monteuse vidéo"}),
    )
    interview = Interview.objects.get()
    assert answer["Location"] == reverse("interview", args=[interview.pk])
    assert (interview.interviewer, interview.minutes, interview.mode) == (lea, 45, "phone")
    assert f"{interview.starts_at:%Y-%m-%d %H:%M}" == "2025-03-14 09:30"  # UTC
    assert ParticipantIdentity.objects.get().name == "Camille Roux"
    page = client.get(reverse("interviews")).content.decode()
    assert ("Entretien 1" in page, "Camille" in page) == (True, False)


def test_a_plan_with_mistakes_says_which_and_writes_nothing(client, lea, campaign):
    client.force_login(lea)
    page = client.post(reverse("plan_interview"), sent(campaign, day="", minutes="2")).content.decode()
    assert ("Ce champ est obligatoire." in page, "de 5 à 480 minutes" in page) == (True, True)
    assert Interview.objects.count() == 0


def test_an_interviewer_plans_for_nobody_else(client, lea, campaign):
    zoe = make_member("zoe")
    client.force_login(lea)
    client.post(reverse("plan_interview"), sent(campaign, interviewer=zoe.pk))
    assert Interview.objects.get().interviewer == lea


def test_the_list_takes_the_same_queries_for_one_and_three(client, lea, campaign, django_assert_max_num_queries):
    client.force_login(lea)
    client.get(reverse("interviews"))
    counts = []
    for wanted in (1, 3):
        while Interview.objects.count() < wanted:
            make_interview(campaign, lea)
        with django_assert_max_num_queries(12) as captured:
            client.get(reverse("interviews"))
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_only_the_interviewer_and_administrators_read_the_name(client, lea, campaign):
    address = reverse("interview", args=[make_interview(campaign, lea).pk])
    shown = {}
    for user in (lea, make_member("paul", Role.ANALYST), make_member("root", Role.ADMINISTRATOR)):
        client.force_login(user)
        shown[user.username] = "Camille Roux" in client.get(address).content.decode()
    client.force_login(make_member("zoe"))
    assert client.get(address).status_code == 404
    assert shown == {"lea": True, "paul": False, "root": True}


def test_consent_is_recorded_from_the_page(client, lea, campaign):
    interview = make_interview(campaign, lea, consent=None)
    person = interview.participants.get()
    client.force_login(lea)
    address = reverse("record_consent", args=[interview.pk, person.pk])
    client.post(address, {f"p{person.pk}-quoting": "anonymous"})
    assert Participant.objects.get().consented_at is None
    client.post(address, {f"p{person.pk}-quoting": "anonymous", f"p{person.pk}-agreed": "on"})
    assert Participant.objects.get().quoting == "anonymous"


def test_the_week_and_the_calendar_open(client, lea, campaign):
    make_interview(campaign, lea)
    client.force_login(lea)
    week = client.get(reverse("interview_week") + "?semaine=2025-W11").content.decode()
    assert "Entretien 1" in week
    assert "Vague 1 · " in week
    answer = client.get(reverse("interview_calendars"))
    assert (answer["Content-Type"], b"BEGIN:VEVENT" in answer.content) == ("text/calendar; charset=utf-8", True)


def test_targets_are_set_by_those_who_review(client, lea, campaign):
    address = reverse("interview_targets", args=[campaign.slug])
    client.force_login(lea)
    client.post(address, {"wanted": "3"})
    assert campaign.interview_targets.count() == 0
    client.force_login(make_member("paul", Role.ANALYST))
    refused = client.post(address, {"wanted": "3"}).content.decode()
    assert "porte sur un métier ou sur un secteur" in refused
    occupation = campaign.use_cases.first().occupations.get()
    client.post(address, {"wanted": "3", "occupation": occupation.pk})
    assert list(campaign.interview_targets.values_list("occupation", "wanted")) == [(occupation.pk, 3)]


def test_an_interview_is_withdrawn_after_an_explanation(client, lea, campaign):
    interview = make_interview(campaign, lea)
    client.force_login(lea)
    address = reverse("withdraw_interview", args=[interview.pk])
    assert "effacés, définitivement" in client.get(address).content.decode()
    client.post(address)
    interview.refresh_from_db()
    assert interview.withdrawn_at is not None


def test_an_editor_opens_no_interview(client, lea):
    make_campaign(slug="autre")
    client.force_login(make_member("eve", Role.EDITOR))
    assert client.get(reverse("interviews")).status_code == 403
