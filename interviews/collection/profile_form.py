"""The form about who answers. It checks and converts; `responses` writes."""

from itertools import groupby

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.db.models import F, Value

from interviews.models import Response
from usecases.models import Occupation, Sector

from .units import Unit, version_field


class ProfileForm(forms.ModelForm):
    """Who answers. Only one occupation is compulsory: without it nothing can be chosen for the person."""

    COLUMNS = ["structure_type", "structure_size", "seniority", "employment_status", "gender", "age_group"]

    class Meta:
        model = Response
        fields = [
            "occupations",
            "sectors",
            "structure_type",
            "structure_size",
            "seniority",
            "employment_status",
            "gender",
            "age_group",
        ]
        widgets = {"occupations": forms.CheckboxSelectMultiple, "sectors": forms.CheckboxSelectMultiple}
        labels = {
            "occupations": "Vos métiers",
            "sectors": "Vos secteurs",
            "structure_type": "La structure où vous travaillez le plus",
            "structure_size": "Sa taille",
            "seniority": "Votre ancienneté dans le secteur",
            "employment_status": "Votre statut",
            "gender": "Genre",
            "age_group": "Tranche d’âge",
        }
        help_texts = {
            "occupations": "Cochez tous ceux que vous exercez : les questions suivantes en dépendent.",
            "sectors": "Plusieurs réponses possibles.",
            "gender": "Facultatif.",
            "age_group": "Facultatif.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in self.COLUMNS:
            self.fields[name].choices = [("", "Sans réponse"), *self.fields[name].choices[1:]]
        for name in ("occupations", "sectors"):
            # Codes, as in the files: a forged number could be larger than any database key.
            self.fields[name].to_field_name = "code"
        self.fields["occupations"].choices, self.fields["sectors"].choices = _profile_choices()
        self.fields["occupations"].required = True
        self.fields["occupations"].error_messages["required"] = "Cochez au moins un métier."
        self.fields["version"] = version_field(self.instance.profile_version)
        self.helper = FormHelper()
        self.helper.form_tag, self.helper.disable_csrf = False, True
        self.helper.layout = Layout(
            Unit(
                "profile",
                "version",
                Field("occupations", wrapper_class="columns"),
                Field("sectors", wrapper_class="columns"),
                *self.COLUMNS,
            )
        )

    @property
    def version(self):
        """The version the page was built on. A request without it knows nothing of what is stored: 0 guards it."""
        return self.cleaned_data["version"] or 0

    def values(self):
        """Return ({column: code}, sectors, occupations) for `responses.save_profile`."""
        columns = {name: self.cleaned_data[name] for name in self.COLUMNS}
        return columns, self.cleaned_data["sectors"], self.cleaned_data["occupations"]


def _profile_choices():
    """Return the choices of occupations, under the headings of their groups, and those of sectors (one query)."""
    columns = ("of", "position", "name", "code", "heading")
    occupations = Occupation.objects.annotate(of=Value("occupations"), heading=F("group")).order_by()
    sectors = Sector.objects.annotate(of=Value("sectors"), heading=Value("")).order_by()
    rows = occupations.values_list(*columns).union(sectors.values_list(*columns)).order_by("of", "position", "name")
    choices = {"occupations": [], "sectors": []}
    for (of, heading), members in groupby(rows, lambda row: (row[0], row[-1])):
        members = [(code, name) for _, _, name, code, _ in members]
        choices[of] += [(heading, members)] if of == "occupations" else members
    return choices.values()
