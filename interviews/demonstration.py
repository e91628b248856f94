"""The demonstration: a published fictional wave, one to review, an open one, and accounts to look around with."""

import secrets
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from cnc_survey.roles import Role, ensure_roles

from .campaigns import create_campaign
from .collection.simulation import simulate_responses
from .guided.codebook import load_codebook
from .guided.demonstration import CLOSED_TALKS, TALKS_UNDER_WAY, hold_demonstration_interviews
from .models import Assessment, Campaign
from .results.closing import close_campaign
from .results.publication import pending_proposals, publish_campaign
from .results.review import accept_proposals, decide

PUBLISHED, TO_REVIEW, OPEN = "demonstration-premiere", "demonstration-close", "demonstration"
RESPONDENTS = 300  # of each closed wave: enough for a change to be announced, few enough to stay readable
RETURNING = 0.5  # of the second wave: enough people of both to see what a panel adds
INTERVIEWS = 24
UNDER_WAY = 40  # respondents of the open wave: something to follow
ACCEPTED = 6  # proposals decided already: the others wait for whoever tries
SEED = 2026
REVIEWER, INTERVIEWER = "demo-analyste", "demo-enquete"
WHY_KEPT = "Les outils cités sont encore en version d’essai : à revoir à la prochaine vague."

ACCOUNTS = {
    "demo-admin": Role.ADMINISTRATOR,
    "demo-gestion": Role.CAMPAIGN_MANAGER,
    "demo-analyste": Role.ANALYST,
    "demo-edition": Role.EDITOR,
    "demo-enquete": Role.INTERVIEWER,
}


@transaction.atomic
def create_demonstration() -> bool:
    """Create the campaigns, unless one of them is there; return whether anything was created."""
    if Campaign.objects.filter(slug__in=[PUBLISHED, TO_REVIEW, OPEN]).exists():
        return False
    published = _closed_wave(PUBLISHED, "Vague de démonstration, première", days_ago=(450, 390), seed=SEED)
    edition = publish_campaign(published, "Édition de démonstration", accept_proposals=True)
    title = "Vague de démonstration, à examiner"
    load_codebook()
    _begin_review(_closed_wave(TO_REVIEW, title, days_ago=(75, 15), seed=SEED + 1, baseline=edition))
    _open_wave()
    return True


def _closed_wave(slug, title, days_ago, seed, baseline=None):
    first, last = (timezone.localdate() - timedelta(days=days) for days in days_ago)
    campaign = create_campaign(slug, title, first, last)
    # A demonstration may be measured against another: nothing real ever is.
    campaign.is_fictional, campaign.baseline = True, baseline or campaign.baseline
    campaign.save(update_fields=["is_fictional", "baseline"])
    simulate_responses(campaign, RESPONDENTS, seed, INTERVIEWS, returning=RETURNING if baseline else 0)
    if baseline:
        hold_demonstration_interviews(campaign, _member(INTERVIEWER), _member(REVIEWER), CLOSED_TALKS)
    close_campaign(campaign)
    campaign.refresh_from_db()
    return campaign


def _begin_review(campaign):
    """Decide some of the proposals, and one against them: the rest waits."""
    reviewer = _member(REVIEWER)
    proposals = list(pending_proposals(campaign)[: ACCEPTED + 1])
    accept_proposals(campaign.assessments.filter(pk__in=[each.pk for each in proposals[1:]]), reviewer)
    for assessment in proposals[:1]:
        decide(assessment, Assessment.Decision.KEPT, None, WHY_KEPT, reviewer)


def _member(name):
    """Return a member of the demonstration's team, with their role; `create_accounts` gives the password."""
    ensure_roles()
    user, _ = get_user_model().objects.get_or_create(username=name, defaults={"is_staff": True})
    user.groups.set([Group.objects.get(name=ACCOUNTS[name].value)])
    return user


def _open_wave():
    today = timezone.localdate()
    # Answers are spread over the days lived, then the closing is put off: nobody has answered tomorrow.
    campaign = create_campaign(OPEN, "Vague de démonstration", today - timedelta(days=12), today)
    simulate_responses(campaign, UNDER_WAY, SEED + 2)
    campaign.refresh_from_db()
    hold_demonstration_interviews(campaign, _member(INTERVIEWER), _member(REVIEWER), TALKS_UNDER_WAY)
    Campaign.objects.filter(pk=campaign.pk).update(closes_on=today + timedelta(days=60))


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
