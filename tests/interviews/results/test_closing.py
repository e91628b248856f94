from datetime import UTC, date, datetime
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from interviews.analysis.intervals import korn_graubard
from interviews.campaigns import CampaignError
from interviews.collection.batch import ClosedCampaignError, store_batch
from interviews.models import Assessment, Level, Snapshot, Usage
from interviews.results.closing import close_campaign, require_closed
from interviews.results.cube import read_cells
from interviews.results.disclosure import PUBLIC, STAFF
from tests.factories import make_campaign, make_occupation, make_response, make_use_case
from tests.interviews.results.answers import answer
from usecases.editions import RatingDraft, publish_edition
from usecases.models import Benefit, Dimension

pytestmark = pytest.mark.django_db

MOMENT = datetime(2025, 3, 1, 12, tzinfo=UTC)


def make_baseline(**fields):
    """An edition where dubbing has maturity 2, impact 1 and no adoption level."""
    dates = {name: date(2024, 3, 1) for name in ("published_on", "collected_from", "collected_to")}
    levels = {Dimension.MATURITY: 2, Dimension.IMPACT: 1}
    ratings = [RatingDraft("doublage", dimension, level, "study") for dimension, level in levels.items()]
    return publish_edition(title="Étude 2024", source="Étude", ratings=ratings, **dates, **fields)


def outcomes(campaign):
    columns = ("use_case__code", "dimension", "baseline_level", "computed_level", "status", "reason", "base")
    return sorted(Assessment.objects.filter(campaign=campaign).values_list(*columns))


def test_every_use_case_is_assessed_on_the_three_dimensions_against_the_levels_in_force():
    cases = [make_use_case("Doublage"), make_use_case("Sous-titrage")]
    campaign = make_campaign(use_cases=cases, baseline=make_baseline())
    # Fourteen of twenty on the far side move a level (METHOD.md §1.5).
    answer(
        campaign,
        "doublage",
        (14, {"usage": Usage.AWARE, "maturity": Level.THREE, "impact": Level.ONE}),
        (6, {"usage": Usage.REGULAR, "maturity": Level.TWO, "impact": Level.ONE}),
    )
    close_campaign(campaign)
    assert outcomes(campaign) == [
        ("doublage", "adoption", None, 2, "first", "", 20),
        ("doublage", "impact", 1, 1, "confirmed", "", 20),
        ("doublage", "maturity", 2, 3, "raised", "", 20),
        ("sous-titrage", "adoption", None, None, "insufficient", "small_base", 0),
        ("sous-titrage", "impact", None, None, "insufficient", "small_base", 0),
        ("sous-titrage", "maturity", None, None, "insufficient", "small_base", 0),
    ]


def whole(campaign, item):
    """The cell of everybody for one item of the one use case, as staff see it."""
    (cell,) = read_cells(close_campaign(campaign), STAFF, items=[item], variables=[""])
    return cell


def test_the_cell_of_a_level_holds_counts_shares_and_what_decided():
    campaign = make_campaign(use_cases=[make_use_case("Doublage")], baseline=make_baseline())
    answer(
        campaign,
        "doublage",
        (7, {"usage": Usage.AWARE, "maturity": Level.TWO}),
        (3, {"usage": Usage.AWARE, "maturity": Level.THREE}),
        (2, {"usage": Usage.AWARE, "maturity": Level.DONT_KNOW}),
        (4, {"usage": Usage.NEVER_HEARD, "maturity": Level.ONE}),
    )
    cell = whole(campaign, "maturity")
    probabilities = cell.figures.pop("probabilities")
    assert (cell.base, cell.mark) == (10, "†")
    assert cell.figures == {
        "counts": [0, 7, 3],
        "shares": [0, 0.7, 0.3],
        "dont_know": 2,
        "dk_share": pytest.approx(2 / 12),
        "n_eff": 10,
        "level": 2,
        "status": "confirmed",
        "reason": "",
        "leaning": "",
        "agreement": 0.7,
        "interpolated_median": pytest.approx(1.5 + 0.5 / 0.7),
        "reading": "",
        "structures": None,
        "flags": ["small_base"],
        "weighted": None,
    }
    assert sum(probabilities) == pytest.approx(1)
    assert max(probabilities) == probabilities[1]


def test_the_cells_of_adoption_hold_the_ladder_intention_and_what_was_ticked():
    Benefit.objects.create(code="time_saving", name="Gain de temps")
    campaign = make_campaign(use_cases=[make_use_case("Doublage")])
    answer(
        campaign,
        "doublage",
        (4, {"usage": Usage.NEVER_HEARD}),
        (8, {"usage": Usage.AWARE, "intention": 1}),
        (4, {"usage": Usage.TRIED, "intention": 3}),
        (1, {"usage": Usage.TRIED, "intention": 9}),
        (2, {"usage": Usage.OCCASIONAL, "benefits": ["time_saving"]}),
        (1, {"usage": Usage.REGULAR}),
        (3, {"usage": Usage.NOT_CONCERNED}),
        (1, {"usage": Usage.DONT_KNOW}),
    )
    cell = whole(campaign, "usage")
    measured = {name: cell.figures.pop(name) for name in ("probabilities", "low", "high", "audit", "shares")}
    assert cell.base == 20
    assert cell.figures == {
        "counts": {"never_heard": 4, "aware": 8, "tried": 5, "occasional": 2, "regular": 1, "abandoned": 0},
        "not_concerned": 3,
        "dont_know": 1,
        "current_users": 3,
        "rate": 0.15,
        "n_eff": 20,
        "funnel": {
            "aware": 0.8,
            "tried": 0.4,
            "current": 0.15,
            "regular": 0.05,
            "abandoned": 0.0,
            "tried_if_aware": 0.5,
            "current_if_tried": 0.375,
            "regular_if_current": pytest.approx(1 / 3),
            "abandoned_if_used": 0.0,
        },
        "level": 1,
        "status": "contested",
        "reason": "undecided",
        "dominant": None,
        "reading": "",
        "structures": None,
        "flags": ["small_base"],
        "weighted": None,
    }
    # Newcombe's worked formula for 3 of 20.
    assert (measured["low"], measured["high"]) == (pytest.approx(0.0524, abs=1e-4), pytest.approx(0.3604, abs=1e-4))
    assert measured["shares"]["aware"] == 0.4
    others = read_cells(campaign.snapshot, STAFF, items=["intention", "benefits", "barriers"], variables=[""])
    intention = others[0].figures
    assert intention.pop("low") < intention["net"] < intention.pop("high")
    assert [(cell.item, cell.base, cell.figures) for cell in others] == [
        (
            "intention",
            12,
            {
                "counts": {"yes": 8, "maybe": 0, "no": 4},
                "shares": {"yes": 8 / 12, "maybe": 0, "no": 4 / 12},
                "dont_know": 1,
                "net": pytest.approx(1 / 3),
                "dominant": None,
                "structures": None,
                "weighted": None,
            },
        ),
        (
            "benefits",
            2,
            {"counts": {"time_saving": 2}, "shares": {"time_saving": 1}, "structures": None, "weighted": None},
        ),
        ("barriers", 0, {"counts": {}, "shares": None, "structures": None, "weighted": None}),
    ]


def test_twenty_persons_of_two_studios_do_not_make_a_rating():
    campaign = make_campaign(use_cases=[make_use_case("Doublage")], baseline=make_baseline())
    for studio in ("a", "b"):
        answer(campaign, "doublage", (10, {"usage": Usage.REGULAR, "maturity": Level.THREE}), organisation=studio)
    close_campaign(campaign)
    assert outcomes(campaign) == [
        ("doublage", "adoption", None, None, "insufficient", "small_base", 20),
        ("doublage", "impact", 1, 1, "insufficient", "small_base", 0),
        ("doublage", "maturity", 2, 2, "insufficient", "small_base", 20),
    ]


def test_one_studio_with_eleven_respondents_is_one_structure_and_one_cluster():
    for code in ("editors", "writers"):
        make_occupation(code)
    campaign = make_campaign(use_cases=[make_use_case("Doublage")])
    uses, knows = {"usage": Usage.REGULAR}, {"usage": Usage.AWARE}
    answer(campaign, "doublage", (9, uses), (2, knows), occupations=["editors"], organisation="studio")
    for number in range(30):
        said = uses if number < 10 else knows
        answer(campaign, "doublage", (1, said), occupations=["writers"], organisation=f"other-{number}")
    snapshot = close_campaign(campaign)
    cells = read_cells(snapshot, PUBLIC, items=["usage"], variables=["", "occupations"])
    # Eleven editors, but of one structure; without them the writers would give them away.
    assert [(cell.category, cell.mark, cell.base) for cell in cells] == [
        ("", "", 41),
        ("editors", "s", None),
        ("writers", "s", None),
    ]
    (whole,) = read_cells(snapshot, STAFF, items=["usage"], variables=[""])
    answers = [1] * 9 + [0] * 2 + [1] * 10 + [0] * 20
    clusters = [0] * 11 + list(range(1, 31))
    audit = korn_graubard(answers, np.ones(41), clusters).interval
    assert (whole.figures["structures"], whole.figures["audit"]) == (31, pytest.approx(list(audit)))
    apart = korn_graubard(answers, np.ones(41)).interval
    assert audit.high - audit.low > apart.high - apart.low
    assert cells[0].figures["audit"] is None


def test_the_snapshot_tells_who_took_part():
    campaign = make_campaign(use_cases=[make_use_case("Doublage")])
    aware = {"doublage": {"usage": Usage.AWARE}}
    make_response(campaign, "a", person="p", use_cases=aware)
    make_response(campaign, "b", person="p", use_cases=aware)
    make_response(campaign, "c", organisation="studio", use_cases={"doublage": {}})
    make_response(campaign, "d", submitted_at=None, use_cases=aware)
    make_response(campaign, "e", withdrawn_at=MOMENT)
    make_response(campaign, "f", excluded_at=MOMENT, exclusion_reason="Doublon")
    make_response(campaign, "g", mode="interview", use_cases=aware)
    snapshot = close_campaign(campaign)
    assert snapshot.participation == {
        "modes": {
            "interview": {"started": 1, "submitted": 1, "withdrawn": 0, "excluded": 0, "counted": 1},
            "web": {"started": 6, "submitted": 5, "withdrawn": 1, "excluded": 1, "counted": 3},
        },
        "respondents": 2,
        "interviewees": 1,
        "structures": 1,
        "use_cases_offered": 2,
        "use_cases_answered": 1,
    }


def test_the_same_answers_give_the_same_identifier_and_one_more_gives_another():
    identifiers = []
    case = make_use_case("Doublage")
    campaign = None
    for persons in (3, 3, 4):
        if campaign:
            campaign.delete()
        campaign = make_campaign(campaign and campaign.questionnaire, use_cases=[case])
        answer(campaign, "doublage", (persons, {"usage": Usage.AWARE}))
        identifiers.append(close_campaign(campaign).identifier)
    first, again, other = identifiers
    assert (again, len(first)) == (first, 16)
    assert other != first


def test_a_campaign_closes_once():
    campaign = make_campaign(use_cases=[make_use_case("Doublage")])
    close_campaign(campaign)
    with pytest.raises(CampaignError, match="est déjà close, depuis le "):
        close_campaign(campaign)
    assert Snapshot.objects.count() == 1


def test_a_closed_campaign_takes_no_more_answers():
    campaign = make_campaign(use_cases=[make_use_case("Doublage")])
    snapshot = close_campaign(campaign)
    with pytest.raises(ClosedCampaignError):
        store_batch(snapshot.campaign, [])


def test_a_real_campaign_measured_against_a_demonstration_stays_open():
    case = make_use_case("Doublage")
    campaign = make_campaign(use_cases=[case], baseline=make_baseline(is_fictional=True))
    with pytest.raises(CampaignError, match="est une édition fictive"):
        close_campaign(campaign)
    campaign.refresh_from_db()
    assert (campaign.closed_at, Assessment.objects.count()) == (None, 0)


def test_nothing_is_shown_of_an_open_campaign():
    with pytest.raises(CampaignError, match="n’est pas close"):
        require_closed(make_campaign())


def test_the_command_says_what_it_froze():
    campaign = make_campaign(use_cases=[make_use_case("Doublage")])
    answer(campaign, "doublage", (2, {"usage": Usage.AWARE}))
    out = StringIO()
    call_command("close_campaign", "vague-1", stdout=out)
    assert out.getvalue() == (
        "Campagne «\u00a0Vague 1\u00a0» close\u00a0: 2 répondants comptés, 3 évaluations, "
        f"instantané {campaign.snapshot.identifier}.\n"
    )
    with pytest.raises(CommandError, match="Aucune campagne"):
        call_command("close_campaign", "vague-2")
