"""Files that are either whole or not there."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def written_whole(*targets: Path) -> Iterator[list[Path]]:
    """Yield one empty temporary file per target, beside it; they take the targets' places when the block ends well.

    When the block fails the targets stay as they were and nothing is left behind. Missing folders are created.
    """
    temporaries = []
    try:
        for target in targets:
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
            os.close(handle)
            temporaries.append(Path(name))
        yield temporaries
        # mkstemp keeps its files to their owner: give them the rights an ordinary new file would have.
        mask = os.umask(0)
        os.umask(mask)
        for temporary, target in zip(temporaries, targets, strict=True):
            temporary.chmod(0o666 & ~mask)
            temporary.replace(target)
    finally:
        for temporary in temporaries:
            temporary.unlink(missing_ok=True)
