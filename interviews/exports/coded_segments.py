"""Coded segments as a matrix: one row per verbatim, one column per code, 1 where it applies."""

from pathlib import Path

from cnc_survey.files import written_whole
from cnc_survey.tables import write_csv
from interviews.guided.verbatims import verbatims_of
from interviews.models import Campaign, Code

HEADER = ("interview", "source", "start", "end", "text", "use_case", "valence")


def export_coded_segments(campaign: Campaign, path: Path) -> int:
    """Write the matrix of a campaign as CSV; return how many segments. Withdrawn words are not among them.

    `source` is note:<n> or transcript:<n>; places are code points in that text; codes are those of the codebook that
    name at least one segment.
    """
    verbatims = list(verbatims_of(campaign).order_by("participant__interview__number", "note", "transcript", "start"))
    held = {code.pk for verbatim in verbatims for code in verbatim.codes.all()}
    codes = list(Code.objects.filter(pk__in=held).order_by("code"))
    with written_whole(path) as (temporary,), temporary.open("w", encoding="utf-8", newline="") as stream:
        rows = (_row(verbatim, codes) for verbatim in verbatims)
        write_csv(stream, [*HEADER, *(code.code for code in codes)], rows)
    return len(verbatims)


def _row(verbatim, codes):
    named = {code.pk for code in verbatim.codes.all()}
    source = f"note:{verbatim.note_id}" if verbatim.note_id else f"transcript:{verbatim.transcript_id}"
    return (
        verbatim.participant.interview.number,
        source,
        verbatim.start,
        verbatim.end,
        verbatim.text,
        verbatim.use_case.code if verbatim.use_case else "",
        verbatim.valence,
        *(int(code.pk in named) for code in codes),
    )
