"""Which use cases to put in front of whom: a pure function of profile, catalogue and current coverage.

The figures behind the two constants are in docs/routage.md; the command `compare_routing` measures them again.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

OFFERED = 10  # use cases a person is asked about: 8 leave bases shorter, 12 lengthen them less than the questionnaire
RESERVED = 4  # of these, the last ones: they go to the shortest bases of all, the nearest first among equals

# Reasons of an offer, most relevant first (codes of `UseCaseAnswer.Reason`).
OCCUPATION, STAGE, SECTOR, COVERAGE = REASONS = ("occupation", "stage", "sector", "coverage")

# The reason that each distance gives; see `distances`.
REASON_OF_DISTANCE = (OCCUPATION, STAGE, STAGE, SECTOR, COVERAGE)


@dataclass(frozen=True)
class Profile:
    """What routing knows of a person: codes of occupations and value chains, and a stable seed for ties."""

    occupations: frozenset[str]
    chains: frozenset[str]
    seed: str


@dataclass(frozen=True)
class Candidate:
    """What routing knows of a use case: codes."""

    code: str
    family: str
    occupations: frozenset[str]
    stages: frozenset[str]
    chains: frozenset[str]


@dataclass(frozen=True)
class Coverage:
    """How long the bases already are: {use case code: answers}, in the person's segment and overall."""

    segment: Mapping[str, int] = field(default_factory=dict)
    overall: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Offer:
    """One use case to put in front of the person; `rank` starts at 1."""

    use_case: str
    reason: str
    rank: int


def route(profile: Profile, candidates: Sequence[Candidate], coverage: Coverage, limit: int = OFFERED) -> list[Offer]:
    """Return up to `limit` offers, the most relevant first.

    Nearest first (`distances`); among equals the use case whose base is still shortest in the person's segment, then
    overall, then a tie-break drawn from the person's seed, so that the same person always gets the same list for the
    same coverage. The last places, `RESERVED` of `OFFERED` and as many in proportion of a shorter list, go to the
    shortest bases overall, however far: otherwise the use cases of rare trades would stay with the few who hold them.
    """
    distance = distances(profile, candidates)
    segment, overall = coverage.segment, coverage.overall
    draw = {code: _draw(profile.seed, code) for code in distance}

    def nearest_first(code):
        return distance[code], segment.get(code, 0), overall.get(code, 0), draw[code]

    def shortest_first(code):
        return overall.get(code, 0), distance[code], draw[code]

    ranked = sorted(distance, key=nearest_first)
    near = limit if len(ranked) <= limit else limit - limit * RESERVED // OFFERED
    chosen = ranked[:near] + sorted(ranked[near:], key=shortest_first)[: limit - near]
    return [Offer(code, REASON_OF_DISTANCE[distance[code]], rank) for rank, code in enumerate(chosen, 1)]


def distances(profile: Profile, candidates: Iterable[Candidate]) -> dict[str, int]:
    """Return how far each use case is from a person, {code: 0 to 4}.

    0: of one of the person's occupations, within their value chains. Those tell the stages and families where the
    person works: 1 shares both with one of them, 2 one of the two, within the value chains still. 3: any other of
    their value chains. 4: the rest.
    """
    candidates = list(candidates)
    own = [candidate for candidate in candidates if is_of_own_trade(profile, candidate)]
    stages = frozenset().union(*(candidate.stages for candidate in own))
    families = {candidate.family for candidate in own}
    found = {}
    for candidate in candidates:
        if _shares_chain(profile, candidate):
            found[candidate.code] = 3 - (not stages.isdisjoint(candidate.stages)) - (candidate.family in families)
        else:
            found[candidate.code] = 4
    return found | {candidate.code: 0 for candidate in own}


def is_of_own_trade(profile: Profile, candidate: Candidate) -> bool:
    """Tell whether a use case is of one of the person's occupations, within their value chains."""
    return _shares_chain(profile, candidate) and not profile.occupations.isdisjoint(candidate.occupations)


def _shares_chain(profile, candidate):
    # A person who names no sector could work in any; a use case without a stage could serve any.
    return not profile.chains or not candidate.chains or not profile.chains.isdisjoint(candidate.chains)


def _draw(seed, code):
    return hashlib.blake2b(f"{seed}:{code}".encode(), digest_size=8).digest()
