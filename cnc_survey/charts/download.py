"""A chart as a file to download."""

from django.http import HttpResponse

from cnc_survey.charts.pictures import png_file
from cnc_survey.charts.shapes import Chart


def png_response(chart: Chart, source: str, name: str) -> HttpResponse:
    """Answer with the picture of a chart, under this file name; `source` is written below it."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.png"'}
    return HttpResponse(png_file(chart, source), content_type="image/png", headers=headers)
