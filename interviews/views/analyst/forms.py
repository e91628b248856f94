"""What an analyst asks of the board, and decides."""

from django import forms

from interviews.models import Assessment
from interviews.results.board import SORTS, STATUS_ORDER, WAITING
from usecases.models import Dimension, Family, Rating, ValueChain
from usecases.rating_marks import DOTS


class BoardFilter(forms.Form):
    """A GET form; what it does not understand filters nothing."""

    famille = forms.ModelChoiceField(
        Family.objects, label="Famille", to_field_name="code", required=False, empty_label="Toutes"
    )
    filiere = forms.ModelChoiceField(
        ValueChain.objects, label="Filière", to_field_name="code", required=False, empty_label="Toutes"
    )
    dimension = forms.ChoiceField(label="Dimension", required=False, choices=[("", "Toutes"), *Dimension.choices])
    statut = forms.ChoiceField(
        label="Statut",
        required=False,
        choices=[
            ("", "Tous"),
            (WAITING, "à décider"),
            *((code, Rating.Status(code).label) for code in STATUS_ORDER),
        ],
    )
    tri = forms.ChoiceField(required=False, choices=[(name, name) for name in SORTS], widget=forms.HiddenInput)
    sens = forms.ChoiceField(required=False, choices=[("desc", "desc")], widget=forms.HiddenInput)

    NAMES = {"famille": "family", "filiere": "chain", "dimension": "dimension", "statut": "status"}

    @property
    def chosen(self) -> dict:
        """The filters of `read_board` that were set and are understood."""
        self.is_valid()
        return {name: self.cleaned_data.get(field) for field, name in self.NAMES.items()}

    @property
    def is_filtered(self) -> bool:
        return any(self.chosen.values())

    @property
    def sort(self) -> str:
        self.is_valid()
        return self.cleaned_data.get("tri", "")

    @property
    def descending(self) -> bool:
        self.is_valid()
        return self.cleaned_data.get("sens") == "desc"


class DecisionForm(forms.Form):
    """One decision, for one assessment or many; `results.review` says whether it holds."""

    decision = forms.ChoiceField(
        label="Décision",
        choices=Assessment.Decision.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une décision."},
    )
    decided_level = forms.TypedChoiceField(
        label="Niveau retenu",
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", "Sans objet"), *((level, f"{dots} {level}") for level, dots in enumerate(DOTS, 1))],
        help_text="Seulement pour retenir un autre niveau que ceux en présence.",
    )
    decision_reason = forms.CharField(
        label="Motif",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Obligatoire, sauf pour accepter la proposition. Il sera publié avec la note.",
    )

    @property
    def given(self) -> dict:
        """The arguments of `review.decide`."""
        data = self.cleaned_data
        return {"decision": data["decision"], "level": data["decided_level"], "reason": data["decision_reason"]}
