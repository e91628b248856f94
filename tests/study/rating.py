"""Does the rating rule err, and does it see? Exact: every possible count of the three levels is enumerated."""

from unittest.mock import patch

import numpy as np
from scipy.stats import multinomial

from interviews.analysis import ratings
from interviews.analysis.adoption import decide_adoptions
from interviews.analysis.constants import CUTS, TAU
from interviews.analysis.ratings import answers_needed, chance_to_move, decide_levels

from .report import Section, Table, Target, percent

SIZES = (10, 12, 15, 20, 25, 30, 40, 50, 75, 100)
COMPARED = (10, 20, 50)
LARGEST = 300
IN_FORCE = 2
# What the profession thinks (shares of ●○○, ●●○, ●●●); the level in force is ●●○.
STEADY = {
    "Nette : 15 / 70 / 15": (0.15, 0.70, 0.15),
    "Au bord : 10 / 42 / 48": (0.10, 0.42, 0.48),
    "Opposée : 45 / 10 / 45": (0.45, 0.10, 0.45),
}
MOVED = {
    "Passée à ●●● : 5 / 35 / 60": (0.05, 0.35, 0.60),
    "Passée à ●●● : 5 / 25 / 70": (0.05, 0.25, 0.70),
    "Passée à ●●● : 0 / 20 / 80": (0.0, 0.20, 0.80),
}
UNIFORM = (1 / 3, 1 / 3, 1 / 3)


def study_boundary(sizes=SIZES, largest=LARGEST):
    """False alarms and detections of the rule, all answers adjacent to one boundary (METHOD 1.5)."""
    rows = []
    for n in sizes:
        needed = answers_needed(n)
        chances = [chance_to_move(needed[2, 3], n, share) for share in (0.5, 0.7, 0.8)]
        other = chance_to_move(needed[1, 2], n, 0.5)
        rows.append((n, needed[2, 3], needed[1, 2], percent(chances[0]), percent(other), *map(percent, chances[1:])))
    every = {n: answers_needed(n) for n in range(10, largest + 1)}
    worst = [max(chance_to_move(needed[move], n, 0.5) for n, needed in every.items()) for move in ((2, 3), (1, 2))]
    at_30 = chance_to_move(answers_needed(30)[2, 3], 30, 0.7)
    return Section(
        "Fausses alertes et changements vus",
        "La profession est partagée exactement par moitié à la frontière de deux niveaux : c’est le pire des cas, et "
        "tout changement annoncé est une fausse alerte. Puis 70 % ou 80 % sont réellement passés de l’autre côté.",
        [
            Table(
                "Réponses nécessaires, fausses alertes et détection",
                (
                    "Réponses",
                    "●●○ → ●●●",
                    "●○○ → ●●○",
                    "Fausse alerte",
                    "Depuis ●○○",
                    "Vu à 70 %",
                    "Vu à 80 %",
                ),
                rows,
            ),
            Table("Si une convention changeait : réponses nécessaires, ●●○ → ●●●", *_sensitivity()),
        ],
        [
            Target(f"Fausse alerte depuis ●●○, la pire de 10 à {largest} réponses", worst[0], high=0.20),
            Target(f"Fausse alerte depuis ●○○, la pire de 10 à {largest} réponses", worst[1], high=0.20),
            Target("Fausse alerte à dix réponses", chance_to_move(answers_needed(10)[2, 3], 10, 0.5), high=0.02),
            Target("Changement vu à trente réponses, 70 % de l’autre côté", at_30, low=0.70),
        ],
        [
            "Avec dix réponses la règle ne se trompe presque pas et voit peu : il lui en faut neuf sur dix. À trente, "
            "elle voit les trois quarts des mouvements francs. C’est le prix d’une note qui ne bouge pas pour rien."
        ],
    )


def _sensitivity():
    sizes = (10, 20, 50)
    variants = {
        "Convention retenue": {"TAU": TAU},
        "Note en vigueur : 1 réponse": {"M_PRIOR": 1.0},
        "Note en vigueur : 3 réponses": {"M_PRIOR": 3.0},
        "90 % de chances demandées": {"TAU": 0.90},
    }
    rows = []
    for label, changed in variants.items():
        with patch.multiple(ratings, **changed):
            rows.append((label, *(answers_needed(n)[2, 3] for n in sizes)))
    return ("Variante", *(f"{n} réponses" for n in sizes)), rows


def study_rules(sizes=COMPARED):
    """The rule beside the mean with thresholds, the mode and the bare median."""
    wrong, seen = (
        {(truth, rule): _chances(truths[truth], RULES[rule], sizes, told) for truth in truths for rule in RULES}
        for truths, told in ((STEADY, _is_wrong), (MOVED, _has_risen))
    )
    uniform, bare = _uniform(sizes)
    header = ("Ce que pense la profession", *RULES)
    rule = "Règle"
    return Section(
        "Pourquoi cette règle plutôt qu’une plus simple",
        f"Note en vigueur ●●○ ; n = {', '.join(map(str, sizes[:-1]))} puis {sizes[-1]} réponses, dans cet ordre. "
        "« Moyenne » coupe la moyenne des niveaux en trois parts égales ; « mode » prend la réponse la plus fréquente "
        "; « médiane » celle du répondant médian, sans plus.",
        [
            Table("Chances de publier un niveau faux, la vérité étant ●●○", header, _rows(STEADY, wrong)),
            Table("Chances de publier ●●●, la profession y étant passée", header, _rows(MOVED, seen)),
            Table(
                "Avis également répartis (1/3 chacun) : chances de dire « confirmée »",
                ("Réponses", "Avec le seuil d’accord", "Sans lui"),
                [(n, percent(one), percent(two)) for n, one, two in zip(sizes, uniform, bare, strict=True)],
            ),
        ],
        [
            Target("Niveau faux, profession au bord, la pire", max(wrong["Au bord : 10 / 42 / 48", rule]), high=0.10),
            Target("Niveau faux, profession opposée, la pire", max(wrong["Opposée : 45 / 10 / 45", rule]), high=0.05),
            Target("Niveau faux, profession nette, la pire", max(wrong["Nette : 15 / 70 / 15", rule]), high=0.01),
            Target(f"Avis répartis dits confirmés à {sizes[-1]} réponses", uniform[-1], high=0.20),
        ],
        [
            "Au bord, la moyenne et le mode se trompent plus d’une fois sur deux, la médiane seule une fois sur "
            "trois, et davantage de réponses n’y changent rien. Devant une profession divisée, la médiane et le mode "
            "publient un camp au hasard ; la règle dit « contestée »."
        ],
    )


def study_adoption(largest=LARGEST):
    """The share of users stands exactly at a cut; the level in force is on the other side."""
    sizes = range(10, largest + 1)
    shown = [n for n in (10, 30, 100, 300) if n <= largest]
    rows = []
    for cut, before in ((CUTS[0], 1), (CUTS[1], 2)):
        chances = dict(zip(sizes, (_crosses(n, cut, before) for n in sizes), strict=True))
        naive = [chance_to_move(int(np.ceil(cut * n - 1e-9)), n, cut) for n in shown]
        worst = max(chances, key=chances.get)
        rows.append(
            (
                percent(cut, 0),
                *(percent(chances[n]) for n in shown),
                percent(float(np.mean(list(chances.values())))),
                f"{percent(chances[worst])} ({worst} réponses)",
                " ; ".join(percent(each, 0) for each in naive),
            )
        )
    return Section(
        "Adoption : franchir un seuil",
        "La part d’utilisateurs est exactement au seuil, la note en vigueur juste en dessous : tout passage annoncé "
        "est dû au hasard. Sans la règle, on lirait la part observée.",
        [
            Table(
                "Passages annoncés à tort",
                ("Seuil", *(f"{n} réponses" for n in shown), "En moyenne", "Le pire", "Part observée seule"),
                rows,
            )
        ],
        [],
        [
            f"La méthode ne fixe pas de cible ici. La règle demande {percent(TAU, 0)} de chances d’être au-delà du "
            f"seuil, et se trompe donc {percent(1 - TAU, 0)} du temps en moyenne ; à quelques petits nombres de "
            "réponses, une seule personne la fait passer de trop prudente à trop hardie. Lire la part observée se "
            "trompe une fois sur deux."
        ],
    )


def _crosses(n, cut, before):
    users = np.arange(n + 1)
    moved = decide_adoptions(users / n, np.full(n + 1, n), before, np.full(n + 1, n)).level > before
    return chance_to_move(int(users[moved].min()), n, cut)


def _every_count(n):
    """All (a, b, c) with a + b + c = n."""
    low, middle = np.meshgrid(np.arange(n + 1), np.arange(n + 1), indexing="ij")
    counts = np.stack([low, middle, n - low - middle], axis=-1).reshape(-1, 3)
    return counts[counts[:, 2] >= 0]


def _chances(truth, rule, sizes, told):
    counts = [_every_count(n) for n in sizes]
    return [
        float(multinomial.pmf(each, n, truth)[told(rule(each))].sum()) for n, each in zip(sizes, counts, strict=True)
    ]


def _is_wrong(level):
    return level != IN_FORCE


def _has_risen(level):
    return level == IN_FORCE + 1


def _uniform(sizes):
    def confirmed():
        chances = []
        for n in sizes:
            counts = _every_count(n)
            status = decide_levels(counts, np.full(len(counts), n), IN_FORCE).status
            chances.append(float(multinomial.pmf(counts, n, UNIFORM)[status == "confirmed"].sum()))
        return chances

    gated = confirmed()
    with patch.object(ratings, "A_MIN", -2.0):
        return gated, confirmed()


def _rows(truths, chances):
    return [
        (truth, *(" ; ".join(percent(chance, 0) for chance in chances[truth, rule]) for rule in RULES))
        for truth in truths
    ]


def _rule(counts):
    return decide_levels(counts, counts.sum(axis=-1), IN_FORCE).level


def _median(counts):
    return 1 + (2 * np.cumsum(counts, axis=-1) >= counts.sum(axis=-1, keepdims=True)).argmax(axis=-1)


def _mode(counts):
    highest = counts.max(axis=-1)
    tied = counts[:, IN_FORCE - 1] == highest  # the level in force has the benefit of a tie
    return np.where(tied, IN_FORCE, 1 + counts.argmax(axis=-1))


def _mean(counts):
    mean = counts @ [1, 2, 3] / counts.sum(axis=-1)
    return 1 + (mean > 5 / 3).astype(int) + (mean > 7 / 3)


RULES = {"Règle": _rule, "Médiane": _median, "Mode": _mode, "Moyenne": _mean}
