"""Replays the reference vectors through the project's own functions.

The file is the one named by REFERENCE_VECTORS, else the copy beside this test. An adapter turns a case's input into
arguments and the answer into the case's keys; it computes nothing. A function without an adapter is a failure.
"""

import json
import os
from numbers import Real
from pathlib import Path

import numpy as np
import pytest

from interviews.analysis import (
    adoption,
    attack,
    change,
    disclosure,
    intervals,
    ordinal,
    ratings,
    reliability,
    variance,
    wave,
    weighting,
)

VECTORS = Path(os.environ.get("REFERENCE_VECTORS") or Path(__file__).with_name("statistics_vectors.json"))

# Figures printed for information by another program: they have no function to replay.
INFORMATION = "reference_only"


def load_cases() -> list[dict]:
    return json.loads(VECTORS.read_text(encoding="utf-8"))["cases"]


def adapt_wilson(given):
    return {"ci": intervals.wilson(given["x"], given["n"], given["conf"])}


def adapt_proportion_intervals(given):
    functions = (intervals.wilson, intervals.agresti_coull, intervals.clopper_pearson, intervals.jeffreys)
    return {function.__name__: function(given["x"], given["n"], given["conf"]) for function in functions}


def adapt_wilson_weighted(given):
    estimate = intervals.weighted_wilson(given["y"], given["w"], given["conf"])
    return {"p": estimate.share, "n_eff": estimate.n_eff, "ci": estimate.interval}


def adapt_korn_graubard(given):
    estimate = intervals.korn_graubard(given["y"], given["w"], given.get("cluster"), given["conf"])
    return {"p": estimate.share, "se": estimate.standard_error, "df": estimate.df, "ci": estimate.interval}


def adapt_weighted_mean(given):
    estimate = variance.weighted_mean(given["y"], given["w"])
    return {"mean": estimate.mean, "se": estimate.standard_error}


def adapt_kish(given):
    return weighting.kish(given["w"])._asdict()


def describe_weights(function, *arguments):
    try:
        found = function(*arguments)
    except weighting.WeightingError as error:
        return {"error": error.code}
    return {"weights": found.weights, "n_eff": found.n_eff, "deff": found.deff}


def adapt_rake(given):
    return describe_weights(weighting.rake, given["columns"], given["targets"], given["base"])


def adapt_rake_trim(given):
    bounds = given["lo"], given["hi"]
    return describe_weights(weighting.rake_within_bounds, given["columns"], given["targets"], None, *bounds)


def adapt_agreement(given):
    return {"agreement": ordinal.agreement(given["counts"])}


def adapt_consensus(given):
    return {"consensus": ordinal.consensus(given["counts"])}


def adapt_ordinal_summary(given):
    functions = (ordinal.agreement, ordinal.consensus, ordinal.interpolated_median)
    return {function.__name__: function(given["counts"]) for function in functions}


def adapt_krippendorff_alpha(given):
    return {
        metric: reliability.krippendorff_alpha(given["ratings"], metric) for metric in reliability.SQUARED_DISTANCES
    }


def adapt_median_level_posterior(given):
    posterior = ratings.median_level_posterior(given["counts"], given["baseline"] or None)
    return {"alpha": posterior.alpha, "P": posterior.probabilities}


def describe_level(decision):
    return {
        "level": decision.level or 0,  # the vectors write "no level" as 0
        "status": decision.status,
        "P": decision.probabilities,
        "agreement": decision.agreement,
        "interpolated_median": decision.interpolated_median,
        "n": decision.n,
        "n_eff": decision.n_eff,
        "shares": decision.shares,
    }


def adapt_maturity_decision(given):
    return describe_level(ratings.decide_level(given["counts"], given["baseline"] or None, given["dk_share"]))


def adapt_maturity_decision_weighted(given):
    return describe_level(ratings.decide_weighted_level(given["levels"], given["w"], given["baseline"] or None))


def adapt_answers_needed(given):
    return {f"{start}->{end}": needed for (start, end), needed in ratings.answers_needed(given["n"]).items()}


def describe_adoption(decision):
    return {
        "level": decision.level or 0,
        "status": decision.status,
        "P": decision.probabilities,
        "rate": decision.rate,
        "ci": decision.interval,
    }


def adapt_adoption_decision(given):
    return describe_adoption(adoption.decide_adoption(given["current_users"], given["n"], given["previous"] or None))


def adapt_net_intention(given):
    balance = adoption.net_intention(given["yes"], given["maybe"], given["no"])
    return {"net": balance.net, "se": balance.standard_error, "ci": balance.interval}


def adapt_wave_change(given):
    result = change.wave_change(given["person"], given["wave"], given["y"], given["w"])
    test = result.test
    return {
        "mean": result.means,
        "diff": test.difference,
        "se": test.standard_error,
        "df": test.df,
        "t": test.t,
        "p": test.p,
    }


def adapt_segment_difference(given):
    result = change.segment_difference(given["member"], given["y"], given["w"], *given["segments"])
    return {
        "distinct": result.persons,
        "n": result.n,
        "mean": result.means,
        "diff": result.test.difference,
        "se": result.test.standard_error,
        "df": result.test.df,
    }


def adapt_benjamini_hochberg(given):
    found = change.benjamini_hochberg(given["p"], given["q"])
    return {
        "adjusted": found.adjusted,
        "rejected": int(found.significant.sum()),
        "rejected_bonferroni": int(found.significant_bonferroni.sum()),
    }


def adapt_protect(given):
    if "member" in given:
        masks = disclosure.protect(given["member"], k=given["k"])
    else:
        masks = disclosure.protect_partition(given["category_sizes"], given["k"])
    return {"suppressed": {str(category): reason for category, reason in masks.items()}}


def adapt_attack_bounds_2d(given):
    bounds = attack.attack_bounds(given["table"], given["hidden"])
    return {
        "bounds": {f"{row},{column}": interval for (row, column), interval in bounds.items()},
        "exactly_recovered": [f"{row},{column}" for row, column in attack.exactly_recovered(bounds)],
    }


def adapt_subtraction_attack(given):
    left = attack.subtract_published(given["total"], given["published"], given["k"])
    return {"remainder": left.answers, "size": left.size, "leak": left.leak}


def adapt_export_difference(given):
    (left,) = attack.export_differences(given["export_1"], given["export_2"], given["k"]).values()
    return {"new_answers": left.answers, "size": left.size, "leak": left.leak}


def adapt_wave_table(given):
    """Codes and 0/1 columns in, one dictionary per (use case, segment) out."""
    people = {person["id"]: row for row, person in enumerate(given["persons"])}
    columns = {use_case: column for column, use_case in enumerate(given["use_cases"])}
    shape = (len(people), len(columns))
    usage, maturity, intention = (np.full(shape, -1) for _ in range(3))
    levels = {"dk": wave.DK, 1: 1, 2: 2, 3: 3, None: -1}
    intentions = {"yes": 0, "maybe": 1, "no": 2, None: -1}
    for answer in given["answers"]:
        cell = people[answer["person"]], columns[answer["uc"]]
        usage[cell] = -1 if answer["stage"] is None else answer["stage"]
        maturity[cell] = levels[answer["maturity"]]
        intention[cell] = intentions[answer["intention"]]
    names = [("all", "all")] + [(dim, segment) for dim, segments in given["dims"].items() for segment in segments]
    held = {
        "all": lambda person: ["all"],
        "sector": lambda person: [person["sector"]],
        "size": lambda person: [person["size"]],
        "metier": lambda person: person["metiers"],
    }
    segments = np.array([[name in held[dim](person) for dim, name in names] for person in given["persons"]])
    weights = np.array([person["w"] for person in given["persons"]])
    dimensions = [dim for dim, _ in names]
    rated = wave.rate_levels(
        wave.tally(maturity, wave.LEVEL_CODES, segments, weights),
        [given["baseline"][use_case] or 0 for use_case in columns],
    )
    adopted = wave.estimate_adoption(wave.tally(usage, wave.USAGE_CODES, segments, weights))
    intended = wave.estimate_intention(wave.tally(intention, wave.INTENTION_CODES, segments, weights))
    masks = {
        "maturity": wave.mask_segments(maturity > wave.DK, segments, dimensions),
        "stage": wave.mask_segments(usage >= 0, segments, dimensions),
        "intention": wave.mask_segments(intention >= 0, segments, dimensions),
    }
    rows = []
    for use_case, column in columns.items():
        for row, (dim, segment) in enumerate(names):
            cell = row, column
            level, balance = rated.decisions.at(*cell), intended.at(*cell)
            adopting, funnel = adopted.decisions.at(*cell), adopted.funnels.at(*cell)
            rows.append(
                {
                    "uc": use_case,
                    "dim": dim,
                    "segment": segment,
                    "suppressed": {item: str(mask[cell]) or None for item, mask in masks.items()},
                    "n_maturity": level.n,
                    "dk_share": none_if_nan(rated.dk_share[cell]),
                    "counts": rated.counts[cell],
                    "n_eff_maturity": level.n_eff,
                    **describe_level(level),
                    "n_stage": adopting.n,
                    "n_eff_stage": adopting.n_eff,
                    "funnel": vars(funnel),
                    "conversion": vars(funnel),
                    "current_ci95": adopting.interval,
                    "adoption_level": adopting.level or 0,
                    "adoption_status": adopting.status,
                    "adoption_P": adopting.probabilities,
                    "n_intention": balance.n,
                    "net_intention": balance.net,
                    "net_intention_se": balance.standard_error,
                }
            )
    return {"rows": rows}


def none_if_nan(value):
    return None if np.isnan(value) else float(value)


ADAPTERS = {
    "adoption_decision": adapt_adoption_decision,
    "agreement": adapt_agreement,
    "answers_needed": adapt_answers_needed,
    "attack_bounds_2d": adapt_attack_bounds_2d,
    "benjamini_hochberg": adapt_benjamini_hochberg,
    "consensus": adapt_consensus,
    "export_difference": adapt_export_difference,
    "kish": adapt_kish,
    "korn_graubard": adapt_korn_graubard,
    "krippendorff_alpha": adapt_krippendorff_alpha,
    "maturity_decision": adapt_maturity_decision,
    "maturity_decision_weighted": adapt_maturity_decision_weighted,
    "median_level_posterior": adapt_median_level_posterior,
    "net_intention": adapt_net_intention,
    "ordinal_summary": adapt_ordinal_summary,
    "proportion_intervals": adapt_proportion_intervals,
    "protect": adapt_protect,
    "rake": adapt_rake,
    "rake_trim": adapt_rake_trim,
    "segment_difference": adapt_segment_difference,
    "subtraction_attack": adapt_subtraction_attack,
    "wave_change": adapt_wave_change,
    "wave_table": adapt_wave_table,
    "weighted_mean": adapt_weighted_mean,
    "wilson": adapt_wilson,
    "wilson_weighted": adapt_wilson_weighted,
}


def assert_bounded_raking(given):
    """Every margin within 1e-6 relative, every weight within the bounds, a finite design effect."""
    bounded = weighting.rake_within_bounds(given["columns"], given["targets"], None, given["lo"], given["hi"])
    for name, target in given["targets"].items():
        for category, headcount in target.items():
            members = np.array(given["columns"][name]) == category
            assert bounded.weights[members].sum() == pytest.approx(headcount, rel=1e-6)
    relative = bounded.weights / bounded.weights.mean()
    assert given["lo"] - 1e-6 <= relative.min()
    assert relative.max() <= given["hi"] + 1e-6
    assert np.isfinite(bounded.deff)


def assert_rounding_is_not_protection(given):
    """For every n up to n_max, the whole percentage of a count determines the count."""
    for n in range(1, given["n_max"] + 1):
        percentages = [disclosure.round_percent(count / n, decimals=0) for count in range(n + 1)]
        found = [attack.counts_behind_percent(percentage, n) for percentage in percentages]
        assert found == [[count] for count in range(n + 1)]


PROPERTIES = {"rake_trim": assert_bounded_raking, "rounding_is_not_protection": assert_rounding_is_not_protection}


def differences(actual, expected, tolerance, relative, place=""):
    """Every place where `actual` departs from `expected`; keys that `expected` does not have are not compared."""
    if isinstance(expected, dict):
        if not isinstance(actual, dict):
            return [f"{place}: {actual!r} is not a table"]
        return [
            problem
            for key, value in expected.items()
            for problem in (
                differences(actual[key], value, tolerance, relative, f"{place}.{key}")
                if key in actual
                else [f"{place}.{key} is missing"]
            )
        ]
    if isinstance(expected, list):
        if actual is None or len(actual) != len(expected):
            return [f"{place}: {actual!r} is not {expected!r}"]
        return [
            problem
            for position, (left, right) in enumerate(zip(actual, expected, strict=True))
            for problem in differences(left, right, tolerance, relative, f"{place}[{position}]")
        ]
    if isinstance(expected, Real) and not isinstance(expected, bool):
        allowed = tolerance * abs(expected) if relative else tolerance
        close = isinstance(actual, Real) and abs(actual - expected) <= allowed
        return [] if close else [f"{place}: {actual!r} is not {expected!r}"]
    return [] if actual == expected else [f"{place}: {actual!r} is not {expected!r}"]


def replayed(cases):
    """Cases that call a function; those for information are left out, not skipped, so that the count is true."""
    return [pytest.param(case, id=case["id"]) for case in cases if case["function"] != INFORMATION]


@pytest.mark.parametrize("case", replayed(load_cases()))
def test_reference_vector(case):
    function = case["function"]
    if case["kind"] == "property":
        assert function in PROPERTIES, f"no property is stated for {function!r}"
        PROPERTIES[function](case["input"])
        return
    assert function in ADAPTERS, f"no function of the project answers {function!r}"
    actual = ADAPTERS[function](case["input"])
    relative = "relative" in (case.get("note") or "")
    if function == "protect":  # a category hidden for nothing is an error too
        assert actual == case["expected"]
    assert differences(actual, case["expected"], case["tolerance"], relative) == []


def test_every_case_is_replayed_or_is_information():
    cases = load_cases()
    for_information = [case for case in cases if case["function"] == INFORMATION]
    assert len(replayed(cases)) + len(for_information) == len(cases)
    assert all(case["expected"] for case in for_information)
