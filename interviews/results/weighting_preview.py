"""What weighting would do, before a campaign is closed: the margins beside the respondents so far."""

from dataclasses import dataclass

import numpy as np

from interviews.analysis.missing import or_none, ratio
from interviews.analysis.weighting import WeightingError
from interviews.frames import build_profiles
from interviews.models import Campaign

from .margins import place_respondents
from .weights import Weights, campaign_weights


@dataclass(frozen=True)
class PreviewRow:
    """One category: respondents, their share, the population's share, and how much each respondent should weigh."""

    category: str
    respondents: int
    share: float | None
    target: float
    target_share: float
    factor: float | None


@dataclass(frozen=True)
class PreviewMargin:
    name: str
    rows: list[PreviewRow]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """`weights` are those of the choice tried; `margins` what was entered, empty when it contradicts itself."""

    respondents: int
    weights: Weights
    margins: list[PreviewMargin]


def preview_weighting(campaign: Campaign, choice: str) -> Preview:
    """Return what this choice of weighting (a `Campaign.Weighting`) gives with the responses counted now.

    Eight queries at most, whatever the responses; the answers are not read.
    """
    profiles = build_profiles(campaign)
    rows = list(campaign.margins.order_by("pk"))
    try:
        margins = [_shown(margin) for margin in place_respondents(rows, profiles)[0]] if rows else []
    except WeightingError:
        margins = []  # what contradicts itself is said by the weights
    tried = Campaign(pk=campaign.pk, weighting=choice)
    return Preview(int(profiles.by_questionnaire.sum()), campaign_weights(tried, profiles), margins)


def _shown(margin):
    share = ratio(margin.counts, margin.counts.sum())
    target_share = ratio(margin.targets, margin.targets.sum())
    rows = zip(
        margin.categories,
        margin.counts.tolist(),
        share,
        margin.targets.tolist(),
        np.nan_to_num(target_share).tolist(),
        ratio(target_share, share),
        strict=True,
    )
    return PreviewMargin(
        margin.name,
        [PreviewRow(name, n, or_none(p), target, q, or_none(f)) for name, n, p, target, q, f in rows],
        margin.sources,
    )
