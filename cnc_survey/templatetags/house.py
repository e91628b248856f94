"""What every page of the house may use without loading it: French numbers, light Markdown, the error summary."""

from decimal import ROUND_HALF_UP, Decimal

from django import template
from django.forms import BaseForm
from django.template import defaultfilters
from django.urls import reverse
from django.utils import dateformat
from django.utils.html import escape
from django.utils.safestring import mark_safe
from markdown_it import MarkdownIt

register = template.Library()

THIN_SPACE = "\u202f"
NOT_SHOWN = "n.s."

# The least that a sheet needs. Links, images and HTML are not even parsed: they come out as the text typed.
LIGHT_MARKDOWN = MarkdownIt("zero").enable(["list", "emphasis"])


@register.filter
def number_fr(value, decimals=0):
    """Write a number the French way (1 132, or 12,5 with `decimals` 1), rounded half up; None is « n.s. »."""
    if value is None:
        return NOT_SHOWN
    # str() first: the decimal that a person reads, not the binary fraction beneath it, is what is rounded.
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{rounded:,}".replace(",", THIN_SPACE).replace(".", ",").replace("-", "\u2212")


@register.filter
def pluralize(number, forms="s"):
    """Agree with a number as French does, in the place of Django's own: 0 réponse, 1 réponse, 2 réponses."""
    return defaultfilters.pluralize(1 if abs(number) < 2 else number, forms)


@register.filter
def percent_fr(share, decimals=1):
    """Write a share from 0 to 1 as a percentage, half up, with one decimal: 0.653 → 65,3 %; None is « n.s. »."""
    if share is None:
        return NOT_SHOWN
    return f"{number_fr(Decimal(str(share)) * 100, decimals)}{THIN_SPACE}%"


@register.filter
def size_fr(size):
    """Write a size in bytes as people read it: 1 ko at least, 328 ko, 1,2 Mo."""
    if size < 1_000_000:
        return f"{number_fr(max(size, 1_000) / 1_000)}\u00a0ko"
    return f"{number_fr(size / 1_000_000, 1)}\u00a0Mo"


@register.filter
def duration_fr(length):
    """Write a length of days in words: 3 ans, 30 jours; no day at all is « aussitôt »."""
    years, days = divmod(length.days, 365)
    if not length.days:
        return "aussitôt"
    if days:
        return f"{number_fr(length.days)}\u00a0jours" if length.days > 1 else "1\u00a0jour"
    return f"{years}\u00a0ans" if years > 1 else "1\u00a0an"


@register.filter
def signed_fr(value, decimals=0):
    """Write a difference with its sign: +0,4 or −3; one that rounds to nothing has none. None is « n.s. »."""
    written = number_fr(value, decimals)
    if value is None or not any(digit in written for digit in "123456789"):
        return written.lstrip("\u2212")
    return f"+{written}" if value > 0 else written


@register.filter
def points_fr(difference):
    """Write a difference of shares in points: 0.123 → +12,3 pts."""
    return NOT_SHOWN if difference is None else f"{signed_fr(Decimal(str(difference)) * 100, 1)}{THIN_SPACE}pts"


@register.filter
def date_fr(day):
    """Write a date in full: 1er septembre 2025."""
    # Django's French formats have no ordinal for the first of the month.
    number = "1er" if day.day == 1 else day.day
    return f"{number}\u00a0{dateformat.format(day, 'F Y')}"


@register.filter
def markdown(text):
    """Render paragraphs, lists, *italics* and **bold**; everything else, HTML included, stays text."""
    # Safe: the renderer escapes all text, and the rules that could let a tag or an address through are off.
    return mark_safe(LIGHT_MARKDOWN.render(text))


CHOICE = (
    '<div class="form-check"><input type="%s" class="form-check-input%s" name="%s" value="%s"%s>'
    '<label for="%s" class="form-check-label">%s</label></div>'
)


@register.filter
def choice_rows(options, has_errors):
    """Write one row for each option of a group of radios or checkboxes, as Django's widgets describe them.

    In Python: a page of use cases has five hundred, and a template needs ten times as long for each.
    """
    invalid = " is-invalid" if has_errors else ""
    rows = []
    for option in options:
        attributes = "".join(
            f" {name}" if value is True else f' {name}="{escape(value)}"'
            for name, value in option["attrs"].items()
            if value is not None and value is not False
        )
        field = escape(option["name"]), escape(option["value"]), attributes
        label = escape(option["attrs"]["id"]), escape(option["label"])
        rows.append(CHOICE % (option["type"], invalid, *field, *label))
    # Safe: every part is escaped above.
    return mark_safe("".join(rows))


@register.inclusion_tag("components/error_summary.html")
def error_summary(forms):
    """List what must be corrected in one form, or in an iterable of forms, each error linked to its field."""
    forms = [forms] if isinstance(forms, BaseForm) else list(forms)
    errors = []
    for form in forms:
        errors += [{"message": message} for message in form.non_field_errors()]
        for field in (field for field in form if field.errors):
            # A group of choices is entered by its first one; its frame cannot take the focus.
            target = field[0].id_for_label if field.use_fieldset else field.auto_id
            errors += [{"label": field.label, "message": message, "target": target} for message in field.errors]
    return {"errors": errors}


# url name, label, names of the pages that stand inside this section
NAVIGATION = [
    ("home", "Catalogue", ["use_case"]),
    ("editions", "Éditions", ["edition"]),
    ("method", "Méthode", []),
    ("glossary", "Glossaire", []),
    ("study", "L’étude", []),
]


@register.inclusion_tag("components/navigation.html", takes_context=True)
def navigation(context):
    """Link the sections of the site and say which one the reader is in."""
    match = getattr(context.get("request"), "resolver_match", None)
    here = match.url_name if match else None
    return {
        "entries": [
            {
                "name": name,
                "label": label,
                "current": "page" if here == name else "true" if here in inside else "",
            }
            for name, label, inside in NAVIGATION
        ]
    }


# url name, label, permission that opens it; None: everybody of the team. Each room adds its own section here.
STAFF_NAVIGATION = [
    ("campaigns", "Campagnes", "interviews.view_campaign"),
    ("contacts", "Contacts", "interviews.view_contact"),
    ("jobs", "Tâches", None),
    ("interviews", "Entretiens", "interviews.view_interview"),
    ("admin:index", "Administration", None),
]


@register.inclusion_tag("components/staff_navigation.html", takes_context=True)
def staff_navigation(context):
    """Link the sections that this member of the team may open, and say which one they are in."""
    request = context["request"]
    shown = [
        (reverse(name), label)
        for name, label, permission in STAFF_NAVIGATION
        if (request.user.has_perm(permission) if permission else request.user.is_staff)
    ]
    return {
        "entries": [
            {"address": address, "label": label, "current": _current(address, request.path)} for address, label in shown
        ]
    }


def _current(address, path):
    if path == address:
        return "page"
    return "true" if path.startswith(address) else ""
