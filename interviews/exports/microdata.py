"""Exports the counted responses of a campaign as pseudonymous microdata, in the format that import reads."""

from collections.abc import Iterator
from pathlib import Path

from django.db.models import QuerySet
from django.utils import timezone

from cnc_survey.files import written_whole
from cnc_survey.tables import write_csv
from cnc_survey.workbook import MAX_ROWS, Column, Sheet, WorkbookError, write_workbook
from interviews.collection.microdata_file import COLUMNS, PROFILE, SEPARATOR
from interviews.models import Answer, Campaign, Intention, Level, Response, Usage, UseCaseAnswer

CHUNK = 2_000  # rows read together
DATES, WIDE = {"submitted_on"}, {"comment", "value", "use_case", "occupations", "tools"}


def export_microdata(campaign: Campaign, target: Path) -> dict[str, int]:
    """Write the three tables to `target`, an .xlsx file or a folder of CSV files; return the rows of each.

    Only counted responses; in the order of their keys, which says nothing of time. An existing file is replaced once
    the new one is whole. Raises WorkbookError when a table does not fit in a sheet.
    """
    queries = _queries(campaign)
    written = dict.fromkeys(queries, 0)
    keys = set()  # of the responses written: one that is sent meanwhile must not leave answers without a response
    rows = {
        "responses": _counted(written, "responses", _responses(queries["responses"], keys)),
        "use_case_answers": _counted(written, "use_case_answers", _use_case_answers(queries["use_case_answers"], keys)),
        "answers": _counted(written, "answers", _answers(queries["answers"], keys)),
    }
    if target.suffix.lower() == ".xlsx":
        refuse_too_long({name: query.count() for name, query in queries.items()})
        sheets = [Sheet(name, [_column(header) for header in COLUMNS[name]], rows[name]) for name in rows]
        write_workbook(target, sheets, title=f"Microdonnées : {campaign.title}", subject=campaign.slug)
        return written
    with written_whole(*(target / f"{name}.csv" for name in rows)) as temporaries:
        for name, temporary in zip(rows, temporaries, strict=True):
            with temporary.open("w", encoding="utf-8", newline="") as stream:
                write_csv(stream, COLUMNS[name], rows[name])
    return written


def refuse_too_long(counts: dict[str, int]) -> None:
    """Raise WorkbookError when a table, header included, is longer than a sheet."""
    for name, count in counts.items():
        if count >= MAX_ROWS:
            raise WorkbookError(
                f"La table « {name} » a {count} lignes, une feuille .xlsx en contient au plus {MAX_ROWS} avec "
                "l’en-tête. Exportez en CSV : donnez un dossier à --output."
            )


def _counted(written, name, rows):
    for row in rows:
        written[name] += 1
        yield row


def _queries(campaign) -> dict[str, QuerySet]:
    counted = campaign.responses.counted()
    return {
        "responses": counted.order_by("key"),
        "use_case_answers": UseCaseAnswer.objects.filter(response__in=counted).order_by(
            "response__key", "use_case__position", "use_case__code"
        ),
        # Emptied answers count as not given, as they do when they come back.
        "answers": Answer.objects.filter(response__in=counted)
        .exclude(value__in=["", []])
        .order_by("response__key", "item__module__position", "item__position", "item__code"),
    }


def _column(header):
    return Column(header, width=36 if header in WIDE else 16, kind="date" if header in DATES else "text")


def _responses(responses: QuerySet[Response], keys: set[str]) -> Iterator[tuple]:
    for one in responses.prefetch_related("sectors", "occupations").iterator(CHUNK):
        keys.add(one.key)
        yield (
            one.key,
            one.person,
            one.mode,
            timezone.localdate(one.submitted_at),
            one.organisation,
            one.weight,
            SEPARATOR.join(sector.code for sector in one.sectors.all()),
            SEPARATOR.join(occupation.code for occupation in one.occupations.all()),
            *(getattr(one, column) for column in PROFILE),
        )


def _use_case_answers(answers: QuerySet[UseCaseAnswer], keys: set[str]) -> Iterator[tuple]:
    codes = [{member.value: member.code for member in choices} for choices in (Usage, Level, Level, Intention)]
    columns = ["usage", "maturity", "impact", "intention", "benefits", "barriers", "tools", "comment"]
    for key, use_case, *ratings, benefits, barriers, tools, comment in answers.values_list(
        "response__key", "use_case__code", *columns
    ).iterator(CHUNK):
        if key not in keys:
            continue
        yield (
            key,
            use_case,
            *(named.get(value) for named, value in zip(codes, ratings, strict=True)),
            SEPARATOR.join(benefits),
            SEPARATOR.join(barriers),
            SEPARATOR.join(tools),
            comment,
        )


def _answers(answers: QuerySet[Answer], keys: set[str]) -> Iterator[tuple]:
    for key, item, value in answers.values_list("response__key", "item__code", "value").iterator(CHUNK):
        if key in keys:
            yield key, item, _cell(value)


def _cell(value):
    if isinstance(value, list):
        return SEPARATOR.join(value)
    # 12.0 and 12 are one number: written one way, it comes back the same.
    return int(value) if isinstance(value, float) and value.is_integer() else value
