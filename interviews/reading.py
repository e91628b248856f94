"""Rows by the million, from the database into arrays: the only module that knows how each engine hands them over.

Each batch is one row: a column of many rows comes as bytes from PostgreSQL, as text from SQLite, and numpy reads either
at once. Both give the same arrays. Six million rows take seconds instead of minutes, within a few megabytes at a time.
"""

import json
from collections.abc import Iterator, Sequence

import numpy as np
from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Aggregate, BigIntegerField, BinaryField, BooleanField, F, Func, QuerySet, TextField
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

BATCH = 1_000  # keys asked for together: with 62 answers each, some 60 000 rows
BETWEEN_ROWS, BETWEEN_COLUMNS = "\x1e", "\x1f"  # separators that a JSON text always writes otherwise
SLOTS = 2**16  # of a table of values: few of a few thousand share one, and it stays in the processor's cache


class _Packed(Func):
    """Integers of all rows as the bytes of big-endian int64, in the order in which the rows come.

    An aggregate, though not one of Django's: its query has nothing to group by.
    """

    template = "string_agg(int8send(%(expressions)s), '')"
    output_field = BinaryField()


class _Listed(Aggregate):
    """Integers of a group as a text, separated by commas."""

    template = "group_concat(%(expressions)s)"
    output_field = TextField()


class _Texts(Aggregate):
    """JSON values of a group as one text: within a row between BETWEEN_COLUMNS, row after row between BETWEEN_ROWS."""

    template = f"group_concat(%(expressions)s, char({ord(BETWEEN_ROWS)}))"
    arg_joiner = f" || char({ord(BETWEEN_COLUMNS)}) || "
    output_field = TextField()


class _Hash(Func):
    """64 bits that stand for a JSON value: a few thousand values never share them."""

    template = "jsonb_hash_extended(%(expressions)s, 0)"
    output_field = BigIntegerField()


class _Among(Func):
    """Is the integer one of these? One parameter, where « IN » would write, send and read a thousand.

    `part`: the part of the keys that PostgreSQL looks at, in its own words.
    """

    output_field = BooleanField()

    def __init__(self, expression, keys, part="", **extra):
        self.keys, self.part = keys, part
        super().__init__(expression, **extra)

    def as_postgresql(self, compiler, connection, **context):
        sql, params = compiler.compile(self.source_expressions[0])
        return f"{sql} = ANY((%s::bigint[]){self.part})", [*params, "{" + ",".join(map(str, self.keys)) + "}"]

    def as_sqlite(self, compiler, connection, **context):
        sql, params = compiler.compile(self.source_expressions[0])
        return f"{sql} IN (SELECT value FROM json_each(%s))", [*params, json.dumps(self.keys)]  # noqa: S608 (our SQL)


class _Numbering:
    """Numbers values known by their hashes, from 1 as they are met, and remembers a key whose rows hold each."""

    def __init__(self):
        self.positions, self.held_by = {}, {}
        # A table by the last bits of the hash: nearly all values are found there at once, whatever their number.
        self._hash_at = ~np.arange(SLOTS)  # never a hash of its slot
        self._position_at = np.zeros(SLOTS, dtype=np.int32)

    def number(self, hashes: np.ndarray, keys: np.ndarray) -> np.ndarray:
        """Return the positions (int32) of the values with these hashes, held by the rows of these keys."""
        slot = hashes & (SLOTS - 1)
        found = self._position_at[slot]
        others = np.flatnonzero(self._hash_at[slot] != hashes)
        if len(others):
            found[others] = self._meet(hashes[others], keys[others])
        return found

    def _meet(self, hashes, keys):
        distinct, first, inverse = np.unique(hashes, return_index=True, return_inverse=True)
        distinct = distinct.tolist()
        for value, key in zip(distinct, keys[first].tolist(), strict=True):
            if value not in self.positions:
                self.positions[value], self.held_by[value] = len(self.positions) + 1, key
                slot = value & (SLOTS - 1)
                self._hash_at[slot], self._position_at[slot] = value, self.positions[value]
        return np.array([self.positions[value] for value in distinct], dtype=np.int32)[inverse]


class RowReader:
    """Reads the rows whose integer column `key` is one of `keys`, batch after batch.

    Iterating gives pairs (numbers, positions): one int64 array per entry of (key, *numbers), which are columns or
    expressions that are never null; one int32 array per JSON column of `values`, holding positions from 1 in the list
    that `distinct` returns once everything is read. The database is asked nothing else meanwhile.
    """

    def __init__(
        self,
        rows: QuerySet,
        key: str,
        keys: Sequence[int],
        numbers: Sequence[str | Combinable] = (),
        values: Sequence[str] = (),
    ):
        self._connection = connections[rows.db]
        self._rows, self._key, self._keys = rows.order_by(), key, np.asarray(keys, dtype=np.int64).tolist()
        self._numbers = [F(each) if isinstance(each, str) else each for each in (key, *numbers)]
        self._values = list(values)
        self._numberings = {name: _Numbering() for name in values}  # PostgreSQL: by hash
        self._positions = {name: {} for name in values}  # SQLite: by text
        self._rows_met, self._position_in = {}, {name: [] for name in values}

    def __iter__(self) -> Iterator[tuple[list[np.ndarray], list[np.ndarray]]]:
        read = self._read_packed if self._connection.vendor == "postgresql" else self._read_texts
        for numbers, values in read():
            if len(numbers[0]):
                yield numbers, values

    def distinct(self, name: str) -> list:
        """Return the values met in a JSON column, decoded; the first one is at position 1."""
        return [json.loads(text) for text in self._texts_of(name)]

    # SQLite: texts; the few different rows of values are numbered as they come

    def _read_texts(self):
        columns = {f"number_{place}": _Listed(each) for place, each in enumerate(self._numbers)}
        if self._values:
            columns["values"] = _Texts(*(Cast(F(name), TextField()) for name in self._values))
        for keys in self._batches(self._keys):
            listed = self._rows.filter(_Among(F(self._key), keys)).aggregate(**columns)
            held = (listed.pop("values", None) or "").split(BETWEEN_ROWS)
            numbers = [np.fromstring(text or "", dtype=np.int64, sep=",") for text in listed.values()]
            yield numbers, self._number_texts(held) if self._values and len(numbers[0]) else []

    def _number_texts(self, held):
        for row in set(held) - self._rows_met.keys():
            self._rows_met[row] = len(self._rows_met)
            for name, text in zip(self._values, row.split(BETWEEN_COLUMNS), strict=True):
                positions = self._positions[name]
                self._position_in[name].append(positions.setdefault(text, len(positions) + 1))
        met = np.fromiter(map(self._rows_met.__getitem__, held), dtype=np.int64, count=len(held))
        return [np.array(self._position_in[name], dtype=np.int32)[met] for name in self._values]

    # PostgreSQL: bytes; a text is sent once, when everything is read

    def _read_packed(self):
        columns = [Cast(each, BigIntegerField()) for each in self._numbers] + [_Hash(F(name)) for name in self._values]
        packed = {f"column_{place}": _Packed(each) for place, each in enumerate(columns)}
        part = f"[batch.first : batch.first + {BATCH - 1}]"
        of_batch = self._rows.filter(_Among(F(self._key), self._keys, part)).annotate(**packed).values_list(*packed)
        try:
            sql, params = of_batch.query.get_compiler(connection=self._connection).as_sql()
        except EmptyResultSet:  # the rows are none whatever the keys, as those of a list of nothing
            return
        # One statement for all batches: the server makes the next while the last is worked on.
        batches = f"generate_series(1, {len(self._keys)}, {BATCH}) AS batch (first), LATERAL ({sql}) AS packed"
        asked = f"COPY (SELECT packed.* FROM {batches}) TO STDOUT (FORMAT BINARY)"  # noqa: S608 (our SQL)
        asked = self._connection.ops.compose_sql(asked, params)
        with self._connection.cursor() as cursor, self._connection.wrap_database_errors, cursor.copy(asked) as copy:
            copy.set_types(["bytea"] * len(columns))
            for row in copy.rows():
                arrays = [np.frombuffer(column or b"", dtype=">i8").astype(np.int64) for column in row]
                numbers, hashes = arrays[: len(self._numbers)], arrays[len(self._numbers) :]
                yield (
                    numbers,
                    [
                        numbering.number(each, numbers[0])
                        for numbering, each in zip(self._numberings.values(), hashes, strict=True)
                    ],
                )

    def _texts_of(self, name):
        if self._connection.vendor != "postgresql":
            return list(self._positions[name])
        numbering, texts = self._numberings[name], {}
        for keys in self._batches(sorted(set(numbering.held_by.values()))):
            found = self._rows.filter(_Among(F(self._key), keys))
            found = found.annotate(hashed=_Hash(F(name)), text=Cast(F(name), TextField()))
            texts |= dict(found.values_list("hashed", "text").distinct())
        return [texts[value] for value in numbering.positions]

    @staticmethod
    def _batches(keys):
        return (keys[start : start + BATCH] for start in range(0, len(keys), BATCH))
