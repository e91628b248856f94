"""Personal links of a campaign: asked for, made, shown once."""

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from interviews.collection.invitations import create_invitation
from interviews.models import Invitation

from .pages import ask

PERMISSION = "interviews.add_invitation"
LABEL = "Créer des liens personnels"
URL_NAME = "interviews_campaign_liens"
MOST_LINKS = 200  # a page one can still copy; a larger mailing deserves an address list
INTRO = (
    "Chaque lien ouvre un questionnaire, à une seule personne. Les liens s’affichent une fois, sur la page suivante, "
    "et ne sont pas conservés : copiez-les aussitôt.",
)


class LinksForm(forms.Form):
    count = forms.IntegerField(label="Nombre de liens", min_value=1, max_value=MOST_LINKS, initial=10)


def links_url(model_admin):
    """Return the address of the page, under that of the campaign."""

    def view(request, object_id):
        campaign = model_admin.get_object(request, unquote(object_id))
        if campaign is None:
            raise Http404("Cette campagne n’existe pas.")
        if not (request.user.has_perm(PERMISSION) and model_admin.has_view_permission(request, campaign)):
            raise PermissionDenied
        if campaign.closed_at:
            messages.error(request, f"La campagne « {campaign} » est close.")
            return redirect("admin:interviews_campaign_change", campaign.pk)
        form = LinksForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            return _create_links(model_admin, request, campaign, form.cleaned_data["count"])
        page = {"title": LABEL, "intro": INTRO, "button": "Créer les liens", "target": campaign, "form": form}
        return ask(model_admin, request, **page)

    return path("<path:object_id>/liens/", model_admin.admin_site.admin_view(view), name=URL_NAME)


@transaction.atomic
def _create_links(model_admin, request, campaign, count):
    tokens = [create_invitation(campaign, Invitation.Channel.PERSONAL)[1] for _ in range(count)]
    model_admin.log_change(request, campaign, f"Liens personnels créés : {len(tokens)}.")
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": "Liens personnels",
        "target": campaign,
        "links": [request.build_absolute_uri(reverse("resume", args=[token])) for token in tokens],
    }
    return TemplateResponse(request, "admin/interviews/campaign/links.html", context)
