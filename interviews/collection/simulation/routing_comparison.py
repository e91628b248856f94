"""Compares routing with simpler ways of choosing use cases, on fictional respondents. Needs no database.

A use case's base grows when the person offered it answers with a step of the ladder (METHOD.md §2.1). Who does is a
hypothesis, drawn once for each person and use case, so that every order meets the same people: `REFERENCE`, the one of
the documented simulation: the shares of « pas mon métier » that its answers take, smaller the nearer the use case is;
`STRICT`, the least that can happen: those of the trade that the catalogue proposes answer, and nobody else.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from interviews.collection.routing import (
    OFFERED,
    REASON_OF_DISTANCE,
    REASONS,
    Candidate,
    Coverage,
    Profile,
    distances,
    route,
)

from .opinions import NOT_CONCERNED_BY_REASON
from .population import draw_persons
from .tally import Tally

RESPONDENTS = 400
MIN_BASE = 10  # below, no share is published (METHOD.md §5)


@dataclass(frozen=True)
class Catalogue:
    """What the comparison needs of a catalogue: codes in order; `chains` gives the value chain of a sector."""

    candidates: Sequence[Candidate]
    occupations: Sequence[str]
    sectors: Sequence[str]
    chains: Mapping[str, str]


@dataclass(frozen=True)
class Outcome:
    """What one order gives: the bases of the use cases, sorted, and shares of the offers from 0 to 1.

    `own_trade`: offers of the person's own trade; `in_base`: offers answered with a step of the ladder.
    """

    bases: tuple[int, ...]
    own_trade: float
    in_base: float

    @property
    def smallest(self) -> int:
        return self.bases[0]

    @property
    def median(self) -> int:
        return self.bases[len(self.bases) // 2]

    @property
    def largest(self) -> int:
        return self.bases[-1]

    @property
    def too_short(self) -> int:
        """How many use cases have a base too short for a share."""
        return sum(base < MIN_BASE for base in self.bases)


def strictly_concerned(rng: np.random.Generator, distance: np.ndarray) -> np.ndarray:
    """Return who is concerned by what (persons × use cases) when only the proposed trades are."""
    return distance == 0


def widely_concerned(rng: np.random.Generator, distance: np.ndarray) -> np.ndarray:
    """Return who is concerned by what (persons × use cases) when neighbours of the trade often are too."""
    reason = np.array([REASONS.index(reason) for reason in REASON_OF_DISTANCE])[distance]
    return rng.random(distance.shape) >= NOT_CONCERNED_BY_REASON[reason]


def offer_by_routing(rng, profile: Profile, candidates: Sequence[Candidate], coverage: Coverage, limit) -> list[str]:
    return [offer.use_case for offer in route(profile, candidates, coverage, limit)]


def offer_first(rng, profile: Profile, candidates: Sequence[Candidate], coverage: Coverage, limit) -> list[str]:
    return [candidate.code for candidate in candidates[:limit]]


def offer_at_random(
    rng: np.random.Generator, profile: Profile, candidates: Sequence[Candidate], coverage: Coverage, limit
) -> list[str]:
    return [candidates[place].code for place in rng.permutation(len(candidates))[:limit].tolist()]


ROUTED, FIXED, RANDOM = "routage", "ordre fixe", "hasard"
ORDERS: dict[str, Callable[..., list[str]]] = {ROUTED: offer_by_routing, FIXED: offer_first, RANDOM: offer_at_random}
REFERENCE, STRICT = "référence", "stricte"
HYPOTHESES = {REFERENCE: widely_concerned, STRICT: strictly_concerned}


def compare_orders(
    catalogue: Catalogue, hypothesis: str, seed: int, respondents: int = RESPONDENTS, limit: int = OFFERED
) -> dict[str, Outcome]:
    """Return {order: outcome} for the same respondents; the same arguments always give the same figures."""
    people_rng, concern_rng, order_rng = np.random.default_rng(seed).spawn(3)
    persons = draw_persons(people_rng, respondents, catalogue.occupations, catalogue.sectors)
    profiles = [
        Profile(
            occupations=frozenset(person.occupations),
            chains=frozenset(catalogue.chains[code] for code in person.sectors if code in catalogue.chains),
            seed=f"{seed}-{number}",
        )
        for number, person in enumerate(persons)
    ]
    distance = np.array([list(distances(profile, catalogue.candidates).values()) for profile in profiles])
    concerned = HYPOTHESES[hypothesis](concern_rng, distance)
    return {
        name: _measure(order, order_rng, profiles, catalogue.candidates, distance == 0, concerned, limit)
        for name, order in ORDERS.items()
    }


def _measure(order, rng, profiles, candidates, own_trade, concerned, limit):
    place = {candidate.code: number for number, candidate in enumerate(candidates)}
    tally, bases = Tally(), dict.fromkeys(place, 0)
    offers = own = answers = 0
    for person, profile in enumerate(profiles):
        offered = order(rng, profile, candidates, tally.coverage_for(profile.occupations), limit)
        answered = [code for code in offered if concerned[person, place[code]]]
        tally.add(profile.occupations, answered)
        for code in answered:
            bases[code] += 1
        offers += len(offered)
        own += sum(bool(own_trade[person, place[code]]) for code in offered)
        answers += len(answered)
    return Outcome(tuple(sorted(bases.values())), own / offers, answers / offers)
