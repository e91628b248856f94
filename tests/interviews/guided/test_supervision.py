"""Review (ACCEPTANCE 12): who may take which step, what is missing, the notes kept, what counts in the results."""

import uuid

import pytest

from cnc_survey.roles import Role
from interviews.collection.answers import save_use_case_answers
from interviews.guided.notes import save_note
from interviews.guided.planning import InterviewRefusedError
from interviews.guided.ratings import save_rating
from interviews.guided.supervision import (
    APPROVED,
    DONE,
    RETURNED,
    UNDER_REVIEW,
    actions_for,
    missing_points,
    standing_note,
    take_step,
    workload,
)
from interviews.models import Response
from usecases.models import UseCase

from .conversations import make_conversation_campaign, make_interview, make_member

pytestmark = pytest.mark.django_db

REQUIRED_PARTS = ("usages", "appetite", "opportunities", "limits", "effects")


@pytest.fixture
def lea():
    return make_member()


@pytest.fixture
def paul():
    return make_member("paul", Role.ANALYST)


@pytest.fixture
def interview(lea):
    return make_interview(make_conversation_campaign(), lea)


def rate(interview, code="doublage", reason="Elle s’en sert chaque jour.", **levels):
    use_case = UseCase.objects.get(code=code)
    answer = {"usage": 4, "maturity": 2, "impact": None, "intention": None, "benefits": [], "barriers": []}
    answer |= {"other_barrier": "", "tools": [], "satisfaction": None, "comment": "", "may_be_quoted": False}
    save_use_case_answers(interview.response, {use_case.pk: answer | levels})
    values = {"adoption": 3, "maturity_reason": reason, "impact_reason": "", "adoption_reason": reason}
    save_rating(interview, use_case, values, 0)


def fill_in(interview):
    """All that an interview needs to be approved."""
    for part in REQUIRED_PARTS:
        save_note(interview, uuid.uuid4(), f"Sur {part}", part, None, 0)
    rate(interview)


def test_what_is_missing_is_named_point_by_point(lea):
    interview = make_interview(make_conversation_campaign(), lea, consent=None)
    rate(interview, reason="")
    assert missing_points(interview) == [
        "L’accord d’un participant n’est pas recueilli.",
        "La partie « Les usages aujourd’hui » n’a ni note ni transcription.",
        "La partie « L’appétence » n’a ni note ni transcription.",
        "La partie « Les opportunités » n’a ni note ni transcription.",
        "La partie « Les limites et les risques » n’a ni note ni transcription.",
        "La partie « Les effets : activité, emploi, filière » n’a ni note ni transcription.",
        "« Doublage » : il manque ce qui fonde maturité et adoption.",
    ]


def test_a_transcript_stands_for_the_notes_of_every_part(interview, lea):
    interview.transcripts.create(name="a.txt", text="x", digest="x", added_by=lea)
    assert missing_points(interview) == ["Aucun cas d’usage n’est noté."]


def test_unfinished_an_interview_is_neither_declared_done_nor_approved(interview, lea, paul):
    with pytest.raises(InterviewRefusedError, match="Aucun cas d’usage n’est noté"):
        take_step(interview, DONE, lea)
    fill_in(interview)
    take_step(interview, DONE, lea)
    interview.notes.all().delete()
    with pytest.raises(InterviewRefusedError, match="Approuver n’est pas encore possible"):
        take_step(interview, APPROVED, paul)
    assert [step.kind for step in interview.steps.all()] == [DONE]


def test_a_return_wants_a_note_which_the_interviewer_sees_until_it_is_answered(interview, lea, paul):
    fill_in(interview)
    take_step(interview, DONE, lea)
    take_step(interview, UNDER_REVIEW, paul)
    with pytest.raises(InterviewRefusedError, match="demande une note"):
        take_step(interview, RETURNED, paul, "  ")
    take_step(interview, RETURNED, paul, "Précisez le dérush.")
    assert standing_note(interview).note == "Précisez le dérush."
    take_step(interview, DONE, lea, "Fait.")
    assert standing_note(interview) is None


def test_the_closing_note_and_the_whole_history_are_kept(interview, lea, paul):
    fill_in(interview)
    for kind, user, note in (
        (DONE, lea, ""),
        (RETURNED, paul, "Précisez."),
        (DONE, lea, "Fait."),
        (UNDER_REVIEW, paul, ""),
        (APPROVED, paul, "Entretien riche."),
    ):
        take_step(interview, kind, user, note)
    assert list(interview.steps.values_list("kind", "by__username", "note")) == [
        ("done", "lea", ""),
        ("returned", "paul", "Précisez."),
        ("done", "lea", "Fait."),
        ("under_review", "paul", ""),
        ("approved", "paul", "Entretien riche."),
    ]


def test_an_approved_interview_counts_and_a_reopened_one_does_not(interview, lea, paul):
    fill_in(interview)
    counted = Response.objects.counted
    take_step(interview, DONE, lea)
    assert counted().count() == 0
    take_step(interview, APPROVED, paul)
    assert list(counted()) == [interview.response]
    take_step(interview, RETURNED, paul, "Une erreur de métier.")
    assert counted().count() == 0


def test_each_takes_only_their_own_steps(interview, lea, paul):
    fill_in(interview)
    zoe = make_member("zoe")
    assert [actions_for(user, interview) for user in (lea, paul, zoe)] == [[DONE], [], []]
    take_step(interview, DONE, lea)
    assert [actions_for(user, interview) for user in (lea, paul, zoe)] == [
        [RETURNED],
        [UNDER_REVIEW, RETURNED, APPROVED],
        [],
    ]
    with pytest.raises(InterviewRefusedError, match="pas possible"):
        take_step(interview, APPROVED, lea)
    take_step(interview, UNDER_REVIEW, paul)
    assert actions_for(lea, interview) == []


def test_nobody_approves_their_own_interview(paul):
    own = make_interview(make_conversation_campaign(), paul)
    fill_in(own)
    take_step(own, DONE, paul)
    assert actions_for(paul, own) == [RETURNED]


def test_the_workload_counts_each_interviewer_s_states(interview, lea, paul, django_assert_num_queries):
    make_interview(interview.campaign, paul, minutes=90)
    fill_in(interview)
    take_step(interview, DONE, lea)
    with django_assert_num_queries(1):
        rows = workload()
    assert [(row.interviewer, row.states, row.hours) for row in rows] == [
        ("lea", {"done": 1}, 1.0),
        ("paul", {"planned": 1}, 1.5),
    ]
