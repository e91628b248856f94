"""Weights of a wave: the margins beside the respondents, and every failure in words."""

import numpy as np
import pytest

from interviews.frames import build_profiles
from interviews.models import Campaign, PopulationMargin
from interviews.results.margins import place_respondents
from interviews.results.weights import UNWEIGHTED, campaign_weights
from tests.factories import make_campaign, make_occupation, make_response

pytestmark = pytest.mark.django_db

WOMEN, MEN = {"gender": "woman"}, {"gender": "man"}


def nbsp(text):
    """The text with the non-breaking spaces of French typography."""
    for plain in (" :", " ;", " »", " %"):
        text = text.replace(plain, f"\u00a0{plain[1:]}")
    return text.replace("« ", "«\u00a0")


@pytest.fixture
def campaign():
    return make_campaign(weighting=Campaign.Weighting.MARGINS)


def respond(campaign, *groups):
    """Store responses without answers: groups of (number of persons, fields)."""
    number = campaign.responses.count()
    for persons, fields in groups:
        for _ in range(persons):
            number += 1
            make_response(campaign, f"r{number:03d}", **fields)


def margin(campaign, variable, unit="share", year=2024, source="Audiens", **targets):
    for category, target in targets.items():
        PopulationMargin.objects.create(
            campaign=campaign,
            variable=variable,
            category=category.replace("__", "|"),
            target=target,
            unit=unit,
            source=source,
            year=year,
        )


def weigh(campaign):
    return campaign_weights(campaign, build_profiles(campaign))


def test_a_wave_is_unweighted_unless_asked():
    campaign = make_campaign()
    respond(campaign, (3, WOMEN))
    found = weigh(campaign)
    assert (found.values, found.source, found.messages, found.code) == (None, nbsp(UNWEIGHTED), (), "")


def test_respondents_are_weighted_to_a_margin_and_interviews_left_apart(campaign):
    respond(campaign, (12, WOMEN), (8, MEN), (2, WOMEN | {"mode": "interview"}))
    margin(campaign, "gender", woman=43, man=57)
    found = weigh(campaign)
    by_group = sorted({round(value, 6) for value in found.values.tolist()})
    assert by_group == [round(20 * 0.43 / 12, 6), 1.0, round(20 * 0.57 / 8, 6)]
    assert (len(found.values), found.values[:20].mean()) == (22, pytest.approx(1))
    assert found.source == nbsp("Redressé par calage sur 1 marge de population (Genre). Sources : Audiens, 2024.")
    assert found.deff == pytest.approx(20 * (12 * (0.43 / 12) ** 2 + 8 * (0.57 / 8) ** 2))
    assert found.n_eff == pytest.approx(20 / found.deff)
    assert (found.messages, found.code) == ((), "")


def test_an_occupation_is_a_margin_of_its_own_and_a_person_may_hold_two(campaign):
    make_occupation("editors", "Monteurs")
    make_occupation("actors", "Comédiens")
    respond(
        campaign,
        (6, {"occupations": ["editors"]}),
        (6, {"occupations": ["actors"]}),
        (6, {"occupations": ["editors", "actors"]}),
        (6, {}),
    )
    margin(campaign, "population", "headcount", **{"": 1000})
    margin(campaign, "occupations", "headcount", editors=400, actors=550)
    margins, _ = place_respondents(list(campaign.margins.order_by("pk")), build_profiles(campaign))
    assert [(each.name, each.categories, each.targets.tolist(), each.counts.tolist()) for each in margins] == [
        (nbsp("Métier : Monteurs"), ("concernés", "autres"), [400, 600], [12, 12]),
        (nbsp("Métier : Comédiens"), ("concernés", "autres"), [550, 450], [12, 12]),
    ]
    values = weigh(campaign).values
    editors, actors = values[:6].sum() + values[12:18].sum(), values[6:18].sum()
    assert (editors, actors) == (pytest.approx(24 * 0.4), pytest.approx(24 * 0.55))


def test_merged_categories_and_persons_without_an_answer_make_one_cell(campaign):
    respond(campaign, (10, WOMEN), (8, MEN), (1, {"gender": "undisclosed"}), (1, {}))
    margin(campaign, "gender", woman=40, man__undisclosed__non_renseigne=60)
    margins, _ = place_respondents(list(campaign.margins.order_by("pk")), build_profiles(campaign))
    assert (margins[0].categories, margins[0].counts.tolist()) == (
        ("Femme", "Homme + Ne souhaite pas répondre + Non renseigné"),
        [10, 10],
    )
    assert sorted(set(np.round(weigh(campaign).values, 9))) == [0.8, 1.2]


def test_shares_rounded_to_one_decimal_are_brought_to_a_hundred_and_said(campaign):
    respond(campaign, (10, WOMEN), (10, MEN))
    margin(campaign, "gender", woman=42.7, man=57.2)
    found = weigh(campaign)
    assert found.messages == (
        nbsp("Marge « Genre » : les parts font 99,9 %, par arrondi ; elles sont ramenées à 100 %."),
    )
    assert found.values[0] == pytest.approx(20 * 42.7 / 99.9 / 10)


def test_a_costly_weighting_is_kept_and_said(campaign):
    respond(campaign, (35, WOMEN), (15, MEN))
    margin(campaign, "gender", woman=35, man=65)
    found = weigh(campaign)
    assert found.deff == pytest.approx(0.35**2 / 0.7 + 0.65**2 / 0.3)
    assert found.messages == (
        "L’effet du redressement est de 1,58\u00a0: les 50 répondants en valent 32. Lisez les chiffres redressés avec "
        "précaution.",
    )


FAILURES = {
    "nothing entered": ([(5, WOMEN)], {}, "MISSING", "Aucune marge n’est fournie : il n’y a rien à caler."),
    "no respondent": ([], {"gender": {"woman": 100}}, "EMPTY_CELL", "Aucun répondant ne compte encore."),
    "somebody did not answer": (
        [(5, WOMEN), (1, {})],
        {"gender": {"woman": 100}},
        "MISSING",
        "Marge « Genre » : la valeur manque pour au moins un répondant. Donnez une cible à « non_renseigne », seule",
    ),
    "an answer without a target": (
        [(5, WOMEN), (1, MEN)],
        {"gender": {"woman": 100}},
        "UNKNOWN_CATEGORY",
        "Marge « Genre », catégorie « Homme » : des répondants y figurent, mais aucune cible n’est donnée. Ajoutez",
    ),
    "a target without an answer": (
        [(5, WOMEN)],
        {"gender": {"woman": 50, "man": 50}},
        "EMPTY_CELL",
        "Marge « Genre », catégorie « Homme » : une cible est donnée, mais aucun répondant n’y figure. Regroupez",
    ),
    "an empty population": (
        [(5, WOMEN), (5, MEN)],
        {"gender": {"woman": 100, "man": 0}},
        "ZERO_TARGET",
        "Marge « Genre », catégorie « Homme » : la cible est nulle. Vérifiez",
    ),
    "more of a trade than persons": (
        [(5, WOMEN | {"occupations": ["editors"]}), (5, WOMEN)],
        {"population": {"": 100}, "occupations": {"editors": 120}},
        "NEGATIVE_TARGET",
        "Marge « Métier : Monteurs », catégorie « autres » : la cible est négative. Vérifiez",
    ),
    "two totals": (
        [(5, WOMEN | {"age_group": "under_30"})],
        {"gender": {"woman": 100}, "age_group": {"under_30": 90}},
        "TOTAL_MISMATCH",
        "Les marges n’ont pas le même total : 90 pour « Tranche d’âge », 100 pour « Genre ». Vérifiez que toutes",
    ),
    "headcounts of trades without a population": (
        [(5, WOMEN | {"occupations": ["editors"]})],
        {"occupations": {"editors": 120}},
        "MISSING",
        "Des métiers ou des secteurs sont donnés en effectifs, sans la population totale : ajoutez",
    ),
    "too few in a category": (
        [(20, WOMEN), (4, MEN)],
        {"gender": {"woman": 60, "man": 40}},
        "SMALL_CELL",
        "Marge « Genre », catégorie « Homme » : 4 répondants seulement, il en faut au moins 5. Regroupez",
    ),
    "margins that contradict each other": (
        [(10, WOMEN | {"age_group": "under_30"}), (10, MEN | {"age_group": "30_44"})],
        {"gender": {"woman": 50, "man": 50}, "age_group": {"under_30": 80, "30_44": 20}},
        "NO_CONVERGENCE",
        "Le calage ne converge pas : les marges se contredisent. Le plus grand écart reste sur la marge « Genre », "
        "catégorie « Femme » (60 % de la cible). Retirez cette marge",
    ),
    "a sample too far away": (
        [(90, WOMEN), (10, MEN)],
        {"gender": {"woman": 40, "man": 60}},
        "HIGH_DEFF",
        "Le redressement multiplierait la variance par 3,78 (maximum : 2,5). Regroupez des catégories.",
    ),
    "weights out of bounds": (
        [(78, WOMEN), (22, MEN)],
        {"gender": {"woman": 32, "man": 68}},
        "TRIM_INFEASIBLE",
        "Aucun jeu de poids compris entre 0,3 et 3 fois le poids moyen ne respecte toutes les marges : regroupez",
    ),
}


@pytest.mark.parametrize("name", FAILURES)
def test_every_failure_leaves_the_wave_unweighted_and_says_why_and_what_to_do(campaign, name):
    groups, margins, code, message = FAILURES[name]
    make_occupation("editors", "Monteurs")
    respond(campaign, *groups)
    for variable, targets in margins.items():
        margin(campaign, variable, "headcount", **targets)
    found = weigh(campaign)
    assert (found.values, found.source, found.code) == (None, nbsp(UNWEIGHTED), code)
    assert found.messages[0].startswith(nbsp(message))
    assert found.messages[0].endswith("La vague reste non redressée.")


def test_shares_that_do_not_make_a_whole_are_refused(campaign):
    respond(campaign, (10, WOMEN), (10, MEN))
    margin(campaign, "gender", woman=42, man=50)
    found = weigh(campaign)
    assert found.code == "TOTAL_MISMATCH"
    assert found.messages[0].startswith(nbsp("Marge « Genre » : les parts font 92 %, au lieu de 100 %."))


def test_a_code_that_no_longer_exists_is_named(campaign):
    respond(campaign, (10, WOMEN))
    margin(campaign, "gender", woman=50, gone=50)
    found = weigh(campaign)
    assert found.code == "UNKNOWN_CATEGORY"
    assert found.messages[0].startswith(
        nbsp("Marge « Genre : gone » : « gone » n’est pas une modalité de Genre : woman, man")
    )


def test_supplied_weights_are_scaled_and_never_guessed():
    campaign = make_campaign(weighting=Campaign.Weighting.SUPPLIED)
    respond(campaign, (5, {"weight": 1.0}), (5, {"weight": 3.0}))
    found = weigh(campaign)
    assert found.values.tolist() == [0.5] * 5 + [1.5] * 5
    assert found.source == "Redressé par les poids fournis avec les réponses."
    assert found.deff == pytest.approx(1.25)
    respond(campaign, (2, {}))
    lacking = weigh(campaign)
    assert (lacking.values, lacking.code) == (None, "BASE_WEIGHT")
    assert lacking.messages[0].startswith(
        nbsp("Poids fournis : il manque un poids strictement positif à 2 des 12 répondants. Complétez")
    )


def test_supplied_weights_that_cost_too_much_are_refused():
    campaign = make_campaign(weighting=Campaign.Weighting.SUPPLIED)
    respond(campaign, (9, {"weight": 1.0}), (1, {"weight": 30.0}))
    found = weigh(campaign)
    assert (found.values, found.code) == (None, "HIGH_DEFF")
    assert "Bornez-les avant de les importer." in found.messages[0]


@pytest.mark.parametrize("persons", [5, 15])
def test_weighting_reads_no_more_for_more_respondents(campaign, persons, django_assert_num_queries):
    respond(campaign, (persons, WOMEN), (persons, MEN))
    margin(campaign, "gender", woman=43, man=57)
    profiles = build_profiles(campaign)
    with django_assert_num_queries(3):
        campaign_weights(campaign, profiles)
