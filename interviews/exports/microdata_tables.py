"""The three tables of the microdata, as the database says them: one description for every format and engine."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.db import connection
from django.db.models import Case, CharField, F, Func, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Collate, Concat, Left, NullIf
from django.db.models.lookups import In
from django.utils import timezone

from cnc_survey.tables import GUARDED, guard
from interviews.collection.microdata_file import DONT_KNOW, SEPARATOR
from interviews.models import PROFILE_COLUMNS, Answer, Campaign, Intention, Item, Level, Response, Usage, UseCaseAnswer
from interviews.models.response import is_counted

CHUNK = 2_000  # rows read together


@dataclass(frozen=True)
class MicrodataTable:
    """One table: how many rows it has, and its rows in the two forms that files need.

    `typed()` yields rows of text, number, date or None. `as_csv` is a query whose columns are the cells of a CSV, texts
    guarded, or None when Python has to write them: then `guarded()` yields them.
    """

    name: str
    count: int
    typed: Callable[[], Iterator[tuple]]
    guarded: Callable[[], Iterator[tuple]]
    as_csv: QuerySet | None = None


def microdata_tables(campaign: Campaign) -> list[MicrodataTable]:
    """Return the tables of the counted responses, in the order of their keys, which says nothing of time."""
    counted = campaign.responses.counted()
    of_counted = Q(response__campaign=campaign) & is_counted("response__")
    use_case_answers = UseCaseAnswer.objects.filter(of_counted).order_by(
        _in_order("response__key"), "use_case__position", _in_order("use_case__code")
    )
    # Emptied answers count as not given, as they do when they come back.
    answers = (
        Answer.objects.filter(of_counted)
        .exclude(value__in=["", []])
        .order_by(
            *(_in_order("response__key"), "item__module__position", "item__position", _in_order("item__code")),
        )
    )
    return [_responses(counted), _use_case_answers(use_case_answers), _answers(answers)]


def _in_order(path):
    # One order on every engine, that of the characters' numbers; also the fastest to sort.
    return Collate(path, "C") if connection.vendor == "postgresql" else F(path)


def _responses(counted):
    columns = ("pk", "key", "person", "mode", "submitted_at", "organisation", "weight", *PROFILE_COLUMNS)

    def typed():
        rows = counted.order_by(_in_order("key")).values_list(*columns).iterator(CHUNK)
        while some := list(islice(rows, CHUNK)):
            keys = [row[0] for row in some]
            sectors = _members(Response.sectors.through, "sector", keys)
            occupations = _members(Response.occupations.through, "occupation", keys)
            for pk, key, person, mode, submitted_at, organisation, weight, *profile in some:
                yield (
                    *(key, person or None, mode, timezone.localdate(submitted_at), organisation or None, weight),
                    *(sectors.get(pk), occupations.get(pk), *(code or None for code in profile)),
                )

    return MicrodataTable("responses", counted.count(), typed, lambda: (tuple(map(guard, row)) for row in typed()))


def _members(memberships, name, keys):
    """Return {response: codes in one cell}, in the order of the list they come from."""
    members = memberships.objects.filter(response__in=keys).order_by(f"{name}__position", f"{name}__code")
    cells = {}
    for pk, code in members.values_list("response_id", f"{name}__code"):
        cells[pk] = f"{cells[pk]}{SEPARATOR}{code}" if pk in cells else code
    return cells


def _use_case_answers(answers):
    codes = {"usage": Usage, "maturity": Level, "impact": Level, "intention": Intention}
    lists = ("benefits", "barriers", "tools")

    def select(text):
        return answers.values_list(
            text("response__key"),
            text("use_case__code"),
            *(_coded(column, choices) for column, choices in codes.items()),
            *(_listed(column, text) for column in lists),
            text("comment"),
        )

    return _queried("use_case_answers", answers, lambda: select(_text).iterator(CHUNK), select(_guarded))


def _answers(answers):
    value = _ValueText("value")

    def typed():
        rows = answers.values_list(_text("response__key"), "item__code", value, "item__kind")
        for key, item, text, kind in rows.iterator(CHUNK):
            yield key, item, _number(text) if kind == Item.Kind.NUMBER and text != DONT_KNOW else text

    # A negative number begins like a formula, but a number it is.
    is_number = When(item__kind=Item.Kind.NUMBER, then=value)
    cells = answers.values_list(
        _guarded("response__key"), _guarded("item__code"), Case(is_number, default=_guarded(value))
    )
    return _queried("answers", answers, typed, cells)


def _queried(name, rows, typed, cells):
    return MicrodataTable(name, rows.count(), typed, lambda: cells.iterator(CHUNK), cells)


def _number(text):
    number = float(text)
    return int(number) if number.is_integer() else number


def _coded(column, choices):
    whens = (When(**{column: member.value}, then=Value(member.code)) for member in choices)
    return Case(*whens, default=None, output_field=CharField())


def _listed(column, text):
    # Most lists are empty: told apart first, they cost nothing more.
    return Case(When(**{column: []}, then=None), default=text(_ListText(column)), output_field=TextField())


def _text(text):
    return NullIf(text, Value(""), output_field=TextField())


def _guarded(text):
    """The same rule as `tables.guard`, said to the database; an empty text is no cell."""
    is_dangerous = When(In(Left(text, 1), GUARDED), then=Concat(Value("'"), text))
    return Case(is_dangerous, default=_text(text), output_field=TextField())


class _ListText(Func):
    """A JSON list of codes as one cell: a|b. Codes hold neither quotes nor backslashes (SlugField)."""

    output_field = TextField()
    arity = 1

    def as_sqlite(self, compiler, connection, **extra):
        template = """REPLACE(TRIM(%(expressions)s, '[]"'), '", "', '|')"""
        return self.as_sql(compiler, connection, template=template, **extra)

    def as_postgresql(self, compiler, connection, **extra):
        template = """REPLACE(BTRIM((%(expressions)s)::text, '[]"'), '", "', '|')"""
        return self.as_sql(compiler, connection, template=template, **extra)


class _ValueText(Func):
    """The JSON value of an answer as one cell; 12.0 and 12 are one number: written one way, it comes back the same."""

    output_field = TextField()
    arity = 1

    def as_sqlite(self, compiler, connection, **extra):
        template = """
            CASE JSON_TYPE(%(expressions)s)
            WHEN 'text' THEN JSON_EXTRACT(%(expressions)s, '$')
            WHEN 'array' THEN REPLACE(TRIM(%(expressions)s, '[]"'), '", "', '|')
            WHEN 'real' THEN IIF(
                JSON_EXTRACT(%(expressions)s, '$') = CAST(JSON_EXTRACT(%(expressions)s, '$') AS INTEGER),
                CAST(CAST(JSON_EXTRACT(%(expressions)s, '$') AS INTEGER) AS TEXT),
                %(expressions)s
            )
            ELSE %(expressions)s END
        """
        return self.as_sql(compiler, connection, template=template, **extra)

    def as_postgresql(self, compiler, connection, **extra):
        template = """
            CASE JSONB_TYPEOF(%(expressions)s)
            WHEN 'string' THEN %(expressions)s #>> '{}'
            WHEN 'array' THEN REPLACE(BTRIM((%(expressions)s)::text, '[]"'), '", "', '|')
            WHEN 'number' THEN TRIM_SCALE((%(expressions)s)::numeric)::text
            ELSE (%(expressions)s)::text END
        """
        return self.as_sql(compiler, connection, template=template, **extra)
