"""Do the intervals hold the truth as often as they say? Exact: every possible sample is enumerated."""

import numpy as np
from scipy.stats import binom

from interviews.analysis.constants import CONF
from interviews.analysis.intervals import korn_graubard, wilson_bounds
from interviews.analysis.weighting import kish

from .report import Section, Table, Target, decimal, percent

SIZES = (10, 20, 30, 60)
SHARES = (0.05, 0.10, 0.20, 0.35, 0.50)
DESIGN_EFFECTS = (1.0, 1.4, 1.8)
HEAVY = 0.25  # of the persons, who weigh more
Z = 1.959963985


def study_intervals(sizes=SIZES, shares=SHARES, design_effects=DESIGN_EFFECTS):
    """Coverage of the published interval, of Korn–Graubard's and of Wald's, with weights of two values."""
    rows, coverages, widths, plain = [], {name: [] for name in METHODS}, {name: [] for name in METHODS}, []
    for n in sizes:
        for deff in design_effects:
            found = {share: _coverage(n, deff, share) for share in shares}
            for name in METHODS:
                coverages[name] += [found[share][name][0] for share in shares]
                widths[name].append(np.mean([found[share][name][1] for share in shares]))
            if deff == 1:
                plain += [found[share]["Korn–Graubard"][0] for share in shares]
            rows.append(
                (
                    n,
                    decimal(deff, 1),
                    *(
                        f"{percent(min(found[share][name][0] for share in shares))} – "
                        f"{percent(max(found[share][name][0] for share in shares))}"
                        for name in METHODS
                    ),
                )
            )
    wider = widths["Korn–Graubard"][0] / widths["Wilson"][0] - 1
    return Section(
        "Les intervalles contiennent-ils la vérité ?",
        f"Un intervalle à {percent(CONF, 0)} doit contenir la part réelle {percent(CONF, 0)} du temps. Parts réelles "
        f"de {percent(min(shares), 0)} à {percent(max(shares), 0)} ; « effet » est ce que des poids inégaux coûtent. "
        "Couverture la plus basse et la plus haute selon la part réelle, calculée exactement.",
        [Table("Couverture des intervalles", ("Réponses", "Effet", *METHODS), rows)],
        [
            Target("Wilson, couverture la plus basse", min(coverages["Wilson"]), low=0.90),
            Target("Wilson, couverture moyenne", float(np.mean(coverages["Wilson"])), low=0.94, high=0.97),
            Target("Korn–Graubard, couverture la plus basse, sans poids", min(plain), low=0.93),
            Target(
                "Korn–Graubard, couverture la plus basse, avec poids",
                min(coverages["Korn–Graubard"]),
                low=0.93,
                is_published=False,
            ),
            Target("Korn–Graubard, élargissement à dix réponses", wider, low=0.10, high=0.35),
        ],
        [
            f"L’intervalle usuel (Wald) descend à {percent(min(coverages['Wald']))} : à petite base ou près de 0, il "
            "est trop étroit, et même de largeur nulle quand personne n’a dit oui. Wilson tient, sans s’élargir autant "
            "que Korn–Graubard, gardé pour l’audit.",
            "Quand les poids sont très inégaux, Korn–Graubard manque sa cible : si, par hasard, seuls des répondants "
            "légers disent oui, l’erreur estimée est trop petite et l’intervalle aussi. L’effectif réduit de Kish, qui "
            "ne dépend que des poids, n’a pas ce défaut : c’est lui qui sert aux intervalles publiés.",
        ],
    )


def _coverage(n, deff, share):
    """Return {method: (chance that the interval holds `share`, mean width)}.

    A quarter of the persons weigh more, within the bounds of the method; the answer does not depend on the weight. The
    numbers of yes in both groups are independent binomials: every pair is enumerated.
    """
    heavy = round(HEAVY * n)
    light = n - heavy
    weights = np.repeat([1.0, _heavy_weight(deff, heavy / n)], [light, heavy])
    n_eff = kish(weights).n_eff
    found = {name: np.zeros(2) for name in METHODS}
    for few in range(light + 1):
        for many in range(heavy + 1):
            chance = binom.pmf(few, light, share) * binom.pmf(many, heavy, share)
            if chance < 1e-9:
                continue
            y = np.concatenate([np.arange(light) < few, np.arange(heavy) < many]).astype(float)
            for name, bounds in METHODS.items():
                low, high = bounds(y, weights, n_eff)
                found[name] += chance * np.array([low <= share <= high, high - low])
    return {name: (float(covered), float(width)) for name, (covered, width) in found.items()}


def _heavy_weight(deff, heavy):
    """The weight r for which a share h weighing r, the others 1, has this design effect:
    (1 - h + h r²) / (1 - h + h r)² = deff."""
    light = 1 - heavy
    roots = np.roots([heavy - deff * heavy**2, -2 * deff * light * heavy, light - deff * light**2])
    return float(roots.real.max())


def _wilson(y, weights, n_eff):
    return wilson_bounds(np.average(y, weights=weights), n_eff)


def _korn_graubard(y, weights, n_eff):
    return korn_graubard(y, weights).interval


def _wald(y, weights, n_eff):
    share = np.average(y, weights=weights)
    margin = Z * np.sqrt(share * (1 - share) / n_eff)
    return share - margin, share + margin


METHODS = {"Wilson": _wilson, "Korn–Graubard": _korn_graubard, "Wald": _wald}
