"""Several queries that see the database at one moment, while others go on writing."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

BEGIN = {
    "sqlite": ["BEGIN DEFERRED"],
    "postgresql": [
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        # To compile a query that runs once costs seconds, in each of its parallel workers.
        "SET LOCAL jit = off",
        # A million rows are put in order: in memory rather than in files.
        "SET LOCAL work_mem = '64MB'",
    ],
}


@contextmanager
def consistent_reading() -> Iterator[None]:
    """Every query of the block sees what the first one saw; nobody is kept from writing.

    Not `atomic`: on SQLite ours takes the write lock, on PostgreSQL each of its queries sees later changes. Inside a
    transaction of the caller's, that transaction decides. Nothing may be written in the block.
    """
    if connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        for statement in BEGIN[connection.vendor]:
            cursor.execute(statement)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")
