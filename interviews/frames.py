"""From rows to arrays: the only file that knows both the ORM and numpy, and the one that says what counts.

Counted: submitted, not excluded, not withdrawn responses, and the campaign's own list of use cases. A person who
answered twice (same non-empty `person` key) is one person: their last response gives the profile, and for each use
case their last answer wins. Interviews are kept apart (METHOD.md §6): somebody seen both ways is two rows here, and
only the questionnaire one enters the ratings.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from django.db.models import BigIntegerField, F
from django.db.models.functions import Cast, Coalesce

from usecases.models import Barrier, Benefit, Occupation, Sector, Tool

from .models import PROFILE_COLUMNS, Campaign, Intention, Level, Response, Satisfaction, Usage, UseCaseAnswer
from .reading import RowReader

MISSING = -1
CHUNK = 20_000  # responses turned into arrays together: a few megabytes of Python objects
CODED_COLUMNS = ("mode", *PROFILE_COLUMNS)
RESPONSE_COLUMNS = ("person", "weight", "organisation", *CODED_COLUMNS)
CODED_ANSWERS = ("usage", "maturity", "impact", "intention", "satisfaction")
LISTS = {"benefits": Benefit, "barriers": Barrier, "tools": Tool}
LADDER = (Usage.NEVER_HEARD, Usage.AWARE, Usage.TRIED, Usage.OCCASIONAL, Usage.REGULAR, Usage.ABANDONED)
LEVELS = (Level.ONE, Level.TWO, Level.THREE)
INTENTIONS = (Intention.YES, Intention.MAYBE, Intention.NO)
SATISFACTIONS = tuple(Satisfaction)
NON_USERS = (Usage.NEVER_HEARD, Usage.AWARE, Usage.TRIED, Usage.ABANDONED)
USERS = (Usage.TRIED, Usage.OCCASIONAL, Usage.REGULAR, Usage.ABANDONED)  # METHOD.md §1.1: the column « users »
BITS = 4  # of one coded answer in a packed row; the highest value stands for nothing answered
BLANK = 2**BITS - 1


@dataclass(frozen=True)
class Membership:
    """Who belongs to which entries of a list: `codes` (m entries) and `member`, bool, persons × m."""

    codes: tuple[str, ...]
    member: np.ndarray


@dataclass(frozen=True)
class Ticks:
    """What is ticked in a list: `pattern` (int32, persons × K) is a row of `patterns` (bool, P × m entries `codes`).

    Few different answers exist, however many persons give them. Row 0 is nothing ticked.
    """

    codes: tuple[str, ...]
    patterns: np.ndarray
    pattern: np.ndarray


@dataclass(frozen=True)
class ItemAnswers:
    """What counts of one item: `values` (int8, persons × K) are positions in `answers`, which form the base, then in
    `outside`; -1 where the person does not count."""

    answers: tuple[str, ...]
    outside: tuple[str, ...]
    values: np.ndarray

    @property
    def in_base(self) -> np.ndarray:
        """Who counts in the base (bool, persons × K)."""
        return (self.values >= 0) & (self.values < len(self.answers))


@dataclass(frozen=True)
class Profiles:
    """Who stands behind the counted answers of one campaign: n persons.

    `responses` says whose each counted response is. `keys` names each person across campaigns, empty for those
    without a key. `columns` holds one int8 array (n) per single-valued profile column and for `mode`: positions in
    `categories[column]`, -1 when not answered. `weight` is NaN and `organisation` -1 where there is none.
    """

    responses: "_Responses"
    keys: tuple[str, ...]
    columns: dict[str, np.ndarray]
    categories: dict[str, tuple[str, ...]]
    weight: np.ndarray
    organisation: np.ndarray
    sectors: Membership
    occupations: Membership

    @cached_property
    def by_questionnaire(self) -> np.ndarray:
        """Persons (n, bool) who answered by themselves, online or by spreadsheet."""
        return self.columns["mode"] != self.categories["mode"].index(Response.Mode.INTERVIEW)


@dataclass(frozen=True)
class CampaignFrame(Profiles):
    """The counted answers of one campaign: those persons, and K use cases in catalogue order.

    `offered` (bool, n × K) says what was put in front of whom; `coded` holds the model's integers (int8, n × K), -1
    where nothing was answered.
    """

    use_cases: tuple[str, ...]
    offered: np.ndarray
    coded: dict[str, np.ndarray]
    ticks: dict[str, Ticks]

    @cached_property
    def is_user(self) -> np.ndarray:
        """Who has used what at least once (bool, n × K); the others include those who did not say."""
        return _is_one_of(self.coded["usage"], USERS)

    def levels(self, dimension: str) -> ItemAnswers:
        """Maturity or impact: levels 1, 2, 3; outside the base, those who do not know.

        A level given for a use case one has never heard of, or that is none of one's business, does not count.
        """
        knows = ~_is_one_of(self.coded["usage"], (Usage.NEVER_HEARD, Usage.NOT_CONCERNED))
        return self._item(dimension, LEVELS, (Level.DONT_KNOW,), knows)

    def usage(self) -> ItemAnswers:
        """The steps of LADDER; outside, « pas mon métier » then « ne sait pas » (METHOD.md §2.1)."""
        return self._item("usage", LADDER, (Usage.NOT_CONCERNED, Usage.DONT_KNOW))

    def intention(self) -> ItemAnswers:
        """Yes, maybe, no of non-users; outside, those who do not know (METHOD.md §2.2)."""
        non_users = _is_one_of(self.coded["usage"], NON_USERS)
        return self._item("intention", INTENTIONS, (Intention.DONT_KNOW,), non_users)

    def satisfaction(self) -> ItemAnswers:
        """Satisfaction of those who have used it."""
        return self._item("satisfaction", SATISFACTIONS, (), self.is_user)

    def ticked(self, name: str) -> ItemAnswers:
        """Those who ticked something in a list (benefits, barriers, tools): the base of its entries."""
        return ItemAnswers(("any",), (), np.where(self.ticks[name].pattern > 0, np.int8(0), np.int8(MISSING)))

    def _item(self, name, answers, outside, among=None):
        places = np.full(BLANK + 1, MISSING, dtype=np.int8)
        places[[*answers, *outside]] = range(len(answers) + len(outside))
        values = places[self.coded[name]]  # -1 reads the last place, which nothing holds
        if among is not None:
            values = np.where(among, values, np.int8(MISSING))
        return ItemAnswers(tuple(a.code for a in answers), tuple(a.code for a in outside), values)


def _is_one_of(values, codes):
    # Of a few codes: five times as fast as numpy.isin, which looks each value up.
    return np.logical_or.reduce([values == code for code in codes])


def build_frame(campaign: Campaign, ticked: Mapping[str, type] = LISTS) -> CampaignFrame:
    """Read the counted answers of a campaign into arrays.

    The responses are those submitted when the reading begins, whatever is submitted meanwhile. `ticked`: the lists
    that are read, some of LISTS; they take most of the memory.
    """
    use_cases = list(campaign.use_cases.order_by("position", "code").values_list("pk", "code"))
    responses, profiles = _read_responses(campaign)
    return CampaignFrame(
        **_profile_arrays(responses, profiles),
        use_cases=tuple(code for _, code in use_cases),
        **_read_answers(responses, [pk for pk, _ in use_cases], ticked),
    )


def build_profiles(campaign: Campaign) -> Profiles:
    """Read who stands behind the counted answers of a campaign, without the answers."""
    return Profiles(**_profile_arrays(*_read_responses(campaign)))


def _profile_arrays(responses, profiles):
    columns = list(zip(*profiles, strict=True)) or [()] * len(RESPONSE_COLUMNS)
    keys, weight, organisation, *coded = columns
    categories = {name: tuple(dict(Response._meta.get_field(name).choices)) for name in CODED_COLUMNS}
    return {
        "responses": responses,
        "keys": tuple(keys),
        "columns": {
            name: _positions(values, categories[name], np.int8)
            for name, values in zip(CODED_COLUMNS, coded, strict=True)
        },
        "categories": categories,
        "weight": np.array([np.nan if value is None else value for value in weight], dtype=float),
        "organisation": _positions(organisation, sorted(set(organisation) - {""}), np.int32),
        "sectors": _read_membership(responses, Sector, Response.sectors.through, "sector_id"),
        "occupations": _read_membership(responses, Occupation, Response.occupations.through, "occupation_id"),
    }


@dataclass(frozen=True)
class _Responses:
    """The counted responses, sorted by primary key: whose each is, its turn of submission, whether it is the one
    that gives its person's profile, and whether its person gave several; there are `persons` of them."""

    ids: np.ndarray
    person: np.ndarray
    turn: np.ndarray
    is_last: np.ndarray
    is_one_of_several: np.ndarray
    persons: int

    @property
    def in_turn(self):
        """The primary keys in the order of submission: what was written together lies together."""
        return self.ids[np.argsort(self.turn)]

    def locate(self, response_ids):
        """Return the places of these responses."""
        # The rows of a response come side by side: the first of each run is looked up.
        starts = np.flatnonzero(np.append(True, response_ids[1:] != response_ids[:-1]))
        at = np.searchsorted(self.ids, response_ids[starts])
        return np.repeat(at, np.diff(np.append(starts, len(response_ids))))


def _read_responses(campaign):
    """Return the responses, and one tuple of RESPONSE_COLUMNS per person: those of their last response."""
    counted = Response.objects.filter(campaign=campaign).counted()
    persons, profiles, last, ids, person_of = {}, [], [], [], []
    in_turn = counted.order_by("submitted_at", "key").values_list("pk", *RESPONSE_COLUMNS)
    mode_place = RESPONSE_COLUMNS.index("mode")
    for turn, (pk, *profile) in enumerate(in_turn.iterator(chunk_size=CHUNK)):
        person, mode = profile[0], profile[mode_place]
        index = persons.setdefault((person, mode == Response.Mode.INTERVIEW) if person else pk, len(persons))
        if index == len(profiles):
            profiles.append(profile)
            last.append(turn)
        else:
            profiles[index], last[index] = profile, turn
        ids.append(pk)
        person_of.append(index)
    ids = np.array(ids, dtype=np.int64)
    is_last = np.zeros(len(ids), dtype=bool)
    is_last[last] = True
    by_id = np.argsort(ids)
    person_of = np.array(person_of, dtype=np.int32)
    responses = _Responses(
        ids=ids[by_id],
        person=person_of[by_id],
        turn=by_id,
        is_last=is_last[by_id],
        is_one_of_several=(np.bincount(person_of, minlength=len(persons)) > 1)[person_of[by_id]],
        persons=len(persons),
    )
    return responses, profiles


def _read_membership(responses, entries, links, column):
    pks, codes = _keys_and_codes(entries)
    member = np.zeros((responses.persons, len(codes)), dtype=bool)
    reader = RowReader(links.objects.all(), "response_id", responses.ids, [column])
    for (response_ids, entry_ids), _ in reader:
        at = responses.locate(response_ids)
        gives_profile = responses.is_last[at]
        member[responses.person[at][gives_profile], _locate(pks, entry_ids[gives_profile])] = True
    return Membership(codes, member)


def _read_answers(responses, use_case_ids, ticked):
    """Return `offered`, `coded` and `ticks` of the answers kept."""
    shape = (responses.persons, len(use_case_ids))
    offered = np.zeros(shape, dtype=bool)
    coded = {name: np.full(shape, MISSING, dtype=np.int8) for name in CODED_ANSWERS}
    pattern = {name: np.zeros(shape, dtype=np.int32) for name in ticked}
    rows = UseCaseAnswer.objects.filter(use_case__in=use_case_ids)
    reader = RowReader(rows, "response_id", responses.in_turn, [_packed()], tuple(ticked))
    contested = []

    def place(cell, values, lists):
        offered.reshape(-1)[cell] = True
        for target, value in zip(coded.values(), values, strict=True):
            target.reshape(-1)[cell] = value
        for target, value in zip(pattern.values(), lists, strict=True):
            target.reshape(-1)[cell] = value

    for (response_ids, packed), lists in reader:
        at = responses.locate(response_ids)
        case_ids, values = _unpack(packed)
        cell = responses.person[at] * np.int64(len(use_case_ids)) + _locate(use_case_ids, case_ids)
        several = responses.is_one_of_several[at]
        if several.any():
            contested.append((cell[several], responses.turn[at][several], *(v[several] for v in (*values, *lists))))
            cell, *columns = (column[~several] for column in (cell, *values, *lists))
            values, lists = columns[: len(values)], columns[len(values) :]
        place(cell, values, lists)
    if contested:
        cell, turn, *columns = (np.concatenate(parts) for parts in zip(*contested, strict=True))
        values, lists = columns[: len(CODED_ANSWERS)], columns[len(CODED_ANSWERS) :]
        # An offer left unanswered never replaces an answer; of two answers of a person, the last submitted stays.
        order = np.lexsort((turn, np.max(values, axis=0) > MISSING, cell))
        last = order[np.append(np.diff(cell[order]) != 0, True)]
        place(cell[last], [value[last] for value in values], [value[last] for value in lists])
    ticks = {name: _ticks(entries, pattern[name], reader.distinct(name)) for name, entries in ticked.items()}
    return {"offered": offered, "coded": coded, "ticks": ticks}


def _packed():
    """One integer per answer, read six times as fast as its columns: the use case above, BITS for each coded answer."""
    packed = Cast(F("use_case_id"), BigIntegerField())
    for name in CODED_ANSWERS:
        packed = packed * 2**BITS + Coalesce(F(name), BLANK)
    return Cast(packed, BigIntegerField())


def _unpack(packed):
    """Return the use cases, then for each of CODED_ANSWERS an int8 array, -1 where nothing was answered."""
    values = []
    for _ in CODED_ANSWERS:
        value = (packed & BLANK).astype(np.int8)
        value[value == BLANK] = MISSING
        values.append(value)
        packed = packed >> BITS
    return packed, values[::-1]


def _ticks(entries, pattern, ticked):
    """Return the ticks of a list; codes that are no longer in it are left out, and ticked twice is ticked."""
    _, codes = _keys_and_codes(entries)
    places = {code: place for place, code in enumerate(codes)}
    found = [frozenset(places[code] for code in values if code in places) for values in ticked]
    distinct = {frozenset(): 0}
    renumbered = np.array([distinct.setdefault(each, len(distinct)) for each in [frozenset(), *found]], dtype=np.int32)
    patterns = np.zeros((len(distinct), len(codes)), dtype=bool)
    for held, row in distinct.items():
        patterns[row, list(held)] = True
    return Ticks(codes, patterns, renumbered[pattern])


def _keys_and_codes(entries):
    rows = list(entries.objects.order_by("position", "code").values_list("pk", "code"))
    return [pk for pk, _ in rows], tuple(code for _, code in rows)


def _locate(keys, values):
    """Return the positions of `values` in the list `keys`, which holds them all."""
    positions = np.zeros(max(keys, default=0) + 1, dtype=np.int64)
    positions[keys] = range(len(keys))
    return positions[values]


def _positions(values, categories, dtype):
    """Return the position of each value among the categories, -1 for an empty one."""
    places = {"": MISSING} | {category: place for place, category in enumerate(categories)}
    return np.array([places[value] for value in values], dtype=dtype)
