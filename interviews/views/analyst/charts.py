"""The charts of a whole campaign."""

from django import forms
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cnc_survey.charts.download import png_response
from cnc_survey.templatetags.house import date_fr
from interviews.charts.campaign import map_chart, opinions_chart, positions_chart
from interviews.results.board import read_board
from interviews.results.disclosure import STAFF
from interviews.results.overview import levels_by_place, place_rows, read_opinions
from interviews.views.staff import campaign_page
from usecases.models import Dimension, Family


class ChartFilter(forms.Form):
    """Which ratings to draw; what it does not understand is the first choice of its list."""

    dimension = forms.ChoiceField(label="Dimension", required=False, choices=Dimension.choices)
    famille = forms.ModelChoiceField(
        Family.objects, label="Famille", to_field_name="code", required=False, empty_label=None
    )

    @property
    def chosen(self):
        self.is_valid()
        dimension = self.cleaned_data.get("dimension") or Dimension.MATURITY
        return dimension, self.cleaned_data.get("famille") or Family.objects.first()


@require_safe
@campaign_page("interviews.view_assessment")
def charts(request, campaign):
    if campaign.closed_at is None:
        return render(request, "interviews/analyst/not_closed.html", {"campaign": campaign, "page": "Graphiques"})
    form = ChartFilter(request.GET)
    dimension, family = form.chosen
    drawn = _charts(campaign, dimension, family)
    context = {
        "campaign": campaign,
        "form": ChartFilter(initial={"dimension": dimension, "famille": family and family.code}),
        "query": f"?dimension={dimension}&famille={family.code if family else ''}",
        "ratings": {name: drawn[name] for name in ("positions", "carte") if name in drawn},
        "opinions": {name: chart for name, chart in drawn.items() if name.startswith("avis-")},
    }
    return render(request, "interviews/analyst/charts.html", context)


@require_safe
@campaign_page("interviews.view_assessment")
def picture(request, campaign, name):
    drawn = _charts(campaign, *ChartFilter(request.GET).chosen) if campaign.closed_at else {}
    if name not in drawn:
        raise Http404("Cette image n’existe pas.")
    source = f"« {campaign} », instantané {campaign.snapshot.identifier}. Usage interne."
    return png_response(drawn[name], source, f"{campaign.slug}-{name}")


def _charts(campaign, dimension, family):
    """Return {name: Chart}."""
    wave = f"vague close le {date_fr(campaign.closed_at)}"
    rows = read_board(campaign, dimension=dimension)
    own = [row for row in rows if row.use_case.family == family]
    drawn = {}
    if own:
        drawn["positions"] = positions_chart(dimension, place_rows(own), f"{family.name} · {wave}")
    families, stages, levels = levels_by_place(rows)
    if levels:
        drawn["carte"] = map_chart(dimension, families, stages, levels, wave)
    for number, ((heading, _), (answers, opinions)) in enumerate(read_opinions(campaign, STAFF).items(), 1):
        drawn[f"avis-{number}"] = opinions_chart(heading, answers, opinions, wave)
    return drawn
