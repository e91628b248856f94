"""What a reader may ask of the catalogue."""

import unicodedata

from django import forms

from .comparison import CATALOGUE_ORDER
from .models import Family, Occupation, UseCase, ValueChain


def folded(text: str) -> str:
    """Return the text as a search compares it: no case, no accent, one kind of apostrophe, ligatures opened."""
    plain = text.casefold().replace("œ", "oe").replace("æ", "ae").replace("’", "'")
    return "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))


class CatalogueFilter(forms.Form):
    """A GET form; an unknown code is an error beside its field and filters nothing."""

    q = forms.CharField(
        label="Rechercher", required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    family = forms.ModelChoiceField(
        Family.objects, label="Famille", to_field_name="code", required=False, empty_label="Toutes les familles"
    )
    chain = forms.ModelChoiceField(
        ValueChain.objects,
        label="Filière",
        to_field_name="code",
        required=False,
        empty_label="Toutes les filières",
    )
    occupation = forms.ModelChoiceField(
        Occupation.objects,
        label="Métier",
        to_field_name="code",
        required=False,
        empty_label="Tous les métiers",
    )

    LOOKUPS = {"family": "family", "chain": "stages__chain", "occupation": "occupations"}

    @property
    def chosen(self) -> dict:
        """The filters that a reader set and that are understood."""
        if not self.is_bound:
            return {}
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def matching(self) -> list[UseCase]:
        """Return the use cases asked for, families loaded, in the catalogue's order.

        Words are looked for in names and sentences; found in none, in families, occupations and cited tools.
        """
        conditions = {lookup: self.chosen[name] for name, lookup in self.LOOKUPS.items() if name in self.chosen}
        found = UseCase.objects.filter(**conditions).select_related("family").order_by(*CATALOGUE_ORDER).distinct()
        words = folded(self.chosen.get("q", "")).split()
        # Some sixty rows: no database folds accents the same way on every engine, Python does.
        said = [case for case in found if _holds(f"{case.name} {case.summary}", words)]
        if said or not words:
            return said
        return [case for case in found.prefetch_related("occupations", "tools") if _holds(_surroundings(case), words)]


def _surroundings(case):
    near = (case.family, *case.occupations.all(), *case.tools.all())
    return " ".join([case.name, case.summary, *(entry.name for entry in near)])


def _holds(text, words):
    text = folded(text)
    return all(word in text for word in words)
