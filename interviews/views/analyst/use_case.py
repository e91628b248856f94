"""One use case of a closed campaign: figures, charts, decisions, history."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cnc_survey.charts.download import png_response
from cnc_survey.templatetags.house import date_fr
from interviews.charts.use_case import adoption_chart, satisfaction_chart
from interviews.results.review import DecisionError, decide, withdraw_decision
from interviews.results.use_case import UseCaseResults, adoption_by_wave, read_use_case
from interviews.views.staff import campaign_page
from usecases.charts import funnel_chart, history_chart, intention_chart, levels_chart, mentions_chart
from usecases.comparison import levels_by_year, rating_history
from usecases.models import Barrier, Benefit, Dimension, Edition, Tool

from .forms import DecisionForm

LISTS = {"benefits": (Benefit, "intérêts"), "barriers": (Barrier, "freins"), "tools": (Tool, "outils")}
# What says why, in the order of the page.
WHY = {
    "intention": "l’intention",
    "satisfaction": "la satisfaction",
    "benefits": "les intérêts",
    "barriers": "les freins",
    "tools": "les outils",
}


@require_http_methods(["GET", "HEAD", "POST"])
@campaign_page("interviews.view_assessment")
def use_case(request, campaign, code):
    results = _results(campaign, code)
    decides = request.user.has_perm("interviews.change_assessment") and campaign.edition_id is None
    forms = {dimension: _decision_form(request, row) for dimension, row in results.rows.items()}
    if request.method == "POST" and decides and _decide(request, results, forms):
        return redirect(f"{request.path}#{request.POST['dimension']}")
    editions = list(Edition.objects.shown())
    charts = _charts(campaign, results, editions)
    context = {
        "campaign": campaign,
        "case": results.use_case,
        "results": results,
        "sections": [
            (dimension, results.rows[dimension], results.decisions[dimension], forms[dimension])
            for dimension in Dimension
            if dimension in results.rows
        ],
        "charts": charts,
        "why": [(name, charts[name]) for name in WHY if name in charts],
        "unanswered": [words for name, words in WHY.items() if name not in charts],
        "interviews": _interviews(results),
        "editions": editions,
        "history": rating_history(results.use_case, editions),
        "decides": decides,
        **_neighbours(campaign, results.use_case),
    }
    return render(request, "interviews/analyst/use_case.html", context)


@require_safe
@campaign_page("interviews.view_assessment")
def picture(request, campaign, code, name):
    results = _results(campaign, code)
    charts = _charts(campaign, results, list(Edition.objects.shown()))
    if name not in charts:
        raise Http404("Cette image n’existe pas.")
    # The team's figures are whole: whoever holds the picture must know that it is not to be shown around.
    source = f"{results.use_case.name}. « {campaign} », instantané {campaign.snapshot.identifier}. Usage interne."
    return png_response(charts[name], source, f"{campaign.slug}-{code}-{name}")


def _results(campaign, code) -> UseCaseResults:
    if campaign.closed_at is None:
        raise Http404("La campagne n’est pas close : ses résultats ne sont pas encore établis.")
    return read_use_case(campaign, get_object_or_404(campaign.use_cases.select_related("family"), code=code))


def _charts(campaign, results, editions):
    """Return {name: Chart} in the order of the page; none of WHY where nobody answered."""
    wave = f"vague close le {date_fr(campaign.closed_at)}"
    cells, charts = results.cells, {}
    for dimension in (Dimension.MATURITY, Dimension.IMPACT):
        assessment = results.rows[dimension].assessment
        marks = {"en vigueur": assessment.baseline_level, "calculé": assessment.computed_level}
        charts[dimension.value] = levels_chart(cells[dimension], marks, wave)
    charts["usage"] = funnel_chart(cells["usage"], wave)
    if cells["intention"].base:
        charts["intention"] = intention_chart(cells["intention"], wave)
    if cells["satisfaction"].base:
        charts["satisfaction"] = satisfaction_chart(cells["satisfaction"], wave)
    for name, (entries, noun) in LISTS.items():
        if cells[name].base:
            labels = dict(entries.objects.values_list("code", "name"))
            charts[name] = mentions_chart(cells[name], labels, noun, wave)
    waves = adoption_by_wave(campaign, results.use_case)
    if len(waves) > 1:
        charts["waves"] = adoption_chart(waves)
    if history := levels_by_year(results.use_case, editions):
        charts["history"] = history_chart(history)
    return charts


def _interviews(results):
    """Return the dimensions that interviews speak of: [(dimension, questionnaire's row, interviews' cell)]."""
    return [
        (dimension, results.rows[dimension], results.interviews[dimension])
        for dimension in (Dimension.MATURITY, Dimension.IMPACT)
        if dimension in results.interviews and results.interviews[dimension].base
    ]


def _decision_form(request, row):
    mine = request.method == "POST" and request.POST.get("dimension") == row.dimension
    assessment = row.assessment
    initial = {
        "decision": assessment.decision or None,
        "decided_level": assessment.decided_level if assessment.decision == "set" else None,
        "decision_reason": assessment.decision_reason,
    }
    return DecisionForm(request.POST if mine else None, initial=initial, prefix=None, auto_id=f"{row.dimension}-%s")


def _decide(request, results, forms):
    """Take or take back the decision sent; return whether it was done, with a message, or add an error."""
    dimension = request.POST.get("dimension")
    if dimension not in forms:
        return False
    assessment, form = results.rows[dimension].assessment, forms[dimension]
    try:
        if "annuler" in request.POST:
            withdraw_decision(assessment, request.user)
            messages.success(request, "Décision annulée : la note attend de nouveau.")
            return True
        if not form.is_valid():
            return False
        decide(assessment, user=request.user, **form.given)
    except DecisionError as error:
        form.is_valid()
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return False
    messages.success(request, "Décision enregistrée.")
    return True


def _neighbours(campaign, case):
    """Return the use cases before and after this one in the campaign's list."""
    cases = list(campaign.use_cases.order_by("family__position", "position", "name").only("code", "name"))
    place = cases.index(case)
    return {
        "previous_case": cases[place - 1] if place else None,
        "next_case": cases[place + 1] if place + 1 < len(cases) else None,
    }
