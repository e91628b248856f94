"""From the frame of a campaign to its assessments: one per use case and dimension, with the evidence behind it.

Evidence is kept whole and unmasked; `disclosure` says what leaves. Nothing is weighted: the rates describe the
respondents (METHOD.md §3.1).
"""

from dataclasses import asdict

import numpy as np

from interviews.analysis.adoption import CURRENT, decide_adoptions, net_intention, usage_funnel
from interviews.analysis.constants import N_RATE, STRUCT_MIN
from interviews.analysis.flags import has_small_base
from interviews.analysis.missing import or_none, ratio
from interviews.analysis.ratings import decide_levels
from interviews.frames import INTENTIONS, LADDER, MISSING, CampaignFrame
from interviews.models import Assessment, Campaign
from usecases.editions import levels_in_force
from usecases.models import Dimension

from .breakdowns import adoption_by_occupation


def draw_up_assessments(campaign: Campaign, frame: CampaignFrame) -> list[Assessment]:
    """Compute, without saving, one Assessment per use case and dimension, in catalogue order."""
    in_force = levels_in_force(campaign.baseline)
    use_cases = {use_case.code: use_case for use_case in campaign.use_cases.all()}
    assessments = []
    for dimension, assess in ASSESSORS.items():
        baseline = np.array([in_force.get((code, dimension), 0) for code in frame.use_cases], dtype=int)
        assessments += [
            Assessment(
                campaign=campaign,
                use_case=use_cases[code],
                dimension=dimension,
                baseline_level=level or None,
                computed_level=decision.level,
                status=str(decision.status),
                reason=str(decision.reason or ""),
                base=base,
                evidence=evidence,
            )
            for code, level, (decision, base, evidence) in zip(
                frame.use_cases, baseline.tolist(), assess(frame, dimension, baseline), strict=True
            )
        ]
    place = {code: place for place, code in enumerate(frame.use_cases)}
    return sorted(assessments, key=lambda assessment: place[assessment.use_case.code])


def _assess_levels(frame, dimension, baseline):
    """Yield (decision, base, evidence) per use case, for maturity or impact (METHOD.md §1)."""
    tally = frame.tally_levels(dimension)
    dont_know = tally.outside[:, 0]
    dk_share = ratio(dont_know, dont_know + tally.base)
    decisions = decide_levels(tally.counts, _rateable(tally), baseline, dk_share)
    for row in range(len(frame.use_cases)):
        decision = decisions.at(row)
        yield (
            decision,
            int(tally.base[row]),
            {
                "counts": tally.counts[row].tolist(),
                "dont_know": int(dont_know[row]),
                "dk_share": or_none(dk_share[row]),
                "shares": _listed(decision.shares),
                "probabilities": list(decision.probabilities),
                "agreement": decision.agreement,
                "interpolated_median": decision.interpolated_median,
                "leaning": str(decision.leaning) if decision.leaning else None,
                "structures": _structures(tally, row),
                "flags": _flags(tally.base[row]),
            },
        )


def _assess_adoption(frame, dimension, baseline):
    """Yield (decision, base, evidence) per use case, with the intention of those who do not use it (METHOD.md §2)."""
    tally, intention = frame.tally_usage(), frame.tally_intention()
    mentions = {name: frame.tally_mentions(getattr(frame, name)) for name in ("benefits", "barriers")}
    occupations = adoption_by_occupation(frame)
    current_users = tally.counts[:, CURRENT].sum(axis=1)
    decisions = decide_adoptions(ratio(current_users, tally.base), _rateable(tally), baseline, tally.base)
    for row in range(len(frame.use_cases)):
        decision = decisions.at(row)
        low, high = decision.interval or (None, None)
        yield (
            decision,
            int(tally.base[row]),
            {
                "usage": {step.code: n for step, n in zip(LADDER, tally.counts[row].tolist(), strict=True)},
                "not_concerned": int(tally.outside[row, 0]),
                "dont_know": int(tally.outside[row, 1]),
                "current_users": int(current_users[row]),
                "rate": decision.rate,
                "low": low,
                "high": high,
                "probabilities": list(decision.probabilities),
                "funnel": asdict(usage_funnel(tally.counts[row])),
                "structures": _structures(tally, row),
                "flags": _flags(tally.base[row]),
                "occupations": occupations[row],
                "intention": _intention(intention, row),
                **{name: _mentions(named, row, getattr(frame, name).codes) for name, named in mentions.items()},
            },
        )


def _rateable(tally):
    """Return the persons a rating may rest on: none where they work for fewer than three structures, as everything
    that comes from such a cell is hidden (METHOD.md §5)."""
    too_few = (tally.structures != MISSING) & (tally.structures < STRUCT_MIN)
    return np.where(too_few, 0, tally.base)


def _intention(tally, row):
    counts = tally.counts[row].tolist()
    balance = net_intention(*counts)
    low, high = balance.interval or (None, None)
    return {
        "base": balance.n,
        "counts": {answer.code: n for answer, n in zip(INTENTIONS, counts, strict=True)},
        "dont_know": int(tally.outside[row, 0]),
        "net": balance.net,
        "low": low,
        "high": high,
        "structures": _structures(tally, row),
    }


def _mentions(tally, row, codes):
    return {
        "base": int(tally.base[row]),
        "counts": dict(zip(codes, tally.counts[row].tolist(), strict=True)),
        "structures": _structures(tally, row),
    }


def _structures(tally, row):
    structures = int(tally.structures[row])
    return None if structures == MISSING else structures


def _listed(values):
    return None if values is None else list(values)


def _flags(base):
    return ["small_base"] if base >= N_RATE and has_small_base(base) else []


ASSESSORS = {
    Dimension.MATURITY: _assess_levels,
    Dimension.IMPACT: _assess_levels,
    Dimension.ADOPTION: _assess_adoption,
}
