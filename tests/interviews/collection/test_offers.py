from datetime import UTC, datetime

import pytest
import time_machine

from interviews.collection.answers import save_profile, save_use_case_answers
from interviews.collection.offers import offer_use_cases
from interviews.models import Usage
from tests.factories import make_campaign, make_occupation, make_response, make_sector, make_use_case
from usecases.models import UseCaseOccupation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("june")]

NOTHING = {
    "maturity": None,
    "impact": None,
    "intention": None,
    "benefits": [],
    "barriers": [],
    "tools": [],
    "comment": "",
}


@pytest.fixture
def june():
    with time_machine.travel(datetime(2025, 6, 15, 12, 30, tzinfo=UTC), tick=False):
        yield


def test_the_profile_is_stored_and_use_cases_are_offered():
    editors = make_occupation("editors")
    near, far = make_use_case("Montage"), make_use_case("Réseau")
    UseCaseOccupation.objects.create(use_case=near, occupation=editors)
    response = make_response(make_campaign(use_cases=[near, far]))
    assert save_profile(response, {"seniority": "0_4"}, [make_sector("cinema")], [editors]) == 1
    offer_use_cases(response)
    response.refresh_from_db()
    assert response.seniority == "0_4"
    assert [s.code for s in response.sectors.all()] == ["cinema"]
    assert list(response.use_case_answers.values_list("use_case__code", "rank", "usage")) == [
        ("montage", 1, None),
        ("reseau", 2, None),
    ]


def test_a_changed_profile_keeps_what_was_answered():
    cases = [make_use_case(f"Cas {n}") for n in range(14)]
    response = make_response(make_campaign(use_cases=cases))
    one, other = make_occupation("one"), make_occupation("other", "Autre")
    save_profile(response, {}, [], [one])
    offer_use_cases(response)
    answered = response.use_case_answers.first().use_case
    save_use_case_answers(response, {answered.pk: {"usage": Usage.REGULAR, **NOTHING}})
    save_profile(response, {}, [], [other])
    offer_use_cases(response)
    assert response.use_case_answers.count() == 10
    assert response.use_case_answers.get(use_case=answered).usage == Usage.REGULAR
