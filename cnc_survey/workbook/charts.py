"""Native charts, each over a small table of its own that says the same in figures."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties
from openpyxl.drawing.text import Font as ChartFont
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from .page import HAIRLINE, INK, KINDS, LINE, QUIET, RULE, SANS, SERIF, row_height

BLUES = ("123F5C", "4F86A6", "9DB7C9", "E3E0D8")  # the maturity scale of the house, dark first
ROW_POINTS = 18
LABEL_WIDTH = 42  # characters of the first column of the sheets that have charts
WIDTH = 24.0  # centimetres


@dataclass(frozen=True)
class Chart:
    """Horizontal bars. `title` says what they show; `header` names the labels, then each series; `rows` hold a label
    and one number or None per series. `kind` as for a column; `is_stacked` puts the series of a row end to end."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence]
    kind: str = "integer"
    is_stacked: bool = False
    colours: Sequence[str] = BLUES


def write_chart(page, chart: Chart) -> None:
    """Write the table of a chart at the foot of a page, and the chart below."""
    page.append([])
    page.line(chart.title, Font(SERIF, 14, color=INK))
    _write_header(page, chart)
    first = page.rows + 1
    number_format, _ = KINDS[chart.kind]
    for row in chart.rows:
        cells = []
        for place, value in enumerate(row):
            style = {"border": HAIRLINE, "alignment": Alignment("right" if place else "left", wrap_text=not place)}
            cells.append(page.styled(Font(SANS, 11, color=INK), **style))
            cells[-1].number_format = number_format if place else "General"
            page.put(cells[-1], value, get_column_letter(place + 1))
        page.append(cells, height=row_height([(row[0], LABEL_WIDTH)]))
    drawn = _draw(page, chart, first)
    # Beside the first column, which stays in sight whatever one scrolls.
    page.worksheet.add_chart(drawn, f"B{page.rows + 2}")
    # The chart floats: rows are kept free beneath it, so that nothing that follows is covered.
    for _ in range(math.ceil(drawn.height / 2.54 * 72 / ROW_POINTS) + 2):
        page.append([], height=ROW_POINTS)


def _write_header(page, chart):
    cells = []
    for place, header in enumerate(chart.header):
        style = {"border": RULE, "alignment": Alignment("right" if place else "left", "bottom", wrap_text=True)}
        cells.append(page.styled(Font(SANS, 11, bold=True, color=INK), **style))
        page.put(cells[-1], header, get_column_letter(place + 1))
    page.append(cells, height=33)


def _draw(page, chart, first):
    last = first + len(chart.rows) - 1
    drawn = BarChart()
    drawn.type, drawn.style, drawn.gapWidth = "bar", 10, 60
    if chart.is_stacked:
        drawn.grouping, drawn.overlap = "stacked", 100
    values = Reference(page.worksheet, min_col=2, max_col=len(chart.header), min_row=first - 1, max_row=last)
    drawn.add_data(values, titles_from_data=True)
    drawn.set_categories(Reference(page.worksheet, min_col=1, min_row=first, max_row=last))
    for series, colour in zip(drawn.series, chart.colours, strict=False):
        series.graphicalProperties = GraphicalProperties(solidFill=colour)
        # An outline, for the palest of them on white paper.
        series.graphicalProperties.line = LineProperties(solidFill="4F86A6", w=6350)
    number_format, _ = KINDS[chart.kind]
    for axis in (drawn.x_axis, drawn.y_axis):
        axis.delete = False
        axis.txPr = _words(QUIET)
        axis.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=LINE))
    drawn.x_axis.scaling.orientation = "maxMin"  # the first row on top, as in the table
    drawn.y_axis.scaling.min = 0
    drawn.y_axis.numFmt, drawn.y_axis.number_format = None, "0%" if chart.kind == "percent" else "0"
    drawn.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=LINE))
    drawn.y_axis.crosses = "max"
    if len(drawn.series) == 1:
        drawn.legend = None
        drawn.dataLabels = DataLabelList(showVal=True, showSerName=False, showCatName=False, showLegendKey=False)
        drawn.dataLabels.numFmt, drawn.dataLabels.txPr = number_format, _words(INK)
    else:
        drawn.legend.position, drawn.legend.txPr = "t", _words(INK)
    drawn.title = None
    drawn.width, drawn.height = (
        WIDTH,
        3.0 + 0.75 * len(chart.rows) * (1 if chart.is_stacked else len(drawn.series) ** 0.5),
    )
    return drawn


def _words(colour):
    letters = CharacterProperties(latin=ChartFont(typeface=SANS), sz=1000, solidFill=colour)
    return RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=letters), endParaRPr=letters)])
