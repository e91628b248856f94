"""A cell of the cube before it is stored: what closing computes and verification compares."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import astuple, dataclass

from interviews.models import CubeCell, Snapshot

BATCH = 2_000  # cells written together


@dataclass(frozen=True)
class Cell:
    """One cell; `use_case` is a code, None for a general item. See CubeCell for the rest."""

    use_case: str | None
    item: str
    mode: str
    variable: str
    category: str
    base: int
    figures: dict
    mask: str


def store_cells(snapshot: Snapshot, cells: Iterable[Cell]) -> None:
    """Write the cells of a snapshot."""
    pks = dict(snapshot.campaign.use_cases.values_list("code", "pk")) | {None: None}
    CubeCell.objects.bulk_create(
        (
            CubeCell(
                snapshot=snapshot,
                use_case_id=pks[cell.use_case],
                item=cell.item,
                mode=cell.mode,
                variable=cell.variable,
                category=cell.category,
                base=cell.base,
                figures=cell.figures,
                mask=cell.mask,
            )
            for cell in cells
        ),
        batch_size=BATCH,
    )


def digest_cells(cells: Iterable[Cell]) -> str:
    """Return 64 hexadecimal digits that any other figure would change."""
    digest = hashlib.sha256()
    for cell in cells:
        line = json.dumps(astuple(cell), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        digest.update(line.encode())
    return digest.hexdigest()
