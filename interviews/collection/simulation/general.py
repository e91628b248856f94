"""Simulated answers to the general items: any questionnaire, its kinds, options and base conditions respected."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from interviews.models import Item

DONT_KNOW = "nsp"
DONT_KNOW_SHARE = 0.08  # of an item that offers it
UNANSWERED = 0.03
TICKED = 0.35  # chance of each option of a multiple item, around which options differ
TOOLS_NAMED = 2  # on average, where any tool may be named
WRITES = 0.05  # a free text is a rare gift
KEEPS_GOING = 0.8  # chance to fill in one more page of opinions: long questionnaires lose people as they go
REMARKS = (
    "Ces outils vont vite ; la formation, moins.",
    "Il faudrait des règles claires sur les données d’entraînement.",
    "Mon métier change, il ne disparaît pas.",
    "L’accès aux premiers emplois m’inquiète.",
)


@dataclass(frozen=True)
class SimulatedItem:
    """One item with its drawn distribution: `shares` of the codes (single, scale) or chance of each (multiple)."""

    item: Item
    codes: tuple[str, ...]
    shares: np.ndarray
    page: int  # 0 for what everybody answers, then pages of opinions in order


def draw_items(rng: np.random.Generator, items: Sequence[Item], tools: Sequence[str]) -> list[SimulatedItem]:
    """Draw how the profession answers each item; the items come in the order of the questionnaire.

    The pages up to the last one with a base condition describe practice: everybody answers them.
    """
    modules = list(dict.fromkeys(item.module_id for item in items))
    practice = max((modules.index(item.module_id) for item in items if item.asked_if_id), default=0)
    drawn = []
    for item in items:
        codes = tuple(tools) if item.open_list else tuple(_option_codes(item))
        if item.kind == Item.Kind.MULTIPLE:
            centre = TOOLS_NAMED / max(len(codes), TOOLS_NAMED) if item.open_list else TICKED
            shares = np.clip(centre * rng.uniform(0.3, 1.7, size=len(codes)), 0, 1)
        else:
            shares = rng.dirichlet(np.full(len(codes), 3.0)) if codes else np.empty(0)
        drawn.append(SimulatedItem(item, codes, shares, max(0, modules.index(item.module_id) - practice)))
    return drawn


def draw_general_answers(
    rng: np.random.Generator, items: Sequence[SimulatedItem], has_used: np.ndarray
) -> list[list[tuple[int, object]]]:
    """Draw the general answers of n persons: lists of (item primary key, value).

    `has_used` (n, bool) tells who said of some use case that they tried it: they have used AI at work. The others may
    have used it for something else, not today.
    """
    count = len(has_used)
    pages_filled = rng.geometric(1 - KEEPS_GOING, size=count) - 1
    answers = [[] for _ in range(count)]
    values_of = {}
    for simulated in items:
        item = simulated.item
        asked = simulated.page <= pages_filled
        if item.asked_if_id:
            opens = set(item.asked_if_codes)
            condition = values_of.get(item.asked_if_id, [None] * count)
            asked &= np.array([isinstance(value, str) and value in opens for value in condition], dtype=bool)
        answered = asked & (rng.random(count) >= UNANSWERED)
        values = _draw_values(rng, simulated, count, has_used)
        values_of[item.pk] = [value if given else None for value, given in zip(values, answered.tolist(), strict=True)]
        for person, value in enumerate(values_of[item.pk]):
            if value not in (None, []):
                answers[person].append((item.pk, value))
    return answers


def _option_codes(item):
    return (option.code for option in item.option_set.options.all()) if item.option_set_id else ()


def _draw_values(rng, simulated, count, has_used):
    item = simulated.item
    draws = rng.random(count)
    if item.kind == Item.Kind.TEXT:
        remarks = rng.integers(len(REMARKS), size=count).tolist()
        return [REMARKS[remark] if draw < WRITES else None for draw, remark in zip(draws, remarks, strict=True)]
    if item.kind == Item.Kind.NUMBER:
        return rng.poisson(8, size=count).tolist()
    if not simulated.codes:
        return [None] * count
    if item.kind == Item.Kind.MULTIPLE:
        ticked = rng.random((count, len(simulated.codes))) < simulated.shares
        values = [[code for code, tick in zip(simulated.codes, row, strict=True) if tick] for row in ticked.tolist()]
    else:
        chosen = np.searchsorted(np.cumsum(simulated.shares)[:-1], rng.random(count), side="right")
        values = [simulated.codes[place] for place in chosen.tolist()]
    if item.code == "ai_ever_used":
        values = np.where(has_used, "yes", values).tolist()
    if item.code == "ai_frequency":
        values = np.where(has_used, values, "never").tolist()
    if item.allows_dont_know:
        values = [DONT_KNOW if draw < DONT_KNOW_SHARE else value for draw, value in zip(draws, values, strict=True)]
    return values
