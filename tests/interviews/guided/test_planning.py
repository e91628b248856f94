"""Planning: what an interview begins with, who sees it, what each person agreed to, how far a campaign is."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from cnc_survey.audit.models import AuditEntry
from cnc_survey.roles import Role
from interviews.collection.responses import ResponseRefusedError
from interviews.guided.calendar import calendar_of
from interviews.guided.guide import read_guide
from interviews.guided.planning import (
    InterviewRefusedError,
    Person,
    call_off,
    erase_identity,
    may_see_names,
    monday_of,
    read_participants,
    record_consent,
    targets_of,
    visible_interviews,
    week_of,
    withdraw_interview,
)
from interviews.models import Interview, Participant, ParticipantIdentity, Response
from tests.factories import make_contact
from usecases.models import Occupation

from .conversations import STARTS_AT, make_conversation_campaign, make_interview, make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    return make_conversation_campaign()


@pytest.fixture
def lea():
    return make_member()


def test_a_planned_interview_has_its_use_cases_and_a_response_apart(campaign, lea):
    interview = make_interview(campaign, lea)
    response = interview.response
    assert (response.mode, response.submitted_at, interview.number) == (Response.Mode.INTERVIEW, None, 1)
    assert set(response.use_case_answers.values_list("use_case__code", "reason")) == {
        ("doublage", "occupation"),
        ("sous-titrage", "occupation"),
    }
    assert make_interview(campaign, lea).number == 2


def test_a_name_is_only_in_the_table_of_identities_and_can_be_destroyed_alone(campaign, lea):
    participant = make_interview(campaign, lea).participants.get()
    assert ParticipantIdentity.objects.get().name == "Camille Roux"
    assert "Camille" not in str(
        [vars(row) for row in (participant, participant.interview, participant.interview.response)]
    )
    erase_identity(participant, lea)
    assert (ParticipantIdentity.objects.count(), Participant.objects.count()) == (0, 1)


def test_the_address_of_a_contact_joins_the_interview_to_it(campaign, lea):
    contact = make_contact("ada@exemple.fr")
    interview = make_interview(campaign, lea, Person(name="Ada", email="Ada@Exemple.fr"))
    assert interview.participants.get().identity.contact == contact
    assert interview.response.person == contact.person


def test_an_anonymous_campaign_keeps_no_key_of_the_person(lea):
    make_contact("ada@exemple.fr")
    interview = make_interview(
        make_conversation_campaign(is_anonymous=True), lea, Person(name="Ada", email="ada@exemple.fr")
    )
    assert interview.response.person == ""


def test_a_closed_campaign_takes_no_interview(lea):
    with pytest.raises(ResponseRefusedError, match="close"):
        make_interview(make_conversation_campaign(closed_at=STARTS_AT), lea)
    assert Interview.objects.count() == 0


def test_each_sees_their_own_interviews_and_a_reviewer_all_without_the_names(campaign, lea):
    zoe, analyst, admin = (
        make_member("zoe"),
        make_member("paul", Role.ANALYST),
        make_member("root", Role.ADMINISTRATOR),
    )
    hers, other = make_interview(campaign, lea), make_interview(campaign, zoe)
    assert list(visible_interviews(lea)) == [hers]
    assert set(visible_interviews(analyst)) == {hers, other}
    assert [may_see_names(user, hers) for user in (lea, zoe, analyst, admin)] == [True, False, False, True]


def test_consent_is_recorded_with_the_wording_of_the_day(campaign, lea):
    participant = make_interview(campaign, lea, consent=None).participants.get()
    assert (participant.consented_at, participant.quoting) == (None, "none")
    record_consent(participant, "anonymous")
    record_consent(participant, "none")
    participant.refresh_from_db()
    assert (participant.consent_version, participant.quoting) == (read_guide().consent_version, "none")
    assert participant.consented_at is not None


def test_nobody_is_quoted_without_consent_whatever_the_code_does(campaign, lea):
    participant = make_interview(campaign, lea, consent=None).participants.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Participant.objects.filter(pk=participant.pk).update(quoting="anonymous")


def test_calling_off_wants_a_reason_and_an_interview_not_begun(campaign, lea):
    interview = make_interview(campaign, lea)
    with pytest.raises(InterviewRefusedError, match="motif"):
        call_off(interview, "  ")
    call_off(interview, "Tournage avancé")
    assert visible_interviews(lea).get().state == "called_off"
    begun = make_interview(campaign, lea, begun_at=STARTS_AT)
    with pytest.raises(InterviewRefusedError, match="commencé"):
        call_off(begun, "Trop tard")


def test_a_withdrawn_interview_holds_nothing(campaign, lea):
    interview = make_interview(campaign, lea, place="Chez elle")
    interview.notes.create(text="Camille dit oui", marked_at=STARTS_AT)
    withdraw_interview(interview, lea)
    interview.refresh_from_db()
    assert (interview.place, interview.notes.count(), interview.participants.count()) == ("", 0, 0)
    assert (ParticipantIdentity.objects.count(), interview.response.occupations.count()) == (0, 0)
    assert visible_interviews(lea).get().state == "withdrawn"


def test_once_the_campaign_is_closed_every_word_goes_and_the_levels_stay_in_the_totals(campaign, lea):
    interview = make_interview(campaign, lea, place="Chez elle")
    interview.notes.create(text="Camille dit oui", marked_at=STARTS_AT)
    interview.ratings.create(use_case=campaign.use_cases.first(), adoption=3, adoption_reason="Chaque jour")
    campaign.closed_at = STARTS_AT
    campaign.save()
    withdraw_interview(Interview.objects.get(), lea)
    assert (interview.notes.count(), ParticipantIdentity.objects.count()) == (0, 0)
    assert list(interview.ratings.values_list("adoption", "adoption_reason")) == [(3, "")]
    assert interview.response.occupations.count() == 1


def test_names_read_or_destroyed_are_in_the_log_without_the_name(campaign, lea):
    interview, root = make_interview(campaign, lea), make_member("root", Role.ADMINISTRATOR)
    read_participants(interview, lea)
    read_participants(interview, root)
    erase_identity(interview.participants.get(), lea)
    lines = AuditEntry.objects.order_by("pk").values_list("action", "actor_name", "subject", "details")
    assert [line for line in lines if "entretien" in line[2]] == [
        ("personal_data_read", "root", "vague-1, entretien 1", {"what": "names"}),
        ("personal_data_erased", "lea", "vague-1, entretien 1", {"what": "identity"}),
    ]


def test_targets_count_planned_and_approved_interviews_in_each_of_their_segments(
    campaign, lea, django_assert_num_queries
):
    editors = Occupation.objects.get(code="editors")
    campaign.interview_targets.create(occupation=editors, wanted=3)
    make_interview(campaign, lea)
    approved = make_interview(campaign, lea)
    approved.steps.create(kind="approved", by=lea)
    call_off(make_interview(campaign, lea), "Malade")
    with django_assert_num_queries(3):
        rows = targets_of(campaign)
    assert [(str(row.target), row.target.wanted, row.planned, row.approved, row.missing) for row in rows] == [
        ("Monteurs", 3, 2, 1, 1)
    ]


def test_a_week_has_seven_days_and_each_interview_once(campaign, lea):
    friday = make_interview(campaign, lea)
    make_interview(campaign, lea, starts_at=STARTS_AT + timedelta(days=7))
    monday = monday_of("2025-W11")
    days = week_of(visible_interviews(lea), monday)
    assert monday == date(2025, 3, 10)
    assert [(day.date.day, day.interviews) for day in days] == [
        (10, []),
        (11, []),
        (12, []),
        (13, []),
        (14, [friday]),
        (15, []),
        (16, []),
    ]


@pytest.mark.parametrize("text", ["", "2025", "2025-W99", "x-Wy", "99999999999-W1"])
def test_a_week_that_is_none_is_this_one(text):
    assert monday_of(text) == monday_of("rien")
    assert monday_of(text).weekday() == 0


def test_the_calendar_names_the_interview_and_nobody(campaign, lea):
    interview = make_interview(campaign, lea, place="12 rue X")
    text = calendar_of([interview], "observatoire.example").decode().replace("\r\n ", "")
    assert f"UID:entretien-{interview.pk}@observatoire.example" in text
    assert "SUMMARY:Entretien 1 — Vague 1" in text
    assert "DTSTART:20250314T093000Z" in text
    assert "DTEND:20250314T103000Z" in text
    assert "Camille" not in text
