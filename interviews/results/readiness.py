"""What is missing before a campaign may be published, and what publishing would change."""

from dataclasses import dataclass

from interviews.campaigns import CampaignError, check_baseline
from interviews.models import Assessment, Campaign, Verbatim
from usecases.editions import LevelChange, RatingDraft, levels_in_force

from .publication import draft_ratings, pending_proposals


@dataclass(frozen=True)
class Gap:
    """One thing that is missing: `blocks` says whether it holds publication back; `about` lists what it concerns."""

    text: str
    blocks: bool = True
    about: tuple[Assessment, ...] = ()


@dataclass(frozen=True)
class Preview:
    """The edition as it would be published now: how many ratings, and those whose level differs from the one in force,
    as (name of the use case, rating, change)."""

    count: int
    moved: list[tuple[str, RatingDraft, LevelChange]]


def publication_gaps(campaign: Campaign) -> list[Gap]:
    """Return what is missing before publication, what blocks first; nothing once everything is ready."""
    if campaign.closed_at is None:
        return [Gap("La campagne n’est pas close : ses réponses peuvent encore changer.")]
    gaps = []
    if pending := tuple(pending_proposals(campaign).select_related("use_case")):
        waiting = "1 proposition attend" if len(pending) == 1 else f"{len(pending)} propositions attendent"
        gaps.append(Gap(f"{waiting} une décision.", about=pending))
    try:
        check_baseline(campaign)
    except CampaignError as error:
        gaps.append(Gap(str(error)))
    if failure := _weighting_failure(campaign):
        gaps.append(Gap(failure, blocks=False))
    if waiting := _unreviewed_verbatims(campaign):
        many = "1 verbatim attend" if waiting == 1 else f"{waiting} verbatims attendent"
        gaps.append(Gap(f"{many} une seconde lecture : rien n’en paraîtra d’ici là.", blocks=False))
    return gaps


def _weighting_failure(campaign):
    weighting = campaign.snapshot.weighting
    if campaign.weighting == Campaign.Weighting.OFF or weighting.get("is_weighted"):
        return ""
    return " ".join(
        ["Le redressement demandé n’a pas abouti, les chiffres sont bruts.", *weighting.get("messages", [])]
    )


def _unreviewed_verbatims(campaign):
    worded = Verbatim.objects.filter(participant__interview__campaign=campaign).exclude(public_text="")
    return worded.filter(reviewed_at=None, withdrawn_at=None).count()


def preview_edition(campaign: Campaign) -> Preview:
    """Return what publishing a closed campaign would write now."""
    in_force = levels_in_force(campaign.baseline)
    names = dict(campaign.use_cases.values_list("code", "name"))
    drafts = draft_ratings(campaign)
    changes = [
        LevelChange(draft.use_case, draft.dimension, in_force.get((draft.use_case, draft.dimension)), draft.level)
        for draft in drafts
    ]
    moved = [
        (names[draft.use_case], draft, change)
        for draft, change in zip(drafts, changes, strict=True)
        if change.before != change.after
    ]
    return Preview(len(drafts), moved)
