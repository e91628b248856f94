"""A cell of the cube before it is stored: what closing computes and verification compares."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from interviews.models import CubeCell, Snapshot
from interviews.writing import write_rows


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
    write_rows(
        CubeCell,
        (
            {
                "snapshot_id": snapshot.pk,
                "use_case_id": pks[cell.use_case],
                "item": cell.item,
                "mode": cell.mode,
                "variable": cell.variable,
                "category": cell.category,
                "base": cell.base,
                "figures": cell.figures,
                "mask": cell.mask,
            }
            for cell in cells
        ),
    )


def read_stored_cells(snapshot: Snapshot) -> list[Cell]:
    """Return the cells of a snapshot, whole, in the order in which they were written."""
    columns = ("use_case__code", "item", "mode", "variable", "category", "base", "figures", "mask")
    return [Cell(*row) for row in snapshot.cells.order_by("pk").values_list(*columns)]


def digest_cells(cells: Iterable[Cell]) -> str:
    """Return 64 hexadecimal digits that any other figure would change."""
    digest = hashlib.sha256()
    for cell in cells:
        place = (cell.use_case, cell.item, cell.mode, cell.variable, cell.category, cell.base, cell.mask)
        digest.update(json.dumps([place, cell.figures], sort_keys=True, separators=(",", ":")).encode())
    return digest.hexdigest()
