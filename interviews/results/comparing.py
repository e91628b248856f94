"""Compares the answers of two waves, use case by use case and segment by segment (METHOD.md §4).

An indicator is the core question of the same name: it is compared where both waves asked the same version of it. So
are the users and the others of a use case, whom the question on usage tells apart.

Weights enter when both waves have some; the plain figures are kept beside. The change at constant structure is always
unweighted: weighting already imposes a structure.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace

import numpy as np

from interviews.analysis.adoption import CURRENT
from interviews.analysis.change_table import WaveScores, adjust_by_family, tabulate_changes
from interviews.analysis.standardisation import standardise_change
from interviews.frames import LADDER, MISSING, CampaignFrame, ItemAnswers, build_frame
from interviews.models import Campaign, Change, Snapshot
from usecases.lineage import trace_lineages
from usecases.models import UseCase

from .mix import build_structure
from .segments import USAGE_GROUP, USAGE_GROUPS, USE_CASE_VARIABLES, variable_members
from .weights import Weights, campaign_weights

Indicator, Obstacle = Change.Indicator, Change.Obstacle
COUNTS = ("n_before", "n_after", "n_both")
FIGURES = ("before", "after", "difference", "standard_error", "low", "high", "p")
KEPT_BESIDE = (*FIGURES, "p_adjusted", "announced")


@dataclass(frozen=True)
class Measure:
    """How an indicator is read: which answers, what each is worth, and how a person's several answers make one."""

    read: Callable[[CampaignFrame], ItemAnswers]
    scores: tuple[float, ...]
    together: Callable  # of the answers about use cases since merged
    by_usage_group: bool = False

    @property
    def scale(self) -> tuple[float, float]:
        return min(self.scores), max(self.scores)


MEASURES = {
    Indicator.MATURITY: Measure(lambda frame: frame.levels("maturity"), (1, 2, 3), np.nanmean, by_usage_group=True),
    Indicator.IMPACT: Measure(lambda frame: frame.levels("impact"), (1, 2, 3), np.nanmean, by_usage_group=True),
    # Whoever uses one of the merged use cases used what they have become.
    Indicator.USAGE: Measure(
        lambda frame: frame.usage(), tuple(float(step in CURRENT) for step in range(len(LADDER))), np.nanmax
    ),
    Indicator.INTENTION: Measure(lambda frame: frame.intention(), (1, 0, -1), np.nanmean),
}


@dataclass(frozen=True)
class _Seen:
    """One wave through the rows (variable, category) of the later one, the whole first: its respondents by
    questionnaire, n `places` of the frame, who is in which row (`member`, bool, n × rows), and weights (n) or None."""

    frame: CampaignFrame
    places: np.ndarray
    rows: list[tuple[str, str]]
    member: np.ndarray
    weights: np.ndarray | None

    def codes(self, measure: Measure) -> np.ndarray:
        """The answers of the base (int8, n × K), -1 outside."""
        item = measure.read(self.frame)
        values = item.values[self.places]
        return np.where(values < len(item.answers), values, np.int8(MISSING))

    @property
    def is_user(self) -> np.ndarray:
        """Who has used what (bool, n × K)."""
        return self.frame.is_user[self.places]

    @property
    def keys(self) -> list[str]:
        """The persons' keys, empty where there is none."""
        return [self.frame.keys[place] for place in self.places.tolist()]


def draw_up_changes(snapshot: Snapshot, previous: Campaign, frame: CampaignFrame, weights: Weights) -> Iterator[dict]:
    """Yield the changes as {attribute of Change: value}: by use case in catalogue order, those no longer asked last;
    indicator; segment.

    The whole has one row per use case and indicator, compared or not; a category has one only where it is compared.
    """
    if not frame.use_cases:
        return
    earlier = build_frame(previous, ticked={})
    second = _see(frame, weights)
    first = _see(earlier, campaign_weights(previous, earlier), second.rows)
    lineages = trace_lineages(earlier.use_cases, frame.use_cases)
    both = _shared_persons(first, second)
    structure = build_structure(earlier, first.places, frame, second.places)
    reworded = snapshot.campaign.questionnaire.reworded_since(previous.questionnaire)
    primary_keys = dict(UseCase.objects.filter(code__in=[each.use_case for each in lineages]).values_list("code", "pk"))
    found = {
        indicator: _Comparison(
            *(measure, lineages, first, second, both, structure),
            same_wording=indicator not in reworded,
            by_usage_group=measure.by_usage_group and Indicator.USAGE not in reworded,
        )
        for indicator, measure in MEASURES.items()
    }
    for place, lineage in enumerate(lineages):
        common = {
            "snapshot_id": snapshot.pk,
            "previous_id": previous.snapshot.pk,
            "use_case_id": primary_keys[lineage.use_case],
            "lineage": lineage.descent.value,
            "origins": list(lineage.origins),
        }
        for indicator, comparison in found.items():
            for fields in comparison.rows_of(place):
                yield common | {"indicator": indicator.value} | fields


class _Comparison:
    """One indicator, compared for every use case of the later wave in every row."""

    def __init__(self, measure, lineages, first, second, both, structure, same_wording, by_usage_group):
        here = lineages[: len(second.frame.use_cases)]
        self.lineages, self.same_wording = lineages, same_wording
        weights = first.weights, second.weights
        self.is_weighted = all(weight is not None for weight in weights)
        codes, scores = _inherited_codes(measure, first, here)
        earlier = WaveScores(codes, scores, first.member)
        later = WaveScores(second.codes(measure), np.asarray(measure.scores, dtype=float), second.member)
        self.rows, pairs = list(second.rows), [(earlier, later)]
        if by_usage_group:
            pairs += _usage_groups(earlier, _inherited_users(first, here), later, second.is_user)
            self.rows += [(USAGE_GROUP, group) for group in USAGE_GROUPS]
        tables = [_tabulate(pairs, both, measure.scale)]
        if self.is_weighted:
            tables.append(_tabulate(pairs, both, measure.scale, *weights))
        comparable = np.array([each.is_comparable for each in here], dtype=bool)
        self.eligible = tables[0]["has_base"] & comparable & same_wording
        dimensions = [variable for variable, _ in self.rows]
        self.figures = [_plain(table, *adjust_by_family(table["p"], self.eligible, dimensions)) for table in tables]
        self.structure = {
            place: _at_constant_structure(measure, structure, earlier, later, both, place)
            for place in np.flatnonzero(self.eligible[0]).tolist()
        }

    def rows_of(self, place):
        """Yield the fields of each row of one use case."""
        if not self.lineages[place].is_comparable:
            yield {"obstacle": Obstacle.LINEAGE.value}
            return
        for row, (variable, category) in enumerate(self.rows):
            if row == 0 or self.eligible[row, place]:
                plain, *_ = described = [_cell(figures, row, place) for figures in self.figures]
                yield {"variable": variable, "category": category, **self._compared(described[-1], plain, row, place)}

    def _compared(self, published, plain, row, place):
        counts = {name: plain[name] for name in COUNTS}
        if not self.eligible[row, place]:
            obstacle = Obstacle.SMALL_BASE if self.same_wording else Obstacle.WORDING
            known = {name: published[name] for name in ("before", "after")}
            return {"obstacle": obstacle.value, **counts, **known}
        return {
            **published,
            **counts,
            "is_weighted": self.is_weighted,
            "unweighted": {name: plain[name] for name in KEPT_BESIDE} if self.is_weighted else {},
            "at_constant_structure": self.structure[place] if row == 0 else {},
        }


def _see(frame, weights, rows=None):
    """Return a wave through these rows, its own by default; nobody is in a category that its lists did not have."""
    places = np.flatnonzero(frame.by_questionnaire)
    known, members = [("", "")], [np.ones((len(places), 1), dtype=bool)]
    for variable in USE_CASE_VARIABLES:
        categories, member = variable_members(frame, variable, places)
        known += [(variable, category) for category in categories]
        members.append(member)
    member = np.hstack([*members, np.zeros((len(places), 1), dtype=bool)])
    rows = known if rows is None else rows
    column_of = {row: column for column, row in enumerate(known)}
    member = member[:, [column_of.get(row, len(known)) for row in rows]]
    return _Seen(frame, places, rows, member, None if weights.values is None else weights.values[places])


def _shared_persons(first, second):
    """Return the rows, in each wave, of the persons of both (m, 2)."""
    known = {key: row for row, key in enumerate(first.keys) if key}
    pairs = [(known[key], row) for row, key in enumerate(second.keys) if key in known]
    return np.array(pairs, dtype=int).reshape(-1, 2)


def _inherited_codes(measure, first, lineages):
    """Return the first wave's codes under the use cases of the second, and what each code is worth: answers about use
    cases since merged make one, which may be worth something in between."""
    own, scores, columns = first.codes(measure), list(measure.scores), []
    for places in _origin_places(first, lineages):
        column = own[:, places[0]] if len(places) == 1 else np.full(len(own), MISSING, dtype=np.int8)
        if len(places) > 1:
            column = column.astype(np.int16)  # a merger may bring more values than a byte holds
            values = np.append(measure.scores, np.nan)[own[:, places]]
            answered = ~np.isnan(values).all(axis=1)
            worth, position = np.unique(measure.together(values[answered], axis=1), return_inverse=True)
            column[answered] = len(scores) + position
            scores += worth.tolist()
        columns.append(column)
    return np.stack(columns, axis=1), np.array(scores, dtype=float)


def _origin_places(first, lineages):
    place_of = {code: place for place, code in enumerate(first.frame.use_cases)}
    return [[place_of[code] for code in each.origins] if each.is_comparable else [] for each in lineages]


def _inherited_users(first, lineages):
    users = first.is_user
    return np.stack([users[:, places].any(axis=1) for places in _origin_places(first, lineages)], axis=1)


def _usage_groups(earlier, earlier_users, later, later_users):
    """Return the two waves cut to the users of each use case, then to the others: one row each."""

    def cut(wave, kept):
        return WaveScores(np.where(kept, wave.codes, MISSING), wave.scores, np.ones((len(wave.codes), 1), dtype=bool))

    return [
        (cut(earlier, earlier_users), cut(later, later_users)),
        (cut(earlier, ~earlier_users), cut(later, ~later_users)),
    ]


def _tabulate(pairs, both, scale, first_weights=None, second_weights=None):
    """Return the tables of pairs of waves one under the other, {name: array (rows, use cases)}."""
    tables = [
        tabulate_changes(replace(first, weights=first_weights), replace(second, weights=second_weights), both, scale)
        for first, second in pairs
    ]
    return {name: np.vstack([getattr(table, name) for table in tables]) for name in (*COUNTS, *FIGURES, "has_base")}


def _plain(table, adjusted, announced):
    """Return the figures of a table as nested lists, None for NaN, so that a cell is read without numpy."""
    arrays = {name: table[name] for name in (*COUNTS, *FIGURES)} | {"p_adjusted": adjusted, "announced": announced}
    plain = {}
    for name, values in arrays.items():
        if values.dtype == float:
            values = np.where(np.isnan(values), None, values)
        plain[name] = values.tolist()
    return plain


def _cell(figures, row, place):
    return {name: values[row][place] for name, values in figures.items()}


def _at_constant_structure(measure, structure, earlier, later, both, place):
    before, after = (np.append(wave.scores, np.nan)[wave.codes[:, place]] for wave in (earlier, later))
    return asdict(
        standardise_change(structure.first, before, structure.second, after, both, structure.parents, measure.scale)
    )
