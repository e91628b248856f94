"""Imports microdata: all or nothing, every error of the file named."""

from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from django.db import transaction
from django.db.models import Max

from cnc_survey.progress import Progress, no_progress, watch
from interviews.models import Campaign
from usecases.models import Occupation, Sector

from .batch import refuse_closed, store_tables
from .microdata_file import Errors, read_microdata
from .microdata_rows import KnownCodes, RowReader
from .tools import keep_tools


@dataclass(frozen=True)
class ImportReport:
    """What an import wrote: numbers of rows, and the codes that did not exist before."""

    responses: int
    use_case_answers: int
    answers: int
    new_sectors: list[str]
    new_occupations: list[str]
    new_tools: list[str]


def import_responses(
    campaign: Campaign, path: Path, create_missing: bool = False, progress: Progress = no_progress
) -> ImportReport:
    """Import a microdata file into a campaign, whatever its dates; rows count as submitted.

    A tool nobody named before is kept as a new one; `create_missing` does the same for sectors and occupations.
    Who is asked an item (its base condition) is not checked: the file says who was.
    `progress` is told of rows, each read once to check it and once to store it.
    Raises ClosedCampaignError, or MicrodataError with every error of the file; then nothing was written.
    """
    refuse_closed(campaign)
    errors = Errors()
    tables = read_microdata(path)
    codes = KnownCodes(campaign, create_missing)
    # A first reading finds every error, a second one writes: a file of six million rows is never held in memory.
    counts = []
    for rows in RowReader(codes, errors).read(tables):
        counts.append(sum(1 for _ in watch(rows, progress, before=sum(counts))))
    errors.refuse_any()
    total = sum(counts)
    with transaction.atomic():
        codes.sectors |= _create(Sector, codes.new_sectors)
        codes.occupations |= _create(Occupation, codes.new_occupations)
        keep_tools(codes.new_tools)
        befores = accumulate(counts, initial=total)
        checked = zip(RowReader(codes, errors).read(tables), befores, strict=False)
        store_tables(campaign, *(watch(rows, progress, 2 * total, before) for rows, before in checked))
        errors.refuse_any()  # the file changed between the two readings
    return ImportReport(*counts, codes.new_sectors, codes.new_occupations, sorted(codes.new_tools))


def _create(model, codes):
    """Create entries named by their code, at the end of the list; return {code: primary key}."""
    last = model.objects.aggregate(last=Max("position"))["last"] or 0
    return {
        code: model.objects.create(code=code, name=code, position=position).pk
        for position, code in enumerate(codes, last + 1)
    }
