"""How long work says how far it is: to a job's page, to a terminal, or to nobody."""

from collections.abc import Callable, Iterable, Iterator

Progress = Callable[[int, int | None], None]  # (done, total or None when unknown)
EVERY = 1_000  # rows between two words of progress


def no_progress(done: int, total: int | None = None) -> None:
    """For who does not watch."""


def watch(rows: Iterable, progress: Progress, total: int | None = None, before: int = 0) -> Iterator:
    """Yield the rows, and tell how many have passed, after `before` others: now and then, and at the end."""
    number = 0
    for number, row in enumerate(rows, 1):
        if number % EVERY == 0:
            progress(before + number, total)
        yield row
    progress(before + number, total)
