"""Preparing a campaign: made from the last one, settings, checklist, targets."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from interviews.campaigns import CampaignError
from interviews.fieldwork.campaign_forms import NewCampaignForm, SettingsForm, TargetForm
from interviews.fieldwork.coverage_grid import target_progress
from interviews.fieldwork.preparation import checklist, copy_campaign, last_campaign, why_not_changed
from interviews.models import CampaignTarget
from interviews.views.staff import campaign_page, staff_page


@staff_page("interviews.add_campaign")
def campaign_new(request):
    source = last_campaign()
    form = NewCampaignForm(request.POST or None, initial={"is_anonymous": source.is_anonymous if source else False})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            campaign = copy_campaign(
                source, given["slug"], given["title"], given["opens_on"], given["closes_on"], given["is_anonymous"]
            )
        except CampaignError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Campagne « {campaign} » créée. Voici ce qu’il reste à regarder.")
            return redirect("campaign_preparation", campaign.slug)
    return render(request, "interviews/manager/campaign_new.html", {"form": form, "source": source})


@campaign_page("interviews.change_campaign")
def preparation(request, campaign):
    form = SettingsForm(request.POST or None, instance=campaign)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Réglages enregistrés.")
        return redirect("campaign_preparation", campaign.slug)
    if form.errors:
        campaign.refresh_from_db()  # what was typed stays in the form, not in the page around it
    return render(
        request,
        "interviews/manager/preparation.html",
        {"campaign": campaign, "form": form, "checks": checklist(campaign)},
    )


@campaign_page("interviews.change_campaign")
def targets(request, campaign):
    why_not = why_not_changed(campaign, "targets")
    form = TargetForm(request.POST or None, instance=CampaignTarget(campaign=campaign))
    if request.method == "POST":
        if why_not:
            messages.error(request, why_not)
            return redirect("campaign_targets", campaign.slug)
        if form.is_valid():
            form.save()
            messages.success(request, "Objectif ajouté.")
            return redirect("campaign_targets", campaign.slug)
    masked = not request.user.has_perm("interviews.view_response")
    context = {
        "campaign": campaign,
        "form": form,
        "why_not": why_not,
        "progress": target_progress(campaign, masked=masked),
    }
    return render(request, "interviews/manager/targets.html", context)


@require_POST
@campaign_page("interviews.change_campaign")
def target_delete(request, campaign, pk):
    target = get_object_or_404(CampaignTarget, pk=pk, campaign=campaign)
    if why_not := why_not_changed(campaign, "targets"):
        messages.error(request, why_not)
    else:
        with transaction.atomic():
            target.delete()
        messages.success(request, "Objectif retiré.")
    return redirect("campaign_targets", campaign.slug)
