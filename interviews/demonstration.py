"""The demonstration: a published fictional wave, an open one, and accounts to look around with."""

import secrets
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from cnc_survey.roles import Role, ensure_roles

from .campaigns import create_campaign
from .collection.simulation import simulate_responses
from .models import Campaign
from .results.closing import close_campaign
from .results.publication import publish_campaign

CLOSED, OPEN = "demonstration-close", "demonstration"
RESPONDENTS = 150  # of the closed wave: enough for every status to appear, few enough to stay readable
SEED = 2026

ACCOUNTS = {
    "demo-admin": Role.ADMINISTRATOR,
    "demo-gestion": Role.CAMPAIGN_MANAGER,
    "demo-analyste": Role.ANALYST,
    "demo-edition": Role.EDITOR,
    "demo-enquete": Role.INTERVIEWER,
}


@transaction.atomic
def create_demonstration() -> bool:
    """Create both campaigns, unless they are there; return whether anything was created."""
    if Campaign.objects.filter(slug__in=[CLOSED, OPEN]).exists():
        return False
    today = timezone.localdate()
    closed = create_campaign(
        CLOSED, "Vague de démonstration, close", today - timedelta(days=90), today - timedelta(days=30)
    )
    simulate_responses(closed, RESPONDENTS, SEED)
    close_campaign(closed)
    publish_campaign(closed, "Édition de démonstration", accept_proposals=True)
    current = create_campaign(OPEN, "Vague de démonstration", today, today + timedelta(days=60))
    # No respondent yet, but fictional from the start: nobody's real answer may rest here.
    current.is_fictional = True
    current.save(update_fields=["is_fictional"])
    return True


@transaction.atomic
def create_accounts() -> dict[str, str]:
    """Create or renew the demonstration accounts; return {user name: new password}."""
    ensure_roles()
    passwords = {}
    for name, role in ACCOUNTS.items():
        user, _ = get_user_model().objects.get_or_create(username=name, defaults={"is_staff": True})
        passwords[name] = secrets.token_urlsafe(9)
        user.set_password(passwords[name])
        user.is_superuser = role is Role.ADMINISTRATOR
        user.save()
        user.groups.set([Group.objects.get(name=role.value)])
    return passwords
