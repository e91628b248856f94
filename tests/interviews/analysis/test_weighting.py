import numpy as np
import pandas as pd
import pytest

from interviews.analysis.weighting import EffectiveSize, WeightingError, kish, rake, rake_within_bounds, weigh_wave


def failure(function, *arguments):
    with pytest.raises(WeightingError) as caught:
        function(*arguments)
    return caught.value.code, str(caught.value)


def test_raking_reaches_a_single_margin_in_one_step():
    raked = rake({"sector": ["CA", "CA", "CA", "JV"]}, {"sector": {"CA": 60, "JV": 40}})
    assert raked.weights.tolist() == [20, 20, 20, 40]
    assert raked.n_eff == pytest.approx(100**2 / (3 * 20**2 + 40**2))
    assert raked.deff == pytest.approx(4 / raked.n_eff)
    assert raked.noisy is False


def test_a_frame_serves_as_columns():
    columns = {"sector": ["CA", "CA", "JV"], "size": ["TPE", "GE", "TPE"]}
    targets = {"sector": {"CA": 70, "JV": 30}, "size": {"TPE": 60, "GE": 40}}
    assert rake(pd.DataFrame(columns), targets).weights.tolist() == rake(columns, targets).weights.tolist()


def test_no_weight_at_all():
    assert kish([]) == EffectiveSize(n_eff=0.0, deff=None)


@pytest.mark.parametrize(
    ("columns", "targets", "code", "message"),
    [
        ({"a": ["x", None]}, {"a": {"x": 1}}, "MISSING", "Marge « a » : la valeur manque pour au moins un répondant."),
        (
            {"a": ["x", np.nan]},
            {"a": {"x": 1}},
            "MISSING",
            "Marge « a » : la valeur manque pour au moins un répondant.",
        ),
        ({}, {"a": {"x": 1}}, "MISSING", "Marge « a » : la valeur manque pour au moins un répondant."),
        ({"a": ["x"]}, {}, "MISSING", "Aucune marge n’est fournie : il n’y a rien à caler."),
        (
            {"a": ["x"]},
            {"a": {"x": float("nan")}},
            "MISSING",
            "Marge « a », catégorie « x » : la cible n’est pas un nombre.",
        ),
        (
            {"a": ["x", "u"]},
            {"a": {"x": 1}},
            "UNKNOWN_CATEGORY",
            "Marge « a », catégorie « u » : des répondants y figurent, mais aucune cible n’est donnée.",
        ),
        (
            {"a": ["x"]},
            {"a": {"x": 1, "z": 2}},
            "EMPTY_CELL",
            "Marge « a », catégorie « z » : une cible est donnée, mais aucun répondant n’y figure.",
        ),
        (
            {"a": ["x", "y"]},
            {"a": {"x": 1, "y": 0}},
            "ZERO_TARGET",
            "Marge « a », catégorie « y » : la cible est nulle.",
        ),
        (
            {"a": ["x", "y"]},
            {"a": {"x": 1, "y": -1}},
            "NEGATIVE_TARGET",
            "Marge « a », catégorie « y » : la cible est négative.",
        ),
        (
            {"a": ["x"], "b": ["p"]},
            {"a": {"x": 100}, "b": {"p": 110.5}},
            "TOTAL_MISMATCH",
            "Les marges n’ont pas le même total : 100 pour « a », 110,5 pour « b ».",
        ),
        (
            {"a": ["x", "x", "y"], "b": ["p", "p", "q"]},
            {"a": {"x": 50, "y": 50}, "b": {"p": 80, "q": 20}},
            "NO_CONVERGENCE",
            "Le calage ne converge pas : les marges se contredisent. "
            "Le plus grand écart reste sur la marge « a », catégorie « x » (60 % de la cible).",
        ),
    ],
)
def test_a_failure_says_what_is_wrong(columns, targets, code, message):
    expected = (
        message.replace("« ", "«\u00a0").replace(" »", "\u00a0»").replace(" :", "\u00a0:").replace(" %", "\u00a0%")
    )
    assert failure(rake, columns, targets) == (code, expected)


@pytest.mark.parametrize("base", [[1.0, 0.0], [1.0, -2.0], [1.0, np.nan], [1.0, np.inf], [1.0]])
def test_base_weights_are_positive_numbers(base):
    code, _ = failure(rake, {"a": ["x", "y"]}, {"a": {"x": 1, "y": 1}}, base)
    assert code == "BASE_WEIGHT"


def test_a_failure_leaves_the_base_weights_untouched():
    base = np.array([1.0, 2.0, 3.0])
    columns = {"a": ["x", "x", "y"], "b": ["p", "p", "q"]}
    failure(rake, columns, {"a": {"x": 50, "y": 50}, "b": {"p": 70, "q": 30}}, base)
    assert base.tolist() == [1.0, 2.0, 3.0]


def test_a_success_leaves_the_base_weights_untouched():
    base = np.array([1.0, 2.0, 3.0])
    rake({"a": ["x", "x", "y"]}, {"a": {"x": 50, "y": 50}}, base)
    assert base.tolist() == [1.0, 2.0, 3.0]


def test_bounds_that_no_weight_can_respect():
    """A tenth of the respondents would stand for nine tenths of the population: nine times the mean weight."""
    columns, targets = {"a": ["x"] * 9 + ["y"]}, {"a": {"x": 10, "y": 90}}
    assert rake(columns, targets).weights.max() == pytest.approx(90)
    code, message = failure(rake_within_bounds, columns, targets)
    assert code == "TRIM_INFEASIBLE"
    assert message.startswith("Aucun jeu de poids compris entre 0,3 et 3 fois le poids moyen")


def test_a_wave_needs_five_respondents_in_each_category():
    columns = {"sector": ["CA"] * 20 + ["JV"] * 4}
    targets = {"sector": {"CA": 80, "JV": 20}}
    assert failure(weigh_wave, columns, targets) == (
        "SMALL_CELL",
        "Marge «\u00a0sector\u00a0», catégorie «\u00a0JV\u00a0»\u00a0: 4 répondants seulement, "
        "il en faut au moins 5. Regroupez cette catégorie avec une autre.",
    )
    assert failure(weigh_wave, {"sector": ["CA"] * 20 + ["JV"]}, targets) == (
        "SMALL_CELL",
        "Marge «\u00a0sector\u00a0», catégorie «\u00a0JV\u00a0»\u00a0: un seul répondant, "
        "il en faut au moins 5. Regroupez cette catégorie avec une autre.",
    )
    columns["sector"].append("JV")
    assert weigh_wave(columns, targets).weights.sum() == pytest.approx(100)


def test_a_wave_warns_then_refuses_when_weights_cost_too_much():
    """70 and 30 respondents: deff = t²/.3 + (1 - t)²/.7 when the second category is a share t of the population."""
    columns = {"a": ["x"] * 70 + ["y"] * 30}
    light, heavy = (weigh_wave(columns, {"a": {"x": 100 - t, "y": t}}) for t in (40, 65))
    assert (light.deff, light.noisy) == (pytest.approx(0.4**2 / 0.3 + 0.6**2 / 0.7), False)
    assert (heavy.deff, heavy.noisy) == (pytest.approx(0.65**2 / 0.3 + 0.35**2 / 0.7), True)
    assert failure(weigh_wave, {"a": ["x"] * 90 + ["y"] * 10}, {"a": {"x": 40, "y": 60}}) == (
        "HIGH_DEFF",
        "Le redressement multiplierait la variance par 3,78 (maximum\u00a0: 2,5). Regroupez des catégories.",
    )


def test_a_wave_whose_weights_leave_the_bounds_is_refused():
    """22 respondents for 68 % of the population: 3.09 times the mean weight, for a design effect of 2.23."""
    code, _ = failure(weigh_wave, {"a": ["x"] * 78 + ["y"] * 22}, {"a": {"x": 32, "y": 68}})
    assert code == "TRIM_INFEASIBLE"
