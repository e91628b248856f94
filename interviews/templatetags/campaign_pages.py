"""The pages of one campaign, in the order of its life; each is shown to those who may open it."""

from dataclasses import dataclass

from django import template
from django.urls import reverse

register = template.Library()


@dataclass(frozen=True)
class CampaignPage:
    """One page: its url name, what it is called, the permission that opens it, the pages that stand inside it."""

    name: str
    label: str
    permission: str = "interviews.view_campaign"
    inside: tuple[str, ...] = ()


# Each room adds its own pages here.
CAMPAIGN_PAGES = {
    "Vue d’ensemble": [CampaignPage("campaign", "Vue d’ensemble")],
    "Collecte": [
        CampaignPage("campaign_participation", "Participation"),
        CampaignPage("campaign_preparation", "Préparation", "interviews.change_campaign"),
        CampaignPage("campaign_targets", "Objectifs", "interviews.change_campaign"),
        CampaignPage(
            "campaign_letters",
            "Courriels",
            "interviews.add_invitation",
            ("campaign_texts", "campaign_text", "campaign_mails"),
        ),
        CampaignPage("campaign_coverage", "Couverture"),
        CampaignPage("campaign_quality", "Qualité", "interviews.change_response"),
        CampaignPage("campaign_closing", "Clôture", "interviews.change_campaign"),
    ],
    "Résultats": [
        CampaignPage("campaign_results", "Notes", "interviews.view_assessment", ("campaign_use_case",)),
        CampaignPage("campaign_evolution", "Évolution", "interviews.view_assessment"),
        CampaignPage("campaign_charts", "Graphiques", "interviews.view_assessment"),
        CampaignPage("campaign_publication", "Publication", "interviews.view_assessment"),
        CampaignPage("campaign_weighting", "Redressement", "interviews.view_populationmargin"),
        CampaignPage("campaign_exports", "Exports"),
    ],
}


@register.inclusion_tag("interviews/campaign_navigation.html", takes_context=True)
def campaign_navigation(context, campaign):
    """Link the parts of a campaign, then the pages of the part that the reader is in."""
    request = context["request"]
    here = request.resolver_match.url_name
    parts, siblings = [], []
    for label, pages in CAMPAIGN_PAGES.items():
        links = [_link(page, campaign, here) for page in pages if request.user.has_perm(page.permission)]
        if not links:
            continue
        is_here = any(link["current"] for link in links)
        current = ("page" if links[0]["current"] == "page" and len(links) == 1 else "true") if is_here else ""
        parts.append({"address": links[0]["address"], "label": label, "current": current})
        if is_here and len(links) > 1:
            siblings = links
    return {"parts": parts, "pages": siblings}


def _link(page, campaign, here):
    current = "page" if here == page.name else "true" if here in page.inside else ""
    return {"address": reverse(page.name, args=[campaign.slug]), "label": page.label, "current": current}
