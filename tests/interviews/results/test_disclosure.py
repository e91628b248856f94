"""The thresholds of METHOD.md §5, seen from the public's side."""

import pytest

from interviews.models import Intention, Level, Usage
from interviews.results.closing import close_campaign
from interviews.results.disclosure import PUBLIC, STAFF, public_participation
from interviews.results.evidence import read_evidence
from interviews.results.profiles import read_profiles
from tests.factories import make_campaign, make_occupation, make_response, make_use_case
from tests.interviews.results.answers import answer
from usecases.models import Benefit, Dimension

pytestmark = pytest.mark.django_db

TWO = {"usage": Usage.AWARE, "maturity": Level.TWO}


@pytest.fixture
def campaign():
    Benefit.objects.create(code="time_saving", name="Gain de temps")
    return make_campaign(use_cases=[make_use_case("Doublage")])


def evidence_of(campaign, dimension=Dimension.MATURITY, audience=PUBLIC):
    """What an audience sees behind the rating of the one use case, of a campaign closed if need be."""
    if campaign.closed_at is None:
        close_campaign(campaign)
    return read_evidence(campaign.snapshot, audience)["doublage", dimension]


def marks(evidence):
    """The mark of a cell and of the cells within it."""
    inner = {name: value["mark"] for name, value in evidence.items() if isinstance(value, dict) and "mark" in value}
    return {"": evidence["mark"]} | inner


NO_LEVEL_FIGURE = {
    "base": None,
    "probability": None,
    "dk_share": None,
    "shares": None,
    "probabilities": None,
    "agreement": None,
    "interpolated_median": None,
    "leaning": None,
}


@pytest.mark.parametrize("persons", [0, 1, 4])
def test_below_five_persons_no_figure_leaves(campaign, persons):
    answer(campaign, "doublage", (persons, TWO))
    assert evidence_of(campaign) == NO_LEVEL_FIGURE | {"mark": "s"}


@pytest.mark.parametrize("persons", [5, 9])
def test_from_five_to_nine_the_base_alone_leaves(campaign, persons):
    answer(campaign, "doublage", (persons, TWO))
    assert evidence_of(campaign) == NO_LEVEL_FIGURE | {"mark": "b", "base": persons}


@pytest.mark.parametrize(("persons", "mark"), [(10, "†"), (29, "†"), (30, "")])
def test_from_ten_everything_leaves_with_a_dagger_below_thirty(campaign, persons, mark):
    answer(campaign, "doublage", (persons, TWO))
    evidence = evidence_of(campaign)
    campaign.refresh_from_db()
    flags = {"flags": ["small_base"] if mark else []}  # read by the team alone
    assert evidence | flags == evidence_of(campaign, audience=STAFF)
    assert (evidence["mark"], evidence["base"], evidence["shares"]) == (mark, persons, [0, 1, 0])


def test_when_most_do_not_know_the_base_and_their_share_leave(campaign):
    answer(campaign, "doublage", (10, TWO), (11, {"usage": Usage.AWARE, "maturity": Level.DONT_KNOW}))
    assert evidence_of(campaign) == NO_LEVEL_FIGURE | {
        "mark": "d",
        "base": 10,
        "dk_share": pytest.approx(11 / 21),
    }


def test_twelve_persons_of_two_structures_show_nothing(campaign):
    for studio in ("a", "b"):
        answer(campaign, "doublage", (6, TWO), organisation=studio)
    assert evidence_of(campaign) == NO_LEVEL_FIGURE | {"mark": "s"}


def test_staff_see_what_the_public_does_not_with_its_mark(campaign):
    answer(campaign, "doublage", (4, TWO))
    evidence = evidence_of(campaign, audience=STAFF)
    assert (evidence["mark"], evidence["base"], evidence["shares"]) == ("s", 4, [0, 1, 0])


def test_each_indicator_of_adoption_follows_its_own_base(campaign):
    answer(
        campaign,
        "doublage",
        (3, {"usage": Usage.AWARE, "intention": Intention.YES}),
        (3, {"usage": Usage.NEVER_HEARD, "intention": Intention.NO}),
        (8, {"usage": Usage.REGULAR, "benefits": ["time_saving"]}),
    )
    evidence = evidence_of(campaign, Dimension.ADOPTION)
    assert marks(evidence) == {"": "†", "intention": "b", "benefits": "b", "barriers": "s"}
    assert evidence["rate"] == pytest.approx(8 / 14)
    assert evidence["intention"] == {
        "mark": "b",
        "base": 6,
        "dominant": None,
        "shares": None,
        "net": None,
        "low": None,
        "high": None,
    }
    assert evidence["benefits"] == {"mark": "b", "base": 8, "shares": None}
    assert evidence["barriers"] == {"mark": "s", "base": None, "shares": None}


NO_ADOPTION_FIGURE = {
    "probability": None,
    "usage": None,
    "rate": None,
    "low": None,
    "high": None,
    "probabilities": None,
    "funnel": None,
}


@pytest.mark.parametrize(
    ("groups", "dominant"),
    [
        ([(19, Usage.REGULAR), (1, Usage.AWARE)], "regular"),
        ([(10, Usage.REGULAR), (10, Usage.OCCASIONAL)], "current_users"),
        ([(10, Usage.AWARE), (9, Usage.NEVER_HEARD), (1, Usage.REGULAR)], "others"),
    ],
)
def test_an_answer_that_nearly_everybody_gave_is_not_measured_on_a_small_base(campaign, groups, dominant):
    answer(campaign, "doublage", *((persons, {"usage": usage}) for persons, usage in groups))
    evidence = evidence_of(campaign, Dimension.ADOPTION)
    shown = {name: evidence[name] for name in ("mark", "base", "dominant", *NO_ADOPTION_FIGURE)}
    assert shown == NO_ADOPTION_FIGURE | {"mark": "g", "base": 20, "dominant": dominant}


def test_of_ten_persons_who_agree_not_even_that_is_told(campaign):
    answer(campaign, "doublage", (10, {"usage": Usage.REGULAR}))
    evidence = evidence_of(campaign, Dimension.ADOPTION)
    shown = {name: evidence[name] for name in ("mark", "base", "dominant", *NO_ADOPTION_FIGURE)}
    assert shown == NO_ADOPTION_FIGURE | {"mark": "p", "base": 10, "dominant": None}


@pytest.mark.parametrize(("users", "mark", "base"), [(2, "s", None), (3, "†", 19)])
def test_an_intention_that_nearly_everybody_gave_would_say_that_nobody_uses(campaign, users, mark, base):
    """Twenty answered, one of them « ne sait pas »: more than 90 % of twenty-two, less of twenty-three."""
    answer(
        campaign,
        "doublage",
        (8, {"usage": Usage.AWARE, "intention": Intention.NO}),
        (11, {"usage": Usage.TRIED, "intention": Intention.YES}),
        (1, {"usage": Usage.TRIED, "intention": Intention.DONT_KNOW}),
        (users, {"usage": Usage.REGULAR}),
    )
    intention = evidence_of(campaign, Dimension.ADOPTION)["intention"]
    assert (intention["mark"], intention["base"]) == (mark, base)


def test_nine_in_ten_exactly_is_measured(campaign):
    answer(campaign, "doublage", (18, {"usage": Usage.REGULAR}), (2, {"usage": Usage.AWARE}))
    evidence = evidence_of(campaign, Dimension.ADOPTION)
    assert (evidence["mark"], evidence["dominant"], evidence["rate"]) == ("†", None, 0.9)


def test_an_intention_that_nearly_everybody_shares_is_not_measured_on_a_small_base(campaign):
    answer(
        campaign, "doublage", (12, {"usage": Usage.AWARE, "intention": Intention.NO}), (12, {"usage": Usage.REGULAR})
    )
    assert evidence_of(campaign, Dimension.ADOPTION)["intention"] == {
        "mark": "g",
        "base": 12,
        "dominant": "no",
        "shares": None,
        "net": None,
        "low": None,
        "high": None,
    }


def profile(tables, variable):
    """One table: its base, then (category, n, share, mark) of each row that has somebody or is hidden."""
    table = next(table for table in tables if table["variable"] == variable)
    return table["base"], [
        (row["category"], row["n"], row["share"], row["mark"]) for row in table["rows"] if row["n"] != 0
    ]


def test_a_small_profile_category_is_hidden_with_the_one_that_would_give_it_away(campaign):
    for gender, persons in {"woman": 12, "man": 6, "other": 2}.items():
        answer(campaign, "doublage", (persons, {}), gender=gender)
    snapshot = close_campaign(campaign)
    assert profile(read_profiles(snapshot, PUBLIC), "gender") == (
        20,
        [("woman", 12, 0.6, "†"), ("man", None, None, "s"), ("other", None, None, "s")],
    )
    assert profile(read_profiles(snapshot, STAFF), "gender") == (
        20,
        [("woman", 12, 0.6, "†"), ("man", 6, 0.3, "s"), ("other", 2, 0.1, "s")],
    )


def test_a_trade_that_nearly_everybody_holds_is_hidden_too(campaign):
    make_occupation("editors")
    make_occupation("mixers")
    for number in range(12):
        held = ["editors", "mixers"] if number < 4 else ["editors"] if number < 10 else ["mixers"]
        make_response(campaign, f"r{number}", occupations=held)
    # Ten of twelve are editors: the two others would be known by subtraction.
    assert profile(read_profiles(close_campaign(campaign), PUBLIC), "occupations") == (
        12,
        [("editors", None, None, "s"), ("mixers", 6, 0.5, "†")],
    )


def test_those_who_left_a_question_are_a_category_of_their_own(campaign):
    for gender, persons in {"woman": 10, "": 6}.items():
        answer(campaign, "doublage", (persons, {}), gender=gender)
    assert profile(read_profiles(close_campaign(campaign), PUBLIC), "gender") == (
        16,
        [("woman", 10, 0.625, "†"), ("", 6, 0.375, "†")],
    )


def test_interviews_are_not_in_the_profiles(campaign):
    answer(campaign, "doublage", (10, {}), gender="woman")
    make_response(campaign, "talk", mode="interview", gender="man")
    assert profile(read_profiles(close_campaign(campaign), PUBLIC), "gender") == (10, [("woman", 10, 1.0, "†")])


@pytest.mark.parametrize(("persons", "base", "mark"), [(4, None, "s"), (9, 9, "s")])
def test_below_ten_respondents_no_profile_is_shown(campaign, persons, base, mark):
    answer(campaign, "doublage", (persons, {}), gender="woman")
    shown, rows = profile(read_profiles(close_campaign(campaign), PUBLIC), "gender")
    assert (shown, rows[0]) == (base, ("woman", None, None, mark))


def test_participation_hides_one_to_four_persons(campaign):
    answer(campaign, "doublage", (4, TWO))
    make_response(campaign, "talk", mode="interview")
    assert public_participation(close_campaign(campaign)) == {
        "respondents": None,
        "interviewees": None,
        "use_cases_offered": None,
        "use_cases_answered": None,
    }


def test_participation_of_five_persons_is_shown(campaign):
    answer(campaign, "doublage", (4, TWO), (1, {}))
    assert public_participation(close_campaign(campaign)) == {
        "respondents": 5,
        "interviewees": 0,
        "use_cases_offered": 5,
        "use_cases_answered": 4,
    }
