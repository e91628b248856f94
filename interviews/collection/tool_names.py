"""The field where people name tools, as many as they like, separated by commas."""

from collections.abc import Sequence

from django import forms
from django.core.exceptions import ValidationError

from .tools import MAX_NAME, split_names


class ToolNamesInput(forms.TextInput):
    """A text, and checkboxes of the same name that stand beside it: `suggested` names are ticked, the others typed."""

    suggested: Sequence[str] = ()

    def value_from_datadict(self, data, files, name):
        return ", ".join(data.getlist(name)) if hasattr(data, "getlist") else data.get(name)

    def format_value(self, value):
        return ", ".join(name for name in split_names(value or "") if name not in self.suggested)


class ToolNamesField(forms.CharField):
    """Names of tools separated by commas, or ticked; cleans to a list of names."""

    widget = ToolNamesInput

    def to_python(self, value):
        return split_names(super().to_python(value))

    def validate(self, value):
        super().validate(value)
        for name in value:
            if len(name) > MAX_NAME:
                raise ValidationError(
                    f"« {name[:40]}… » est trop long pour un nom d’outil ({MAX_NAME} caractères au plus) : "
                    "séparez les noms par des virgules."
                )

    def run_validators(self, value):
        super().run_validators(", ".join(value))


def say_tools(codes, tool_names):
    return ", ".join(tool_names.get(code, code) for code in codes or [])
