"""The marks of a rating: the dots, the change, the status, the base. Registered as builtins in the settings."""

from django import template

from usecases.models import Rating
from usecases.wording import (
    DIMENSION_NAMES,
    NOT_PROVIDED,
    REASON_LABELS,
    SMALL_BASE,
    SMALL_BASE_MARK,
    STATUS_MARKS,
    level_label,
)

register = template.Library()

DISC_CENTRES = (5, 17, 29)
MINUS = "\u2212"


@register.inclusion_tag("components/dots.html")
def dots(level, dimension, worded=True):
    """Draw a level (1–3, or None for « non renseigné ») as the study's three dots.

    `worded=False` is for a place where the wording of the level already stands beside the mark.
    """
    if level is None:
        discs = [{"x": x, "kind": "unknown"} for x in DISC_CENTRES]
        return {
            "discs": discs,
            "dimension": dimension,
            "level": "unknown",
            "unknown_text": NOT_PROVIDED,
            "text": f"{DIMENSION_NAMES[dimension]}\u00a0: ",
        }
    wording = level_label(dimension, level)
    text = f"{DIMENSION_NAMES[dimension]} {level} sur 3"
    return {
        "discs": [{"x": x, "kind": "on" if rank <= level else "off"} for rank, x in enumerate(DISC_CENTRES, start=1)],
        "dimension": dimension,
        "level": level,
        "text": f"{text}\u00a0: {wording[0].lower()}{wording[1:]}" if worded else text,
    }


@register.filter
def dimension_name(code):
    """Return what a dimension is called, for eyes that do not know it by the colour of its dots."""
    return DIMENSION_NAMES[code]


@register.inclusion_tag("components/change.html")
def change(before, after):
    """Say how a level (1–3 or None) moved from one edition to the next; nothing when either is not known."""
    if before is None or after is None:
        return {}
    steps = after - before
    if steps == 0:
        return {"mark": "=", "direction": "same", "text": "inchangé"}
    text = f"{'+' if steps > 0 else MINUS}{abs(steps)} niveau{'x' if abs(steps) > 1 else ''}"
    return (
        {"mark": "▲", "direction": "up", "text": text}
        if steps > 0
        else {"mark": "▼", "direction": "down", "text": text}
    )


@register.inclusion_tag("components/status.html")
def status(rating):
    """Show the status of a Rating in words, with its mark and its reason when it has one."""
    return {
        "code": rating.status,
        "mark": STATUS_MARKS.get(rating.status, ""),
        "text": Rating.Status(rating.status).label,
        "reason": REASON_LABELS.get(rating.reason, ""),
    }


@register.inclusion_tag("components/base.html")
def base(count):
    """Show the base of a figure in persons, with † when it is small; nothing when it may not be shown."""
    return {"count": count, "mark": SMALL_BASE_MARK if count is not None and count < SMALL_BASE else ""}
