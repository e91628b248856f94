"""Fills a campaign with fictional responses: who answers, what they are offered, what they say."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import numpy as np
from django.db import transaction
from django.utils import timezone

from interviews.campaigns import CampaignError
from interviews.collection.batch import FilledResponse, store_batch
from interviews.collection.coverage import campaign_candidates, coverage_of
from interviews.collection.routing import OFFERED, REASONS, Candidate, Profile, route
from interviews.models import PROFILE_COLUMNS, Campaign, Item, Response, Usage
from usecases.editions import levels_in_force
from usecases.models import Barrier, Benefit, Occupation, Sector, Tool

from .general import SimulatedItem, draw_general_answers, draw_items
from .opinions import KnownUseCase, Truth, continue_truth, draw_opinions, draw_truth, move_truth
from .population import SimulatedPerson, draw_persons, with_own_temperament
from .tally import Tally

CHUNK = 1_000  # persons drawn together
FIRST_HOUR, LAST_HOUR = 8, 22  # of the day, when people answer
HAS_USED = {Usage.TRIED, Usage.OCCASIONAL, Usage.REGULAR, Usage.ABANDONED}


@transaction.atomic
def simulate_responses(
    campaign: Campaign,
    respondents: int,
    seed: int,
    interviews: int = 0,
    full: bool = False,
    report: Callable[[int], None] = lambda stored: None,
    returning: float = 0.0,
) -> int:
    """Write `respondents` fictional responses and `interviews` fictional interviews; return how many in all.

    The same campaign, numbers and seed always give the same answers. Each person is offered what routing chooses, with
    the coverage of those before them, or every use case when `full`. The campaign becomes fictional, for good.

    After a simulated previous wave, the use cases go on from where they were, and `returning` is the share of the
    respondents, from 0 to 1, who had answered it (as many as there are, at most). `report` is told now and then how
    many are done. Raises CampaignError when the campaign is closed, has real responses, was already filled from this
    seed, or when nobody simulated can come back.
    """
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    _refuse_unless_simulable(campaign, seed)
    if returning and _seed_of(campaign.previous) is None:
        raise CampaignError(f"La campagne « {campaign} » ne suit pas une vague simulée : personne ne peut y revenir.")
    campaign.is_fictional = True
    campaign.save(update_fields=["is_fictional"])
    return store_batch(campaign, _fill(campaign, respondents, seed, interviews, full, report, returning))


def _refuse_unless_simulable(campaign, seed):
    if campaign.closed_at is not None:
        raise CampaignError(f"La campagne « {campaign} » est close : elle ne reçoit plus de réponses.")
    if not campaign.is_fictional and campaign.responses.exists():
        raise CampaignError(
            f"La campagne « {campaign} » a de vraies réponses : y mêler des réponses fictives les perdrait. "
            "Créez une campagne de démonstration."
        )
    if campaign.responses.filter(key__startswith=_key(seed, "")).exists():
        raise CampaignError(
            f"La campagne « {campaign} » a déjà des réponses simulées avec la graine {seed} : prenez-en une autre."
        )


def _key(seed, number):
    return f"sim-{seed}-{number}"


def _seed_of(campaign):
    """Return the seed that filled a campaign (the first in the order of its keys), None when none did."""
    if campaign is None or not campaign.is_fictional:
        return None
    key = campaign.responses.filter(key__startswith="sim-").order_by("key").values_list("key", flat=True).first()
    return key and int(key.split("-")[1])


@dataclass(frozen=True)
class _Stage:
    """What does not change from one person to the next."""

    candidates: list[Candidate]
    position: dict[str, int]  # of a use case in the truth
    use_case_ids: list[int]
    occupations: dict[str, int]  # code → primary key
    sectors: dict[str, int]
    chains: dict[str, str]  # of a sector, by code
    truth: Truth
    items: list[SimulatedItem]
    limit: int


def _fill(campaign, respondents, seed, interviews, full, report, returning) -> Iterator[FilledResponse]:
    truth_rng, people_rng, answers_rng = np.random.default_rng(seed).spawn(3)
    stage = _set_stage(campaign, truth_rng, full)
    tally = Tally(coverage_of(campaign))
    done = 0
    for mode, prefix, count in ((Response.Mode.WEB, "", respondents), (Response.Mode.INTERVIEW, "i", interviews)):
        known = _draw_returning(people_rng, campaign.previous, round(returning * count)) if not prefix else {}
        fresh = draw_persons(people_rng, count - len(known), list(stage.occupations), list(stage.sectors))
        days = people_rng.random(count)
        keys = [_key(seed, f"{prefix}{number:06d}") for number in range(1, count + 1)]
        # Who comes back keeps the name of their first wave, and with it their temperament.
        names = [*known, *keys[len(known) :]]
        persons = [*known.values(), *fresh]
        for start in range(0, count, CHUNK):
            rows = slice(start, start + CHUNK)
            chunk = [with_own_temperament(*each) for each in zip(persons[rows], names[rows], strict=True)]
            filled = _answer(answers_rng, stage, chunk, keys[rows], tally)
            for response, name, day in zip(filled, names[rows], days[rows].tolist(), strict=True):
                response.mode = mode
                response.person = name
                response.submitted_at = _moment(campaign, day)
                yield response
            done += len(chunk)
            report(done)


def _draw_returning(rng, previous, count) -> dict[str, SimulatedPerson]:
    """Return {person: profile} of respondents of the previous wave, drawn at random."""
    if not count:
        return {}
    earlier = previous.responses.counted().filter(mode=Response.Mode.WEB, key__startswith="sim-").exclude(person="")
    earlier = list(earlier.order_by("key").prefetch_related("sectors", "occupations"))
    chosen = rng.permutation(len(earlier))[:count].tolist()
    return {earlier[place].person: _person_of(earlier[place]) for place in chosen}


def _person_of(response):
    return SimulatedPerson(
        occupations=tuple(occupation.code for occupation in response.occupations.all()),
        sectors=tuple(sector.code for sector in response.sectors.all()),
        profile={name: getattr(response, name) for name in PROFILE_COLUMNS},
        organisation=response.organisation,
        openness=0.0,
    )


def _set_stage(campaign, rng, full):
    use_cases = _use_cases(campaign)
    truth = _draw_truth(campaign, rng)
    questions = Item.objects.filter(module__questionnaire=campaign.questionnaire).order_by(
        "module__position", "position"
    )
    sectors = Sector.objects.order_by("position", "code")
    return _Stage(
        candidates=campaign_candidates(campaign),
        position={case.code: place for place, case in enumerate(use_cases)},
        use_case_ids=[case.pk for case in use_cases],
        occupations=dict(Occupation.objects.order_by("position", "code").values_list("code", "pk")),
        sectors=dict(sectors.values_list("code", "pk")),
        chains=dict(sectors.exclude(chain=None).values_list("code", "chain__code")),
        truth=truth,
        items=draw_items(
            rng,
            list(questions.select_related("option_set").prefetch_related("option_set__options")),
            list(Tool.objects.values_list("code", flat=True)),
        ),
        limit=len(use_cases) if full else OFFERED,
    )


def _use_cases(campaign):
    return list(campaign.use_cases.order_by("position", "code").prefetch_related("benefits", "tools"))


def _draw_truth(campaign, rng):
    """Draw the truth of a campaign; after a simulated wave, that wave's own, moved."""
    use_cases, levels = _use_cases(campaign), levels_in_force(campaign.baseline)
    known = [
        KnownUseCase(
            code=case.code,
            benefits=frozenset(benefit.code for benefit in case.benefits.all()),
            tools=tuple(tool.code for tool in case.tools.all()),
            levels={dimension: level for (code, dimension), level in levels.items() if code == case.code},
        )
        for case in use_cases
    ]
    lists = [list(entries.objects.values_list("code", flat=True)) for entries in (Benefit, Barrier)]
    truth = draw_truth(rng, known, *lists)
    seed = _seed_of(campaign.previous)
    if seed is None:
        return truth
    earlier_rng, *_ = np.random.default_rng(seed).spawn(3)
    earlier = move_truth(rng, _draw_truth(campaign.previous, earlier_rng))
    place_of = {case.code: place for place, case in enumerate(_use_cases(campaign.previous))}
    return continue_truth(truth, earlier, [place_of.get(case.code) for case in use_cases])


def _answer(rng, stage: _Stage, persons: list[SimulatedPerson], keys, tally: Tally) -> list[FilledResponse]:
    """Return one filled response per person, without its mode and date; `tally` grows by what was offered."""
    offers = []
    for person, key in zip(persons, keys, strict=True):
        coverage = tally.coverage_for(person.occupations)
        offered = route(_routing_profile(stage, person, key), stage.candidates, coverage, limit=stage.limit)
        tally.add(person.occupations, (offer.use_case for offer in offered))
        offers.append(offered)
    numbers = [len(offered) for offered in offers]
    opinions = iter(
        draw_opinions(
            rng,
            stage.truth,
            use_case=np.array([stage.position[o.use_case] for offered in offers for o in offered], dtype=int),
            reason=np.array([REASONS.index(o.reason) for offered in offers for o in offered], dtype=int),
            openness=np.repeat([person.openness for person in persons], numbers),
        )
    )
    answered = [[_use_case_answer(stage, offer, next(opinions)) for offer in offered] for offered in offers]
    has_used = np.array([any(answer.get("usage") in HAS_USED for answer in answers) for answers in answered])
    general = draw_general_answers(rng, stage.items, has_used)
    return [
        FilledResponse(
            key=key,
            submitted_at=None,
            organisation=person.organisation,
            profile=person.profile,
            sectors=[stage.sectors[code] for code in person.sectors],
            occupations=[stage.occupations[code] for code in person.occupations],
            use_case_answers=use_case_answers,
            answers=general_answers,
        )
        for person, key, use_case_answers, general_answers in zip(persons, keys, answered, general, strict=True)
    ]


def _routing_profile(stage, person, key):
    return Profile(
        occupations=frozenset(person.occupations),
        chains=frozenset(stage.chains[code] for code in person.sectors if code in stage.chains),
        seed=key,
    )


def _use_case_answer(stage, offer, opinion):
    identity = {
        "use_case_id": stage.use_case_ids[stage.position[offer.use_case]],
        "reason": offer.reason,
        "rank": offer.rank,
    }
    return identity | opinion


def _moment(campaign, draw):
    """Return a time of day within the campaign's dates, whatever today is: the same seed gives the same file."""
    days = (campaign.closes_on - campaign.opens_on).days + 1
    day, rest = divmod(draw * days, 1)
    opening = datetime.combine(campaign.opens_on + timedelta(days=int(day)), time(FIRST_HOUR))
    moment = opening + timedelta(minutes=int(rest * (LAST_HOUR - FIRST_HOUR) * 60))
    return timezone.make_aware(moment)
