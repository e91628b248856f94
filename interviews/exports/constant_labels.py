"""The conventions of the method, said in French: on the method page and in every workbook."""

import math

from interviews.analysis.constants import published_constants

SMALL = 1e-4  # below, a tolerance: a power of ten
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

CONSTANT_LABELS = {
    "METHOD_VERSION": "version de la méthode",
    "TOLERANCE": "tolérance de calcul à chaque seuil",
    "LEANING": "probabilité à partir de laquelle une tendance est dite",
    "M_PRIOR": "réponses que vaut la note en vigueur",
    "EPS": "réponse a priori sur chaque niveau",
    "TAU": "probabilité demandée pour annoncer un niveau",
    "A_MIN": "accord en dessous duquel les avis sont dits dispersés",
    "DK_MAX": "part de « ne sait pas » au-delà de laquelle la note reste",
    "CUTS": "seuils d’adoption (part d’utilisateurs actuels)",
    "CONF": "niveau de confiance des intervalles",
    "N_SHOW": "personnes : en dessous, rien n’est montré",
    "N_RATE": "personnes : en dessous, ni part ni note",
    "N_FLAG": "personnes : en dessous, le chiffre porte †",
    "STRUCT_MIN": "structures : en dessous, rien n’est montré",
    "GROUP": "part au-delà de laquelle une réponse n’est pas précisée (petites bases)",
    "WEIGHT_MIN": "poids le plus faible, en cas de redressement",
    "WEIGHT_MAX": "poids le plus fort, en cas de redressement",
    "DEFF_WARN": "effet du redressement : avertissement",
    "DEFF_STOP": "effet du redressement : refus",
    "MARGIN_MIN": "répondants par catégorie de marge, au moins",
    "MARGIN_TOTAL_TOLERANCE": "écart toléré entre totaux de marges",
    "RAKE_TOLERANCE": "écart aux marges à la fin du calage",
    "RAKE_PASSES": "passages du calage, au plus",
    "TRIM_TOLERANCE": "écart toléré par les poids bornés",
    "FDR_Q": "fausses alertes tolérées parmi les évolutions signalées",
    "ALPHA_PROVISIONAL": "fiabilité du codage des entretiens : provisoire",
    "ALPHA_PUBLISH": "fiabilité du codage des entretiens : publiable",
    "DOUBLE_CODED_SHARE": "part des entretiens codés deux fois",
    "DOUBLE_CODED_UNITS": "unités codées deux fois, au moins",
    "INTERVIEWS_MIN": "entretiens sur un cas d’usage, au moins",
}


def constant_rows() -> list[tuple[str, str, str]]:
    """Return (name, value as a reader writes it, meaning) of every convention, in the order of the code."""
    return [(name, _plain(value), CONSTANT_LABELS[name]) for name, value in published_constants().items()]


def _plain(value):
    if isinstance(value, tuple):
        return " ; ".join(_plain(each) for each in value)
    if isinstance(value, float) and 0 < value < SMALL:
        return "10" + f"{round(math.log10(value))}".translate(SUPERSCRIPTS)
    if isinstance(value, float):
        return f"{value:.3g}".replace(".", ",")
    return str(value)
