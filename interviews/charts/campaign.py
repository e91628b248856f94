"""Charts of a whole campaign: ratings side by side, the map of families and stages, opinions."""

from dataclasses import dataclass

from cnc_survey.charts.layouts import Cell, Dot, Opinions, diverging_bars, dots_with_intervals, heatmap
from cnc_survey.charts.shapes import Chart, drawn
from cnc_survey.templatetags.house import number_fr, percent_fr
from usecases.charts import NOT_SHOWN
from usecases.models import Dimension
from usecases.rating_marks import DOTS
from usecases.wording import DIMENSION_NAMES

SCALE, TICKS = (1, 3), list(enumerate(DOTS, 1))
SHARES, CUTS = (0, 1), [(0, "0"), (0.16, "16\u202f%"), (0.5, "50\u202f%"), (1, "100\u202f%")]


@dataclass(frozen=True)
class Position:
    """Where one use case stands: values on the scale of its dimension, None where there is none; base in persons."""

    name: str
    value: float | None
    earlier: float | None
    low: float | None
    high: float | None
    base: int | None


def positions_chart(dimension: str, positions: list[Position], wave: str) -> Chart:
    """Several use cases side by side, the earlier value beside the new one, with its interval.

    Maturity and impact stand on their three levels (interpolated median; the line spans the levels that hold 80 % of
    the probability), adoption on its share of current users with its 95 % interval.
    """
    is_share = dimension == Dimension.ADOPTION
    known = [(position.value, position.name) for position in positions if position.value is not None]
    written = percent_fr if is_share else _median
    title = f"« {max(known)[1]} » vient en tête, à {written(max(known)[0])}" if known else NOT_SHOWN
    what = (
        "part des utilisateurs actuels, intervalle à 95\u202f% ; cercle vide : vague précédente"
        if is_share
        else "médiane des réponses, niveaux plausibles à 80\u202f% ; cercle vide : niveau en vigueur"
    )
    return drawn(
        dots_with_intervals(
            [
                Dot(
                    position.name,
                    position.value,
                    earlier=position.earlier,
                    low=position.low,
                    high=position.high,
                    note=written(position.value),
                    css="use-3" if is_share else "step-3",
                )
                for position in positions
            ],
            SHARES if is_share else SCALE,
            CUTS if is_share else TICKS,
        ),
        title=title,
        subtitle=f"{DIMENSION_NAMES[dimension].capitalize()} : {what} · {wave}",
        description="Une ligne par cas d’usage : le disque plein donne la valeur de la vague, le cercle vide celle "
        "d’avant, le trait mince l’intervalle.",
        columns=("Cas d’usage", "Avant", "Cette vague", "Intervalle", "Base"),
        rows=tuple(
            (
                position.name,
                _or_dash(position.earlier, written),
                _or_dash(position.value, written),
                "—" if position.low is None else f"{written(position.low)} à {written(position.high)}",
                number_fr(position.base),
            )
            for position in positions
        ),
    )


def map_chart(
    dimension: str, families: list[str], stages: list[str], levels: dict[tuple[str, str], list[int | None]], wave: str
) -> Chart:
    """The families along the stages: {(stage, family): the levels of the use cases there}.

    The tone of a cell is the median level of those known (the lower of two), its number that of its use cases.
    """
    cells = {place: Cell(_median_level(known), str(len(known))) for place, known in levels.items() if known}
    high = sum(cell.level == len(DOTS) for cell in cells.values())
    rated = sum(cell.level is not None for cell in cells.values())
    title = (
        f"{_the(dimension).capitalize()} est à {DOTS[-1]} dans {high} croisement{'s' if high > 1 else ''} sur {rated}"
        if rated
        else "Aucun niveau n’est encore connu"
    )
    rows = [(stage, [cells.get((stage, family)) for family in families]) for stage in stages]
    return drawn(
        heatmap(families, rows),
        title=title,
        subtitle=f"Niveau médian et nombre de cas d’usage, par étape et par famille · {wave}",
        description="Une ligne par étape, une colonne par famille. Le ton dit le niveau médian, de clair à foncé ; le "
        "nombre, combien de cas d’usage s’y trouvent ; un contour pointillé, qu’aucun n’est encore noté.",
        columns=("Étape", *families),
        rows=tuple((stage, *("—" if cell is None else _cell_words(cell) for cell in row)) for stage, row in rows),
    )


def opinions_chart(
    heading: str, answers: list[str], opinions: list[tuple[str, tuple | None, int | None]], wave
) -> Chart:
    """Opinions on several statements that share their answers, from the most negative to the most positive:
    [(statement, shares or None, base)]; those most agreed with come first."""
    side = len(answers) // 2

    def in_favour(opinion):
        return -1 if opinion[1] is None else sum(opinion[1][len(answers) - side :])

    ranked = sorted(opinions, key=in_favour, reverse=True)
    first = ranked[0]
    last_answers = " ou ".join(f"« {answer.lower()} »" for answer in answers[len(answers) - side :])
    title = (
        NOT_SHOWN
        if first[1] is None
        else f"« {first[0]} » : {percent_fr(in_favour(first), 0)} répondent {last_answers}"
    )
    bases = [base for _, _, base in opinions if base is not None]
    return drawn(
        diverging_bars(
            [Opinions(name, shares, "base insuffisante") for name, shares, _ in ranked],
            tuple(answers),
        ),
        title=title,
        subtitle=f"{heading} · {_bases(bases)} · {wave}",
        description="Une barre par énoncé, de part et d’autre d’un trait : à gauche les réponses négatives, à droite "
        "les positives ; les totaux de chaque côté sont écrits dessous.",
        columns=("Énoncé", *answers, "Base"),
        rows=tuple(
            (name, *(percent_fr(share) for share in shares or [None] * len(answers)), number_fr(base))
            for name, shares, base in ranked
        ),
    )


def _median(value):
    return number_fr(value, 1)


def _median_level(levels):
    known = sorted(level for level in levels if level)
    return known[(len(known) - 1) // 2] if known else None


def _cell_words(cell):
    return f"{DOTS[cell.level - 1] if cell.level else 'non renseigné'}, {cell.text}"


def _or_dash(value, written):
    return "—" if value is None else written(value)


def _the(dimension):
    return "la maturité" if dimension == Dimension.MATURITY else f"l’{DIMENSION_NAMES[dimension]}"


def _bases(bases):
    if not bases:
        return "base non montrée"
    least, most = min(bases), max(bases)
    return f"n = {number_fr(least)}" if least == most else f"n de {number_fr(least)} à {number_fr(most)}"
