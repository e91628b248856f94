"""Adoption by occupation: who uses what among the professionals of one trade, with the masks that protect each table.

A person counts in each of their occupations (METHOD.md §2.6), so rows do not add up. Masks need who holds what: they
are settled here, once, at closing; `disclosure` applies them.
"""

from functools import partial
from itertools import pairwise

import numpy as np

from interviews.analysis.adoption import CURRENT
from interviews.analysis.constants import STRUCT_MIN
from interviews.analysis.disclosure import protect, protect_shares, settle_masks
from interviews.analysis.intervals import wilson_bounds
from interviews.analysis.missing import ratio
from interviews.frames import LADDER, MISSING, CampaignFrame

NOT_GIVEN = ""  # those who named no occupation: without a row of their own, the total would give them away


def adoption_by_occupation(frame: CampaignFrame) -> list[list[dict]]:
    """Return for each use case of the frame one row per occupation that somebody in its base holds, in list order:
    {category, base, current_users, rate, low, high, hidden, share_hidden}.

    The base is that of adoption (METHOD.md §2.1), unweighted; `low` and `high` are Wilson's limits of the rate.
    `hidden` is empty, or why nothing of the row may be shown; `share_hidden` the same for its rate.
    """
    silent = ~frame.occupations.member.any(axis=1)
    codes, member = (*frame.occupations.codes, NOT_GIVEN), np.column_stack([frame.occupations.member, silent])
    # Few combinations of trades exist, however many persons hold them: combinations are counted, not persons.
    patterns, pattern_of = np.unique(member, axis=0, return_inverse=True)
    pattern_of = pattern_of.reshape(-1)
    in_base, persons, users = _count(frame, pattern_of, len(patterns))
    base, current_users = persons @ patterns, users @ patterns
    rate = ratio(current_users, base)
    low, high = wilson_bounds(rate, base)
    tables = []
    for case, structures in enumerate(_structures(frame, in_base, patterns, pattern_of)):
        hidden, share_hidden = _masks(patterns, persons[case], users[case], structures)
        tables.append(
            [
                {
                    "category": codes[place],
                    "base": int(base[case, place]),
                    "current_users": int(current_users[case, place]),
                    "rate": float(rate[case, place]),
                    "low": float(low[case, place]),
                    "high": float(high[case, place]),
                    "hidden": str(hidden.get(place, "")),
                    "share_hidden": str(share_hidden.get(place, "")),
                }
                for place in np.flatnonzero(base[case]).tolist()
            ]
        )
    return tables


def _count(frame, pattern_of, patterns):
    """Return which answers form the base, and the persons and the current users (K × patterns) behind them."""
    answers = frame.answers
    in_base = frame.by_questionnaire[answers.person] & np.isin(answers.usage, LADDER)
    cell = answers.use_case.astype(np.int64) * patterns + pattern_of[answers.person]
    shape = (len(frame.use_cases), patterns)

    def count(rows):
        return np.bincount(cell[rows], minlength=shape[0] * shape[1]).reshape(shape)

    return in_base, count(in_base), count(in_base & np.isin(answers.usage, [LADDER[step] for step in CURRENT]))


def _structures(frame, in_base, patterns, pattern_of):
    """Yield for each use case the structures behind its base, (combinations of trades found in one, how many such),
    or None where none is identified."""
    answers = frame.answers
    use_case, person = answers.use_case[in_base], answers.person[in_base]
    organisation = frame.organisation[person]
    order = np.lexsort((organisation, use_case))
    starts = np.searchsorted(use_case[order], np.arange(len(frame.use_cases) + 1))
    for start, end in pairwise(starts):
        people = order[start:end]
        identified = organisation[people] != MISSING
        if not identified.any():
            yield None
            continue
        first_of_each = np.flatnonzero(np.diff(organisation[people][identified], prepend=MISSING))
        held = patterns[pattern_of[person[people][identified]]]
        # Somebody without a structure is one of their own (METHOD.md §5.2 wants at least three).
        alone = np.bincount(pattern_of[person[people][~identified]], minlength=len(patterns))
        shared = np.logical_or.reduceat(held, first_of_each, axis=0)
        yield np.vstack([patterns, shared]), np.concatenate([alone, np.ones(len(shared), dtype=int)])


def _masks(patterns, persons, users, structures):
    """Return the masks of the rows, then those of their rates: persons and structures together leave no small group."""
    taken = persons > 0
    patterns, persons, users = patterns[taken], persons[taken], users[taken]
    by_structure = partial(protect, *structures, STRUCT_MIN) if structures else _as_they_are
    hidden = settle_masks({}, partial(protect, patterns, persons), by_structure)
    return hidden, settle_masks(hidden, partial(protect_shares, patterns, persons, users), by_structure)


def _as_they_are(hidden):
    return hidden
