"""What is done to one campaign from the admin: personal links, closing. The rest is in its own pages."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from interviews.campaigns import CampaignError
from interviews.collection.invitations import create_invitation
from interviews.models import Campaign, Invitation
from interviews.results.closing import close_campaign

from .pages import ask

MOST_LINKS = 200  # a page one can still copy; a larger mailing deserves an address list


class LinksForm(forms.Form):
    count = forms.IntegerField(label="Nombre de liens", min_value=1, max_value=MOST_LINKS, initial=10)


class ClosingForm(forms.Form):
    """Nothing to fill in: sending it is the answer."""


@dataclass(frozen=True)
class CampaignPage:
    """One thing to do: who may, when, what the page says, and what sending it does."""

    slug: str
    label: str
    permission: str
    form: type[forms.Form]
    why_not: Callable[[Campaign], str]  # why it cannot be done now, or nothing
    describe: Callable[[Campaign], dict]  # intro, lines, button
    act: Callable  # (model_admin, request, campaign, cleaned data) → response; may raise CampaignError

    @property
    def url_name(self):
        return f"interviews_campaign_{self.slug}"

    def is_offered(self, user, campaign):
        return user.has_perm(self.permission) and not self.why_not(campaign)


def campaign_urls(model_admin):
    """Return the addresses of the pages, under that of the campaign."""
    return [
        path(
            f"<path:object_id>/{page.slug}/",
            model_admin.admin_site.admin_view(_view(model_admin, page)),
            name=page.url_name,
        )
        for page in CAMPAIGN_PAGES
    ]


def offered_pages(user, campaign):
    """Return [(label, address)] of what this user may do to this campaign now, its own pages last."""
    return [
        *(
            (page.label, reverse(f"admin:{page.url_name}", args=[campaign.pk]))
            for page in CAMPAIGN_PAGES
            if page.is_offered(user, campaign)
        ),
        ("Pages de la campagne", reverse("campaign", args=[campaign.slug])),
    ]


def _view(model_admin, page):
    def view(request, object_id):
        campaign = model_admin.get_object(request, unquote(object_id))
        if campaign is None:
            raise Http404("Cette campagne n’existe pas.")
        if not (request.user.has_perm(page.permission) and model_admin.has_view_permission(request, campaign)):
            raise PermissionDenied
        if why_not := page.why_not(campaign):
            messages.error(request, why_not)
            return _back_to(campaign)
        form = page.form(request.POST if request.method == "POST" else None)
        refusal = ""
        if request.method == "POST" and form.is_valid():
            try:
                return page.act(model_admin, request, campaign, form.cleaned_data)
            except CampaignError as error:
                refusal = str(error)
        return ask(
            model_admin,
            request,
            title=page.label,
            target=campaign,
            form=form,
            refusal=refusal,
            **page.describe(campaign),
        )

    return view


def _back_to(campaign):
    return redirect("admin:interviews_campaign_change", campaign.pk)


def _links_page(campaign):
    return {
        "intro": [
            "Chaque lien ouvre un questionnaire, à une seule personne. Les liens s’affichent une fois, sur la page "
            "suivante, et ne sont pas conservés : copiez-les aussitôt.",
        ],
        "button": "Créer les liens",
    }


@transaction.atomic
def _create_links(model_admin, request, campaign, given):
    tokens = [create_invitation(campaign, Invitation.Channel.PERSONAL)[1] for _ in range(given["count"])]
    model_admin.log_change(request, campaign, f"Liens personnels créés : {len(tokens)}.")
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": "Liens personnels",
        "target": campaign,
        "links": [request.build_absolute_uri(reverse("resume", args=[token])) for token in tokens],
    }
    return TemplateResponse(request, "admin/interviews/campaign/links.html", context)


def _closing_page(campaign):
    counted = campaign.responses.counted().count()
    return {
        "intro": [
            f"La campagne « {campaign} » ne prendra plus de réponse. Réponses comptées : {counted}.",
            "Ses chiffres seront figés et chaque cas d’usage évalué. Une clôture ne s’annule pas.",
            f"Redressement : {campaign.get_weighting_display()}. Il se choisit, et se regarde, à la page "
            "« Redressement » de la campagne ; il est figé avec elle.",
        ],
        "button": "Clore la campagne",
    }


def _close(model_admin, request, campaign, given):
    snapshot = close_campaign(campaign, request.user)
    model_admin.log_change(request, campaign, f"Campagne close, instantané {snapshot.identifier}.")
    messages.success(request, f"Campagne close. Instantané {snapshot.identifier} : les évaluations sont prêtes.")
    for sentence in snapshot.weighting["messages"]:
        messages.warning(request, sentence)
    return _back_to(campaign)


def _why_not_open(campaign):
    return f"La campagne « {campaign} » est close." if campaign.closed_at else ""


CAMPAIGN_PAGES = [
    CampaignPage(
        slug="liens",
        label="Créer des liens personnels",
        permission="interviews.add_invitation",
        form=LinksForm,
        why_not=_why_not_open,
        describe=_links_page,
        act=_create_links,
    ),
    CampaignPage(
        slug="cloture",
        label="Clore la campagne",
        permission="interviews.change_campaign",
        form=ClosingForm,
        why_not=_why_not_open,
        describe=_closing_page,
        act=_close,
    ),
]
