"""The field where people name tools, as many as they like, separated by commas."""

from django import forms
from django.core.exceptions import ValidationError

from .tools import MAX_NAME, split_names


class ToolNamesField(forms.CharField):
    """Names of tools separated by commas; cleans to a list of names."""

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
