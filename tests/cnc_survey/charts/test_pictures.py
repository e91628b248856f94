"""The same picture in the page and in the file."""

import re

from defusedxml import ElementTree
from django.template import Context, Template

from cnc_survey.charts.layouts import Bar, bars
from cnc_survey.charts.pictures import png_file, svg_file, svg_in_page
from cnc_survey.charts.shapes import Chart


def make_chart(title="La moitié utilise", label="Utilisent"):
    canvas = bars([Bar(label, 0.5, low=0.4, high=0.6)])
    return Chart(
        title=title,
        subtitle="n = 40",
        description="Une barre.",
        height=canvas.y,
        shapes=tuple(canvas.shapes),
        columns=("Étape", "Part"),
        rows=(("Utilisent", "50,0 %"),),
    )


def shapes_of(svg, group=None):
    root = ElementTree.fromstring(svg)
    nodes = root if group is None else root.findall("{*}g")[group]
    drawn = [(node.tag.split("}")[-1], dict(node.attrib), node.text) for node in nodes]
    return [each for each in drawn if each[0] not in ("title", "desc")]


def test_page_and_file_hold_the_same_shapes():
    chart = make_chart()
    assert shapes_of(svg_in_page(chart, "usage")) == shapes_of(svg_file(chart, "CNC"), group=1)
    assert len(chart.shapes) == len(shapes_of(svg_in_page(chart, "usage")))


def test_numbers_are_written_as_svg_reads_them():
    """Neither a French comma nor a thin space: the drawing would vanish in silence."""
    values = re.findall(r' (?:x|y|x1|x2|y1|y2|width|height|cx|cy|r)="([^"]+)"', svg_in_page(make_chart(), "usage"))
    assert [value for value in values if not re.fullmatch(r"-?\d+(\.\d{1,2})?", value)] == []
    assert len(values) > 20


def test_a_stranger_s_words_stay_words():
    chart = make_chart(title="<script>x</script>", label='"><image href=x>')
    for svg in (svg_in_page(chart, "usage"), svg_file(chart, "<b>")):
        ElementTree.fromstring(svg)
        assert "<script" not in svg
        assert "<image" not in svg
        assert "<b>" not in svg


def test_the_file_needs_nothing_else():
    svg = svg_file(make_chart(), "Source : CNC.")
    assert "var(" not in svg
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")
    assert [text for text in ("La moitié utilise", "n = 40", "Source : CNC.") if text not in svg] == []


def test_the_picture_is_the_same_every_time():
    one, other = png_file(make_chart(), "CNC"), png_file(make_chart(), "CNC")
    assert one == other
    assert one.startswith(b"\x89PNG")
    assert one != png_file(make_chart(label="Connaissent"), "CNC")


def test_the_figure_comes_with_its_numbers():
    html = Template('{% figure chart "usage" "/usage.png" %}').render(Context({"chart": make_chart()}))
    assert [part for part in ("<figcaption>", '<th scope="row">Utilisent</th>', "/usage.png") if part not in html] == []
    assert "style=" not in html
