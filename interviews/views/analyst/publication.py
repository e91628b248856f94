"""What is missing before publication, the edition as it would be, and the publication itself."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from interviews.campaigns import CampaignError
from interviews.results.correction import give_up_correction, start_correction
from interviews.results.publication import publish_campaign
from interviews.results.readiness import preview_edition, publication_gaps
from interviews.views.personal_link import posted
from interviews.views.staff import campaign_page
from usecases.models import Edition


class PublicationForm(forms.Form):
    title = forms.CharField(
        label="Titre de l’édition",
        max_length=Edition._meta.get_field("title").max_length,
        help_text="Tel que le public le lira, par exemple « Édition 2026 ».",
    )


class CorrectionForm(forms.Form):
    reason = forms.CharField(
        label="Ce qui était faux",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Ce motif sera publié avec l’édition corrigée.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@campaign_page("interviews.view_assessment")
def publication(request, campaign):
    if campaign.edition_id:
        context = {"campaign": campaign, "correction_form": CorrectionForm()}
        return render(request, "interviews/analyst/published.html", context)
    form = PublicationForm(posted(request), initial={"title": f"Édition {timezone.localdate().year}"})
    if request.method == "POST":
        if not request.user.has_perm("usecases.add_edition"):
            raise PermissionDenied
        if form.is_valid() and (edition := _publish(campaign, form, request.user)):
            messages.success(request, f"Édition {edition.number} publiée : « {edition} ».")
            return redirect("campaign_publication", campaign.slug)
    gaps = publication_gaps(campaign)
    context = {
        "campaign": campaign,
        "form": form,
        "gaps": gaps,
        "is_ready": not any(gap.blocks for gap in gaps),
        "preview": preview_edition(campaign) if campaign.closed_at else None,
    }
    return render(request, "interviews/analyst/publication.html", context)


@require_POST
@campaign_page("usecases.add_edition")
def correction(request, campaign):
    """Open a published campaign again to correct its edition, or give the correction up."""
    try:
        if "renoncer" in request.POST:
            give_up_correction(campaign)
            messages.success(request, "Correction abandonnée : l’édition reste telle qu’elle est publiée.")
        else:
            start_correction(campaign, request.POST.get("reason", "")[:2000])
            messages.success(request, "Les décisions sont rouvertes. L’édition publiée reste lisible d’ici là.")
    except CampaignError as error:
        messages.error(request, str(error))
    return redirect("campaign_publication", campaign.slug)


def _publish(campaign, form, user):
    """Publish and return the edition, or None with an error in the form."""
    try:
        return publish_campaign(campaign, form.cleaned_data["title"], user=user)
    except CampaignError as error:
        form.add_error(None, str(error))
        return None
