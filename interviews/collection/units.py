"""Parts of a page that save themselves: the attributes that make htmx send them, and the version each was built on."""

from crispy_forms.layout import Div
from django import forms

from interviews.models import Item
from usecases.models import UseCase

PROFILE = "profile"


def question_unit(item: Item) -> str:
    return f"question.{item.code}"


def use_case_unit(use_case: UseCase) -> str:
    return f"cas.{use_case.code}"


def anchor(unit: str) -> str:
    """Return the fragment that leads to a unit, on its page and in the review: `question.x` is at `question-x`."""
    return unit.replace(".", "-")


class Unit(Div):
    """A part of a page that saves itself: its changes are posted to `../auto/<name>/` as soon as they are made."""

    def __init__(self, name, *fields):
        super().__init__(*fields, css_id=anchor(name), **unit_attributes(name))


def unit_attributes(name: str) -> dict[str, str]:
    """Return the attributes of the element that holds a unit's fields; names are as crispy writes them."""
    return {
        "data_unit": name,
        "hx_post": f"../auto/{name}/",
        # A choice is sent at once, words when the person stops typing; `retry` comes after a lost connection.
        "hx_trigger": "change, keyup delay:1500ms, retry",
        "hx_target": "find [data-version]",
        "hx_swap": "outerHTML",
        "hx_sync": "this:queue last",
    }


def version_field(version):
    widget = forms.HiddenInput(attrs={"data-version": ""})
    return forms.IntegerField(widget=widget, required=False, initial=version)
