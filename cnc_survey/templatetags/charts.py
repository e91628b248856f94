"""A chart in a page. Registered as a builtin in the settings."""

from django import template

from cnc_survey.charts.pictures import svg_in_page

register = template.Library()


@register.inclusion_tag("components/charts/figure.html")
def figure(chart, name, png=""):
    """Show a Chart with its figures as a table; `name` is unique among those of the page, `png` the address of its
    picture."""
    name = f"graphique-{name}"
    return {"chart": chart, "name": name, "drawing": svg_in_page(chart, name), "png": png}
