"""The form of general questions, built from their definition. It checks and converts; `responses` writes."""

from itertools import groupby

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Fieldset, Layout
from django import forms

from interviews.models import Item
from interviews.models.response import MAX_TEXT

from .tool_names import ToolNamesField, say_tools
from .units import Unit, question_unit, version_field

DONT_KNOW = ("nsp", "Ne sait pas")


class ItemsForm(forms.Form):
    """The general items of one page; `values()` gives what to store."""

    def __init__(self, *args, items, tool_names, versions, **kwargs):
        super().__init__(*args, **kwargs)
        self.items = {item.code: item for item in items}
        for item in items:
            field = FIELD_BUILDERS[item.kind](item)
            if item.open_list:
                self.initial[item.code] = say_tools(self.initial.get(item.code), tool_names)
            self.fields[item.code] = field
            self.fields[version_name(item)] = version_field(versions.get(item.code, 0))
        self.helper = FormHelper()
        self.helper.form_tag, self.helper.disable_csrf = False, True
        self.helper.layout = Layout(*(_block(group, list(members)) for group, members in _by_group(items)))

    def values(self) -> dict[Item, object]:
        """Return {item: code, list of codes or of tool names, number, text, or None for no answer}."""
        return {item: VALUE_READERS[item.kind](self.cleaned_data[code]) for code, item in self.items.items()}

    def versions(self) -> dict[str, int]:
        """Return {item code: version the page was built on}."""
        return {code: self.cleaned_data[version_name(item)] or 0 for code, item in self.items.items()}


def _by_group(items):
    return groupby(items, lambda item: item.group)


def version_name(item):
    return f"{item.code}-version"


def _block(group, items):
    fields = [
        Unit(
            question_unit(item),
            version_name(item),
            Field(item.code, wrapper_class=WRAPPER_CLASSES.get(item.kind, "")),
        )
        for item in items
    ]
    return Fieldset(group, *fields) if group else Layout(*fields)


def _choice_field(item):
    choices = [(option.code, option.label) for option in item.option_set.options.all()]
    if item.allows_dont_know:
        choices.append(DONT_KNOW)
    return choices


def _single(item):
    return forms.ChoiceField(
        label=item.wording,
        help_text=item.help_text,
        choices=_choice_field(item),
        widget=forms.RadioSelect,
        required=False,
    )


def _multiple(item):
    if item.open_list:
        return ToolNamesField(label=item.wording, help_text=item.help_text, max_length=500, required=False)
    return forms.MultipleChoiceField(
        label=item.wording,
        help_text=item.help_text,
        choices=_choice_field(item),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


def _number(item):
    return forms.DecimalField(label=item.wording, help_text=item.help_text, required=False)


def _text(item):
    return forms.CharField(
        label=item.wording, help_text=item.help_text, max_length=MAX_TEXT, widget=forms.Textarea, required=False
    )


def _read_multiple(codes):
    """« Ne sait pas » stands alone: beside a real answer it says nothing."""
    known = [code for code in codes if code != "nsp"]
    return known or ("nsp" if codes else None)


FIELD_BUILDERS = {
    Item.Kind.SINGLE: _single,
    Item.Kind.SCALE: _single,
    Item.Kind.MULTIPLE: _multiple,
    Item.Kind.NUMBER: _number,
    Item.Kind.TEXT: _text,
}
VALUE_READERS = {
    Item.Kind.SINGLE: lambda code: code or None,
    Item.Kind.SCALE: lambda code: code or None,
    Item.Kind.MULTIPLE: _read_multiple,
    Item.Kind.NUMBER: lambda number: None if number is None else float(number),
    Item.Kind.TEXT: lambda text: text or None,
}
WRAPPER_CLASSES = {Item.Kind.SCALE: "scale"}
