"""Weighting: the margins of the population beside the respondents, what calibration would cost, and the choice."""

from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cnc_survey.workbook.download import workbook_response
from interviews.campaigns import CampaignError
from interviews.collection.microdata_file import MicrodataError
from interviews.exports.margin_template import write_margin_template
from interviews.models import Campaign
from interviews.results.margin_file import import_margins
from interviews.results.weighting_preview import preview_weighting
from interviews.views.staff import campaign_page
from interviews.weighting_choice import choose_weighting

MAX_FILE = 2 << 20  # bytes: a full template takes a hundredth of it
SUFFIXES = (".xlsx", ".csv")


class ChoiceForm(forms.Form):
    weighting = forms.ChoiceField(
        label="À la clôture, redresser la vague",
        choices=Campaign.Weighting.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez un redressement, ou « aucun »."},
    )


class MarginsForm(forms.Form):
    margins = forms.FileField(
        label="Fichier des marges",
        help_text=f"Classeur .xlsx avec la feuille « Marges », ou CSV ; {MAX_FILE >> 20} Mo au plus. Il remplace les "
        "marges déjà entrées.",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": "Choisissez d’abord le fichier à déposer.", "empty": "Ce fichier est vide."},
    )

    def clean_margins(self):
        given = self.cleaned_data["margins"]
        if given.size > MAX_FILE:
            raise forms.ValidationError(f"Ce fichier dépasse {MAX_FILE >> 20} Mo : repartez du modèle.")
        if Path(given.name).suffix.lower() not in SUFFIXES:
            raise forms.ValidationError("Donnez un classeur .xlsx ou un fichier .csv.")
        return given


@require_http_methods(["GET", "HEAD", "POST"])
@campaign_page("interviews.view_populationmargin")
def weighting(request, campaign):
    """The page; POST of a file replaces the margins, POST of a choice keeps it for the closing."""
    if request.method != "POST":
        return _show(request, campaign)
    if not request.user.has_perm("interviews.change_populationmargin"):
        raise PermissionDenied
    act = _choose if "weighting" in request.POST else _import
    return act(request, campaign)


@require_safe
@campaign_page("interviews.view_populationmargin")
def weighting_template(request, campaign):
    """The workbook in which margins are entered."""
    return workbook_response(f"marges-{campaign.slug}.xlsx", partial(write_margin_template, campaign))


def _choose(request, campaign):
    form = ChoiceForm(request.POST)
    if not form.is_valid():
        return _show(request, campaign, choice_form=form)
    try:
        choose_weighting(campaign, form.cleaned_data["weighting"])
    except CampaignError as error:
        return _show(request, campaign, refusal=str(error))
    messages.success(request, "Choix enregistré : il s’appliquera à la clôture.")
    return redirect("campaign_weighting", campaign.slug)


def _import(request, campaign):
    form = MarginsForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, campaign, margins_form=form)
    given = form.cleaned_data["margins"]
    try:
        with NamedTemporaryFile(suffix=Path(given.name).suffix.lower()) as copy:
            for chunk in given.chunks():
                copy.write(chunk)
            copy.flush()
            count = import_margins(campaign, Path(copy.name), name=given.name)
    except MicrodataError as error:
        return _show(request, campaign, mistakes=error)
    except CampaignError as error:
        return _show(request, campaign, refusal=str(error))
    messages.success(request, f"Marges importées : {count} cibles.")
    return redirect("campaign_weighting", campaign.slug)


def _show(request, campaign, **given):
    choice = campaign.weighting
    # Before anybody chooses, the page shows what the margins already entered would give.
    if choice == Campaign.Weighting.OFF and campaign.margins.exists():
        choice = Campaign.Weighting.MARGINS
    context = {
        "campaign": campaign,
        "preview": None if campaign.closed_at else preview_weighting(campaign, choice),
        "tried": Campaign.Weighting(choice).label,
        "is_tried": choice != campaign.weighting,
        "may_change": campaign.closed_at is None and request.user.has_perm("interviews.change_populationmargin"),
        "choice_form": ChoiceForm(initial={"weighting": campaign.weighting}),
        "margins_form": MarginsForm(),
        **given,
    }
    context["forms"] = [context["margins_form"], context["choice_form"]]
    status = 422 if given else 200
    return render(request, "interviews/analyst/weighting.html", context, status=status)
