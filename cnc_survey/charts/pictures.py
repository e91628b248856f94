"""A chart as SVG inside a page, and as a file that stands alone (SVG or PNG): the same shapes, the same tones."""

import re
from functools import cache
from pathlib import Path

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from .shapes import LETTER, LINE, Chart, wrapped

STATIC = Path(__file__).resolve().parent.parent / "static" / "cnc_survey"
FONT = '"Liberation Sans", Arial, sans-serif'  # the one that the renderer brings with it: the same file everywhere
MARGIN = 16
TITLE_LINE = 21
TITLE_LETTERS = 42  # of the title's bold 16 units, in the width of a chart
SCALE = 2  # pixels a unit: sharp at the width of a column


def svg_in_page(chart: Chart, name: str) -> SafeString:
    """Return the drawing, named and described for who hears the page; its colours are the page's."""
    # Safe: every text and every attribute is escaped by `_element`.
    return mark_safe(
        f'<svg class="drawing" viewBox="0 0 {_number(chart.width)} {_number(chart.height)}" role="img" '
        f'aria-labelledby="{name}-title {name}-desc" focusable="false">'
        f'<title id="{name}-title">{escape(chart.title)}</title>'
        f'<desc id="{name}-desc">{escape(chart.description)}</desc>'
        f"{_body(chart)}</svg>"
    )


def svg_file(chart: Chart, source: str) -> str:
    """Return the chart as an SVG that needs nothing else: title above, `source` below, light colours, white ground."""
    lines = [(line, "title", TITLE_LINE) for line in _cut(chart.title, TITLE_LETTERS)]
    lines += [(line, "note", LINE) for line in wrapped(chart.subtitle, chart.width)]
    head, y = [], MARGIN
    for text, css, height in lines:
        y += height
        head.append(_words(text, css, y))
    top = y + 14
    foot, y = [], top + chart.height + 4
    for text in wrapped(source, chart.width):
        y += LINE
        foot.append(_words(text, "note", y))
    width, height = _number(chart.width + 2 * MARGIN), _number(y + MARGIN)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f"<title>{escape(chart.title)}</title><desc>{escape(chart.description)}</desc>"
        f'<style>{_style()}</style><rect class="ground" width="{width}" height="{height}"/>'
        f'<g class="drawing" transform="translate({MARGIN} 0)">{"".join(head)}</g>'
        f'<g class="drawing" transform="translate({MARGIN} {_number(top)})">{_body(chart)}</g>'
        f'<g class="drawing" transform="translate({MARGIN} 0)">{"".join(foot)}</g></svg>'
    )


def png_file(chart: Chart, source: str) -> bytes:
    """Return the file of `svg_file` as a PNG; the same chart gives the same bytes on every machine."""
    import vl_convert  # eighty megabytes that only a download needs

    return vl_convert.svg_to_png(svg_file(chart, source), scale=SCALE)


def _body(chart):
    return "".join(_element(shape) for shape in chart.shapes)


def _element(shape):
    attributes = " ".join(f'{name}="{escape(_number(value))}"' for name, value in shape.attributes.items())
    if not shape.text:
        return f"<{shape.tag} {attributes}/>"
    return f"<{shape.tag} {attributes}>{escape(shape.text)}</{shape.tag}>"


def _words(text, css, y):
    return f'<text class="{css}" x="0" y="{_number(y)}">{escape(text)}</text>'


def _number(value):
    """Write a number as SVG reads it, to a hundredth of a unit; leave a text as it is."""
    return value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")


def _cut(text, letters):
    return wrapped(text, letters * LETTER)


@cache
def _style():
    """Return the page's own rules for charts, with the light colours in place of the tokens' names."""
    tokens = (STATIC / "tokens.css").read_text(encoding="utf-8").split("@media")[0]
    values = dict(re.findall(r"--([\w-]+): ([^;]+);", tokens)) | {"sans": FONT, "serif": FONT, "paper": "#FFFFFF"}
    rules = (STATIC / "charts.css").read_text(encoding="utf-8").split("/* In the page */")[0]
    plain = re.sub(r"/\*.*?\*/", "", rules, flags=re.DOTALL)
    return re.sub(r"var\(--([\w-]+)\)", lambda name: values[name[1]], plain)
