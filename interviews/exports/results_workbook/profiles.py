"""Profils: who answered."""

from cnc_survey.workbook import Column, Sheet
from interviews.results.profiles import read_profiles

from .shown import Cell, Setting, lay_out


def profile_sheet(setting: Setting) -> Sheet:
    """Return the sheet Profils: the respondents by each variable, those who did not say last."""
    rows = []
    for table in read_profiles(setting.snapshot, setting.audience):
        base = Cell(table, setting.is_public).show("base")
        for entry in table["rows"]:
            cell = Cell(entry, setting.is_public)
            shown = (entry["label"], entry["category"], cell.show("n"), base, cell.percent("share"), entry["mark"])
            rows.append((table["label"], *shown))
    columns = [
        Column("Variable", 24),
        Column("Catégorie", 44),
        Column("Code", 26),
        Column("Personnes", 13, "integer"),
        Column("Base", 10, "integer"),
        Column("Part", 12, "percent", has_bars=True),
        Column("Signe", 8),
    ]
    return lay_out(setting, "Profils", "Qui a répondu", columns, rows)
