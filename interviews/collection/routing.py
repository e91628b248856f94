"""Which use cases to put in front of whom: a pure function of profile, catalogue and current coverage."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

OFFERED = 10  # use cases a person is asked about: eight minutes, measured surveys lose people beyond

# Reasons of an offer, most relevant first (codes of `UseCaseAnswer.Reason`).
OCCUPATION, STAGE, SECTOR, COVERAGE = REASONS = ("occupation", "stage", "sector", "coverage")


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
class Offer:
    """One use case to put in front of the person; `rank` starts at 1."""

    use_case: str
    reason: str
    rank: int


def route(
    profile: Profile, candidates: Sequence[Candidate], coverage: Mapping[str, int], limit: int = OFFERED
) -> list[Offer]:
    """Return up to `limit` offers, the most relevant first.

    Relevance, in this order: a use case of one of the person's occupations within their value chains; one that shares
    a stage with those; any other of their value chains; the rest. Among equals the use case with the fewest answers
    so far comes first (`coverage`: answers by use case code), then a tie-break drawn from the person's seed, so that
    the same person always gets the same list for the same coverage.
    """
    own = [c for c in candidates if _shares_chain(profile, c) and profile.occupations & c.occupations]
    own_codes = {c.code for c in own}
    own_stages = frozenset().union(*(c.stages for c in own))

    def reason(candidate):
        if candidate.code in own_codes:
            return OCCUPATION
        if not _shares_chain(profile, candidate):
            return COVERAGE
        return STAGE if own_stages & candidate.stages else SECTOR

    def order(candidate):
        return (
            REASONS.index(reason(candidate)),
            coverage.get(candidate.code, 0),
            _draw(profile.seed, candidate.code),
        )

    ranked = sorted(candidates, key=order)[:limit]
    return [Offer(candidate.code, reason(candidate), rank) for rank, candidate in enumerate(ranked, 1)]


def _shares_chain(profile, candidate):
    # A person who names no sector could work in any; a use case without a stage could serve any.
    return not profile.chains or not candidate.chains or bool(profile.chains & candidate.chains)


def _draw(seed, code):
    return hashlib.blake2b(f"{seed}:{code}".encode(), digest_size=8).digest()
