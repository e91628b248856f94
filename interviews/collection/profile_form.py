"""The form about who answers. It checks and converts; `responses` writes."""

from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.db.models import Exists, F, OuterRef, Value

from interviews.models import PROFILE_COLUMNS, Response
from usecases.models import Occupation, Sector

from .structures import MAX_STRUCTURE, structure_key
from .units import PROFILE, Unit, version_field

LABELS = {
    "occupations": "Vos métiers",
    "sectors": "Vos secteurs",
    "structure_type": "La structure où vous travaillez le plus",
    "structure_size": "Sa taille",
    "structure_name": "Son nom",
    "seniority": "Votre ancienneté dans le secteur",
    "employment_status": "Votre statut",
    "gender": "Genre",
    "age_group": "Tranche d’âge",
}
HELP_TEXTS = {
    "occupations": "Cochez tous ceux que vous exercez : les questions suivantes en dépendent.",
    "sectors": "Plusieurs réponses possibles.",
    "structure_name": (
        "Facultatif. Ce nom n’est pas conservé : nous n’en gardons qu’une empreinte illisible, pour ne pas prendre "
        "l’avis d’une seule structure pour celui de toute la profession."
    ),
    "gender": "Facultatif.",
    "age_group": "Facultatif.",
}


class Entry(NamedTuple):
    """One occupation or sector of the lists; `held` when the response has it."""

    of: str
    position: int
    name: str
    pk: int
    code: str
    heading: str
    held: bool


def _several(name):
    return forms.MultipleChoiceField(
        label=LABELS[name], help_text=HELP_TEXTS[name], widget=forms.CheckboxSelectMultiple, required=False
    )


def _column(name):
    choices = [("", "Sans réponse"), *Response._meta.get_field(name).choices]
    return forms.ChoiceField(label=LABELS[name], help_text=HELP_TEXTS.get(name, ""), choices=choices, required=False)


class ProfileForm(forms.Form):
    """Who answers. Only one occupation is compulsory: without it nothing can be chosen for the person."""

    occupations = _several("occupations")
    sectors = _several("sectors")
    structure_type = _column("structure_type")
    structure_size = _column("structure_size")
    structure_name = forms.CharField(
        label=LABELS["structure_name"],
        help_text=HELP_TEXTS["structure_name"],
        max_length=MAX_STRUCTURE,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    forget_structure = forms.BooleanField(
        label="Oublier le nom de structure déjà indiqué",
        help_text="Un nom est déjà indiqué. Laissez le champ vide pour le garder, ou saisissez-en un autre.",
        required=False,
    )
    seniority = _column("seniority")
    employment_status = _column("employment_status")
    gender = _column("gender")
    age_group = _column("age_group")

    def __init__(self, data=None, *, response: Response):
        self.response = response
        self.entries = {"occupations": [], "sectors": []}
        for entry in _entries(response):
            self.entries[entry.of].append(entry)
        initial = {column: getattr(response, column) for column in PROFILE_COLUMNS}
        initial |= {name: [entry.code for entry in listed if entry.held] for name, listed in self.entries.items()}
        super().__init__(data, initial=initial)
        self.fields["occupations"].choices = [
            (heading, [(entry.code, entry.name) for entry in members])
            for heading, members in groupby(self.entries["occupations"], lambda entry: entry.heading)
        ]
        self.fields["sectors"].choices = [(entry.code, entry.name) for entry in self.entries["sectors"]]
        self.fields["occupations"].required = True
        self.fields["occupations"].error_messages["required"] = "Cochez au moins un métier."
        self.fields["version"] = version_field(response.profile_version)
        if not response.organisation:
            del self.fields["forget_structure"]
        self.helper = FormHelper()
        self.helper.form_tag, self.helper.disable_csrf = False, True
        names = [name for name in self.fields if name not in ("occupations", "sectors", "version")]
        self.helper.layout = Layout(
            Unit(
                PROFILE,
                "version",
                Field("occupations", wrapper_class="columns searchable"),
                Field("sectors", wrapper_class="columns"),
                *names,
            )
        )

    @property
    def version(self):
        """The version the page was built on. A request without it knows nothing of what is stored: 0 guards it."""
        return self.cleaned_data["version"] or 0

    def values(self) -> tuple[dict, list[Entry], list[Entry]]:
        """Return ({column: value}, sectors, occupations) for `answers.save_profile`."""
        columns = {name: self.cleaned_data[name] for name in PROFILE_COLUMNS}
        return columns | {"organisation": self._organisation()}, self._chosen("sectors"), self._chosen("occupations")

    def _organisation(self):
        name = self.cleaned_data["structure_name"]
        if name:
            return structure_key(self.response.campaign, name)
        return "" if self.cleaned_data.get("forget_structure") else self.response.organisation

    def _chosen(self, name):
        codes = set(self.cleaned_data[name])
        return [entry for entry in self.entries[name] if entry.code in codes]


def _entries(response) -> Iterable[Entry]:
    """Return the occupations, under the headings of their groups, and the sectors, and which the response has (one
    query)."""
    occupations = Occupation.objects.annotate(of=Value("occupations"), heading=F("group"))
    sectors = Sector.objects.annotate(of=Value("sectors"), heading=Value(""))
    lists = [
        listed.annotate(held=Exists(link.objects.filter(response=response, **{column: OuterRef("pk")})))
        .order_by()
        .values_list(*Entry._fields)
        for listed, link, column in (
            (occupations, Response.occupations.through, "occupation"),
            (sectors, Response.sectors.through, "sector"),
        )
    ]
    return map(Entry._make, lists[0].union(lists[1]).order_by("of", "position", "name"))
