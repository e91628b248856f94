"""Charts of one use case: how its levels are placed, who uses it, why, and how its ratings moved.

They take cells, published or not: objects with an `item`, a `base` (persons), a `mark` and `figures` by name; what is
None is drawn as not shown.
"""

from dataclasses import dataclass

from django.utils.text import capfirst

from cnc_survey.charts.layouts import Bar, Slope, bars, slopes
from cnc_survey.charts.shapes import Chart, drawn
from cnc_survey.templatetags.house import number_fr, percent_fr

from .models import Barrier, Benefit, Dimension, Edition, Rating
from .rating_marks import DOTS, FUNNEL, INTENTIONS
from .wording import DIMENSION_NAMES, LEVEL_LABELS, NOT_ENOUGH_ANSWERS

STEPS = ("aware", "tried", "current", "regular")
SCALE, TICKS = (1, 3), [(level, dots) for level, dots in enumerate(DOTS, 1)]
NOT_SHOWN = "Les réponses sont trop peu nombreuses pour être montrées"


@dataclass(frozen=True)
class PublishedCell:
    """A cell as an edition published it."""

    item: str
    base: int | None
    mark: str
    figures: dict


def published_charts(ratings: list[Rating], edition: Edition) -> dict[str, Chart]:
    """Return {name: Chart} for the figures that an edition shows of one use case; nothing for those it does not."""
    wave = f"« {edition} »"
    by_dimension = {rating.dimension: rating for rating in ratings if rating.details}
    charts = {}
    for dimension in (Dimension.MATURITY, Dimension.IMPACT):
        rating = by_dimension.get(dimension)
        if rating and rating.details.get("shares"):
            cell = PublishedCell(dimension, rating.base, rating.details["mark"], rating.details)
            charts[dimension.value] = levels_chart(cell, {"niveau publié": rating.level}, wave)
    if adoption := by_dimension.get(Dimension.ADOPTION):
        charts |= _adoption_charts(adoption, wave)
    return charts


def _adoption_charts(rating, wave):
    details, charts = rating.details, {}
    if details.get("funnel") and rating.share is not None:
        figures = details | {"rate": rating.share, "low": rating.low, "high": rating.high}
        charts["usage"] = funnel_chart(PublishedCell("usage", rating.base, details["mark"], figures), wave)
    cells = {
        name: PublishedCell(name, details[name]["base"], details[name]["mark"], details[name])
        for name in ("intention", "benefits", "barriers")
        if details.get(name) and details[name]["shares"]
    }
    if "intention" in cells:
        charts["intention"] = intention_chart(cells["intention"], wave)
    for name, (entries, noun) in {"benefits": (Benefit, "intérêts"), "barriers": (Barrier, "freins")}.items():
        if name in cells:
            charts[name] = mentions_chart(cells[name], dict(entries.objects.values_list("code", "name")), noun, wave)
    return charts


def levels_chart(cell, marks: dict[str, int | None], wave: str) -> Chart:
    """Where the answers place maturity or impact; `marks` names levels beside which a word is written."""
    dimension, shares = cell.item, cell.figures["shares"] or [None] * len(DOTS)
    name = DIMENSION_NAMES[dimension]
    if cell.figures["shares"]:
        best = max(range(len(DOTS)), key=lambda place: shares[place])
        title = f"{percent_fr(shares[best], 0)} des réponses placent {_the(dimension)} à {DOTS[best]}"
    else:
        title = NOT_SHOWN
    rows = [
        Bar(
            f"{dots} {LEVEL_LABELS[dimension][level]}",
            shares[level - 1],
            css=f"step-{level}",
            note=", ".join(name for name, marked in marks.items() if marked == level),
        )
        for level, dots in enumerate(DOTS, 1)
    ]
    return drawn(
        bars(rows),
        title=title,
        subtitle=f"{base_words(cell)} · {wave}",
        description=f"Une barre par niveau : la part des réponses qui y placent {_the(dimension)}.",
        columns=(name.capitalize(), "Part", "Niveau"),
        rows=tuple((row.label, percent_fr(row.share), row.note or "—") for row in rows),
    )


def funnel_chart(cell, wave: str) -> Chart:
    """From those who know it to those who use it regularly, among the professionals concerned."""
    figures = cell.figures
    shares = figures["funnel"] or {}
    title = (
        f"{percent_fr(shares['tried'], 0)} l’ont essayé, {percent_fr(figures['rate'], 0)} l’utilisent aujourd’hui"
        if shares and figures["rate"] is not None
        else NOT_SHOWN
    )
    rows = [
        Bar(
            FUNNEL[step],
            shares.get(step),
            css=f"use-{max(place, 1)}",
            **({"low": figures["low"], "high": figures["high"]} if step == "current" else {}),
        )
        for place, step in enumerate(STEPS)
    ]
    return drawn(
        bars(rows),
        title=title,
        subtitle=f"{base_words(cell)} concernées par ce cas d’usage · {wave}",
        description="Une barre par étape, de la connaissance à l’usage régulier ; un trait mince donne l’intervalle de "
        "la part des utilisateurs actuels.",
        columns=("Étape", "Part", "Intervalle"),
        rows=tuple((row.label, percent_fr(row.share), _interval(row.low, row.high)) for row in rows),
    )


def mentions_chart(cell, labels: dict[str, str], noun: str, wave: str) -> Chart:
    """Benefits or barriers (`noun`, plural), the most often named first; those that nobody named are left out."""
    shares = cell.figures["shares"] or {}
    named = sorted(((share, code) for code, share in shares.items() if share), reverse=True)
    rows = [Bar(labels.get(code, code), share, css="step-2") for share, code in named]
    if rows:
        title = f"« {rows[0].label} » vient en tête, cité par {percent_fr(rows[0].share, 0)}"
    else:
        title = NOT_SHOWN if cell.mark else f"Personne n’a cité de {noun}"
    return drawn(
        bars(rows or [Bar(noun.capitalize(), None, words=NOT_ENOUGH_ANSWERS)]),
        title=title,
        subtitle=f"{base_words(cell)} en ayant cité au moins un ; plusieurs choix possibles · {wave}",
        description=f"Une barre par réponse : la part des personnes qui l’ont citée parmi les {noun}.",
        columns=(noun.capitalize(), "Part"),
        rows=tuple((row.label, percent_fr(row.share)) for row in rows),
    )


def intention_chart(cell, wave: str) -> Chart:
    """What those who do not use it intend within twelve months."""
    shares = cell.figures["shares"] or {}
    yes, no = shares.get("yes"), shares.get("no")
    title = (
        f"{percent_fr(yes, 0)} des non-utilisateurs comptent s’y mettre, {percent_fr(no, 0)} non"
        if yes is not None and no is not None
        else NOT_SHOWN
    )
    tones = {"yes": "step-3", "maybe": "step-1", "no": "neutral"}
    rows = [Bar(label, shares.get(code), css=tones[code]) for code, label in INTENTIONS.items()]
    return drawn(
        bars(rows),
        title=title,
        subtitle=f"{base_words(cell)} qui ne l’utilisent pas · {wave}",
        description="Une barre par réponse à la question : comptez-vous l’utiliser d’ici douze mois ?",
        columns=("Intention", "Part"),
        rows=tuple((row.label, percent_fr(row.share)) for row in rows),
    )


def history_chart(history: list[tuple[str, list[tuple[str, int | None]]]]) -> Chart:
    """How the levels moved from edition to edition: [(dimension, [(edition, level)])], at least two editions."""
    waves = [name for name, _ in history[0][1]]
    series, rows, moved = [], [], []
    for dimension, levels in history:
        values = [level for _, level in levels]
        label = DIMENSION_NAMES[dimension].capitalize()
        series.append(
            Slope(
                label,
                values,
                [DOTS[level - 1] if level else "" for level in values],
                "use-3" if dimension == Dimension.ADOPTION else "step-3",
            )
        )
        rows.append((label, *(DOTS[level - 1] if level else "non renseigné" for level in values)))
        known = [level for level in values if level]
        if len(known) > 1 and known[-1] != known[-2]:
            moved.append(f"{_the(dimension)} {'monte' if known[-1] > known[-2] else 'descend'}")
    title = f"{', '.join(moved)}" if moved else "Aucun niveau n’a bougé"
    return drawn(
        slopes(series, waves, SCALE, TICKS),
        title=capfirst(title),
        subtitle=f"Niveaux publiés, de {waves[0]} à {waves[-1]}",
        description="Un panneau par dimension : le niveau de chaque édition, relié d’une édition à la suivante.",
        columns=("Dimension", *waves),
        rows=tuple(rows),
    )


def _the(dimension):
    return f"l’{DIMENSION_NAMES[dimension]}" if dimension != Dimension.MATURITY else "la maturité"


def base_words(cell) -> str:
    """Say in persons what the base of a cell is."""
    if cell.base is None:
        return "Base non montrée : personnes"
    return f"Base : {number_fr(cell.base)} personne{'s' if cell.base > 1 else ''}"


def _interval(low, high):
    return "—" if low is None or high is None else f"{percent_fr(low)} à {percent_fr(high)}"
