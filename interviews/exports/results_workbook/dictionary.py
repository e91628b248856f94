"""Dictionnaire: every code of the files, with its label, as the campaign asked it."""

from cnc_survey.workbook import Column, Sheet
from interviews.results.disclosure import MARK_MEANINGS, MARKS
from usecases.models import Rating
from usecases.wording import REASON_LABELS

from ..codebook import list_codes
from .shown import Setting, lay_out


def dictionary_sheet(setting: Setting) -> Sheet:
    """Return the sheet Dictionnaire."""
    statuses = [("status", status.value, status.label) for status in Rating.Status]
    reasons = [("reason", code, label) for code, label in REASON_LABELS.items()]
    marks = [("mark", mark, MARK_MEANINGS[mark]) for mark in MARKS if mark]
    columns = [Column("Liste", 34), Column("Code", 46), Column("Libellé", 90)]
    return lay_out(
        setting,
        "Dictionnaire",
        "Chaque code des fichiers, avec son libellé",
        columns,
        [*list_codes(setting.campaign.questionnaire), *statuses, *reasons, *marks],
        notes=(),
    )
