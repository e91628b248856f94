"""Does weighting remove the bias it promises to remove, and only that one?"""

import numpy as np

from interviews.analysis.intervals import wilson_bounds
from interviews.analysis.weighting import WeightingError, rake_within_bounds

from .report import Section, Table, Target, decimal, percent

SECTORS, SIZES = ("cinema", "audiovisual", "video_game"), ("small", "medium", "large")
POPULATION = np.array([[0.25, 0.12, 0.08], [0.18, 0.09, 0.06], [0.08, 0.08, 0.06]])  # sectors × sizes
ANSWERS = np.array([0.6, 0.9, 1.8])  # how much more readily a sector answers
USES = np.array([0.20, 0.30, 0.60])[:, np.newaxis] + np.array([0.0, 0.05, 0.12])  # users in each cell
TOTAL = 100_000
KEEN = 1.6  # how much more readily users answer, at the same profile: what no margin can see


def study_weighting(rng, respondents=400, draws=400):
    """Bias, error and coverage of the share of users, unweighted then raked on sectors and sizes."""
    truth = float((POPULATION * USES).sum())
    rows, biases = [], {}
    for label, keen in (("Les secteurs répondent inégalement", 1.0), ("…et les utilisateurs plus volontiers", KEEN)):
        plain, raked, deffs, refused = _draw(rng, respondents, draws, keen)
        for method, found in (("Non redressé", plain), ("Redressé", raked)):
            share, low, high = found.T
            bias = float(share.mean() - truth)
            biases[keen, method] = bias
            covered = float(((low <= truth) & (truth <= high)).mean())
            error = float(np.sqrt(((share - truth) ** 2).mean()))
            deff = decimal(float(np.mean(deffs))) if method == "Redressé" else "1,00"
            rows.append((label, method, _points(bias), _points(error).lstrip("+"), percent(covered), deff))
    left = abs(biases[1.0, "Redressé"] / biases[1.0, "Non redressé"])
    return Section(
        "Ce que le redressement corrige, et ce qu’il ne corrige pas",
        f"{respondents} répondants d’une profession dont {percent(truth)} utilisent l’outil. Les secteurs répondent "
        "plus ou moins volontiers ; on cale sur le secteur et la taille de la structure.",
        [
            Table(
                f"Part d’utilisateurs estimée, {draws} vagues tirées",
                ("Situation", "Estimation", "Biais", "Erreur", "Couverture", "Effet des poids"),
                rows,
            )
        ],
        [
            Target("Biais qui reste quand la cause est dans les marges", left, high=0.10),
            Target("Vagues où le calage échoue", refused, high=0.02),
        ],
        [
            "Le redressement retire le biais dont les marges portent la cause. Il ne peut rien contre la volonté de "
            "répondre des utilisateurs eux-mêmes : c’est pourquoi les résultats décrivent les répondants, et pourquoi "
            "les deux chiffres sont toujours montrés ensemble."
        ],
    )


def _draw(rng, respondents, draws, keen):
    chance = (POPULATION * ANSWERS[:, np.newaxis])[..., np.newaxis] * np.stack([1 - USES, keen * USES], axis=-1)
    chance = (chance / chance.sum()).ravel()
    targets = {
        "sector": dict(zip(SECTORS, (TOTAL * POPULATION.sum(axis=1)).tolist(), strict=True)),
        "size": dict(zip(SIZES, (TOTAL * POPULATION.sum(axis=0)).tolist(), strict=True)),
    }
    plain, raked, deffs, refused = [], [], [], 0
    for _ in range(draws):
        sector, size, uses = np.unravel_index(
            rng.choice(chance.size, size=respondents, p=chance), (*POPULATION.shape, 2)
        )
        plain.append(_estimate(uses, np.ones(respondents), respondents))
        try:
            columns = {"sector": np.array(SECTORS)[sector], "size": np.array(SIZES)[size]}
            weights = rake_within_bounds(columns, targets)
        except WeightingError:
            refused += 1
            raked.append(plain[-1])  # the wave stays unweighted
            continue
        raked.append(_estimate(uses, weights.weights, weights.n_eff))
        deffs.append(weights.deff)
    return np.array(plain), np.array(raked), deffs, refused / draws


def _estimate(uses, weights, n_eff):
    share = np.average(uses, weights=weights)
    return (share, *map(float, wilson_bounds(share, n_eff)))


def _points(share):
    return f"{100 * share:+.1f} pt".replace(".", ",").replace("-", "−")
