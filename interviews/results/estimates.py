"""The figures of the cube, item by item, from counted answers: see `results.figures` for what each holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

import numpy as np

from interviews.analysis.adoption import CURRENT, UsageFunnels
from interviews.analysis.constants import DK_MAX, N_RATE, TOLERANCE
from interviews.analysis.disclosure import is_exposed
from interviews.analysis.flags import (
    Concordance,
    has_small_base,
    interview_concordance,
    interviews_would_change_level,
    profiles_differ,
)
from interviews.analysis.intervals import korn_graubard
from interviews.analysis.masking import NOBODY
from interviews.analysis.missing import ratio
from interviews.analysis.statuses import SEGMENT_READINGS
from interviews.analysis.wave import Tallies, estimate_adoption, estimate_intention, rate_levels
from interviews.analysis.weighting import effective_sizes
from interviews.models import CubeCell
from usecases.models import Dimension

from .counting import WHOLE, Counted, Wave, count_item, mask_rows
from .disclosure import CURRENT_USERS, OTHERS, dominant_answers, settle_cells

LEVEL_ITEMS = ("maturity", "impact")
LIST_ITEMS = ("benefits", "barriers", "tools")
ITEMS = (*LEVEL_ITEMS, "usage", "intention", *LIST_ITEMS, "satisfaction")
BY_USAGE = (*LEVEL_ITEMS, "benefits", "barriers")  # also read by users and others
LEVELS, DONT_KNOW_LEVEL = slice(0, 3), 3  # places of the counts of a level
NOT_CURRENT = [step for step in range(6) if step not in CURRENT]
OUTSIDE_NAMES = ((), ("dont_know",), ("not_concerned", "dont_know"))  # by how many answers are outside the base
DECIMALS = 12  # kept of a figure: beyond, two machines may differ in the last bit


@dataclass(frozen=True)
class ItemTable:
    """One item by one mode: its rows (variable, category), then for each row and use case the persons of its base, its
    figures and its mask, a CubeCell.Mask. `taken` (bool): somebody is counted there, in the base or outside it."""

    item: str
    mode: str
    rows: list[tuple[str, str]]
    base: np.ndarray
    taken: np.ndarray
    figures: list[list[dict]]
    mask: np.ndarray


def estimate_items(
    wave: Wave, in_force: dict[tuple[str, str], int], items: Sequence[str] = ITEMS
) -> Iterator[ItemTable]:
    """Yield the tables of these items, by questionnaire then by interview.

    `in_force`: {(use case code, dimension): level}. Usage comes before intention, whose masks rest on its own.
    """
    for item in items:
        if item in LEVEL_ITEMS:
            yield from _levels(wave, item, in_force)
        elif item == "usage":
            usage, interviews = _usage(wave, item, in_force)
            yield from (usage, interviews)
        elif item == "intention":
            yield from _intention(wave, item, usage)
        else:
            yield from _choices(wave, item)


def _levels(wave: Wave, item: str, in_force):
    counted = count_item(wave, wave.frame.levels(item), by_usage=True)
    baseline = np.array([in_force.get((code, item), 0) for code in wave.frame.use_cases], dtype=int)
    estimates = _level_estimates(counted, _unweighted(counted.tallies), baseline)
    weighted = None if wave.weights is None else _level_estimates(counted, counted.tallies, baseline)
    deciding = weighted or estimates
    told = _told_levels(counted, deciding, baseline)
    counts = counted.counts
    # More than one person in two does not know: there is no opinion to show (METHOD.md §1.4).
    unknown = np.array(deciding["dk_share"], dtype=float) > DK_MAX + TOLERANCE
    figures = {
        "counts": counts[..., LEVELS].tolist(),
        "dont_know": counts[..., DONT_KNOW_LEVEL].tolist(),
        **{name: values for name, values in estimates.items() if name != "shares"},
        "reading": _readings(estimates["status"]),
        "structures": _structures(counted),
        "flags": _of_the_whole(counted, _level_flags(counted, estimates, weighted, told), []),
        "weighted": _records(weighted, counted.base.shape),
    }
    masks = mask_rows(wave, counted, unknown)
    yield _table(item, counted, figures, settle_cells(counted.base, counted.structures, masks, unknown=unknown))
    yield _interviews(item, counted, told)


def _level_estimates(counted: Counted, tallies: Tallies, baseline):
    # The method puts « ne sait pas » first.
    turned = Tallies(*(getattr(tallies, each.name)[..., [DONT_KNOW_LEVEL, 0, 1, 2]] for each in fields(Tallies)))
    table = rate_levels(turned, baseline, counted.too_few_structures)
    decisions = table.decisions
    return {
        "shares": _lists(decisions.shares),
        "dk_share": _plain(table.dk_share),
        "n_eff": _plain(decisions.n_eff),
        **_outcome(decisions),
        "leaning": decisions.leaning.tolist(),
        "agreement": _plain(decisions.agreement),
        "interpolated_median": _plain(decisions.interpolated_median),
    }


def _level_flags(counted: Counted, estimates, weighted, told):
    users, others = (counted.tallies.counts[place, :, LEVELS] for place in (-2, -1))
    flags = []
    for case, base in enumerate(counted.base[WHOLE].tolist()):
        found = _base_flags(base) + _weight_flags(estimates, weighted, case)
        if profiles_differ(users[case], others[case]):
            found.append("profiles")
        if told[case]["concordance"] == Concordance.DIVERGENT:
            found.append("interviews")
        flags.append(found)
    return flags


def _told_levels(counted: Counted, deciding, baseline):
    """Return the figures of the interviews, use case by use case, beside those that decide (METHOD.md §6)."""
    figures = []
    for case, counts in enumerate(counted.told):
        level, shares = deciding["level"][WHOLE][case], deciding["shares"][WHOLE][case]
        effective = np.array(shares or [0, 0, 0]) * deciding["n_eff"][WHOLE][case]
        concordance = interview_concordance(counts[LEVELS], level)
        figures.append(
            {
                "counts": counts[LEVELS].tolist(),
                "dont_know": int(counts[DONT_KNOW_LEVEL]),
                "concordance": str(concordance or ""),
                "would_change_level": interviews_would_change_level(
                    effective,
                    counted.told_alone[case, LEVELS],
                    int(baseline[case]) or None,
                    deciding["dk_share"][WHOLE][case],
                    int(counted.base[WHOLE, case]),
                ),
            }
        )
    return figures


def _usage(wave: Wave, item: str, in_force):
    counted = count_item(wave, wave.frame.usage())
    previous = np.array([in_force.get((code, Dimension.ADOPTION), 0) for code in wave.frame.use_cases], dtype=int)
    estimates = _usage_estimates(counted, _unweighted(counted.base_tallies), previous)
    weighted = None if wave.weights is None else _usage_estimates(counted, counted.base_tallies, previous)
    counts, steps = counted.counts, counted.answers
    groups = np.array([*np.eye(steps, dtype=int), *(np.isin(range(steps), held) for held in (CURRENT, NOT_CURRENT))])
    dominant = dominant_answers(counts[..., :steps], groups)
    bases = counted.base[WHOLE].tolist()
    flags = [_base_flags(base) + _weight_flags(estimates, weighted, case) for case, base in enumerate(bases)]
    figures = {
        "counts": _by_code(counted.entries, counts),
        "not_concerned": counts[..., steps].tolist(),
        "dont_know": counts[..., steps + 1].tolist(),
        "current_users": counts[..., CURRENT].sum(axis=-1).tolist(),
        **{name: values for name, values in estimates.items() if name != "shares"},
        "dominant": _named(dominant, (*counted.entries, CURRENT_USERS, OTHERS)),
        "reading": _readings(estimates["status"]),
        "structures": _structures(counted),
        "flags": _of_the_whole(counted, flags, []),
        "audit": _of_the_whole(counted, _audit(wave, counted)),
        "weighted": _records(weighted, counted.base.shape),
    }
    masks = mask_rows(wave, counted, groups=groups)
    yield _table(item, counted, figures, settle_cells(counted.base, counted.structures, masks, dominant=dominant))
    yield _interviews(item, counted, _told(counted))


def _usage_estimates(counted: Counted, tallies: Tallies, previous):
    few = counted.too_few_structures
    whole = estimate_adoption(_rows(tallies, slice(WHOLE, 1)), previous, few[:1])
    # A segment is read against the level of the whole in the same wave, as for maturity (METHOD.md §1.4).
    others = estimate_adoption(_rows(tallies, slice(1, None)), whole.decisions.level)

    def both(part, name):
        return np.concatenate([getattr(getattr(table, part), name) for table in (whole, others)])

    return {
        "shares": _shares_by_code(counted.entries, tallies, tallies),
        **{name: _plain(both("decisions", name)) for name in ("rate", "low", "high", "n_eff")},
        "funnel": _records(
            {each.name: _plain(both("funnels", each.name)) for each in fields(UsageFunnels)}, counted.base.shape
        ),
        "level": _levels_or_none(both("decisions", "level")),
        "status": both("decisions", "status").tolist(),
        "reason": both("decisions", "reason").tolist(),
        "probabilities": _plain(both("decisions", "probabilities")),
    }


def _audit(wave: Wave, counted: Counted):
    """Return the Korn–Graubard limits of the rate of the whole, structures as clusters (METHOD.md §2.3)."""
    limits = []
    for values in counted.values.T:
        people = np.flatnonzero((values >= 0) & (values < counted.answers))
        weights = np.ones(len(people)) if wave.weights is None else wave.weights[people]
        share = korn_graubard(np.isin(values[people], CURRENT), weights, wave.clusters[people])
        limits.append(share.interval and [round(limit, DECIMALS) for limit in share.interval])
    return limits


def _intention(wave: Wave, item: str, usage: ItemTable):
    counted = count_item(wave, wave.frame.intention())
    counts, answers = counted.counts, counted.answers
    groups = np.eye(answers, dtype=int)
    dominant = dominant_answers(counts[..., :answers], groups)
    balance = _balance(_unweighted(counted.base_tallies))
    weighted = None if wave.weights is None else _choice_estimates(counted) | _balance(counted.base_tallies)
    figures = {
        "counts": _by_code(counted.entries, counts),
        "dont_know": counts[..., answers].tolist(),
        **balance,
        "dominant": _named(dominant, counted.entries),
        "structures": _structures(counted),
        "weighted": _records(weighted, counted.base.shape),
    }
    # Whoever is asked does not use: where usage is hidden, nothing may say how many answered; nor, of the whole, that
    # they are nearly all of those who said whether they use.
    tells_usage = is_exposed(usage.base[WHOLE], counts[WHOLE].sum(axis=-1, keepdims=True), 0)
    masks = mask_rows(wave, counted, groups=groups, hidden=usage.mask != CubeCell.Mask.NONE.value)
    mask = settle_cells(counted.base, counted.structures, masks, dominant=dominant, tells_of_another=tells_usage)
    yield _table(item, counted, figures, mask)
    yield _interviews(item, counted, _told(counted))


def _balance(tallies: Tallies):
    balance = estimate_intention(tallies)
    return {name: _plain(getattr(balance, name)) for name in ("net", "low", "high")}


def _choices(wave: Wave, item: str):
    ticks = wave.frame.ticks.get(item)
    answers = wave.frame.satisfaction() if ticks is None else wave.frame.ticked(item)
    counted = count_item(wave, answers, by_usage=item in BY_USAGE, ticks=ticks)
    weighted = None if wave.weights is None else _choice_estimates(counted)
    # Of the hundreds of tools, an answer names a few.
    only_named = item == "tools"
    figures = {
        "counts": _by_code(counted.entries, counted.counts, only_named),
        "structures": _structures(counted),
        "weighted": _records(weighted, counted.base.shape),
    }
    masks = mask_rows(wave, counted)
    yield _table(item, counted, figures, settle_cells(counted.base, counted.structures, masks))
    yield _interviews(item, counted, _told(counted, only_named))


def _choice_estimates(counted: Counted):
    base = counted.base_tallies
    return {
        "n_eff": _plain(effective_sizes(base.weights.sum(axis=-1), base.squares.sum(axis=-1))),
        "shares": _shares_by_code(counted.entries, counted.tallies, base),
    }


# Arrays of (rows × use cases) turned into plain data: None where a figure has no base


def _table(item, counted, figures, mask):
    taken = (counted.base > 0) | counted.counts.any(axis=-1)
    # The whole is always there, were it empty: it is what an assessment rests on.
    taken[WHOLE] = True
    records = _records(figures, counted.base.shape)
    return ItemTable(item, CubeCell.Mode.QUESTIONNAIRE.value, counted.rows, counted.base, taken, records, mask)


def _interviews(item, counted, told):
    base = counted.told_base[np.newaxis]
    taken = (base > 0) | counted.told.any(axis=-1)
    return ItemTable(
        item, CubeCell.Mode.INTERVIEW.value, [("", "")], base, taken, [told], settle_cells(base, is_interview=True)
    )


def _told(counted, only_named=False):
    return [
        {"counts": {code: n for code, n in zip(counted.entries, counts, strict=False) if n or not only_named}}
        | dict(zip(OUTSIDE_NAMES[len(counted.outside)], counts[len(counted.entries) :], strict=False))
        for counts in counted.told.tolist()
    ]


def _records(columns, shape):
    """Turn {name: rows × use cases} into rows × use cases of {name: value}; None everywhere without columns."""
    if columns is None:
        return [[None] * shape[1]] * shape[0]
    names = list(columns)
    return [
        [dict(zip(names, values, strict=True)) for values in zip(*row, strict=True)]
        for row in zip(*columns.values(), strict=True)
    ]


def _outcome(decisions):
    return {
        "level": _levels_or_none(decisions.level),
        "status": decisions.status.tolist(),
        "reason": decisions.reason.tolist(),
        "probabilities": _plain(decisions.probabilities),
    }


def _of_the_whole(counted, values, otherwise=None):
    """Return values of the whole on its row, `otherwise` on the others."""
    return [values, *[[otherwise] * len(values)] * (len(counted.rows) - 1)]


def _structures(counted):
    known = [None if structures == NOBODY else structures for structures in counted.structures.tolist()]
    return _of_the_whole(counted, known)


def _base_flags(base):
    return ["small_base"] if base >= N_RATE and has_small_base(base) else []


def _weight_flags(estimates, weighted, case):
    moved = weighted and weighted["level"][WHOLE][case] != estimates["level"][WHOLE][case]
    return ["weights"] if moved else []


def _readings(statuses):
    """Return where each segment stands beside the whole, which has no reading of itself."""
    return [
        [""] * len(row) if place == WHOLE else [str(SEGMENT_READINGS[status]) for status in row]
        for place, row in enumerate(statuses)
    ]


def _named(places, names):
    return [[None if place < 0 else names[place] for place in row] for row in places.tolist()]


def _by_code(codes, counts, only_named=False):
    if only_named:
        return [
            [{code: n for code, n in zip(codes, cell, strict=False) if n} for cell in row] for row in counts.tolist()
        ]
    return [[dict(zip(codes, cell, strict=False)) for cell in row] for row in counts.tolist()]


def _shares_by_code(codes, tallies, base):
    weights = tallies.weights[..., : len(codes)]
    shares = ratio(weights, base.weights.sum(axis=-1)[..., np.newaxis])
    return [[dict(zip(codes, cell, strict=True)) if cell else None for cell in row] for row in _lists(shares)]


def _plain(figures):
    rounded = np.round(figures, DECIMALS) + 0.0  # no negative zero, which a database would not give back
    missing = np.isnan(rounded)
    if not missing.any():
        return rounded.tolist()
    plain = rounded.astype(object)
    plain[missing] = None
    return plain.tolist()


def _lists(figures):
    """Return each cell's figures as a list, None where they have no base."""
    return [[None if cell and cell[0] is None else cell for cell in row] for row in _plain(figures)]


def _levels_or_none(levels):
    return [[level or None for level in row] for row in levels.tolist()]


def _unweighted(tallies):
    return Tallies(*[tallies.counts] * 3)


def _rows(tallies, rows):
    return Tallies(*(getattr(tallies, each.name)[rows] for each in fields(Tallies)))
