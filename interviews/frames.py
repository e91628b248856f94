"""From rows to arrays: the only file that knows both the ORM and numpy, and the one that says what counts.

Counted: submitted, not excluded, not withdrawn responses, and the campaign's own list of use cases. A person who
answered twice (same non-empty `person` key) is one person: their last response gives the profile, and for each use
case their last answer wins. Interviews are kept apart (METHOD.md §6): somebody seen both ways is two rows here, and
only the questionnaire one enters the counts below.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from usecases.models import Barrier, Benefit, Occupation, Sector

from .models import Campaign, Intention, Level, Response, Usage, UseCaseAnswer

MISSING = -1
CHUNK = 20_000  # rows turned into arrays together: a few megabytes of Python objects
PROFILE_COLUMNS = ("structure_type", "structure_size", "seniority", "employment_status", "gender", "age_group")
CODED_COLUMNS = ("mode", *PROFILE_COLUMNS)
RESPONSE_COLUMNS = ("person", "weight", "organisation", *CODED_COLUMNS)
LADDER = (Usage.NEVER_HEARD, Usage.AWARE, Usage.TRIED, Usage.OCCASIONAL, Usage.REGULAR, Usage.ABANDONED)
LEVELS = (Level.ONE, Level.TWO, Level.THREE)
INTENTIONS = (Intention.YES, Intention.MAYBE, Intention.NO)
NON_USERS = (Usage.NEVER_HEARD, Usage.AWARE, Usage.TRIED, Usage.ABANDONED)


@dataclass(frozen=True)
class Membership:
    """Who belongs to which entries of a list: `codes` (m entries) and `member`, bool, persons × m."""

    codes: tuple[str, ...]
    member: np.ndarray


@dataclass(frozen=True)
class Answers:
    """One row per (person, use case) offered, sorted by both: positions in the frame, then the model's integers,
    -1 where nothing was answered."""

    person: np.ndarray  # int32
    use_case: np.ndarray  # int16
    usage: np.ndarray  # int8
    maturity: np.ndarray  # int8
    impact: np.ndarray  # int8
    intention: np.ndarray  # int8


@dataclass(frozen=True)
class Mentions:
    """Entries of a list ticked in answers: row of `Answers` (int64) and position in `codes` (int16), side by side."""

    codes: tuple[str, ...]
    answer: np.ndarray
    entry: np.ndarray


@dataclass(frozen=True)
class Tally:
    """Questionnaire persons per use case: `counts` (K × answers that form the base) and `outside` (K × the others).

    `base` (K) counts the distinct persons of `counts`, `structures` (K) the distinct structures they work for, -1
    where none is identified.
    """

    counts: np.ndarray
    outside: np.ndarray
    base: np.ndarray
    structures: np.ndarray


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

    @property
    def by_questionnaire(self) -> np.ndarray:
        """Persons (n, bool) who answered by themselves, online or by spreadsheet."""
        return self.columns["mode"] != self.categories["mode"].index(Response.Mode.INTERVIEW)


@dataclass(frozen=True)
class CampaignFrame(Profiles):
    """The counted answers of one campaign: those persons, and K use cases in catalogue order."""

    use_cases: tuple[str, ...]
    answers: Answers
    benefits: Mentions
    barriers: Mentions

    def tally_levels(self, dimension: str) -> Tally:
        """Persons who place each use case at level 1, 2 or 3; outside the base, those who do not know.

        `dimension` is maturity or impact. A level given for a use case one has never heard of, or that is none of
        one's business, does not count.
        """
        knows = ~np.isin(self.answers.usage, (Usage.NEVER_HEARD, Usage.NOT_CONCERNED))
        return self._tally(getattr(self.answers, dimension), LEVELS, (Level.DONT_KNOW,), knows)

    def tally_usage(self) -> Tally:
        """Persons on each step of LADDER; outside, « pas mon métier » then « ne sait pas » (METHOD.md §2.1)."""
        return self._tally(self.answers.usage, LADDER, (Usage.NOT_CONCERNED, Usage.DONT_KNOW))

    def tally_intention(self) -> Tally:
        """Non-users who answered yes, maybe, no; outside, those who do not know (METHOD.md §2.2)."""
        non_users = np.isin(self.answers.usage, NON_USERS)
        return self._tally(self.answers.intention, INTENTIONS, (Intention.DONT_KNOW,), non_users)

    def tally_mentions(self, mentions: Mentions) -> Tally:
        """Persons who ticked each entry; the base is those who ticked at least one, so that counts may exceed it."""
        counted = self.by_questionnaire[self.answers.person[mentions.answer]]
        rows, entries = mentions.answer[counted], mentions.entry[counted]
        counts = np.zeros((len(self.use_cases), len(mentions.codes)), dtype=np.int64)
        np.add.at(counts, (self.answers.use_case[rows], entries), 1)
        base = np.zeros(len(self.answers.use_case), dtype=bool)
        base[rows] = True
        return Tally(counts, np.zeros((len(self.use_cases), 0), dtype=np.int64), *self._base(base))

    def _tally(self, values, codes, outside, among=True):
        counted = among & self.by_questionnaire[self.answers.person]

        def persons(code):
            return np.bincount(self.answers.use_case[counted & (values == code)], minlength=len(self.use_cases))

        return Tally(
            np.stack([persons(code) for code in codes], axis=-1),
            np.stack([persons(code) for code in outside], axis=-1),
            *self._base(counted & np.isin(values, codes)),
        )

    def _base(self, rows):
        """Return the persons, and the structures (or -1), behind these answers (bool), per use case."""
        use_case, organisation = self.answers.use_case[rows], self.organisation[self.answers.person[rows]]
        persons = np.bincount(use_case, minlength=len(self.use_cases))
        identified = organisation != MISSING
        pairs = np.unique(np.stack([use_case[identified], organisation[identified]]), axis=1)
        structures = np.bincount(pairs[0], minlength=len(self.use_cases))
        # Somebody without a structure is one of their own, unless nobody's is known: then nothing is identified.
        alone = np.bincount(use_case[~identified], minlength=len(self.use_cases))
        return persons, np.where(structures > 0, structures + alone, MISSING)


def build_frame(campaign: Campaign) -> CampaignFrame:
    """Read the counted answers of a campaign into arrays, in a number of queries that does not depend on theirs.

    The responses are those submitted when the reading begins, whatever is submitted meanwhile.
    """
    use_cases = list(campaign.use_cases.order_by("position", "code").values_list("pk", "code"))
    responses, profiles = _read_responses(campaign)
    use_case_ids = [pk for pk, _ in use_cases]
    answers, sources = _read_answers(responses, use_case_ids)
    return CampaignFrame(
        **_profile_arrays(responses, profiles),
        use_cases=tuple(code for _, code in use_cases),
        answers=answers,
        benefits=_read_mentions("benefits", Benefit, responses, use_case_ids, answers, sources),
        barriers=_read_mentions("barriers", Barrier, responses, use_case_ids, answers, sources),
    )


def build_profiles(campaign: Campaign) -> Profiles:
    """Read who stands behind the counted answers of a campaign, without the answers, in five queries."""
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
    """The counted responses, sorted by primary key: whose each is, its turn of submission, and whether it is the
    one that gives its person's profile. `rows` is the same selection for the database."""

    rows: QuerySet
    ids: np.ndarray
    person: np.ndarray
    turn: np.ndarray
    is_last: np.ndarray
    persons: int

    def locate(self, response_ids):
        """Return which of these responses were read (one may have been submitted since), and the place of those."""
        at = np.searchsorted(self.ids, response_ids)
        was_read = np.append(self.ids, MISSING)[at] == response_ids
        return was_read, at[was_read]


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
        rows=counted.order_by(),
        ids=ids[by_id],
        person=person_of[by_id],
        turn=by_id,
        is_last=is_last[by_id],
        persons=len(persons),
    )
    return responses, profiles


def _read_membership(responses, entries, links, column):
    pks, codes = _keys_and_codes(entries)
    member = np.zeros((responses.persons, len(codes)), dtype=bool)
    rows = links.objects.filter(response__in=responses.rows).values_list("response_id", column)
    for response_ids, entry_ids in _chunks(rows.iterator(chunk_size=CHUNK), columns=2):
        was_read, at = responses.locate(response_ids)
        gives_profile = responses.is_last[at]
        member[responses.person[at][gives_profile], _locate(pks, entry_ids[was_read][gives_profile])] = True
    return Membership(codes, member)


def _read_answers(responses, use_case_ids):
    """Return the answers kept, and for each the response it comes from (its place among the responses)."""
    fields = ("usage", "maturity", "impact", "intention")
    rows = UseCaseAnswer.objects.filter(response__in=responses.rows, use_case__in=use_case_ids).order_by()
    rows = rows.values_list("response_id", "use_case_id", *(Coalesce(name, MISSING) for name in fields))
    dtypes = (np.int32, np.int16, *[np.int8] * len(fields))
    read = [[np.empty(0, dtype)] for dtype in dtypes]
    for response_ids, *values in _chunks(rows.iterator(chunk_size=CHUNK), columns=2 + len(fields)):
        was_read, at = responses.locate(response_ids)
        case_ids, *values = (value[was_read] for value in values)
        found = (at, _locate(use_case_ids, case_ids), *values)
        for parts, part, dtype in zip(read, found, dtypes, strict=True):
            parts.append(part.astype(dtype))
    source, use_case, *values = (np.concatenate(parts) for parts in read)
    answered = np.max(values, axis=0) > MISSING
    person = responses.person[source]
    # An offer left unanswered never replaces an answer; of two answers of a person, the last submitted stays.
    order = np.lexsort((responses.turn[source], answered, use_case, person))
    cell = person[order].astype(np.int64) * len(use_case_ids) + use_case[order]
    kept = order[np.append(cell[1:] != cell[:-1], True)[: len(cell)]]
    return Answers(person[kept], use_case[kept], *(value[kept] for value in values)), source[kept]


def _read_mentions(field, entries, responses, use_case_ids, answers, sources):
    """Return what the kept answers tick in the list `field`; codes that are no longer in the list are left out."""
    _, codes = _keys_and_codes(entries)
    places = {code: place for place, code in enumerate(codes)}
    rows = UseCaseAnswer.objects.filter(response__in=responses.rows, use_case__in=use_case_ids).order_by()
    rows = rows.exclude(**{field: []}).values_list("response_id", "use_case_id", field)
    ticked = (
        (response_id, case_id, places[code])
        for response_id, case_id, values in rows.iterator(chunk_size=CHUNK)
        for code in dict.fromkeys(values)  # ticked twice is ticked
        if code in places
    )
    wanted, entry = [np.empty(0, np.int64)], [np.empty(0, np.int16)]
    for response_ids, case_ids, place in _chunks(ticked, columns=3):
        was_read, at = responses.locate(response_ids)
        wanted.append(at * len(use_case_ids) + _locate(use_case_ids, case_ids[was_read]))
        entry.append(place[was_read].astype(np.int16))
    wanted, entry = np.concatenate(wanted), np.concatenate(entry)
    kept = sources * np.int64(len(use_case_ids)) + answers.use_case
    order = np.argsort(kept)
    at = np.searchsorted(kept, wanted, sorter=order)
    is_kept = np.append(kept[order], MISSING)[at] == wanted
    return Mentions(codes, order[at[is_kept]], entry[is_kept])


def _keys_and_codes(entries):
    rows = list(entries.objects.order_by("position", "code").values_list("pk", "code"))
    return [pk for pk, _ in rows], tuple(code for _, code in rows)


def _locate(keys, values):
    """Return the positions of `values` in the list `keys`, which holds them all."""
    order = np.argsort(keys)
    return order[np.searchsorted(keys, values, sorter=order)]


def _positions(values, categories, dtype):
    """Return the position of each value among the categories, -1 for an empty one."""
    places = {"": MISSING} | {category: place for place, category in enumerate(categories)}
    return np.array([places[value] for value in values], dtype=dtype)


def _chunks(rows: Iterator[tuple], columns: int) -> Iterator[np.ndarray]:
    """Yield rows of integers as arrays of shape (columns, up to CHUNK)."""
    while chunk := list(islice(rows, CHUNK)):
        yield np.array(chunk, dtype=np.int64).reshape(-1, columns).T
