"""The forms of a second coding and of a reconciliation."""

from django import forms

from interviews.models import CodedLevel, SecondCoding
from interviews.models.interview import MAX_REASON
from usecases.models import Dimension

from .planning import interviewers
from .ratings import level_choices, reason_field


class SecondLevelForm(forms.Form):
    """One level of one use case, by the second coder."""

    level = forms.TypedChoiceField(
        widget=forms.RadioSelect, required=False, coerce=int, empty_value=None, label="Niveau"
    )
    reason = reason_field("Ce qui le fonde")

    def __init__(self, data=None, *, row: CodedLevel):
        super().__init__(data, prefix=f"n{row.pk}", initial={"level": row.second, "reason": row.reason})
        self.row = row
        self.fields["level"].label = Dimension(row.dimension).label
        self.fields["level"].choices = level_choices(row.dimension)


def second_level_forms(coding: SecondCoding, data=None) -> list[SecondLevelForm]:
    """Return a form per level to give, in catalogue order (one query)."""
    return [SecondLevelForm(data, row=row) for row in coding.levels.select_related("use_case")]


class ReconcileForm(forms.Form):
    """The level that both coders keep, and why."""

    level = forms.TypedChoiceField(label="Niveau retenu", coerce=int)
    reason = forms.CharField(label="Motif", max_length=MAX_REASON, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data=None, *, row: CodedLevel):
        super().__init__(data, prefix=f"a{row.pk}")
        self.row = row
        self.fields["level"].choices = level_choices(row.dimension)


class SampleForm(forms.Form):
    coders = forms.ModelMultipleChoiceField(
        label="Qui peut coder une seconde fois",
        help_text="Chacun code les entretiens des autres, jamais les siens.",
        queryset=None,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins une personne."},
    )

    def __init__(self, data=None):
        super().__init__(data)
        self.fields["coders"].queryset = interviewers()
