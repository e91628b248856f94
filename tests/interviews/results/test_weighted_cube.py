"""A weighted wave: every estimate stands twice in the cube, and the weighted one decides (METHOD.md §1.3, §3)."""

import numpy as np
import pytest

from interviews.analysis.intervals import weighted_wilson
from interviews.analysis.ratings import decide_level, decide_weighted_level
from interviews.models import Campaign, Usage
from interviews.results.closing import close_campaign
from interviews.results.cube import read_cells
from interviews.results.disclosure import PUBLIC, STAFF
from interviews.results.evidence import read_evidence
from interviews.results.publication import publish_campaign
from interviews.results.verification import verify_edition
from tests.factories import make_campaign, make_edition, make_use_case
from tests.interviews.results.answers import answer
from usecases.editions import RatingDraft
from usecases.models import Benefit

pytestmark = pytest.mark.django_db

# (persons, usage, maturity, weight): twelve heavy voices at the third level, eighteen light ones at the second.
GROUPS = [(12, Usage.REGULAR, 3, 2.0), (18, Usage.AWARE, 2, 0.4)]


@pytest.fixture
def snapshot():
    Benefit.objects.create(code="time_saving", name="Gain de temps", position=1)
    Benefit.objects.create(code="quality", name="Qualité", position=2)
    case = make_use_case("Doublage")
    baseline = make_edition([RatingDraft("doublage", "maturity", 2, "study")])
    campaign = make_campaign(use_cases=[case], baseline=baseline, weighting=Campaign.Weighting.SUPPLIED)
    for persons, usage, maturity, weight in GROUPS:
        ticked = ["time_saving"] if usage == Usage.REGULAR else ["quality"]
        given = {"usage": usage, "maturity": maturity, "benefits": ticked}
        given |= {} if usage == Usage.REGULAR else {"intention": 1}
        answer(campaign, "doublage", (persons, given), weight=weight, seniority="0_4")
    return close_campaign(campaign)


def weights():
    return np.concatenate([np.full(persons, weight) for persons, _, _, weight in GROUPS])


def cell(snapshot, item, variable=""):
    (found,) = read_cells(snapshot, STAFF, items=[item], variables=[variable])
    return found.figures


def test_a_level_is_estimated_with_and_without_the_weights(snapshot):
    levels = np.concatenate([np.full(persons, maturity) for persons, _, maturity, _ in GROUPS])
    plain, weighted = decide_level([0, 18, 12], 2), decide_weighted_level(levels, weights(), 2)
    figures = cell(snapshot, "maturity")
    assert (plain.level, weighted.level) == (2, 3)
    assert (figures["level"], figures["status"], figures["counts"]) == (2, plain.status, [0, 18, 12])
    twin = figures["weighted"]
    assert (twin["level"], twin["status"], twin["n_eff"]) == (3, weighted.status, pytest.approx(weighted.n_eff))
    assert twin["shares"] == pytest.approx(weighted.shares)
    assert twin["probabilities"] == pytest.approx(weighted.probabilities)
    assert "weights" in figures["flags"]


def test_the_weighted_answers_decide(snapshot):
    assessment = snapshot.campaign.assessments.get(dimension="maturity")
    assert (assessment.computed_level, assessment.status, assessment.base) == (3, "raised", 30)
    evidence = read_evidence(snapshot, STAFF)["doublage", "maturity"]
    assert evidence["shares"] == pytest.approx([0, 7.2 / 31.2, 24 / 31.2])
    assert evidence["unweighted"]["shares"] == pytest.approx([0, 0.6, 0.4])


def test_a_rate_has_the_interval_of_its_effective_size(snapshot):
    users = np.concatenate([np.full(persons, usage == Usage.REGULAR) for persons, usage, _, _ in GROUPS])
    expected = weighted_wilson(users, weights())
    for figures in (cell(snapshot, "usage"), cell(snapshot, "usage", "seniority")):
        twin = figures["weighted"]
        assert figures["rate"] == 0.4
        assert (twin["rate"], twin["n_eff"]) == (pytest.approx(expected.share), pytest.approx(expected.n_eff))
        assert (twin["low"], twin["high"]) == pytest.approx(expected.interval)
        assert sum(twin["shares"].values()) == pytest.approx(1)


def test_lists_and_intentions_are_weighted_too(snapshot):
    assert cell(snapshot, "benefits")["shares"] == {"time_saving": 0.4, "quality": 0.6}
    assert cell(snapshot, "benefits")["weighted"]["shares"] == {
        "time_saving": pytest.approx(24 / 31.2),
        "quality": pytest.approx(7.2 / 31.2),
    }
    assert cell(snapshot, "intention")["weighted"]["net"] == 1


def test_a_weighted_edition_agrees_with_its_answers(snapshot):
    assert verify_edition(publish_campaign(snapshot.campaign, "Édition", accept_proposals=True)).differences == []


def test_the_signal_of_weights_stands_beside_an_adoption_too(snapshot):
    figures = cell(snapshot, "usage")
    assert (figures["level"], figures["weighted"]["level"]) == (2, 3)
    assert "weights" in figures["flags"]


def test_interviews_are_read_beside_the_level_that_the_weights_decide():
    campaign = make_campaign(use_cases=[make_use_case("Doublage")], weighting=Campaign.Weighting.SUPPLIED)
    for persons, usage, maturity, weight in GROUPS:
        answer(campaign, "doublage", (persons, {"usage": usage, "maturity": maturity}), weight=weight)
    answer(campaign, "doublage", (6, {"usage": Usage.REGULAR, "maturity": 3}), mode="interview")
    snapshot = close_campaign(campaign)
    (told,) = read_cells(snapshot, STAFF, items=["maturity"], variables=[""], mode="interview")
    maturity = cell(snapshot, "maturity")
    assert (maturity["level"], maturity["weighted"]["level"]) == (2, 3)
    assert (told.figures["concordance"], told.figures["would_change_level"]) == ("convergent", False)


def test_who_does_not_know_weighs_too():
    """Eight who do not know in twenty are fewer than half; with the weights, nearly three in four."""
    campaign = make_campaign(use_cases=[make_use_case("Doublage")], weighting=Campaign.Weighting.SUPPLIED)
    answer(campaign, "doublage", (12, {"usage": Usage.AWARE, "maturity": 2}), weight=0.5, seniority="0_4")
    answer(campaign, "doublage", (8, {"usage": Usage.AWARE, "maturity": 9}), weight=2.0, seniority="0_4")
    snapshot = close_campaign(campaign)
    assessment = campaign.assessments.get(dimension="maturity")
    assert (assessment.status, assessment.reason) == ("insufficient", "unknown")
    seen = read_evidence(snapshot, PUBLIC)["doublage", "maturity"]
    assert (seen["mark"], seen["base"], seen["shares"], seen["probability"]) == ("d", 12, None, None)
    assert seen["dk_share"] == pytest.approx(16 / 22)
    (segment,) = (each for each in read_cells(snapshot, PUBLIC, items=["maturity"], variables=["seniority"]))
    assert (segment.mark, segment.figures["dk_share"], segment.figures["weighted"]) == ("d", None, None)


def test_those_who_do_not_know_are_told_of_no_segment_whatever_the_weights(snapshot):
    answered = read_cells(snapshot, PUBLIC, items=["maturity"], variables=["", "seniority"])
    whole, segment = (next(each for each in answered if each.variable == name) for name in ("", "seniority"))
    assert (whole.figures["weighted"]["dk_share"], segment.figures["weighted"]["dk_share"]) == (0, None)
    assert segment.figures["weighted"]["shares"] == whole.figures["weighted"]["shares"]
