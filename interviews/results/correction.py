"""A published edition is never changed: what was wrong is decided again, then published as another one."""

from django.db import transaction

from interviews.campaigns import CampaignError
from interviews.models import Campaign
from usecases.editions import EditionError, refuse_correction

from .publication import draft_ratings, enqueue_workbook


@transaction.atomic
def start_correction(campaign: Campaign, reason: str) -> None:
    """Open the decisions of a published campaign again, to publish an edition that corrects its own.

    The wrong edition stays where it is, readable, until the new one replaces it. Raises CampaignError when there is
    none, when others already rest on it, or without a reason.
    """
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if campaign.edition is None:
        raise CampaignError(f"La campagne « {campaign} » n’a pas d’édition à corriger.")
    if not reason.strip():
        raise CampaignError("Dites ce qui était faux : ce motif sera publié avec l’édition corrigée.")
    try:
        refuse_correction(campaign.edition)
    except EditionError as error:
        raise CampaignError(str(error)) from error
    campaign.correcting, campaign.edition, campaign.correction_reason = campaign.edition, None, reason.strip()
    campaign.save(update_fields=["correcting", "edition", "correction_reason"])


@transaction.atomic
def give_up_correction(campaign: Campaign) -> None:
    """Leave the edition as it was published. Raises CampaignError when nothing is being corrected, or when a decision
    was changed meanwhile: the edition and the decisions must say the same."""
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    edition = campaign.correcting
    if edition is None:
        raise CampaignError(f"La campagne « {campaign} » n’a pas de correction en cours.")
    ratings = edition.ratings.values_list("use_case__code", "dimension", "level", "review_reason")
    drafts = [(each.use_case, each.dimension, each.level, each.review_reason) for each in draft_ratings(campaign)]
    if sorted(ratings, key=str) != sorted(drafts, key=str):
        raise CampaignError("Des décisions ont changé depuis : rétablissez-les, ou publiez la correction.")
    campaign.edition, campaign.correcting, campaign.correction_reason = edition, None, ""
    campaign.save(update_fields=["correcting", "edition", "correction_reason"])
    enqueue_workbook(campaign)  # a worker that came meanwhile could not make it
