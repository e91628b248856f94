"""Double coding: who is drawn, that it is blind, alpha on what each said alone, and what reconciling changes."""

import pytest

from cnc_survey.roles import Role
from interviews.analysis.reliability import Reliability, krippendorff_alpha
from interviews.guided.double_coding import (
    disagreements,
    draw_sample,
    finish_second_coding,
    reconcile,
    reliability_report,
    save_second_levels,
)
from interviews.guided.planning import InterviewRefusedError
from interviews.models import SecondCoding

from .conversations import make_conversation_campaign, make_interview, make_member
from .test_supervision import rate

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    return make_conversation_campaign()


@pytest.fixture
def lea():
    return make_member()


@pytest.fixture
def paul():
    return make_member("paul", Role.ANALYST)


def finished_interview(campaign, interviewer, **levels):
    interview = make_interview(campaign, interviewer)
    rate(interview, **levels)
    interview.steps.create(kind="done", by=interviewer)
    return interview


def code_second(coding, maturity, adoption):
    given = {"maturity": maturity, "adoption": adoption}
    save_second_levels(coding, {row.pk: (given[row.dimension], "Lu.") for row in coding.levels.all()})
    finish_second_coding(coding)


def test_at_least_a_fifth_and_thirty_pairs_are_drawn_by_somebody_else(campaign, lea, paul):
    for number in range(6):
        finished_interview(campaign, lea if number % 2 else paul)
    make_interview(campaign, lea)  # not finished: never drawn
    drawn = draw_sample(campaign, [lea, paul])
    assert len(drawn) == 6  # one pair each: thirty are far away
    assert all(coding.coder != coding.interview.interviewer for coding in drawn)
    assert {coding.coder for coding in drawn} == {lea, paul}
    assert draw_sample(campaign, [lea, paul]) == []


def test_beyond_thirty_pairs_a_fifth_is_enough(campaign, lea, paul, monkeypatch):
    monkeypatch.setattr("interviews.guided.double_coding.DOUBLE_CODED_UNITS", 2)
    for _ in range(11):
        finished_interview(campaign, lea)
    first = draw_sample(campaign, [paul])
    assert len(first) == 3  # a fifth of eleven, rounded up
    assert draw_sample(campaign, [paul]) == []
    for _ in range(5):
        finished_interview(campaign, lea)
    assert len(draw_sample(campaign, [paul])) == 1


def test_nobody_codes_their_own_interview(campaign, lea):
    finished_interview(campaign, lea)
    with pytest.raises(InterviewRefusedError, match="quelqu’un d’autre"):
        draw_sample(campaign, [lea])
    assert SecondCoding.objects.count() == 0


def test_a_second_coding_ends_once_with_every_level(campaign, lea, paul):
    finished_interview(campaign, lea)
    (coding,) = draw_sample(campaign, [paul])
    with pytest.raises(InterviewRefusedError, match="2 niveau"):
        finish_second_coding(coding)
    code_second(coding, maturity=9, adoption=3)
    with pytest.raises(InterviewRefusedError, match="terminé"):
        save_second_levels(coding, {})
    assert list(coding.levels.values_list("dimension", "first", "second")) == [("adoption", 3, 3), ("maturity", 2, 9)]


def test_alpha_is_that_of_what_each_said_alone(campaign, lea, paul):
    firsts, seconds = [1, 2, 3, 2, 1, 3], [1, 2, 3, 3, 1, 3]
    for level in firsts:
        finished_interview(campaign, lea, maturity=level)
    drawn = sorted(draw_sample(campaign, [paul]), key=lambda coding: coding.interview.number)
    for coding, level in zip(drawn, seconds, strict=True):
        code_second(coding, maturity=level, adoption=3)
    report = reliability_report(campaign)
    assert (report.interviews, report.drawn, report.coded_twice, report.units, report.is_enough) == (6, 6, 6, 6, False)
    by_dimension = {row.dimension: row for row in report.dimensions}
    assert by_dimension["maturity"].alpha == pytest.approx(krippendorff_alpha([firsts, seconds]))
    assert by_dimension["maturity"].verdict == Reliability.PUBLISH
    assert by_dimension["maturity"].spoken == "0,88 (6 couples), publiable"
    assert by_dimension["adoption"].spoken == "non défini"
    assert (by_dimension["adoption"].alpha, by_dimension["adoption"].verdict) == (None, Reliability.NOT_DEFINED)
    assert by_dimension["impact"].units == 0


def test_reconciling_changes_the_interview_and_keeps_both_originals(campaign, lea, paul):
    interview = finished_interview(campaign, lea, maturity=2)
    (coding,) = draw_sample(campaign, [paul])
    code_second(coding, maturity=3, adoption=1)
    before = reliability_report(campaign)
    rows = {row.dimension: row for row in disagreements(campaign)}
    assert set(rows) == {"maturity", "adoption"}
    with pytest.raises(InterviewRefusedError, match="motif"):
        reconcile(rows["maturity"], 3, " ", paul)
    reconcile(rows["maturity"], 3, "La transcription le dit.", paul)
    reconcile(rows["adoption"], 1, "Elle seule s’en sert.", paul)
    assert interview.response.use_case_answers.get(use_case__code="doublage").maturity == 3
    assert interview.ratings.get().adoption == 1
    kept = sorted((row.dimension, row.first, row.second, row.agreed) for row in disagreements(campaign))
    assert kept == [("adoption", 3, 1, 1), ("maturity", 2, 3, 3)]
    assert reliability_report(campaign) == before
