"""Doubtful responses, for somebody to read. Whoever holds the links does not see them."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from cnc_survey.audit.log import record
from cnc_survey.audit.models import AuditEntry
from interviews.collection.exclusion import exclude_response, reinstate_response
from interviews.collection.responses import ResponseRefusedError
from interviews.fieldwork.quality import (
    EXPLANATIONS,
    FLAGS,
    bases_with_and_without,
    flagged_responses,
    keep_response,
    look_again,
)
from interviews.models import Response
from interviews.views.staff import campaign_page

ON_A_PAGE = 30


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Motif", max_length=500, required=False)


@require_safe
@campaign_page("interviews.change_response")
def quality(request, campaign):
    flagged = flagged_responses(campaign)
    shown = request.GET.get("etat", "a-relire")
    found = Response.objects.filter(campaign=campaign, pk__in=list(flagged)).select_related("quality_review")
    excluded = Response.objects.filter(campaign=campaign).exclude(excluded_at=None).select_related("quality_review")
    lists = {
        "a-relire": found.filter(excluded_at=None, quality_review=None),
        "gardees": found.filter(excluded_at=None, quality_review__isnull=False),
        "ecartees": excluded,
    }
    shown = shown if shown in lists else "a-relire"
    page = Paginator(lists[shown].order_by("key"), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "campaign": campaign,
        "tabs": [
            (code, label, lists[code].count())
            for code, label in (("a-relire", "à relire"), ("gardees", "gardées"), ("ecartees", "écartées"))
        ],
        "shown": shown,
        "page": page,
        "rows": [(response, _reasons(flagged.get(response.pk, {}))) for response in page],
        "explanations": [(FLAGS[flag], EXPLANATIONS[flag]) for flag in FLAGS],
        "with_and_without": bases_with_and_without(campaign, flagged),
    }
    return render(request, "interviews/manager/quality.html", context)


@require_POST
@campaign_page("interviews.change_response")
def quality_decide(request, campaign, key):
    """Keep, look again, set aside with a reason, or count again."""
    response = get_object_or_404(Response, campaign=campaign, key=key)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    acts = {
        "keep": (keep_response, "Réponse gardée."),
        "look": (look_again, "Réponse à relire."),
        "exclude": (lambda response: exclude_response(response, reason), "Réponse écartée de l’analyse."),
        "reinstate": (reinstate_response, "Réponse réintégrée dans l’analyse."),
    }
    act, done = next((acts[name] for name in acts if name in request.POST), (None, ""))
    if act:
        try:
            with transaction.atomic():
                act(response)
                record(AuditEntry.Action.EXCLUDED, request.user, f"réponse {response.key}", done=done)
        except ResponseRefusedError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, done)
    return redirect("campaign_quality", campaign.slug)


def _reasons(flags):
    return [(FLAGS[flag], detail) for flag, detail in flags.items()]
