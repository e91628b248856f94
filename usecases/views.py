"""The public catalogue. `/` itself is composed by the upper app with `catalogue_context`."""

from itertools import groupby

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from cnc_survey.charts.download import png_response
from cnc_survey.templatetags.house import date_fr
from cnc_survey.workbook.download import workbook_response

from .breakdowns import published_adoption
from .charts import history_chart, published_charts
from .comparison import (
    CATALOGUE_ORDER,
    corrected_levels,
    count_statuses,
    for_occupation,
    levels_by_year,
    moved_levels,
    rating_history,
    rating_rows,
)
from .downloads import published_file_response
from .exports import write_catalogue
from .filters import CatalogueFilter
from .models import Dimension, Edition, EditionFile, GlossaryTerm, Theme, UseCase
from .wording import DIMENSION_NAMES

PICTURES_KEPT = 3600  # seconds in a browser: an edition never changes, and another may follow
SHEET_PARTS = [
    "stage_links__stage__chain",
    "occupation_links__occupation",
    "benefit_links__benefit",
    "sections",
    "tools",
    "replaces",
    "replaced_by",
]


def catalogue_context(request):
    """What the catalogue shows: the use cases asked for, by family, rated by the last edition beside the first."""
    form = CatalogueFilter(request.GET or None)
    editions = list(Edition.objects.shown())
    edition = editions[-1] if editions else None
    first = editions[0] if len(editions) > 1 else None
    found = form.matching()
    rows = rating_rows([case for case in found if case.is_retained], edition, first)
    if edition and (occupation := form.chosen.get("occupation")):
        rows = for_occupation(rows, edition, occupation)
    return {
        "form": form,
        "is_filtered": bool(form.chosen),
        "retained_count": len(rows),
        "families": group_by_family(rows),
        "not_retained": [case for case in found if not case.is_retained],
        "dimensions": Dimension,
        "edition": edition,
        "earlier": first,
        "shows_fictional": bool(edition and edition.is_fictional),
    }


def group_by_family(rows):
    return [(family, list(group)) for family, group in groupby(rows, key=lambda row: row.use_case.family)]


def use_case(request, code):
    cases = UseCase.objects.select_related("family").prefetch_related(*SHEET_PARTS)
    case = get_object_or_404(cases, code=code)
    editions = list(Edition.objects.shown())
    siblings = list(case.family.use_cases.filter(status=case.status))
    place = siblings.index(case)
    context = {
        "case": case,
        "editions": editions,
        "history": rating_history(case, editions),
        "charts": _charts(case, editions),
        "adoption": published_adoption(editions[-1], [case]).get(case.pk) if editions else None,
        "chains": dict.fromkeys(link.stage.chain for link in case.stage_links.all()),
        "previous_case": siblings[place - 1] if place else None,
        "next_case": siblings[place + 1] if place + 1 < len(siblings) else None,
        "shows_fictional": case.is_retained and any(edition.is_fictional for edition in editions),
    }
    return render(request, "usecases/use_case.html", context)


@cache_control(public=True, max_age=PICTURES_KEPT)
def use_case_picture(request, code, name):
    """A chart of the sheet as a PNG: the same shapes, under the same masks."""
    case = get_object_or_404(UseCase.objects.retained(), code=code)
    editions = list(Edition.objects.shown())
    charts = _charts(case, editions)
    if name not in charts:
        raise Http404("Cette image n’existe pas.")
    last = editions[-1]
    nature = "Édition fictive, réponses simulées. " if last.is_fictional else ""
    source = f"{case.name}. {nature}« {last} », publiée le {date_fr(last.published_on)}. {last.source}"
    return png_response(charts[name], source, f"{code}-{name}")


def _charts(case, editions):
    """Return {name: Chart} of what the last edition shows of a use case, and of how its levels moved."""
    if not editions or not case.is_retained:
        return {}
    charts = published_charts(list(case.ratings.filter(edition=editions[-1])), editions[-1])
    if charts and (history := levels_by_year(case, editions)):
        charts["history"] = history_chart(history)
    return charts


def editions(request):
    shown = list(Edition.objects.public().select_related("corrects", "correction").order_by("-number"))
    context = {"editions": shown, "shows_fictional": any(edition.is_fictional for edition in shown)}
    return render(request, "usecases/editions.html", context)


def edition(request, number):
    related = Edition.objects.select_related("previous", "corrects", "correction")
    shown = get_object_or_404(related, number=number)
    cases = UseCase.objects.filter(ratings__edition=shown).select_related("family").distinct()
    rows = rating_rows(cases.order_by(*CATALOGUE_ORDER), shown, shown.previous)
    context = {
        "edition": shown,
        "earlier": shown.previous,
        "families": group_by_family(rows),
        "dimensions": Dimension,
        "corrections": corrected_levels(shown),
        "moved": moved_levels(rows),
        "statuses": count_statuses(rows),
        "short_names": [DIMENSION_NAMES[dimension].capitalize() for dimension in Dimension],
        "shows_fictional": shown.is_fictional,
        # The workbook first: most readers want nothing else.
        "files": sorted(shown.files.defer("content"), key=lambda file: not file.name.endswith(".xlsx")),
    }
    return render(request, "usecases/edition.html", context)


@require_safe
def catalogue_workbook(request):
    return workbook_response("catalogue-ia-ecran-jeu.xlsx", write_catalogue)


@require_safe
def edition_file(request, number, name):
    file = get_object_or_404(EditionFile.objects.exclude(content=None), edition__number=number, name=name)
    return published_file_response(request, file, number)


def glossary(request):
    return render(request, "usecases/glossary.html", {"terms": GlossaryTerm.objects.all()})


def study(request):
    themes = Theme.objects.prefetch_related("points")
    return render(request, "usecases/study.html", {"outline": [(theme, outline(theme)) for theme in themes]})


def outline(theme):
    """Return the points of a theme with their parts: [(point, [part, …]), …], both in the study's order."""
    points = list(theme.points.all())
    return [(top, [part for part in points if part.parent_id == top.pk]) for top in points if not top.parent_id]
