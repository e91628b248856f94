"""« Lisez-moi »: what makes every figure of the results workbook citable."""

from django.utils import timezone

from cnc_survey.workbook import Notice
from interviews.analysis.constants import published_constants
from interviews.models import Campaign, Response
from interviews.results.disclosure import MARK_MEANINGS, public_participation

LICENCE = "Licence Ouverte 2.0 (Etalab) : réutilisation libre, en citant la source, l’édition et l’instantané."
STAFF_LICENCE = "Version de travail, non masquée : à ne pas diffuser hors de l’équipe."

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

COLUMN_MEANINGS = [
    ("En vigueur", "Niveau de l’édition de référence, avant la vague : de 1 à 3, puis en points."),
    ("Calculé", "Niveau du répondant médian, la note en vigueur comptant comme deux réponses."),
    ("Proposé / Publié", "Niveau proposé par le calcul ; une fois l’édition publiée, niveau retenu par le CNC."),
    (
        "Statut",
        "Relevée, abaissée ou première note : le niveau change. Confirmée : il tient. Contestée : les avis divergent "
        "ou ne tranchent pas. Base insuffisante : trop peu de réponses, ou plus d’une personne sur deux ne sait pas.",
    ),
    (
        "Base",
        "Personnes sur lesquelles porte le chiffre. Maturité et impact : celles qui ont donné un niveau. Adoption : "
        "celles à qui le cas d’usage a été proposé et qui se sont placées sur l’échelle, « jamais entendu parler » "
        "compris ; « pas mon métier » et « ne sait pas » sont en dehors. Intention : celles qui ne l’utilisent pas et "
        "ont répondu. Intérêts et freins : celles qui en ont coché au moins un.",
    ),
    (
        "Probabilité",
        "Probabilité que le niveau soit celui de l’ensemble des professionnels qui ressemblent aux répondants.",
    ),
    ("Évolution", "Niveaux gagnés ou perdus depuis l’édition de référence ; vide si l’un des deux manque."),
    ("Accord", "Accord de van der Eijk : 1 unanimité, 0 avis également répartis, −1 avis opposés."),
    ("Médiane interpolée", "Position fine de l’opinion entre les niveaux, à lire d’une vague à l’autre."),
    ("Utilisateurs actuels", "Part de la base en usage occasionnel ou régulier, avec son intervalle de Wilson."),
    ("Solde d’intention", "Part de « oui » moins part de « non », à douze mois, parmi les non-utilisateurs."),
]


def readme_sheet(campaign: Campaign, is_public: bool) -> Notice:
    """Return the page of a closed campaign."""
    snapshot = campaign.snapshot
    return Notice(
        title="Lisez-moi",
        heading=campaign.title,
        intro=(
            "Évolution des usages de l’intelligence artificielle dans le cinéma, l’audiovisuel et le jeu vidéo.",
            "Les résultats décrivent les répondants, tous volontaires : ce n’est pas un sondage représentatif.",
        ),
        sections=[
            ("La vague", _wave(campaign)),
            ("Participation", _participation(snapshot, is_public)),
            (
                "Méthode",
                [
                    ("Version de la méthode", snapshot.method_version),
                    ("Instantané", snapshot.identifier),
                    ("Redressement", "Non redressé : chaque personne compte pour une."),
                    ("Entretiens", "Tenus à part : ils n’entrent dans aucun chiffre de ce classeur."),
                    (
                        "Plusieurs métiers",
                        "Une personne peut avoir plusieurs métiers ou secteurs ; les lignes ne s’additionnent pas.",
                    ),
                    ("Arrondi", "Pourcentages à une décimale, au plus proche, la moitié vers le haut."),
                ],
            ),
            ("Lire les colonnes", COLUMN_MEANINGS),
            ("Signes", [(mark, meaning) for mark, meaning in MARK_MEANINGS.items()]),
            ("Seuils et constantes", _constants()),
            (
                "Réutiliser",
                [
                    ("Licence", LICENCE if is_public else STAFF_LICENCE),
                    ("Citer", _citation(campaign)),
                ],
            ),
        ],
    )


def describe_dates(campaign: Campaign) -> str:
    """Return the dates of collection in words: « du 05/01/2026 au 28/02/2026 »."""
    return f"du {campaign.opens_on:%d/%m/%Y} au {campaign.closes_on:%d/%m/%Y}"


def _wave(campaign):
    edition = campaign.edition
    return [
        ("Campagne", campaign.title),
        ("Adresse", campaign.slug),
        ("Données", "FICTIVES : réponses simulées" if campaign.is_fictional else "réelles"),
        ("Collecte", describe_dates(campaign)),
        ("Clôture", timezone.localdate(campaign.closed_at)),
        ("Questionnaire", str(campaign.questionnaire)),
        ("Édition de référence", str(campaign.baseline or "aucune")),
        ("Édition publiée", str(edition or "pas encore : les niveaux nouveaux sont des propositions")),
    ]


def _participation(snapshot, is_public):
    figures = public_participation(snapshot) if is_public else snapshot.participation
    lines = [
        ("Répondants comptés", _count(figures["respondents"])),
        ("Personnes rencontrées en entretien", _count(figures["interviewees"])),
        ("Cas d’usage proposés, en tout", _count(figures["use_cases_offered"])),
        ("Cas d’usage renseignés, en tout", _count(figures["use_cases_answered"])),
    ]
    if is_public:
        return lines
    states = {"started": "commencées", "submitted": "envoyées", "withdrawn": "retirées", "excluded": "écartées"}
    modes = dict(Response._meta.get_field("mode").choices)
    return [
        *lines,
        ("Structures identifiées", figures["structures"]),
        *(
            (f"Réponses {words} ({modes[mode]})", counts[state])
            for mode, counts in figures["modes"].items()
            for state, words in states.items()
        ),
    ]


def _count(persons):
    return "moins de 5" if persons is None else persons


def _constants():
    return [(name, f"{_plain(value)} · {CONSTANT_LABELS[name]}") for name, value in published_constants().items()]


def _plain(value):
    """Return a constant as a reader writes it: decimal comma, values of a list joined."""
    if isinstance(value, tuple):
        return " ; ".join(_plain(each) for each in value)
    if isinstance(value, float):
        return f"{value:.6g}".replace(".", ",")
    return str(value)


def _citation(campaign):
    fictional = "données fictives, " if campaign.is_fictional else ""
    return (
        f"CNC, {campaign.edition or campaign}, {describe_dates(campaign)}, {fictional}"
        f"instantané {campaign.snapshot.identifier}, méthode {campaign.snapshot.method_version}."
    )
