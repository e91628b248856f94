"""Tools to tick: cited by the catalogue, or named by enough other people."""

from datetime import UTC, datetime

import pytest

from interviews.collection.suggestions import suggest_tools, tools_named
from interviews.models import UseCaseAnswer
from tests.factories import make_campaign, make_response, make_use_case
from usecases.models import Tool

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return make_use_case("Montage")


@pytest.fixture
def campaign(case):
    return make_campaign(use_cases=[case])


def make_tool(name, cited_by=None):
    tool = Tool.objects.create(code=name.lower(), name=name, position=Tool.objects.count() + 1)
    if cited_by:
        cited_by.tools.add(tool)
    return tool


def name_tools(campaign, key, *tools, **fields):
    return make_response(campaign, key, use_cases={"montage": {"usage": 3, "tools": list(tools)}}, **fields)


def suggested(campaign, case):
    rows = UseCaseAnswer.objects.filter(use_case=case).select_related("use_case").prefetch_related("use_case__tools")
    return suggest_tools(campaign, rows[:1])[case.pk]


def test_tools_are_suggested_from_five_people_on_the_most_named_first(campaign, case):
    for name in ("Rare", "Souvent", "Parfois"):
        make_tool(name)
    for n in range(6):
        name_tools(campaign, f"r{n}", *["souvent", "parfois", "rare"][: 3 if n < 4 else 2 if n < 5 else 1])
    assert tools_named(campaign) == {case.pk: ["souvent", "parfois"]}
    assert suggested(campaign, case) == ["Souvent", "Parfois"]


def test_only_answers_that_count_are_counted(campaign, case):
    for n in range(4):
        name_tools(campaign, f"r{n}", "outil", "outil")
    name_tools(campaign, "draft", "outil", submitted_at=None)
    name_tools(campaign, "withdrawn", "outil", withdrawn_at=datetime(2025, 3, 15, tzinfo=UTC))
    name_tools(make_campaign(campaign.questionnaire, [case], slug="autre"), "elsewhere", "outil")
    assert tools_named(campaign) == {}


def test_those_of_the_catalogue_come_first_and_the_list_stays_short(campaign, case):
    for n in range(7):
        make_tool(f"Cité{n}", cited_by=case)
    for n in range(4):
        make_tool(f"Nommé{n}")
    for n in range(5):
        name_tools(campaign, f"r{n}", "nommé0", "nommé1", "nommé2", "nommé3", "cité1")
    assert suggested(campaign, case) == [*(f"Cité{n}" for n in range(6)), "Nommé0", "Nommé1"]
