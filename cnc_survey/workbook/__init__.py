"""The one door through which every .xlsx leaves: values only, typed, never a formula, the same bytes for the same data.

A workbook is a list of sheets: `Notice` (a page of labels and values, such as « Lisez-moi »), `Sheet` (a table, with
links, bars and charts if it wants them), and those of `fillable_sheet`, in which a person answers.
"""

from .book import CREATOR, UNDATED, write_workbook
from .charts import Chart
from .page import ACCENT, HAIRLINE, INK, LINE, QUIET, RULE, SANS, SERIF, Page, row_height
from .sheets import Column, Notice, Sheet, top_lines
from .text import MAX_ROWS, MAX_TEXT, MEDIA_TYPE, Link, WorkbookError, sheet_names

__all__ = [
    "ACCENT",
    "CREATOR",
    "HAIRLINE",
    "INK",
    "LINE",
    "MAX_ROWS",
    "MAX_TEXT",
    "MEDIA_TYPE",
    "QUIET",
    "RULE",
    "SANS",
    "SERIF",
    "UNDATED",
    "Chart",
    "Column",
    "Link",
    "Notice",
    "Page",
    "Sheet",
    "WorkbookError",
    "row_height",
    "sheet_names",
    "top_lines",
    "write_workbook",
]
