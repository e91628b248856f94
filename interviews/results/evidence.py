"""The figures behind each rating, from the whole’s cells: what the workbook, the review and an edition show."""

from collections import defaultdict
from collections.abc import Sequence

from interviews.models import Snapshot
from usecases.models import Dimension

from .cube import read_cells
from .disclosure import STAFF, ShownCell

ITEM_OF = {Dimension.MATURITY: "maturity", Dimension.IMPACT: "impact", Dimension.ADOPTION: "usage"}
BESIDE_ADOPTION = ("intention", "benefits", "barriers")
LEVEL_FIGURES = ("dk_share", "shares", "probabilities", "agreement", "interpolated_median", "leaning")
ADOPTION_FIGURES = ("dominant", "rate", "low", "high", "probabilities", "funnel")


def read_evidence(
    snapshot: Snapshot, audience: str, use_cases: Sequence[str] | None = None
) -> dict[tuple[str, str], dict]:
    """Return {(use case code, dimension): figures} as an audience sees them; None where a figure is hidden.

    Maturity and impact: mark, base, dk_share, shares (of levels 1, 2, 3), probabilities, probability (of the level
    computed), agreement, interpolated_median, leaning. Adoption: mark, base, dominant, rate, low, high, probabilities,
    probability, usage ({step: share}), funnel ({step: share or conversion}), and three cells with a base of their own:
    intention (mark, base, dominant, shares, net, low, high), benefits and barriers (mark, base, shares by code).
    Where the wave is weighted, the figures that have a weighted twin are weighted, and `unweighted` holds the others'
    first values. The team also reads `flags`, what deserves a second look, and the `audit` of adoption (see `figures`).
    """
    items = [*ITEM_OF.values(), *BESIDE_ADOPTION]
    cells = defaultdict(dict)
    for cell in read_cells(snapshot, audience, use_cases=use_cases, items=items, variables=[""]):
        cells[cell.use_case][cell.item] = cell
    evidence = {
        (code, dimension): (_adoption if dimension == Dimension.ADOPTION else _level)(own[item], own)
        for code, own in cells.items()
        for dimension, item in ITEM_OF.items()
    }
    if audience == STAFF:
        for (code, dimension), figures in evidence.items():
            found = cells[code][ITEM_OF[dimension]].figures
            figures |= {name: found[name] for name in ("flags", "audit") if name in found}
    return evidence


def _level(cell: ShownCell, beside):
    evidence = _evidence(cell, LEVEL_FIGURES)
    return evidence | {"leaning": evidence["leaning"] or None}


def _adoption(cell: ShownCell, beside):
    evidence = _evidence(cell, (*ADOPTION_FIGURES, "shares"))
    evidence["usage"] = evidence.pop("shares")
    return evidence | {
        "intention": _figures(beside["intention"], ("dominant", "shares", "net", "low", "high")),
        "benefits": _figures(beside["benefits"], ("shares",)),
        "barriers": _figures(beside["barriers"], ("shares",)),
    }


def _evidence(cell, names):
    evidence = _figures(cell, names)
    level = (cell.figures["weighted"] or cell.figures)["level"]
    probabilities = evidence["probabilities"]
    evidence["probability"] = probabilities[level - 1] if level and probabilities else None
    return evidence


def _figures(cell, names):
    figures = {"mark": cell.mark, "base": cell.base} | {name: cell.figures[name] for name in names}
    weighted = cell.figures["weighted"]
    if weighted:
        twins = [name for name in names if name in weighted]
        figures |= {name: weighted[name] for name in twins}
        unweighted = {name: cell.figures[name] for name in twins}
        # Of a cell that shows nearly nothing, nothing stands beside.
        if any(value not in (None, "") for value in unweighted.values()):
            figures["unweighted"] = unweighted
    return figures
