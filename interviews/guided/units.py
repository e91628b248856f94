"""A part of the interview's page that saves itself, as those of the questionnaire do."""

from dataclasses import dataclass

from django.forms.utils import flatatt

from interviews.collection.units import unit_attributes


@dataclass(frozen=True)
class Unit:
    """The name under which a part is saved, and the version its page was built on."""

    name: str
    version: int

    def __str__(self):
        attributes = unit_attributes(self.name)
        return flatatt({name.replace("_", "-"): value for name, value in attributes.items()})
