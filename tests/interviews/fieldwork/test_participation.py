from datetime import UTC, date, datetime

import pytest
import time_machine

from interviews.fieldwork.participation import (
    Day,
    Durations,
    Partner,
    Totals,
    Unanswered,
    Unit,
    count_days,
    count_partners,
    count_segments,
    count_totals,
    count_unanswered,
    count_units,
    measure_durations,
)
from interviews.models import Campaign, Invitation, Module, Usage
from tests.factories import (
    YES_NO,
    make_campaign,
    make_item,
    make_occupation,
    make_open_link,
    make_questionnaire,
    make_response,
    make_use_case,
)

pytestmark = pytest.mark.django_db

BEGUN = {"submitted_at": None}


@pytest.fixture
def campaign():
    """A profile, one general question, then two families of one use case each; open from 1 to 31 March 2025."""
    questionnaire = make_questionnaire()
    Module.objects.create(
        questionnaire=questionnaire, code="profile", title="Vous", kind=Module.Kind.PROFILE, position=0
    )
    questionnaire.modules.filter(code="general").update(position=1)
    make_item(questionnaire, "ai_ever_used", options=YES_NO)
    cases = [make_use_case("Sous-titrage", "Postproduction"), make_use_case("Ciblage", "Distribution")]
    cases[0].family.position, cases[1].family.position = 1, 2
    for case in cases:
        case.family.save()
    return make_campaign(questionnaire, cases, opens_on=date(2025, 3, 1), closes_on=date(2025, 3, 31))


def test_totals(campaign):
    Invitation.objects.create(campaign=campaign, token_hash="a", channel="personal")
    Invitation.objects.create(campaign=campaign, token_hash="b", channel="personal", revoked_on=date(2025, 3, 2))
    Invitation.objects.create(campaign=campaign, token_hash="c", channel="open")
    now = datetime(2025, 3, 4, tzinfo=UTC)
    make_response(campaign, "sent")
    make_response(campaign, "begun", **BEGUN)
    make_response(campaign, "aside", excluded_at=now, exclusion_reason="Doublon")
    make_response(campaign, "gone", withdrawn_at=now)
    totals = count_totals(campaign)
    assert totals == Totals(invited=1, started=4, submitted=3, counted=1, withdrawn=1, excluded=1)
    assert totals.completion == 0.75


def test_no_response_has_no_completion(campaign):
    assert count_totals(campaign).completion is None


@time_machine.travel(datetime(2025, 3, 4, 12, tzinfo=UTC))
def test_every_day_since_the_opening_is_there(campaign):
    make_response(campaign, "a", started_on=date(2025, 3, 1), submitted_at=datetime(2025, 3, 3, 9, tzinfo=UTC))
    make_response(campaign, "b", started_on=date(2025, 3, 3), **BEGUN)
    # 23:30 in London is already the next day in Paris.
    make_response(campaign, "c", started_on=date(2025, 3, 3), submitted_at=datetime(2025, 3, 3, 23, 30, tzinfo=UTC))
    assert count_days(campaign) == [
        Day(date(2025, 3, 1), 1, 0),
        Day(date(2025, 3, 2), 0, 0),
        Day(date(2025, 3, 3), 2, 1),
        Day(date(2025, 3, 4), 0, 1),
    ]


def test_where_people_stop(campaign):
    make_response(campaign, "consent", **BEGUN)
    make_response(campaign, "profile", profile_version=1, **BEGUN)
    make_response(campaign, "general", profile_version=1, answers={"ai_ever_used": "yes"}, **BEGUN)
    offered = {"sous-titrage": {"usage": Usage.AWARE}, "ciblage": {}}
    make_response(campaign, "family", profile_version=1, use_cases=offered, **BEGUN)
    make_response(campaign, "sent")
    assert count_units(campaign) == [
        Unit("Consentement", reached=5, stopped=1),
        Unit("Vous", reached=4, stopped=1),
        Unit("Votre usage", reached=3, stopped=1),
        Unit("Postproduction", reached=2, stopped=1),
        Unit("Distribution", reached=1, stopped=0),
        Unit("Envoi", reached=1, stopped=0),
    ]


def test_what_was_left_unanswered_among_those_who_sent(campaign):
    make_response(campaign, "a", use_cases={"sous-titrage": {"usage": Usage.AWARE}, "ciblage": {}})
    make_response(campaign, "b", use_cases={"sous-titrage": {}, "ciblage": {}})
    make_response(campaign, "c", use_cases={"ciblage": {"usage": Usage.AWARE}}, **BEGUN)
    assert count_unanswered(campaign) == [Unanswered("Postproduction", 2, 1), Unanswered("Distribution", 2, 2)]


def test_who_came_by_each_partner(campaign):
    guild, _ = make_open_link(campaign), make_open_link(campaign, "syndicat", "Le Syndicat")
    make_response(campaign, "a", open_link=guild)
    make_response(campaign, "b", open_link=guild, **BEGUN)
    assert count_partners(campaign) == [Partner("La Guilde", 2, 1), Partner("Le Syndicat", 0, 0)]


def test_segments_count_each_occupation_a_person_holds(campaign):
    make_occupation("editors", "Monteurs"), make_occupation("actors", "Comédiens")
    make_response(campaign, "a", occupations=["editors", "actors"], gender="woman")
    make_response(campaign, "b", occupations=["editors"])
    make_response(campaign, "c", **BEGUN)
    by_label = {segment.label: segment for segment in count_segments(campaign, masked=False)}
    assert by_label["Métier"].rows == [("Monteurs", 2), ("Comédiens", 1)]
    assert by_label["Secteur"].rows == [("Non renseigné", 2)]
    assert by_label["Genre"].rows[0] == ("Femme", 1)
    assert by_label["Genre"].rows[-1] == ("Non renseigné", 1)
    assert (by_label["Métier"].adds_up, by_label["Genre"].adds_up) == (False, True)


@pytest.mark.parametrize(
    ("women", "men", "shown"),
    [
        (5, 0, (5, 0)),
        (6, 5, (6, 5)),
        (9, 1, (None, None)),  # ten in all: nine women would tell the man
    ],
)
def test_small_counts_are_masked_for_who_holds_the_links(campaign, women, men, shown):
    for number in range(women + men):
        make_response(campaign, f"r{number}", gender="woman" if number < women else "man")
    genders = next(each for each in count_segments(campaign, masked=True) if each.label == "Genre")
    assert [count for _, count in genders.rows[:2]] == list(shown)


def test_the_middle_of_the_time_it_took(campaign):
    for number, seconds in enumerate([60, 120, 300, 600, 6000]):
        make_response(campaign, f"r{number}", active_seconds=seconds)
    make_response(campaign, "untimed")
    make_response(campaign, "begun", active_seconds=9, **BEGUN)
    assert measure_durations(campaign) == Durations(responses=5, quarter=2.0, median=5.0, three_quarters=10.0)


def test_nobody_timed_has_no_duration(campaign):
    assert measure_durations(Campaign.objects.get()) is None
