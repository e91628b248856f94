"""Does an edition still say what the answers say? Every figure is computed again and compared with what is published.

Four comparisons: the cube with the answers, its identifier with the cube, the edition with the cube and the decisions,
the changes with the answers of both waves.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from math import isclose

from interviews.campaigns import CampaignError
from interviews.frames import build_frame
from interviews.models import Campaign, Change, Snapshot
from usecases.editions import BreakdownDraft, RatingDraft
from usecases.models import Edition, Rating
from usecases.wording import DIMENSION_NAMES

from .cells import Cell, read_stored_cells
from .closing import count_participation, identify
from .comparing import draw_up_changes
from .cube import compute_cells
from .publication import draft_ratings
from .segments import category_labels, variable_label
from .weights import campaign_weights

TOLERANCE = 1e-9  # two machines may differ in the last bits of a float
UNPUBLISHED = "absent"
NOT_IN_EDITION = {"use_case", "breakdowns"}
CHANGE_FIELDS = (
    *("lineage", "origins", "obstacle", "n_before", "n_after", "n_both", "before", "after", "difference"),
    *("standard_error", "low", "high", "p", "p_adjusted", "announced", "is_weighted", "unweighted"),
    "at_constant_structure",
)


@dataclass(frozen=True)
class Verification:
    """What was compared, and where it parts: one French sentence each."""

    cells: int
    ratings: int
    breakdowns: int
    changes: int
    differences: list[str]


def verify_edition(edition: Edition) -> Verification:
    """Compute an edition again from the stored answers and compare every figure.

    Raises CampaignError when the edition does not come from a campaign.
    """
    campaign = _campaign_of(edition)
    snapshot = campaign.snapshot
    stored = read_stored_cells(snapshot)
    drafts = {(draft.use_case, draft.dimension): draft for draft in draft_ratings(campaign)}
    ratings = list(edition.ratings.select_related("use_case").prefetch_related("breakdowns"))
    changes = list(snapshot.changes.select_related("use_case", "previous__campaign__questionnaire"))
    frame = build_frame(campaign)
    weights = campaign_weights(campaign, frame)
    differences = [
        *_compare_identifiers(edition, campaign, snapshot, stored),
        *_compare_cells(campaign, snapshot, stored, frame, weights),
        *_compare_ratings(ratings, drafts),
        *_compare_changes(snapshot, changes, frame, weights),
    ]
    breakdowns = sum(len(rating.breakdowns.all()) for rating in ratings)
    return Verification(len(stored), len(ratings), breakdowns, len(changes), differences)


def _campaign_of(edition):
    campaign = Campaign.objects.select_related("snapshot", "questionnaire", "baseline").filter(edition=edition).first()
    if campaign:
        return campaign
    later = getattr(edition, "correction", None)
    if later or Campaign.objects.filter(correcting=edition).exists():
        by = f"« {later} » la remplace" if later else "elle est en cours de correction"
        raise CampaignError(f"« {edition} » ne dit plus ce que la campagne a décidé : {by}.")
    raise CampaignError(f"« {edition} » ne vient pas d’une campagne : il n’y a pas de réponses à recompter.")


def _compare_identifiers(edition, campaign, snapshot: Snapshot, stored) -> Iterator[str]:
    if edition.snapshot_id != snapshot.identifier:
        yield f"Instantané : l’édition cite {edition.snapshot_id}, la campagne {snapshot.identifier}."
    found = identify(campaign, snapshot.participation, stored)
    if found != snapshot.identifier:
        yield (
            f"Instantané : son contenu donne l’identifiant {found}, au lieu de {snapshot.identifier}. "
            "Un chiffre enregistré, ou une date de la campagne, a été modifié."
        )


def _compare_cells(campaign, snapshot, stored, frame, weights) -> Iterator[str]:
    found = count_participation(campaign, frame)
    yield from _part("Participation", snapshot.participation, found)
    expected = {_place(cell): cell for cell in compute_cells(campaign, frame, weights.values)}
    names = _names()
    for cell in stored:
        again = expected.pop(_place(cell), None)
        if again is None:
            yield f"{names(cell)} : enregistrée, mais les réponses ne la donnent pas."
        else:
            figures = {"base": cell.base, "masque": cell.mask} | cell.figures
            yield from _part(names(cell), figures, {"base": again.base, "masque": again.mask} | again.figures)
    for cell in expected.values():
        if cell.base:  # an entry added to a list since the closing has nobody
            yield f"{names(cell)} : les réponses la donnent, mais elle n’est pas enregistrée."


def _compare_ratings(ratings: list[Rating], drafts: dict[tuple[str, str], RatingDraft]) -> Iterator[str]:
    remaining = dict(drafts)
    for rating in ratings:
        name = f"{rating.use_case}, {DIMENSION_NAMES[rating.dimension].lower()}"
        draft = remaining.pop((rating.use_case.code, rating.dimension), None)
        if draft is None:
            yield f"{name} : publiée, mais la campagne ne la donne pas."
            continue
        for field in fields(RatingDraft):
            if field.name not in NOT_IN_EDITION:
                yield from _part(name, getattr(rating, field.name), getattr(draft, field.name), field.name)
        yield from _compare_breakdowns(name, rating, draft)
    for code, dimension in remaining:
        yield f"{code}, {DIMENSION_NAMES[dimension].lower()} : la campagne la donne, mais elle n’est pas publiée."


def _compare_breakdowns(name, rating, draft) -> Iterator[str]:
    published = {(row.variable, row.category): row for row in rating.breakdowns.all()}
    for row in draft.breakdowns:
        found = published.pop((row.variable, row.category), None)
        where = f"{name}, {row.variable} « {row.category or 'non renseigné'} »"
        if found is None:
            yield f"{where} : absente de l’édition."
            continue
        for field in fields(BreakdownDraft):
            yield from _part(where, getattr(found, field.name), getattr(row, field.name), field.name)
    for variable, category in published:
        yield f"{name}, {variable} « {category or 'non renseigné'} » : publiée, mais la campagne ne la donne pas."


def _compare_changes(snapshot, changes: list[Change], frame, weights) -> Iterator[str]:
    if not changes:
        return
    drawn = draw_up_changes(snapshot, changes[0].previous.campaign, frame, weights)
    expected = {_place_of_change(again): again for again in (Change(**fields) for fields in drawn)}
    for change in changes:
        again = expected.pop(_place_of_change(change), None)
        name = f"Évolution, {change}"
        if again is None:
            yield f"{name} : enregistrée, mais les réponses des deux vagues ne la donnent pas."
            continue
        for field in CHANGE_FIELDS:
            yield from _part(name, getattr(change, field), getattr(again, field), field)
    for again in expected.values():
        yield f"Évolution, {again} : les réponses la donnent, mais elle n’est pas enregistrée."


def _place_of_change(change):
    return change.use_case_id, change.indicator, change.variable, change.category


def _part(where, kept, found, path="") -> Iterator[str]:
    """Yield a sentence for each figure, at any depth, that differs."""
    if isinstance(kept, dict) and isinstance(found, dict):
        for name in kept | found:
            # An entry added to a list since the closing was not asked, and counts nobody.
            if name in kept or found[name]:
                inner = f"{path} {name}".strip()
                yield from _part(where, kept.get(name, UNPUBLISHED), found.get(name, UNPUBLISHED), inner)
    elif isinstance(kept, list | tuple) and isinstance(found, list | tuple) and len(kept) == len(found):
        for number, (one, other) in enumerate(zip(kept, found, strict=True), 1):
            yield from _part(where, one, other, f"{path} {number}".strip())
    elif not _is_same(kept, found):
        yield f"{where}, {path} : enregistré {_say(kept)}, recalculé {_say(found)}."


def _is_same(kept, found):
    if isinstance(kept, float) or isinstance(found, float):
        numbers = isinstance(kept, int | float) and isinstance(found, int | float)
        return numbers and isclose(kept, found, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return kept == found


def _say(value):
    if value is None:
        return "rien"
    return f"{value:.10g}".replace(".", ",") if isinstance(value, float) else str(value) or "vide"


def _place(cell: Cell):
    return cell.use_case, cell.item, cell.mode, cell.variable, cell.category


def _names():
    labels = category_labels()

    def name(cell):
        parts = [cell.use_case, cell.item, "entretiens" if cell.mode == "interview" else None]
        if cell.variable:
            category = labels.get(cell.variable, {}).get(cell.category, cell.category)
            parts.append(f"{variable_label(cell.variable).lower()} « {category} »")
        return ", ".join(part for part in parts if part)

    return name
