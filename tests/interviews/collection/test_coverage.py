import pytest

from interviews.collection import coverage
from interviews.collection.coverage import campaign_candidates, coverage_for, coverage_of
from interviews.collection.routing import Candidate, Coverage
from interviews.models import Usage
from tests.factories import make_campaign, make_occupation, make_questionnaire, make_response, make_use_case
from usecases.models import Stage, UseCaseOccupation, UseCaseStage, ValueChain

pytestmark = pytest.mark.django_db

SAID = {"usage": Usage.AWARE}
OUTSIDE = [{"usage": Usage.NOT_CONCERNED}, {"usage": Usage.DONT_KNOW}, {"usage": None}]


@pytest.fixture
def campaign():
    return make_campaign(use_cases=[make_use_case("A"), make_use_case("B"), make_use_case("C")])


def test_the_segment_is_who_shares_an_occupation_each_counted_once(campaign):
    editors, actors = make_occupation("editors"), make_occupation("actors")
    make_occupation("writers")
    make_response(campaign, "r1", occupations=["editors", "actors"], use_cases={"a": SAID, "b": SAID})
    make_response(campaign, "r2", occupations=["editors", "writers"], use_cases={"a": SAID})
    make_response(campaign, "r3", occupations=["writers"], use_cases={"a": SAID, "c": SAID})
    overall = {"a": 3, "b": 1, "c": 1}
    assert coverage_for(campaign, [editors.pk, actors.pk]) == Coverage({"a": 2, "b": 1}, overall)
    assert coverage_for(campaign, [actors.pk]) == Coverage({"a": 1, "b": 1}, overall)
    assert coverage_for(campaign, []) == Coverage({}, overall)
    assert coverage_of(campaign) == overall


@pytest.mark.parametrize("answer", OUTSIDE)
def test_what_stands_outside_the_base_covers_nothing(campaign, answer):
    editors = make_occupation("editors")
    make_response(campaign, occupations=["editors"], use_cases={"a": answer, "b": {"usage": Usage.NEVER_HEARD}})
    assert coverage_for(campaign, [editors.pk]) == Coverage({"b": 1}, {"b": 1})
    assert coverage_of(campaign) == {"b": 1}


def test_another_campaign_covers_nothing(campaign):
    editors = make_occupation("editors")
    earlier = make_campaign(make_questionnaire(version=2), use_cases=campaign.use_cases.all(), slug="vague-0")
    make_response(earlier, occupations=["editors"], use_cases={"a": SAID})
    assert coverage_for(campaign, [editors.pk]) == Coverage({}, {})
    assert coverage_of(campaign) == {}


def test_beyond_the_sample_the_count_stops_growing(campaign, monkeypatch):
    monkeypatch.setattr(coverage, "SAMPLE", 3)
    editors = make_occupation("editors")
    make_occupation("actors")
    for number in range(5):
        trade = "editors" if number % 2 else "actors"
        make_response(campaign, f"r{number}", occupations=[trade], use_cases={"a": SAID})
    # The segment has its own sample: it is not drowned in everybody's.
    assert coverage_for(campaign, [editors.pk]) == Coverage({"a": 2}, {"a": 3})
    assert coverage_of(campaign) == {"a": 5}


@pytest.mark.parametrize("number", [1, 3])
def test_coverage_costs_two_queries_whatever_the_number_of_answers(campaign, number, django_assert_num_queries):
    editors = make_occupation("editors")
    for place in range(number):
        make_response(campaign, f"r{place}", occupations=["editors"], use_cases={"a": SAID, "b": SAID})
    with django_assert_num_queries(2):
        coverage_for(campaign, [editors.pk])


def test_candidates_carry_what_the_catalogue_links_to_them(django_assert_num_queries):
    chain = ValueChain.objects.create(code="games", name="Jeu vidéo")
    live = Stage.objects.create(code="live", name="Live", chain=chain)
    linked, bare = make_use_case("Équilibrage", family="Jeu"), make_use_case("Autre", family="Divers")
    UseCaseStage.objects.create(use_case=linked, stage=live)
    UseCaseOccupation.objects.create(use_case=linked, occupation=make_occupation("programmers"))
    UseCaseOccupation.objects.create(use_case=make_use_case("Hors campagne"), occupation=make_occupation("actors"))
    campaign = make_campaign(use_cases=[bare, linked])
    nothing = frozenset()
    with django_assert_num_queries(3):
        assert campaign_candidates(campaign) == [
            Candidate("equilibrage", "jeu", frozenset({"programmers"}), frozenset({"live"}), frozenset({"games"})),
            Candidate("autre", "divers", nothing, nothing, nothing),
        ]
