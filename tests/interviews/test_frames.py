from datetime import UTC, datetime

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from interviews.frames import build_frame, build_profiles
from interviews.models import Intention, Level, Response, Satisfaction, Usage
from tests.factories import make_campaign, make_occupation, make_response, make_sector, make_use_case
from usecases.models import Barrier, Benefit

pytestmark = pytest.mark.django_db

FIRST, SECOND, THIRD = (datetime(2025, 3, day, 12, tzinfo=UTC) for day in (1, 2, 3))
REGULAR = {"usage": Usage.REGULAR, "maturity": Level.THREE}
AWARE = {"usage": Usage.AWARE, "maturity": Level.ONE}


@pytest.fixture
def use_cases():
    return [make_use_case("Doublage"), make_use_case("Sous-titrage")]


@pytest.fixture
def campaign(use_cases):
    return make_campaign(use_cases=use_cases)


def rows(frame):
    """What was offered to whom, and what they answered, as readable tuples."""
    coded = [frame.coded[name] for name in ("usage", "maturity", "impact", "intention")]
    return [
        (person, case, *(int(values[person, case]) for values in coded))
        for person, case in zip(*np.nonzero(frame.offered), strict=True)
    ]


def counts(item, use_case):
    """{code: persons} of one use case, for the answers that somebody gave."""
    given = item.values[:, use_case]
    codes = (*item.answers, *item.outside)
    return {code: int((given == place).sum()) for place, code in enumerate(codes) if (given == place).any()}


def test_an_empty_campaign_gives_an_empty_frame(campaign):
    frame = build_frame(campaign)
    assert (frame.use_cases, rows(frame), frame.by_questionnaire.tolist(), frame.weight.tolist()) == (
        ("doublage", "sous-titrage"),
        [],
        [],
        [],
    )
    assert frame.levels("maturity").values.shape == frame.ticked("benefits").values.shape == (0, 2)


def test_persons_bring_their_profile_and_their_answers(campaign):
    make_sector("cinema")
    make_sector("video_game", chain="video_game")
    make_occupation("editors")
    make_occupation("dubbing_actors")
    make_response(
        campaign,
        "r1",
        submitted_at=FIRST,
        weight=1.5,
        organisation="studio-b",
        gender="woman",
        sectors=["cinema", "video_game"],
        occupations=["dubbing_actors"],
        use_cases={
            "sous-titrage": {**REGULAR, "impact": Level.DONT_KNOW},
            "doublage": AWARE | {"intention": Intention.NO},
        },
    )
    make_response(campaign, "r2", submitted_at=SECOND, mode=Response.Mode.INTERVIEW, use_cases={"doublage": {}})
    frame = build_frame(campaign)

    assert rows(frame) == [(0, 0, 1, 1, -1, 3), (0, 1, 4, 3, 9, -1), (1, 0, -1, -1, -1, -1)]
    assert {name: values.tolist() for name, values in frame.columns.items()} == {
        "mode": [0, 1],
        "structure_type": [-1, -1],
        "structure_size": [-1, -1],
        "seniority": [-1, -1],
        "employment_status": [-1, -1],
        "gender": [0, -1],
        "age_group": [-1, -1],
    }
    assert frame.categories["mode"] == ("web", "interview", "spreadsheet")
    assert frame.categories["gender"] == ("woman", "man", "other", "undisclosed")
    assert (frame.weight[0], bool(np.isnan(frame.weight[1]))) == (1.5, True)
    assert frame.organisation.tolist() == [0, -1]
    assert (frame.sectors.codes, frame.sectors.member.tolist()) == (
        ("cinema", "video_game"),
        [[True, True], [False, False]],
    )
    assert (frame.occupations.codes, frame.occupations.member.tolist()) == (
        ("editors", "dubbing_actors"),
        [[False, True], [False, False]],
    )
    assert frame.by_questionnaire.tolist() == [True, False]


def test_only_submitted_responses_that_are_neither_excluded_nor_withdrawn_are_read(campaign):
    make_response(campaign, "counted", use_cases={"doublage": REGULAR})
    make_response(campaign, "begun", submitted_at=None, use_cases={"doublage": AWARE})
    make_response(campaign, "withdrawn", withdrawn_at=SECOND, use_cases={"doublage": AWARE})
    make_response(campaign, "excluded", excluded_at=SECOND, exclusion_reason="Doublon", use_cases={"doublage": AWARE})
    make_response(make_campaign(campaign.questionnaire, slug="autre"), "other", use_cases={"doublage": AWARE})
    assert rows(build_frame(campaign)) == [(0, 0, 4, 3, -1, -1)]


def test_a_use_case_outside_the_campaign_is_left_out(campaign):
    make_use_case("Étalonnage")
    make_response(campaign, use_cases={"etalonnage": REGULAR, "doublage": AWARE})
    assert rows(build_frame(campaign)) == [(0, 0, 1, 1, -1, -1)]


def test_the_last_answer_of_a_person_wins_use_case_by_use_case(campaign):
    make_response(
        campaign,
        "late",
        person="p1",
        submitted_at=THIRD,
        gender="woman",
        use_cases={"doublage": AWARE, "sous-titrage": {}},
    )
    make_response(
        campaign,
        "early",
        person="p1",
        submitted_at=FIRST,
        gender="man",
        use_cases={"doublage": REGULAR, "sous-titrage": REGULAR},
    )
    frame = build_frame(campaign)
    # The late offer of « sous-titrage » was left unanswered: the early answer stands.
    assert rows(frame) == [(0, 0, 1, 1, -1, -1), (0, 1, 4, 3, -1, -1)]
    assert frame.columns["gender"].tolist() == [0]


def test_of_two_responses_of_the_same_moment_the_last_key_wins(campaign):
    make_response(campaign, "b", person="p1", submitted_at=FIRST, use_cases={"doublage": AWARE})
    make_response(campaign, "a", person="p1", submitted_at=FIRST, use_cases={"doublage": REGULAR})
    assert rows(build_frame(campaign)) == [(0, 0, 1, 1, -1, -1)]


def test_without_a_person_key_every_response_is_a_person(campaign):
    make_response(campaign, "a", submitted_at=FIRST, use_cases={"doublage": AWARE})
    make_response(campaign, "b", submitted_at=SECOND, use_cases={"doublage": AWARE})
    assert rows(build_frame(campaign)) == [(0, 0, 1, 1, -1, -1), (1, 0, 1, 1, -1, -1)]


def test_somebody_seen_both_ways_is_two_rows(campaign):
    make_response(campaign, "web", person="p1", submitted_at=FIRST, use_cases={"doublage": REGULAR})
    make_response(campaign, "talk", person="p1", mode="interview", submitted_at=SECOND, use_cases={"doublage": AWARE})
    frame = build_frame(campaign)
    assert frame.by_questionnaire.tolist() == [True, False]
    assert frame.levels("maturity").values.tolist() == [[2, -1], [0, -1]]


def test_levels_count_for_those_who_know_the_use_case(campaign):
    for key, given in {
        "knows": {"usage": Usage.AWARE, "maturity": Level.TWO},
        "unsure of usage": {"usage": Usage.DONT_KNOW, "maturity": Level.ONE},
        "usage left out": {"maturity": Level.THREE},
        "does not know": {"usage": Usage.TRIED, "maturity": Level.DONT_KNOW},
        "never heard": {"usage": Usage.NEVER_HEARD, "maturity": Level.TWO},
        "not concerned": {"usage": Usage.NOT_CONCERNED, "maturity": Level.DONT_KNOW},
        "silent": {"usage": Usage.AWARE},
    }.items():
        make_response(campaign, key, use_cases={"sous-titrage": given})
    item = build_frame(campaign).levels("maturity")
    assert (item.answers, item.outside) == (("1", "2", "3"), ("nsp",))
    assert [counts(item, 0), counts(item, 1)] == [{}, {"1": 1, "2": 1, "3": 1, "nsp": 1}]


def test_usage_counts_the_ladder_and_keeps_the_others_outside(campaign):
    for usage in Usage:
        make_response(campaign, usage.code, use_cases={"doublage": {"usage": usage}})
    make_response(campaign, "silent", use_cases={"doublage": {}})
    item = build_frame(campaign).usage()
    assert item.answers == ("never_heard", "aware", "tried", "occasional", "regular", "abandoned")
    assert item.outside == ("not_concerned", "nsp")
    assert [counts(item, 0), counts(item, 1)] == [{usage.code: 1 for usage in Usage}, {}]
    assert item.in_base.sum(axis=0).tolist() == [6, 0]


def test_intention_counts_those_who_do_not_use(campaign):
    for usage in Usage:
        make_response(campaign, usage.code, use_cases={"doublage": {"usage": usage, "intention": Intention.YES}})
    make_response(campaign, "dk", use_cases={"doublage": {"usage": Usage.AWARE, "intention": Intention.DONT_KNOW}})
    # never heard, aware, tried and abandoned
    assert counts(build_frame(campaign).intention(), 0) == {"yes": 4, "nsp": 1}


def test_satisfaction_counts_those_who_have_used(campaign):
    for usage in Usage:
        given = {"usage": usage, "satisfaction": Satisfaction.SATISFIED}
        make_response(campaign, usage.code, use_cases={"doublage": given})
    frame = build_frame(campaign)
    # tried, occasional, regular and abandoned
    assert counts(frame.satisfaction(), 0) == {"satisfied": 4}
    assert frame.is_user[:, 0].sum() == 4


def test_lists_keep_what_is_ticked_of_the_last_answer(campaign):
    for position, code in enumerate(("time_saving", "quality")):
        Benefit.objects.create(code=code, name=code, position=position)
    Barrier.objects.create(code="rights", name="Droits")
    ticks = {"a": ["time_saving", "quality"], "b": ["quality", "quality"], "c": [], "d": ["removed_since"]}
    for key, benefits in ticks.items():
        make_response(campaign, key, use_cases={"doublage": AWARE | {"benefits": benefits}})
    make_response(
        campaign, "old", person="p", submitted_at=FIRST, use_cases={"doublage": AWARE | {"benefits": ["quality"]}}
    )
    make_response(
        campaign, "new", person="p", submitted_at=SECOND, use_cases={"doublage": AWARE | {"barriers": ["rights"]}}
    )
    frame = build_frame(campaign)

    def ticked(name):
        ticks = frame.ticks[name]
        return [
            [code for code, is_held in zip(ticks.codes, ticks.patterns[row], strict=True) if is_held]
            for row in ticks.pattern[:, 0]
        ]

    # One by one in the order of submission: "old" and "new" are one person, whose last answer ticks no benefit.
    assert sorted(zip(ticked("benefits"), ticked("barriers"), strict=True)) == [
        ([], []),
        ([], []),
        ([], ["rights"]),
        (["quality"], []),
        (["time_saving", "quality"], []),
    ]
    assert frame.ticked("benefits").in_base.sum(axis=0).tolist() == [2, 0]


def count_queries(read):
    with CaptureQueriesContext(connection) as queries:
        read()
    return len(queries)


def test_the_number_of_queries_does_not_depend_on_the_answers(campaign):
    make_sector("cinema")
    make_occupation("editors")
    asked = []
    for number in range(3):
        make_response(
            campaign,
            f"r{number}",
            sectors=["cinema"],
            occupations=["editors"],
            use_cases={"doublage": REGULAR, "sous-titrage": AWARE},
        )
        asked.append(count_queries(lambda: build_frame(campaign)))
    # PostgreSQL is asked once more for the texts of each list.
    assert asked == [13 if connection.vendor == "postgresql" else 10] * 3


def test_profiles_are_those_of_the_frame_without_the_answers(campaign):
    make_response(campaign, "a", person="p1", gender="woman", weight=2.0)
    make_response(campaign, "b", gender="man")
    frame = build_frame(campaign)
    profiles = build_profiles(campaign)
    assert profiles.keys == frame.keys == ("p1", "")
    assert profiles.by_questionnaire.tolist() == [True, True]
    genders = [profiles.categories["gender"][place] for place in profiles.columns["gender"]]
    assert (genders, profiles.weight.tolist()[0]) == (["woman", "man"], 2.0)
