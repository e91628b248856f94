"""« Lisez-moi »: what makes every figure of the results workbook citable."""

from collections.abc import Sequence

from django.utils import timezone

from cnc_survey.workbook import Link, Notice
from interviews.analysis.constants import M_PRIOR, N_SHOW
from interviews.models import Campaign, Response
from interviews.results.disclosure import MARK_MEANINGS, public_participation
from interviews.results.margins import french
from interviews.results.segments import SEVERAL_TRADES
from interviews.results.weights import UNWEIGHTED

from .constant_labels import constant_rows

LICENCE = "Licence Ouverte 2.0 (Etalab) : réutilisation libre, en citant la source, l’édition et l’instantané."
STAFF_LICENCE = "Version de travail, non masquée : à ne pas diffuser hors de l’équipe."

COLUMN_MEANINGS = [
    ("En vigueur", "Niveau de l’édition de référence, avant la vague : de 1 à 3, puis en points."),
    ("Calculé", f"Niveau du répondant médian, la note en vigueur comptant comme {M_PRIOR:.0f} réponses."),
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


def readme_sheet(campaign: Campaign, is_public: bool, contents: Sequence[tuple[str, str]] = ()) -> Notice:
    """Return the page of a closed campaign; `contents` are the (title, heading) of the sheets that follow."""
    snapshot = campaign.snapshot
    return Notice(
        title="Lisez-moi",
        heading=campaign.title,
        intro=(
            "Évolution des usages de l’intelligence artificielle dans le cinéma, l’audiovisuel et le jeu vidéo.",
            "Les résultats décrivent les répondants, tous volontaires : ce n’est pas un sondage représentatif.",
        ),
        sections=[
            ("Dans ce classeur", [(Link(title, title), heading) for title, heading in contents]),
            ("La vague", _wave(campaign)),
            ("Participation", _participation(snapshot, is_public)),
            (
                "Méthode",
                [
                    *snapshot_lines(campaign),
                    ("Redressement", _weighting(snapshot)),
                    ("Entretiens", "Tenus à part : ils n’entrent dans aucun chiffre de ce classeur."),
                    ("Plusieurs métiers", SEVERAL_TRADES),
                    ("Arrondi", "Pourcentages à une décimale, au plus proche, la moitié vers le haut."),
                ],
            ),
            ("Lire les colonnes", COLUMN_MEANINGS),
            ("Signes", [(mark, meaning) for mark, meaning in MARK_MEANINGS.items()]),
            ("Seuils et constantes", constant_lines()),
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
    return f"moins de {N_SHOW}" if persons is None else persons


def _weighting(snapshot):
    said = snapshot.weighting
    if not said.get("is_weighted"):
        return " ".join([said.get("source") or UNWEIGHTED, *said.get("messages", [])])
    costs = f"Effet sur la variance : {french(said['deff'], 3)} ; réponses effectives : {french(said['n_eff'], 3)}."
    return " ".join([said["source"], costs, *said["messages"]])


def snapshot_lines(campaign: Campaign) -> list[tuple[str, str]]:
    """Return what the figures of a closed campaign rest on; nothing before it is closed."""
    if campaign.closed_at is None:
        return []
    snapshot = campaign.snapshot
    return [("Version de la méthode", snapshot.method_version), ("Instantané", snapshot.identifier)]


def constant_lines() -> list[tuple[str, str]]:
    """Return every convention of the method with its value and what it means."""
    return [(name, f"{value} · {meaning}") for name, value, meaning in constant_rows()]


def _citation(campaign):
    fictional = "données fictives, " if campaign.is_fictional else ""
    return (
        f"CNC, {campaign.edition or campaign}, {describe_dates(campaign)}, {fictional}"
        f"instantané {campaign.snapshot.identifier}, méthode {campaign.snapshot.method_version}."
    )
