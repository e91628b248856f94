"""Rows by the million, from the database into arrays: the only module that knows how each engine hands them over.

Each batch is one row: a column of many rows comes as bytes from PostgreSQL, as text from SQLite, and numpy reads either
at once. Both give the same arrays. Six million rows take seconds instead of minutes, within a few megabytes at a time.
"""

import json
from collections.abc import Iterator, Sequence

import numpy as np
from django.db import connections
from django.db.models import Aggregate, BigIntegerField, BinaryField, BooleanField, F, Func, QuerySet, TextField
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

BATCH = 1_000  # keys asked for together: with 62 answers each, some 60 000 rows
BETWEEN_ROWS, BETWEEN_COLUMNS = "\x1e", "\x1f"  # separators that a JSON text always writes otherwise


class _Packed(Aggregate):
    """Integers of a group as the bytes of big-endian int64, in the order in which the rows come."""

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
    """Is the integer one of these? One parameter, where « IN » would write, send and read a thousand."""

    output_field = BooleanField()

    def __init__(self, expression, keys, **extra):
        self.keys = keys
        super().__init__(expression, **extra)

    def as_postgresql(self, compiler, connection, **context):
        sql, params = compiler.compile(self.source_expressions[0])
        return f"{sql} = ANY(%s::bigint[])", [*params, "{" + ",".join(map(str, self.keys)) + "}"]

    def as_sqlite(self, compiler, connection, **context):
        sql, params = compiler.compile(self.source_expressions[0])
        return f"{sql} IN (SELECT value FROM json_each(%s))", [*params, json.dumps(self.keys)]  # noqa: S608 (our SQL)


class RowReader:
    """Reads the rows whose integer column `key` is one of `keys`, batch after batch, in as many queries.

    Iterating gives pairs (numbers, positions): one int64 array per entry of (key, *numbers), which are columns or
    expressions that are never null; one int32 array per JSON column of `values`, holding positions from 1 in the list
    that `distinct` returns once everything is read.
    """

    def __init__(
        self,
        rows: QuerySet,
        key: str,
        keys: Sequence[int],
        numbers: Sequence[str | Combinable] = (),
        values: Sequence[str] = (),
    ):
        self._rows, self._key, self._keys = rows.order_by(), key, np.asarray(keys, dtype=np.int64)
        self._numbers = [F(each) if isinstance(each, str) else each for each in (key, *numbers)]
        self._values = list(values)
        self._positions = {name: {} for name in values}
        self._seen_in = {name: {} for name in values}  # by hash, a key whose rows hold the value
        self._rows_met, self._position_in = {}, {name: [] for name in values}

    def __iter__(self) -> Iterator[tuple[list[np.ndarray], list[np.ndarray]]]:
        packs = connections[self._rows.db].vendor == "postgresql"
        read = self._read_packed if packs else self._read_texts
        if packs:
            self._spare_compilation()
        for start in range(0, len(self._keys), BATCH):
            batch = self._rows.filter(_Among(F(self._key), self._keys[start : start + BATCH].tolist()))
            numbers, values = read(batch)
            if len(numbers[0]):
                yield numbers, values

    def distinct(self, name: str) -> list:
        """Return the values met in a JSON column, decoded; the first one is at position 1."""
        return [json.loads(text) for text in self._texts_of(name)]

    # SQLite: texts; the few different rows of values are numbered as they come

    def _read_texts(self, batch):
        columns = {f"number_{place}": _Listed(each) for place, each in enumerate(self._numbers)}
        if self._values:
            columns["values"] = _Texts(*(Cast(F(name), TextField()) for name in self._values))
        listed = batch.aggregate(**columns)
        held = (listed.pop("values", None) or "").split(BETWEEN_ROWS)
        numbers = [np.fromstring(text or "", dtype=np.int64, sep=",") for text in listed.values()]
        if not self._values or not len(numbers[0]):
            return numbers, [np.empty(0, dtype=np.int32) for _ in self._values]
        for row in set(held) - self._rows_met.keys():
            self._rows_met[row] = len(self._rows_met)
            for name, text in zip(self._values, row.split(BETWEEN_COLUMNS), strict=True):
                positions = self._positions[name]
                self._position_in[name].append(positions.setdefault(text, len(positions) + 1))
        met = np.fromiter(map(self._rows_met.__getitem__, held), dtype=np.int64, count=len(held))
        return numbers, [np.array(self._position_in[name], dtype=np.int32)[met] for name in self._values]

    # PostgreSQL: bytes; a text is sent once, when everything is read

    def _spare_compilation(self):
        connection = connections[self._rows.db]
        if connection.in_atomic_block:
            with connection.cursor() as cursor:
                # Each batch is a small query with a big estimate: compiling it would cost more than running it.
                cursor.execute("SET LOCAL jit = off")

    def _read_packed(self, batch):
        numbers = {
            f"number_{place}": _Packed(Cast(each, BigIntegerField())) for place, each in enumerate(self._numbers)
        }
        hashes = {f"value_{place}": _Packed(_Hash(F(name))) for place, name in enumerate(self._values)}
        columns = batch.aggregate(**numbers, **hashes)
        arrays = [np.frombuffer(column or b"", dtype=">i8").astype(np.int64) for column in columns.values()]
        keys, hashed = arrays[0], arrays[len(numbers) :]
        return arrays[: len(numbers)], [
            self._number(name, column, keys) for name, column in zip(self._values, hashed, strict=True)
        ]

    def _number(self, name, hashed, keys):
        """Return the positions of the values with these hashes, and remember a row that holds each new one."""
        # Most of a list are empty: the first value apart, there is less to sort.
        others = np.flatnonzero(hashed != hashed[0]) if len(hashed) else np.empty(0, dtype=np.int64)
        distinct, first, inverse = np.unique(hashed[others], return_index=True, return_inverse=True)
        distinct, first = [*hashed[:1].tolist(), *distinct.tolist()], [0, *others[first].tolist()]
        positions, seen_in = self._positions[name], self._seen_in[name]
        for value, row in zip(distinct, first, strict=False):
            if value not in positions:
                positions[value] = len(positions) + 1
                seen_in[value] = int(keys[row])
        numbered = np.array([positions[value] for value in distinct], dtype=np.int32)
        found = np.full(len(hashed), numbered[0] if len(hashed) else 0, dtype=np.int32)
        found[others] = numbered[1:][inverse]
        return found

    def _texts_of(self, name):
        if connections[self._rows.db].vendor != "postgresql":
            return list(self._positions[name])
        texts, keys = {}, sorted(set(self._seen_in[name].values()))
        for start in range(0, len(keys), BATCH):
            batch = self._rows.filter(_Among(F(self._key), keys[start : start + BATCH]))
            found = batch.annotate(hashed=_Hash(F(name)), text=Cast(F(name), TextField()))
            texts |= dict(found.values_list("hashed", "text").distinct())
        return [texts[value] for value in self._positions[name]]
