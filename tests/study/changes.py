"""Do announced changes exist? Waves are drawn, with persons who answer both and hold several occupations."""

import numpy as np

from interviews.analysis.change import benjamini_hochberg
from interviews.analysis.change_table import WaveScores, tabulate_changes
from interviews.analysis.constants import FDR_Q

from .report import Section, Table, Target, percent

YES_NO = np.array([0.0, 1.0])
SCALE = (0.0, 1.0)
PANEL = 0.5  # of the persons of a wave who also answer the other one
STAYS = 0.6  # of these, who give the same answer again whatever they are asked
PERSONS, OCCUPATIONS, USE_CASES = 600, 34, 30
RISE = 0.20  # points gained by the use cases that moved
MOVED = 0.2  # of the use cases
UNCORRECTED, NAIVE_POINTS = 0.05, 0.10


def study_test(rng, draws=4000):
    """Size at 5 % and power of the change test, one draw a column."""
    rows, sizes, powers = [], [], []
    for n in (10, 30, 60):
        found = [_rejections(rng, n, share, share, draws) for share in (0.1, 0.3, 0.5)]
        sizes += found
        power = _rejections(rng, n, 0.35, 0.65, draws)
        powers.append(power)
        rows.append((n, *map(percent, found), percent(power)))
    return Section(
        "Le test d’évolution",
        f"Deux vagues dont {percent(PANEL, 0)} des personnes sont communes. Sans aucun changement réel, un test à 5 % "
        "doit se tromper au plus 5 % du temps ; avec trente points de hausse, il doit la voir.",
        [
            Table(
                "Part des tests significatifs à 5 %",
                ("Réponses par vague", "Sans hausse, part de 10 %", "30 %", "50 %", "Hausse de 35 % à 65 %"),
                rows,
            )
        ],
        [
            Target("Erreur, la pire", max(sizes), high=0.07),
            Target("Hausse de trente points vue à trente réponses", powers[1], low=0.60),
        ],
    )


def study_discoveries(rng, replicates=150):
    """False discovery rate over families of dependent tests, overlapping occupations."""
    rows, kept = [], {}
    for label, moved in (("Aucun changement réel", 0.0), (f"{percent(MOVED, 0)} des cas d’usage ont bougé", MOVED)):
        found = np.array([_family(rng, moved) for _ in range(replicates)])  # (replicates, methods, [false rate, seen])
        mean = found.mean(axis=0)
        kept[moved] = mean
        rows += [
            (label, method, percent(rate), percent(seen) if moved else "—")
            for method, (rate, seen) in zip(METHODS, mean.tolist(), strict=True)
        ]
    return Section(
        "Parmi les évolutions annoncées, combien de fausses ?",
        f"{OCCUPATIONS} métiers qui se recouvrent × {USE_CASES} cas d’usage = {OCCUPATIONS * USE_CASES} tests "
        f"dépendants, {PERSONS} personnes par vague. La promesse : au plus {percent(FDR_Q, 0)} en moyenne.",
        [Table("Part fausse des évolutions annoncées", ("Situation", "Méthode", "Fausses", "Vraies vues"), rows)],
        [
            Target("Fausses, aucun changement réel", kept[0.0][0, 0], high=FDR_Q),
            Target("Fausses, une partie a bougé", kept[MOVED][0, 0], high=FDR_Q),
        ],
        [
            "Sans correction, un tableau de mille cases où rien n’a bougé annonce presque sûrement quelque chose. Se "
            "fier à l’ampleur de l’écart est pire : dans les petits métiers, le hasard fait dix points à lui seul."
        ],
    )


METHODS = ("Benjamini–Hochberg", "Test à 5 % sans correction", "Écart d’au moins 10 points")


def _rejections(rng, n, before, after, draws):
    common = round(PANEL * n)
    first = (rng.random((n, draws)) < before).astype(np.int8)
    second = (rng.random((n, draws)) < after).astype(np.int8)
    again = rng.random((common, draws)) < STAYS
    if before == after:
        second[:common] = np.where(again, first[:common], second[:common])
    segments = np.ones((n, 1), dtype=bool)
    both = np.repeat(np.arange(common)[:, np.newaxis], 2, axis=1)
    table = tabulate_changes(WaveScores(first, YES_NO, segments), WaveScores(second, YES_NO, segments), both, SCALE)
    return float(np.nanmean(table.p < 0.05))


def _family(rng, moved):
    """Return by method (share of false ones among those announced, share of the true ones announced)."""
    held = rng.uniform(0.02, 0.12, OCCUPATIONS)
    common = round(PANEL * PERSONS)
    before = rng.uniform(0.1, 0.6, USE_CASES)
    has_moved = rng.permutation(USE_CASES) < round(moved * USE_CASES)
    after = before + RISE * has_moved
    members = [rng.random((PERSONS, OCCUPATIONS)) < held for _ in range(2)]
    members[1][:common] = members[0][:common]
    draws = rng.random((PERSONS, USE_CASES))
    again = np.where(rng.random((common, USE_CASES)) < STAYS, draws[:common], rng.random((common, USE_CASES)))
    draws_after = np.vstack([again, rng.random((PERSONS - common, USE_CASES))])
    waves = [
        WaveScores((chance < share).astype(np.int8), YES_NO, member)
        for chance, share, member in ((draws, before, members[0]), (draws_after, after, members[1]))
    ]
    both = np.repeat(np.arange(common)[:, np.newaxis], 2, axis=1)
    table = tabulate_changes(*waves, both, SCALE)
    eligible = table.has_base
    p, difference = table.p[eligible], table.difference[eligible]
    is_true = np.broadcast_to(has_moved, table.p.shape)[eligible]
    announced = (
        benjamini_hochberg(p).significant,
        p < UNCORRECTED,
        np.abs(difference) >= NAIVE_POINTS - 1e-12,
    )
    return [
        (float((told & ~is_true).sum() / max(told.sum(), 1)), float((told & is_true).sum() / max(is_true.sum(), 1)))
        for told in announced
    ]
