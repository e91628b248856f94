"""How far each campaign is, and the next thing that somebody may do about it."""

from dataclasses import dataclass

from django.db.models import Case, QuerySet, When
from django.urls import reverse

from cnc_survey.admin_parts import count_of

from .models import Assessment, Campaign, Response
from .results.review import PROPOSALS
from .states import campaign_states, name_state


@dataclass(frozen=True)
class Step:
    """One thing to do: what a link says and where it leads (nowhere when it is for somebody else to do)."""

    text: str
    address: str = ""


def campaign_progress() -> QuerySet:
    """Return the campaigns, latest first, each with its `state`, the proposals that wait (`pending_count`) and, for
    one that is not closed, `started_now` and `counted_now`; `count_responses` reads those of a closed one."""
    return Campaign.objects.select_related("edition", "baseline", "snapshot").annotate(
        state=name_state(campaign_states()),
        # A closed campaign may hold a hundred thousand responses: its snapshot has counted them.
        started_now=_while_open(count_of(Response.objects.all(), "campaign")),
        counted_now=_while_open(count_of(Response.objects.counted(), "campaign")),
        pending_count=count_of(Assessment.objects.filter(status__in=PROPOSALS, decision=""), "campaign"),
    )


def count_responses(campaign: Campaign) -> tuple[int, int]:
    """Return how many responses of a campaign of `campaign_progress` were started, and how many count."""
    if campaign.closed_at is None:
        return campaign.started_now, campaign.counted_now
    modes = campaign.snapshot.participation["modes"].values()
    return sum(mode["started"] for mode in modes), sum(mode["counted"] for mode in modes)


def next_step(campaign: Campaign, user) -> Step:
    """Return what comes next for a campaign of `campaign_progress`, with a link where `user` may do it."""
    return _STEPS[campaign.state](campaign, user)


def _while_open(count):
    return Case(When(closed_at=None, then=count))


def _link(text, permission, name):
    def step(campaign, user):
        return Step(text, reverse(name, args=[campaign.slug]) if user.has_perm(permission) else "")

    return step


def _decide_or_publish(campaign, user):
    if campaign.pending_count:
        many = "s" if campaign.pending_count > 1 else ""
        text = f"Examiner {campaign.pending_count} proposition{many}"
        return _link(text, "interviews.view_assessment", "campaign_results")(campaign, user)
    return _link("Publier l’édition", "usecases.add_edition", "campaign_publication")(campaign, user)


def _read_edition(campaign, user):
    return Step("Lire l’édition publiée", campaign.edition.get_absolute_url())


_STEPS = {
    "upcoming": _link("Préparer la campagne", "interviews.view_campaign", "campaign"),
    "open": _link("Suivre la participation", "interviews.view_campaign", "campaign_participation"),
    "ended": _link("Clore la campagne", "interviews.change_campaign", "campaign_closing"),
    "closed": _decide_or_publish,
    "published": _read_edition,
}
