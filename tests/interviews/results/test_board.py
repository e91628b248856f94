"""The board reads the cube: figures, flags, changes since the previous wave."""

import pytest

from interviews.models import Item, Level, Usage
from interviews.results.board import read_board, sort_rows
from interviews.results.closing import close_campaign
from interviews.results.overview import levels_by_place, place_rows, read_opinions
from interviews.results.publication import publish_campaign
from interviews.results.use_case import adoption_by_wave, read_use_case
from tests.factories import (
    make_campaign,
    make_edition,
    make_item,
    make_questionnaire,
    make_response,
    make_use_case,
)
from tests.interviews.results.answers import answer
from usecases.editions import RatingDraft
from usecases.models import Stage, UseCaseStage, ValueChain

pytestmark = pytest.mark.django_db

KNOWS = {"usage": Usage.AWARE, "maturity": Level.TWO}
USES = {"usage": Usage.REGULAR, "maturity": Level.THREE}


def close(campaign):
    close_campaign(campaign)
    campaign.refresh_from_db()
    return campaign


@pytest.fixture
def case():
    return make_use_case("Doublage", "Postproduction")


@pytest.fixture
def two_waves(case):
    """From nobody using it, at level 2, to everybody, at level 3."""
    first = make_campaign(use_cases=[case], baseline=make_edition([RatingDraft("doublage", "maturity", 2, "study")]))
    answer(first, "doublage", (30, KNOWS))
    edition = publish_campaign(close(first), "Édition 2025", accept_proposals=True)
    second = make_campaign(first.questionnaire, [case], "vague-2", baseline=edition)
    answer(second, "doublage", (30, USES))
    return first, close(second)


def test_a_row_holds_what_a_decision_rests_on(two_waves):
    _, second = two_waves
    maturity, impact, adoption = read_board(second)
    assert [row.dimension for row in (maturity, impact, adoption)] == ["maturity", "impact", "adoption"]
    assert (maturity.assessment.baseline_level, maturity.assessment.computed_level, maturity.steps) == (2, 3, 1)
    assert (maturity.is_waiting, maturity.is_public, maturity.agreement, maturity.flags) == (True, True, 1.0, [])
    assert maturity.probability > 0.99
    assert (adoption.agreement, adoption.change.before, adoption.change.after) == (None, 0.0, 1.0)
    assert (maturity.change.difference, maturity.change.announced) == (1.0, True)
    assert (impact.is_public, impact.probability) == (False, None)


def test_the_note_of_a_reworded_question_says_so_and_no_other(two_waves, case):
    """The second wave, answered again with another wording of the usage question."""
    second = make_campaign(make_questionnaire(version=2, usage=2), [case], "vague-2b", baseline=two_waves[1].baseline)
    answer(second, "doublage", (30, USES))
    assert {row.dimension: row.flags for row in read_board(close(second))} == {
        "maturity": [],
        "impact": [],
        "adoption": ["question reformulée"],
    }


def test_without_a_previous_wave_nothing_is_compared(two_waves):
    first, _ = two_waves
    assert [row.change for row in read_board(first)] == [None, None, None]


def test_rows_without_a_value_come_last_either_way(two_waves):
    rows = read_board(two_waves[1])
    for descending in (False, True):
        assert sort_rows(rows, "accord", descending=descending)[-1].dimension == "adoption"


def test_adoption_from_wave_to_wave(two_waves, case):
    assert adoption_by_wave(two_waves[1], case) == [("12/2025", 0.0), ("12/2025", 1.0)]


def test_positions_of_a_dimension(two_waves):
    second = two_waves[1]
    (maturity,) = place_rows(read_board(second, dimension="maturity"))
    (adoption,) = place_rows(read_board(second, dimension="adoption"))
    assert (maturity.name, maturity.value, maturity.earlier, maturity.low, maturity.high, maturity.base) == (
        *("Doublage", 3.0, 2, 3, 3, 30),
    )
    assert (adoption.value, adoption.earlier, adoption.high) == (1.0, 0.0, 1.0)


def test_levels_by_stage_and_family(two_waves, case):
    chain, games = (ValueChain.objects.create(code=code, name=code.title()) for code in ("film", "jeu"))
    for owner, name in ((chain, "Tournage"), (chain, "Préproduction"), (games, "Préproduction")):
        stage = Stage.objects.create(code=f"{owner.code}-{name}", name=name, chain=owner)
        UseCaseStage.objects.create(use_case=case, stage=stage)
    families, stages, levels = levels_by_place(read_board(two_waves[1], dimension="maturity"))
    assert (families, sorted(stages)) == (
        ["Postproduction"],
        ["Préproduction (Film)", "Préproduction (Jeu)", "Tournage"],
    )
    assert {each for known in levels.values() for each in known} == {
        2
    }  # a proposal not decided leaves the level in force


def test_profiles_are_tables_in_the_order_of_their_lists(case):
    campaign = make_campaign(use_cases=[case])
    answer(campaign, "doublage", (12, USES), structure_size="10_49")
    answer(campaign, "doublage", (11, KNOWS), structure_size="solo")
    results = read_use_case(close(campaign), case)
    sizes = next(table for table in results.segments if table.variable == "structure_size")
    assert sizes.label == "Taille de la structure"
    assert [(label, cells["usage"].base, cells["usage"].figures["rate"]) for label, cells in sizes.rows] == [
        ("Moi seul·e", 11, 0.0),
        ("De 10 à 49 personnes", 12, 1.0),
    ]


def test_opinions_that_share_their_answers_stand_together(case):
    questionnaire = make_questionnaire()
    questionnaire.modules.filter(code="general").update(is_block=True, title="Ce que l’IA permet")
    answers = {"no": "Non", "yes": "Oui"}
    item = make_item(questionnaire, "faster", "scale", answers, wording="Aller plus vite")
    other = make_item(questionnaire, "better", "scale", wording="Faire mieux")
    Item.objects.filter(pk=other.pk).update(option_set=item.option_set)
    make_item(questionnaire, "how", "single", {"a": "A"}, wording="Comment")
    campaign = make_campaign(questionnaire, [case])
    for number in range(12):
        make_response(campaign, f"r{number}", answers={"faster": "yes" if number < 9 else "no", "how": "a"})
    assert read_opinions(close(campaign), "staff") == {
        ("Ce que l’IA permet", "faster_options"): (
            ["Non", "Oui"],
            [("Aller plus vite", (0.25, 0.75), 12), ("Faire mieux", None, 0)],
        )
    }
