"""The demonstration: two published fictional waves, an open one, and accounts to look around with."""

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

FIRST, CLOSED, OPEN = "demonstration-premiere", "demonstration-close", "demonstration"
RESPONDENTS = 300  # of each closed wave: enough for a change to be announced, few enough to stay readable
SEED = 2026
RETURNING = 0.5  # of the second wave: enough people of both to see what a panel adds

ACCOUNTS = {
    "demo-admin": Role.ADMINISTRATOR,
    "demo-gestion": Role.CAMPAIGN_MANAGER,
    "demo-analyste": Role.ANALYST,
    "demo-edition": Role.EDITOR,
    "demo-enquete": Role.INTERVIEWER,
}


@transaction.atomic
def create_demonstration() -> bool:
    """Create the campaigns, unless they are there; return whether anything was created."""
    if Campaign.objects.filter(slug__in=[FIRST, CLOSED, OPEN]).exists():
        return False
    today = timezone.localdate()
    first = create_campaign(
        FIRST, "Vague de démonstration, première", today - timedelta(days=450), today - timedelta(days=390)
    )
    simulate_responses(first, RESPONDENTS, SEED)
    close_campaign(first)
    edition = publish_campaign(first, "Édition de démonstration, première", accept_proposals=True)
    closed = create_campaign(
        CLOSED, "Vague de démonstration, close", today - timedelta(days=90), today - timedelta(days=30)
    )
    # A demonstration may be measured against another: nothing real ever is.
    closed.is_fictional, closed.baseline = True, edition
    closed.save(update_fields=["is_fictional", "baseline"])
    simulate_responses(closed, RESPONDENTS, SEED + 1, returning=RETURNING)
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
