"""Weights: Kish's effective size, raking to population margins, raking within bounds.

A failure is never silent: it raises WeightingError with a code and a French sentence, and the wave stays unweighted.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .constants import (
    DEFF_STOP,
    DEFF_WARN,
    MARGIN_MIN,
    MARGIN_TOTAL_TOLERANCE,
    RAKE_PASSES,
    RAKE_TOLERANCE,
    TRIM_TOLERANCE,
    WEIGHT_MAX,
    WEIGHT_MIN,
)
from .missing import or_none, ratio

Columns = Mapping[str, Sequence]  # a data frame is one
Targets = Mapping[str, Mapping[str, float]]


class WeightingCode(StrEnum):
    MISSING = "MISSING"
    UNKNOWN_CATEGORY = "UNKNOWN_CATEGORY"
    EMPTY_CELL = "EMPTY_CELL"
    ZERO_TARGET = "ZERO_TARGET"
    NEGATIVE_TARGET = "NEGATIVE_TARGET"
    TOTAL_MISMATCH = "TOTAL_MISMATCH"
    SMALL_CELL = "SMALL_CELL"
    NO_CONVERGENCE = "NO_CONVERGENCE"
    TRIM_INFEASIBLE = "TRIM_INFEASIBLE"
    BASE_WEIGHT = "BASE_WEIGHT"
    HIGH_DEFF = "HIGH_DEFF"


class WeightingError(ValueError):
    """Weights cannot be computed. `code` is a WeightingCode; the message is the French sentence to show."""

    def __init__(self, code: WeightingCode, message: str):
        super().__init__(message)
        self.code = code


class EffectiveSize(NamedTuple):
    """Kish's effective number of answers and design effect; `deff` is None without any weight."""

    n_eff: float
    deff: float | None


@dataclass(frozen=True)
class Weights:
    """Weights in the order of the respondents, whose sum is the population total, and what they cost."""

    weights: np.ndarray
    n_eff: float
    deff: float
    noisy: bool  # the design effect is above DEFF_WARN: to be said beside every weighted figure


class Margin(NamedTuple):
    """One margin, ready to rake: each respondent's category as a position, and the target of each position."""

    name: str
    categories: list[str]
    positions: np.ndarray
    targets: np.ndarray


def effective_sizes(weight_sums: ArrayLike, square_sums: ArrayLike) -> np.ndarray:
    """Kish (1965) n_eff = (sum w)² / sum w², elementwise on any shape; 0 where there is no weight."""
    sizes = ratio(np.square(np.asarray(weight_sums, dtype=float)), square_sums)
    return np.where(np.isnan(sizes), 0.0, sizes)


def kish(weights: ArrayLike) -> EffectiveSize:
    """Effective number of answers and design effect n sum w² / (sum w)² of weights, shape (persons,)."""
    weights = np.asarray(weights, dtype=float)
    n_eff = float(effective_sizes(weights.sum(), (weights**2).sum()))
    return EffectiveSize(n_eff, or_none(ratio(weights.size, n_eff)))


def rake(columns: Columns, targets: Targets, base: ArrayLike | None = None) -> Weights:
    """Iterative proportional fitting ("calage sur marges", ratio form) of `base` weights to margins.

    `columns`: for each margin, the category of each respondent (a multi-valued métier is one yes/no margin per métier).
    `targets`: margin → category → population headcount. `base`: 1 each by default, never modified.
    Same answer as R survey's `rake` and `calibrate(calfun = "raking")`. Raises WeightingError.
    """
    margins = _checked_margins(columns, targets)
    return _described(_raked(_checked_base(base, margins), margins))


def rake_within_bounds(
    columns: Columns,
    targets: Targets,
    base: ArrayLike | None = None,
    lowest: float = WEIGHT_MIN,
    highest: float = WEIGHT_MAX,
) -> Weights:
    """Raked weights with every weight within [lowest, highest] times the mean weight.

    Clips and rakes in turn until margins and bounds both hold to 1e-6; the answer is one of several valid ones.
    Raises WeightingError, with TRIM_INFEASIBLE when no round satisfies both.
    """
    margins = _checked_margins(columns, targets)
    weights = _raked(_checked_base(base, margins), margins)
    for _ in range(RAKE_PASSES):
        relative = weights / weights.mean()
        if relative.min() >= lowest - TRIM_TOLERANCE and relative.max() <= highest + TRIM_TOLERANCE:
            return _described(weights)
        weights = _raked(np.clip(relative, lowest, highest) * weights.mean(), margins)
    raise WeightingError(
        WeightingCode.TRIM_INFEASIBLE,
        f"Aucun jeu de poids compris entre {_french(lowest)} et {_french(highest)} fois le poids moyen "
        "ne respecte toutes les marges\u00a0: regroupez les catégories les plus rares.",
    )


def weigh_wave(columns: Columns, targets: Targets) -> Weights:
    """Weights of a wave: bounded raking, refused on margin categories of fewer than 5 respondents or a deff above 2.5.

    The design effect is judged before the bounds: from 0.3 to 3 they cap it at 2.4 and would hide a sample too far
    from its population. Raises WeightingError; the wave then stays unweighted and says so.
    """
    for margin in _checked_margins(columns, targets):
        respondents = np.bincount(margin.positions, minlength=len(margin.categories))
        if respondents.min() < MARGIN_MIN:
            smallest = int(respondents.argmin())
            people = (
                "un seul répondant" if respondents[smallest] == 1 else f"{respondents[smallest]} répondants seulement"
            )
            raise WeightingError(
                WeightingCode.SMALL_CELL,
                f"{_place(margin, smallest)}\u00a0: {people}, il en faut au moins {MARGIN_MIN}. "
                "Regroupez cette catégorie avec une autre.",
            )
    unbounded = rake(columns, targets)
    if unbounded.deff > DEFF_STOP:
        raise WeightingError(
            WeightingCode.HIGH_DEFF,
            f"Le redressement multiplierait la variance par {_french(round(unbounded.deff, 2))} "
            f"(maximum\u00a0: {_french(DEFF_STOP)}). Regroupez des catégories.",
        )
    return rake_within_bounds(columns, targets, base=unbounded.weights)


def _described(weights: np.ndarray) -> Weights:
    n_eff, deff = kish(weights)
    return Weights(weights, n_eff, deff, noisy=deff > DEFF_WARN)


def _raked(base: np.ndarray, margins: list[Margin]) -> np.ndarray:
    weights = base
    for _ in range(RAKE_PASSES):
        for margin in margins:
            weights = weights * (margin.targets / _current(weights, margin))[margin.positions]
        gaps = [np.abs(_current(weights, margin) / margin.targets - 1) for margin in margins]
        if max(gap.max() for gap in gaps) < RAKE_TOLERANCE:
            return weights
    worst = max(range(len(margins)), key=lambda position: gaps[position].max())
    category = int(gaps[worst].argmax())
    raise WeightingError(
        WeightingCode.NO_CONVERGENCE,
        f"Le calage ne converge pas\u00a0: les marges se contredisent. Le plus grand écart reste sur "
        f"{_place(margins[worst], category, capital=False)} "
        f"({_french(round(100 * float(gaps[worst][category]), 2))}\u00a0% de la cible).",
    )


def _current(weights: np.ndarray, margin: Margin) -> np.ndarray:
    return np.bincount(margin.positions, weights=weights, minlength=len(margin.categories))


def _checked_base(base: ArrayLike | None, margins: list[Margin]) -> np.ndarray:
    respondents = margins[0].positions.size
    weights = np.ones(respondents) if base is None else np.asarray(base, dtype=float)
    if weights.shape != (respondents,) or not np.isfinite(weights).all() or (weights <= 0).any():
        raise WeightingError(
            WeightingCode.BASE_WEIGHT,
            "Les poids de départ doivent être des nombres strictement positifs, un par répondant.",
        )
    return weights


def _checked_margins(columns: Columns, targets: Targets) -> list[Margin]:
    margins = list(_margins(columns, targets))
    if not margins:
        raise WeightingError(WeightingCode.MISSING, "Aucune marge n’est fournie\u00a0: il n’y a rien à caler.")
    totals = [margin.targets.sum() for margin in margins]
    if max(totals) - min(totals) > MARGIN_TOTAL_TOLERANCE * max(totals):
        smallest, largest = margins[int(np.argmin(totals))], margins[int(np.argmax(totals))]
        raise WeightingError(
            WeightingCode.TOTAL_MISMATCH,
            f"Les marges n’ont pas le même total\u00a0: {_french(min(totals))} pour «\u00a0{smallest.name}\u00a0», "
            f"{_french(max(totals))} pour «\u00a0{largest.name}\u00a0».",
        )
    return margins


def _margins(columns: Columns, targets: Targets) -> Iterator[Margin]:
    for name, headcounts in targets.items():
        values = list(columns[name]) if name in columns else []
        if not values or any(value is None or value != value for value in values):
            raise WeightingError(
                WeightingCode.MISSING, f"Marge «\u00a0{name}\u00a0»\u00a0: la valeur manque pour au moins un répondant."
            )
        categories = list(headcounts)
        places = {category: place for place, category in enumerate(categories)}
        positions = np.array([places.get(value, -1) for value in values])
        if (positions < 0).any():
            unknown = values[int(np.argmax(positions < 0))]
            raise WeightingError(
                WeightingCode.UNKNOWN_CATEGORY,
                f"Marge «\u00a0{name}\u00a0», catégorie «\u00a0{unknown}\u00a0»\u00a0: "
                "des répondants y figurent, mais aucune cible n’est donnée.",
            )
        margin = Margin(name, categories, positions, np.array(list(headcounts.values()), dtype=float))
        _check_targets(margin)
        yield margin


def _check_targets(margin: Margin) -> None:
    respondents = np.bincount(margin.positions, minlength=len(margin.categories))
    faults = (
        (WeightingCode.MISSING, ~np.isfinite(margin.targets), "la cible n’est pas un nombre"),
        (WeightingCode.NEGATIVE_TARGET, margin.targets < 0, "la cible est négative"),
        (WeightingCode.ZERO_TARGET, margin.targets == 0, "la cible est nulle"),
        (WeightingCode.EMPTY_CELL, respondents == 0, "une cible est donnée, mais aucun répondant n’y figure"),
    )
    for code, faulty, sentence in faults:
        if faulty.any():
            raise WeightingError(code, f"{_place(margin, int(faulty.argmax()))}\u00a0: {sentence}.")


def _place(margin: Margin, category: int, capital: bool = True) -> str:
    return (
        f"{'Marge' if capital else 'la marge'} «\u00a0{margin.name}\u00a0», "
        f"catégorie «\u00a0{margin.categories[category]}\u00a0»"
    )


def _french(number: float) -> str:
    return f"{number:.10g}".replace(".", ",")
