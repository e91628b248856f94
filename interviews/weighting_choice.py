"""What a campaign is weighted on: chosen before it closes, frozen with it."""

from django.db import transaction

from .campaigns import CampaignError
from .models import Campaign


@transaction.atomic
def choose_weighting(campaign: Campaign, choice: str) -> None:
    """Store how the campaign will be weighted when it closes. Raises CampaignError once it is closed."""
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    refuse_frozen_weighting(campaign)
    campaign.weighting = Campaign.Weighting(choice)
    campaign.save(update_fields=["weighting"])


def refuse_frozen_weighting(campaign: Campaign) -> None:
    """Raise CampaignError once the campaign is closed: its weighting is part of its frozen figures."""
    if campaign.closed_at is not None:
        raise CampaignError(f"La campagne « {campaign} » est close : son redressement ne change plus.")
