"""What leaves of the evidence: the one place where the figures of a wave are masked (METHOD.md §5).

Screens, workbook and publication all read evidence through these functions. The staff view is whole, and its `mark`
tells what the public sees; the public view has the same keys, with None for a figure that is hidden.
"""

from interviews.analysis.adoption import CURRENT
from interviews.analysis.disclosure import Detail, dominant_modality, visible_detail
from interviews.analysis.flags import has_small_base
from interviews.analysis.missing import or_none, ratio
from interviews.analysis.statuses import Reason
from interviews.frames import LADDER
from interviews.models import Assessment, Snapshot
from usecases.models import Dimension

WHOLE, SMALL_BASE, BASE_ONLY, UNKNOWN, GROUPED, HIDDEN = MARKS = ("", "†", "b", "d", "g", "s")
MARK_MEANINGS = {
    SMALL_BASE: "base de moins de 30 personnes : à lire avec précaution",
    BASE_ONLY: "de 5 à 9 personnes : la base seule est montrée",
    UNKNOWN: "plus d’une personne sur deux ne sait pas : la base et cette part seules sont montrées",
    GROUPED: "une même réponse réunit plus de 90 % d’une base de moins de 30 personnes : sa part n’est pas précisée",
    HIDDEN: "moins de 5 personnes, ou moins de 3 structures : rien n’est montré",
}
# What a cell still shows under each mark that hides something.
VISIBLE = {
    BASE_ONLY: {"base", "leaning"},
    UNKNOWN: {"base", "dk_share"},
    GROUPED: {"base", "dominant"},
    HIDDEN: set(),
}
# Marks of one occupation's row of adoption, besides those above: only a bound is told, or the row protects another.
ABOVE_90, BELOW_10, PROTECTED = "g+", "g-", "p"
VISIBLE |= {mark: {"base"} for mark in (ABOVE_90, BELOW_10, PROTECTED)}
LABELS = {"mark", "variable", "category", "label"}  # no figures: shown under every mark
CURRENT_USERS, OTHERS = "current_users", "others"  # a group as `dominant` when no single step of the ladder is


def public_evidence(assessment: Assessment) -> dict:
    """Return what everybody may see of the figures behind an assessment; None where a figure is hidden.

    The level in force and the status are public whatever the base: they are the assessment's own fields.
    Maturity and impact: mark, base, dk_share, shares (of levels 1, 2, 3), probabilities, probability (of the computed
    level), agreement, interpolated_median, leaning. Adoption: mark, base, dominant, rate, low, high, probabilities,
    probability, usage ({step: share}), funnel ({step: share or conversion}), and three cells with a base of their own:
    intention (mark, base, dominant, shares, net, low, high), benefits and barriers (mark, base, shares by code).
    `dominant`: the answer, or « current_users » or « others », that more than 90 % of a small base gave.
    """
    return _masked(staff_evidence(assessment))


def staff_evidence(assessment: Assessment) -> dict:
    """Return the figures of `public_evidence`, all of them; `mark` says what the public sees."""
    return _EVIDENCE[assessment.dimension](assessment)


def public_occupations(assessment: Assessment) -> list[dict]:
    """Return the adoption of each occupation, as everybody may see it: [{category, mark, base, rate, low, high}]; None
    where a figure is hidden. Rows do not add up: a person counts in each of their occupations (METHOD.md §2.6).

    The masks of a row were settled at closing. Where the rate of all is not shown, no occupation's is.
    """
    total = staff_evidence(assessment)["mark"]
    return [_masked(_occupation(row, total)) for row in assessment.evidence["occupations"]]


def public_profiles(snapshot: Snapshot) -> list[dict]:
    """Return who answered, as everybody may see it: [{variable, label, base, mark, rows}], each row {category, label,
    n, share, mark}; None where a figure is hidden."""
    return [_masked(table) | {"rows": [_masked(row) for row in table["rows"]]} for table in staff_profiles(snapshot)]


def staff_profiles(snapshot: Snapshot) -> list[dict]:
    """Return the tables of `public_profiles` with all their figures; `mark` says what the public sees."""
    return [_profile_table(table) for table in snapshot.profiles]


def public_participation(snapshot: Snapshot) -> dict:
    """Return {respondents, interviewees, use_cases_offered, use_cases_answered}; None for 1 to 4 persons."""
    figures = snapshot.participation
    shown = {name: _at_least_shown(figures[name]) for name in ("respondents", "interviewees")}
    answers = {name: figures[name] for name in ("use_cases_offered", "use_cases_answered")}
    return shown | (answers if shown["respondents"] else dict.fromkeys(answers))


def _at_least_shown(persons):
    return None if persons and visible_detail(persons) == Detail.NOTHING else persons


def _masked(cell):
    """Return the cell without what its mark hides; a cell within a cell follows its own mark."""
    visible = VISIBLE.get(cell["mark"])
    masked = {}
    for name, value in cell.items():
        if isinstance(value, dict) and "mark" in value:
            masked[name] = _masked(value)
        else:
            masked[name] = value if visible is None or name in visible | LABELS else None
    return masked


def _mark(base, structures):
    detail = visible_detail(base, structures)
    if detail == Detail.EVERYTHING:
        return SMALL_BASE if has_small_base(base) else WHOLE
    return HIDDEN if detail == Detail.NOTHING else BASE_ONLY


def _level_evidence(assessment):
    figures = assessment.evidence
    mark = _mark(assessment.base, figures["structures"])
    if mark in (WHOLE, SMALL_BASE) and assessment.reason == Reason.UNKNOWN:
        mark = UNKNOWN
    copied = ("dk_share", "shares", "probabilities", "agreement", "interpolated_median", "leaning")
    return {
        "mark": mark,
        "base": assessment.base,
        "probability": _probability(assessment),
        **{name: figures[name] for name in copied},
    }


def _adoption_evidence(assessment):
    figures = assessment.evidence
    steps = [figures["usage"][step.code] for step in LADDER]
    users = sum(steps[step] for step in CURRENT)
    dominant = _dominant(figures["usage"]) or _dominant({CURRENT_USERS: users, OTHERS: assessment.base - users})
    copied = ("rate", "low", "high", "probabilities", "funnel")
    return {
        "mark": _grouped(_mark(assessment.base, figures["structures"]), dominant),
        "base": assessment.base,
        "dominant": dominant,
        "probability": _probability(assessment),
        "usage": _shares(figures["usage"], assessment.base),
        **{name: figures[name] for name in copied},
        "intention": _intention(figures["intention"]),
        "benefits": _mentions(figures["benefits"]),
        "barriers": _mentions(figures["barriers"]),
    }


def _intention(figures):
    dominant = _dominant(figures["counts"])
    return {
        "mark": _grouped(_mark(figures["base"], figures["structures"]), dominant),
        "base": figures["base"],
        "dominant": dominant,
        "shares": _shares(figures["counts"], figures["base"]),
        **{name: figures[name] for name in ("net", "low", "high")},
    }


def _mentions(figures):
    return {
        "mark": _mark(figures["base"], figures["structures"]),
        "base": figures["base"],
        "shares": _shares(figures["counts"], figures["base"]),
    }


def _occupation(row, total_mark):
    copied = ("category", "base", "rate", "low", "high")
    return {"mark": _occupation_mark(row, total_mark), **{name: row[name] for name in copied}}


def _occupation_mark(row, total_mark):
    if row["hidden"]:
        return HIDDEN
    mark = _mark(row["base"], structures=None)
    total_shown = total_mark in (WHOLE, SMALL_BASE)
    if mark == BASE_ONLY or (total_shown and not row["share_hidden"]):
        return mark
    users = row["current_users"]
    dominant = dominant_modality([users, row["base"] - users]) if total_shown else None
    return PROTECTED if dominant is None else (ABOVE_90, BELOW_10)[dominant]


def _profile_table(table):
    mark = _mark(table["base"], structures=None)
    rows = []
    for row in table["rows"]:
        hidden = HIDDEN if row["mask"] else WHOLE
        rows.append(
            {
                "category": row["category"],
                "label": row["label"],
                "n": row["n"],
                "share": or_none(ratio(row["n"], table["base"])),
                # Below ten respondents the whole table shows its base alone.
                "mark": mark if mark in VISIBLE else hidden,
            }
        )
    return {"variable": table["variable"], "label": table["label"], "base": table["base"], "mark": mark, "rows": rows}


def _probability(assessment):
    level = assessment.computed_level
    return None if level is None else assessment.evidence["probabilities"][level - 1]


def _shares(counts, base):
    return {code: or_none(ratio(n, base)) for code, n in counts.items()}


def _dominant(counts):
    place = dominant_modality(list(counts.values()))
    return None if place is None else list(counts)[place]


def _grouped(mark, dominant):
    return GROUPED if dominant and mark == SMALL_BASE else mark


_EVIDENCE = {
    Dimension.MATURITY: _level_evidence,
    Dimension.IMPACT: _level_evidence,
    Dimension.ADOPTION: _adoption_evidence,
}
