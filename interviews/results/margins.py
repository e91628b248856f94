"""Population margins beside the respondents: which category of each margin a person is in, and how many it should hold.

The variables that a person may cumulate (sectors, occupations) give one yes/no margin per row, METHOD.md §3.2; the
rows of any other variable make one margin together. Headcounts and shares may be mixed between variables, not within
one: shares are turned into headcounts of the whole population.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from interviews.analysis.constants import MARGIN_TOTAL_TOLERANCE, TOLERANCE
from interviews.analysis.weighting import WeightingCode, WeightingError
from interviews.frames import MISSING, Profiles
from interviews.models import PROFILE_COLUMNS, PopulationMargin, Response
from interviews.models.weighting import NOT_GIVEN
from usecases.models import Occupation, Sector

Variable, Unit = PopulationMargin.Variable, PopulationMargin.Unit
CUMULATED = {Variable.SECTORS: Sector, Variable.OCCUPATIONS: Occupation}
NOT_GIVEN_LABEL = "Non renseigné"
IN, OUT = "concernés", "autres"  # the two categories of a yes/no margin
SHARE_ROUNDING = 0.05  # points: shares are published with one decimal, so that each may be off by this much


@dataclass(frozen=True)
class Margin:
    """One margin beside the respondents, C categories.

    `column`: for each respondent the name of their category; None without an answer, the name of the answer where no
    target covers it. `targets`: headcounts (C). `counts`: respondents in each category (C). `sources`: « source,
    année » of each figure, once.
    """

    name: str
    categories: tuple[str, ...]
    column: tuple[str | None, ...]
    targets: np.ndarray
    counts: np.ndarray
    sources: tuple[str, ...]


def known_categories() -> dict[str, dict[str, str]]:
    """Return {variable: {code: label}} of what a margin may name, in the order of the lists; two queries."""
    known = {Variable.POPULATION: {}}
    for variable, entries in CUMULATED.items():
        known[variable] = dict(entries.objects.order_by("position", "code").values_list("code", "name"))
    known |= {Variable(name): dict(Response._meta.get_field(name).choices) for name in PROFILE_COLUMNS}
    return {variable: codes | ({NOT_GIVEN: NOT_GIVEN_LABEL} if codes else {}) for variable, codes in known.items()}


def row_mistakes(rows: Iterable[PopulationMargin], known: dict[str, dict[str, str]]) -> list[tuple[int, str, str]]:
    """Return what keeps these rows from making margins: (place of the row, field, French sentence)."""
    rows = list(rows)
    mistakes, owners, units = [], {}, {}
    for place, row in enumerate(rows):
        variable = row.get_variable_display()
        for code in row.codes:
            if code not in known[row.variable]:
                accepted = ", ".join(known[row.variable])
                mistakes.append((place, "category", f"« {code} » n’est pas une modalité de {variable} : {accepted}."))
            elif row.variable not in CUMULATED and (row.variable, code) in owners:
                mistakes.append((place, "category", f"« {code} » figure déjà dans une autre ligne de {variable}."))
            owners.setdefault((row.variable, code), place)
        if row.variable not in CUMULATED and row.unit != units.setdefault(row.variable, row.unit):
            mistakes.append((place, "unit", f"les lignes de {variable} mêlent effectifs et parts : choisissez."))
    return mistakes


def place_respondents(rows: Sequence[PopulationMargin], profiles: Profiles) -> tuple[list[Margin], list[str]]:
    """Return the margins that these rows make beside the respondents who answered by themselves, and remarks.

    Raises WeightingError when the rows contradict one another or the size of the population cannot be told.
    """
    known = known_categories()
    if mistakes := row_mistakes(rows, known):
        place, _, sentence = mistakes[0]
        raise WeightingError(WeightingCode.UNKNOWN_CATEGORY, f"Marge « {rows[place]} » : {sentence}")
    total, reference = _population(rows)
    respondents = profiles.by_questionnaire
    margins, remarks = [], []
    for variable in dict.fromkeys(row.variable for row in rows if row.variable != Variable.POPULATION):
        mine = [row for row in rows if row.variable == variable]
        if variable in CUMULATED:
            membership = getattr(profiles, variable)
            margins += [_yes_no(row, membership, respondents, known[variable], total) for row in mine]
        else:
            margin, remark = _partition(variable, mine, profiles, respondents, known[variable], total)
            _check_total(margin, total, reference)
            margins.append(margin)
            remarks += remark
    return margins, remarks


def _population(rows):
    """Return the size of the population, and what gives it: its own row, else a margin in headcounts, else 100 %."""
    given = [row.target for row in rows if row.variable == Variable.POPULATION]
    if given:
        return given[0], str(Variable.POPULATION.label)
    headcounts = {}
    for row in rows:
        if row.variable not in CUMULATED and row.unit == Unit.HEADCOUNT:
            headcounts[row.variable] = headcounts.get(row.variable, 0) + row.target
    if headcounts:
        variable, total = next(iter(headcounts.items()))
        return total, str(Variable(variable).label)
    if any(row.unit == Unit.HEADCOUNT for row in rows):
        raise WeightingError(
            WeightingCode.MISSING,
            "Des métiers ou des secteurs sont donnés en effectifs, sans la population totale : ajoutez la ligne "
            "« Population totale », ou donnez des parts.",
        )
    return 100.0, "100 %"


def _check_total(margin, total, reference):
    if abs(margin.targets.sum() - total) > MARGIN_TOTAL_TOLERANCE * total:
        raise WeightingError(
            WeightingCode.TOTAL_MISMATCH,
            f"Les marges n’ont pas le même total : {french(margin.targets.sum())} pour « {margin.name} », "
            f"{french(total)} pour « {reference} ».",
        )


def _yes_no(row, membership, respondents, labels, total):
    member = membership.member[respondents]
    places = [membership.codes.index(code) for code in row.codes if code != NOT_GIVEN]
    inside = member[:, places].any(axis=1)
    if NOT_GIVEN in row.codes:
        inside |= ~member.any(axis=1)
    headcount = row.target if row.unit == Unit.HEADCOUNT else total * row.target / 100
    return Margin(
        name=f"{row.get_variable_display()} : {_label(row, labels)}",
        categories=(IN, OUT),
        column=tuple(np.where(inside, IN, OUT).tolist()),
        targets=np.array([headcount, total - headcount]),
        counts=np.array([inside.sum(), (~inside).sum()]),
        sources=_sources([row]),
    )


def _partition(variable, rows, profiles, respondents, labels, total):
    names = [_label(row, labels) for row in rows]
    name_of = {code: name for row, name in zip(rows, names, strict=True) for code in row.codes}
    codes = profiles.categories[variable]
    # One more entry, last, for those who left the variable empty: -1 points to it.
    shown = [name_of.get(code, labels[code]) for code in codes] + [name_of.get(NOT_GIVEN)]
    values = profiles.columns[variable][respondents]
    counts = np.bincount(np.where(values == MISSING, len(codes), values), minlength=len(codes) + 1).tolist()
    targets = np.array([row.target for row in rows], dtype=float)
    remarks = []
    if rows[0].unit == Unit.SHARE:
        summed = targets.sum()
        off = abs(summed - 100)
        if off > SHARE_ROUNDING * len(rows) + TOLERANCE:
            raise WeightingError(
                WeightingCode.TOTAL_MISMATCH,
                f"Marge « {Variable(variable).label} » : les parts font {french(summed)} %, au lieu de 100 %.",
            )
        if off > TOLERANCE:
            remarks.append(
                f"Marge « {Variable(variable).label} » : les parts font {french(summed)} %, par arrondi ; elles sont "
                "ramenées à 100 %."
            )
            targets *= 100 / summed
        targets *= total / 100
    margin = Margin(
        name=str(Variable(variable).label),
        categories=tuple(names),
        column=tuple(shown[value] for value in values.tolist()),
        targets=targets,
        counts=np.array(
            [sum(n for n, label in zip(counts, shown, strict=True) if label == name) for name in names], dtype=int
        ),
        sources=_sources(rows),
    )
    return margin, remarks


def _label(row, labels):
    return " + ".join(str(labels[code]) for code in row.codes)


def _sources(rows):
    return tuple(dict.fromkeys(f"{row.source}, {row.year}" for row in rows))


def french(number: float, digits: int = 10) -> str:
    """Return a number as a reader writes it, with a decimal comma."""
    return f"{number:.{digits}g}".replace(".", ",")
