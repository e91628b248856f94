"""A progress bar for the person who runs a command in a terminal; nothing where nobody looks."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from cnc_survey.templatetags.house import number_fr

EVERY = 0.1  # seconds between two drawings
LONGEST = 40  # characters of the bar


@contextmanager
def progress_bar(stream, unit: str) -> Iterator[Callable[[int, int | None], None]]:
    """Yield a function to call with (done, total or None); draws on `stream` if it is a terminal, and clears after.

    The calls may be many: it draws ten times a second at most.
    """
    if not stream.isatty():
        yield lambda done, total=None: None
        return
    drawn_at = 0.0

    def draw(done, total=None):
        nonlocal drawn_at
        if time.monotonic() - drawn_at < EVERY and done != total:
            return
        drawn_at = time.monotonic()
        columns = shutil.get_terminal_size().columns - 1
        stream.write(f"\r{describe(done, total, unit, columns)[:columns].ljust(columns)}")
        stream.flush()

    try:
        yield draw
    finally:
        stream.write(f"\r{' ' * (shutil.get_terminal_size().columns - 1)}\r")
        stream.flush()


def describe(done: int, total: int | None, unit: str, columns: int) -> str:
    """Return one line: « ██████░░░░  60 %  1 200 sur 2 000 lignes »."""
    if not total:
        return f"{number_fr(done)} {unit}"
    share = min(done / total, 1)
    words = f"{share:4.0%}".replace("%", "\u202f%") + f"  {number_fr(done)} sur {number_fr(total)} {unit}"
    width = max(min(LONGEST, columns - len(words) - 2), 0)
    full = int(share * width)
    return f"{'█' * full}{'░' * (width - full)}  {words}"
