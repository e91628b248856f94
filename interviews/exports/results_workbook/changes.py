"""Évolution: what moved since the previous campaign."""

from django.utils.text import capfirst

from cnc_survey.workbook import Chart, Column, Sheet
from interviews.analysis.constants import FDR_Q
from interviews.analysis.disclosure import round_percent
from interviews.models import Change
from interviews.results.changes import ShownChange, read_changes
from interviews.results.disclosure import SMALL_BASE, WHOLE
from usecases.models import UseCase

from .shown import Setting, lay_out, percent, plain_page

TITLE, HEADING = "Évolution", "Ce qui a changé depuis la vague précédente"
LEVELS = (Change.Indicator.MATURITY, Change.Indicator.IMPACT)
CHARTED = 15
LEAST_P, CERTAIN = 0.005, "< 0,01"
WORDS = {True: "oui", False: "non", None: None}
NOTES = (
    "Avant, après, écart : position moyenne de 1 à 3 pour la maturité et l’impact, part des utilisateurs actuels, "
    "solde d’intention. Une moyenne de niveaux dit un mouvement, jamais une note.",
    "Annoncée : l’écart passe la correction de Benjamini et Hochberg ; parmi les évolutions annoncées, au plus "
    f"{100 * FDR_Q:.0f} %, en moyenne, sont de fausses alertes.",
    "À structure constante : l’évolution si la composition des répondants n’avait pas changé.",
)


def change_sheet(setting: Setting) -> Sheet:
    """Return the sheet Évolution, which says plainly when there is nothing to compare with."""
    changes = read_changes(setting.snapshot, setting.audience, variables=[""])
    if not changes:
        before = setting.campaign.baseline
        against = f" L’édition de référence, « {before} », ne vient pas d’une campagne." if before else ""
        return plain_page(
            setting,
            TITLE,
            HEADING,
            f"Aucune vague précédente : il n’y a pas d’évolution à mesurer.{against} La feuille Synthèse donne l’écart "
            "entre le niveau en vigueur et le niveau de la vague.",
        )
    names = dict(UseCase.objects.values_list("code", "name"))
    rows = [_row(change, names) for change in changes]
    return lay_out(setting, TITLE, HEADING, _columns(), rows, _charts(changes, names), NOTES, first_columns=2)


def _columns():
    points = "À structure constante"
    return [
        Column("Cas d’usage", 44),
        Column("Indicateur", 24),
        Column("Unité", 12),
        Column("Avant", 10, "decimal"),
        Column("Après", 10, "decimal"),
        Column("Écart", 10, "decimal"),
        Column("De", 10, "decimal"),
        Column("À", 10, "decimal"),
        Column("Annoncée", 11),
        Column("p ajusté", 10, "decimal"),
        Column("Base avant", 10, "integer"),
        Column("Base après", 10, "integer"),
        Column("Signe", 8),
        Column("Écart", 10, "decimal", points),
        Column("De", 10, "decimal", points),
        Column("À", 10, "decimal", points),
        Column("Filiation, ou pourquoi rien n’est comparé", 60),
        Column("Code", 34, is_printed=False),
    ]


def _row(change: ShownChange, names):
    hidden = None if change.mark in (WHOLE, SMALL_BASE) or change.obstacle else change.mark

    is_level = change.indicator in LEVELS

    def figure(value):
        return hidden if value is None else _shown(value, is_level)

    constant = change.at_constant_structure
    p = change.p_adjusted
    announced = WORDS[change.announced]
    return (
        names.get(change.use_case, change.use_case),
        capfirst(Change.Indicator(change.indicator).label),
        "niveau" if is_level else "%",
        *(figure(getattr(change, name)) for name in ("before", "after", "difference", "low", "high")),
        hidden if announced is None else announced,
        hidden if p is None else CERTAIN if p < LEAST_P else round(p, 2),
        hidden if change.n_before is None else change.n_before,
        hidden if change.n_after is None else change.n_after,
        change.mark,
        *(figure(constant[name]) if constant else None for name in ("difference", "low", "high")),
        change.explanation,
        change.use_case,
    )


def _shown(value, is_level):
    """Return a mean of levels to the hundredth, a share in percent with one decimal, half up."""
    return round(value, 2) if is_level else float(round_percent(value))


def _charts(changes, names):
    """Current use before and after, where it moved the most among the changes announced; else among all shown."""
    shown = [
        change for change in changes if change.indicator == Change.Indicator.USAGE and change.difference is not None
    ]
    announced = [change for change in shown if change.announced]
    kept = sorted(announced or shown, key=lambda change: -abs(change.difference))[:CHARTED]
    if not kept:
        return []
    title = "Usage actuel : les évolutions annoncées" if announced else "Usage actuel : aucune évolution n’est annoncée"
    rows = [(names.get(each.use_case, each.use_case), percent(each.before), percent(each.after)) for each in kept]
    return [Chart(title, ("Cas d’usage", "Avant", "Après"), rows, kind="percent", colours=("9DB7C9", "123F5C"))]
