"""Responses that people set aside from the analysis, with a reason, until the campaign is closed."""

from django.db import transaction
from django.utils import timezone

from interviews.models import Campaign, Response

from .responses import ResponseRefusedError


@transaction.atomic
def exclude_response(response: Response, reason: str) -> None:
    """Set a response aside from the analysis, and keep why. Raises ResponseRefusedError without a reason, or once the
    campaign is closed."""
    _refuse_once_closed(response)
    if not reason.strip():
        raise ResponseRefusedError("Écarter une réponse demande un motif.")
    response.excluded_at, response.exclusion_reason = timezone.now(), reason.strip()
    response.save(update_fields=["excluded_at", "exclusion_reason"])


@transaction.atomic
def reinstate_response(response: Response) -> None:
    """Count a response again. Raises ResponseRefusedError once the campaign is closed."""
    _refuse_once_closed(response)
    response.excluded_at, response.exclusion_reason = None, ""
    response.save(update_fields=["excluded_at", "exclusion_reason"])


def _refuse_once_closed(response):
    # Locked: closing freezes which responses count.
    campaign = Campaign.objects.select_for_update().get(pk=response.campaign_id)
    if campaign.closed_at:
        raise ResponseRefusedError(
            f"La campagne « {campaign} » est close : ses résultats sont figés, la réponse {response} ne change plus."
        )
