"""How levels, statuses and reasons are worded on screen and in exports.

Levels are coded by their number; the wording belongs to us and to the study, and an edition keeps its own.
"""

from .models import Dimension, Rating

# Below, a figure is shown with † : its interval is too wide to compare it with another.
SMALL_BASE = 30
SMALL_BASE_MARK = "†"
NOT_PROVIDED = "non renseigné"
FICTIONAL_BANNER = "DONNÉES FICTIVES\u00a0: démonstration, réponses simulées."
NOT_ENOUGH_ANSWERS = "base insuffisante"
# What is said of a share that may not be shown, by its mark; under any other mark there are not enough answers.
MASKED_SHARES = {
    "g+": "plus de 90\u202f%",
    "g-": "moins de 10\u202f%",
    "p": "part non montrée",
}

LEVEL_LABELS = {
    Dimension.MATURITY: {
        1: "Technologie en développement",
        2: "Technologie existante en évolution rapide",
        3: "Technologie existante",
    },
    Dimension.IMPACT: {
        1: "Assistance sur des tâches existantes",
        2: "Automatisation d’une partie des tâches",
        3: "Transformation ou remplacement de l’essentiel des tâches",
    },
    Dimension.ADOPTION: {
        1: "Usage émergent",
        2: "Usage en diffusion",
        3: "Usage majoritaire",
    },
}

# Levels that the study left without a word: the method page says that these wordings are ours.
OUR_WORDINGS = frozenset(
    {
        (Dimension.IMPACT, 3),
        (Dimension.ADOPTION, 1),
        (Dimension.ADOPTION, 2),
        (Dimension.ADOPTION, 3),
    }
)

DIMENSION_NAMES = {
    Dimension.MATURITY: "maturité",
    Dimension.IMPACT: "impact",
    Dimension.ADOPTION: "adoption",
}

STATUS_MARKS = {
    Rating.Status.RAISED: "▲",
    Rating.Status.LOWERED: "▼",
    Rating.Status.CONFIRMED: "=",
}

REASON_LABELS = {
    "polarised": "avis opposés",
    "dispersed": "avis dispersés",
    "unknown": "plus d’une personne sur deux ne sait pas",
    "leaning_up": "tendance à la hausse",
    "leaning_down": "tendance à la baisse",
    "undecided": "avis sans majorité nette",
}


def level_label(dimension: str, level: int | None) -> str:
    """Return the wording of a level (1–3), or « non renseigné » when there is none."""
    return NOT_PROVIDED if level is None else LEVEL_LABELS[dimension][level]
