"""Forms of texts, verbatims and codes. They check; the room's functions write."""

from django import forms
from django.db.models import QuerySet

from interviews.models import Code, Interview, Participant, Verbatim
from interviews.models.coding import MAX_QUOTE
from usecases.models import UseCase

from .codebook import code_choices
from .forms import without_tag
from .transcripts import MAX_FILE
from .verbatims import Coding


class TranscriptForm(forms.Form):
    file = forms.FileField(
        label="Fichier",
        help_text=f"Un .docx, .txt, .vtt ou .srt, de {MAX_FILE >> 20} Mo au plus. Le texte est gardé tel quel.",
        widget=forms.FileInput(attrs={"accept": ".docx,.txt,.vtt,.srt"}),
        error_messages={"required": "Choisissez un fichier.", "empty": "Ce fichier est vide."},
    )


class CodingForm(forms.Form):
    """What a verbatim is about."""

    use_case = forms.ModelChoiceField(
        label="Cas d’usage",
        queryset=UseCase.objects.none(),
        to_field_name="code",
        required=False,
        empty_label="Aucun en particulier",
    )
    codes = forms.MultipleChoiceField(label="Codes", widget=forms.CheckboxSelectMultiple, required=False)
    valence = forms.ChoiceField(
        label="Valence",
        choices=Verbatim.Valence.choices,
        widget=forms.RadioSelect,
        initial=Verbatim.Valence.NEUTRAL,
    )

    def __init__(self, data=None, *, interview: Interview, verbatim: Verbatim | None = None):
        initial = {}
        if verbatim:
            initial = {
                "use_case": verbatim.use_case and verbatim.use_case.code,
                "codes": [code.code for code in verbatim.codes.all()],
                "valence": verbatim.valence,
            }
        super().__init__(data, initial=initial)
        self.fields["use_case"].queryset = interview.campaign.use_cases.order_by("name")
        self.fields["codes"].choices = code_choices()
        self.helper = without_tag()

    def coding(self) -> Coding:
        """Return what was chosen. An unknown code was refused by the field."""
        cleaned = self.cleaned_data
        codes = tuple(Code.objects.filter(code__in=cleaned["codes"]))
        return Coding(cleaned["use_case"], codes, cleaned["valence"])


class VerbatimForm(CodingForm):
    """Words chosen in a text: by the selection that the page sends, else by lines and words pasted."""

    words = forms.CharField(
        label="Le passage",
        help_text="Sélectionnez-le dans le texte, ou collez-le ici. Vide : les lignes entières.",
        max_length=MAX_QUOTE,
        strip=False,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    first_line = forms.IntegerField(label="De la ligne", min_value=1, required=False)
    last_line = forms.IntegerField(label="à la ligne", min_value=1, required=False)
    start = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    end = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    participant = forms.ModelChoiceField(label="Dit par", queryset=Participant.objects.none(), empty_label=None)

    field_order = ("words", "first_line", "last_line", "start", "end", "participant", "use_case", "codes", "valence")

    def __init__(self, data=None, *, interview: Interview, people: QuerySet):
        super().__init__(data, interview=interview)
        self.fields["participant"].queryset = people

    def clean(self):
        cleaned = super().clean()
        if not any(cleaned.get(name) for name in ("words", "first_line", "end")):
            raise forms.ValidationError("Sélectionnez un passage, collez-le, ou indiquez ses lignes.")
        return cleaned


class WordingForm(forms.Form):
    public_text = forms.CharField(
        label="Formulation publique",
        help_text="Sans nom de personne, d’œuvre, de société, de lieu, ni date. Coupez, remplacez, ne déformez pas.",
        max_length=MAX_QUOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Écrivez ce qui pourra être publié."},
    )


class AmendForm(forms.Form):
    """The person's own wording of one of their quotes."""

    text = forms.CharField(
        label="Votre formulation",
        max_length=MAX_QUOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Écrivez votre formulation, ou retirez la citation."},
    )


class CodeForm(forms.ModelForm):
    class Meta:
        model = Code
        fields = ("name", "definition", "examples", "parent")
        widgets = {"definition": forms.Textarea(attrs={"rows": 3}), "examples": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = Code.objects.filter(retired_at=None)
        self.fields["parent"].empty_label = "À la racine"
        self.helper = without_tag()

    def values(self) -> dict:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class MergeForm(forms.Form):
    into = forms.ModelChoiceField(label="Fusionner dans", queryset=Code.objects.none(), to_field_name="code")
    note = forms.CharField(label="Motif", max_length=1000, required=False)

    def __init__(self, data=None, *, code: Code):
        super().__init__(data, prefix="merge")
        self.fields["into"].queryset = Code.objects.filter(retired_at=None).exclude(pk=code.pk)
        self.helper = without_tag()


class SplitForm(forms.Form):
    names = forms.CharField(
        label="Nouveaux codes", help_text="Un nom par ligne.", widget=forms.Textarea(attrs={"rows": 3}), max_length=500
    )
    note = forms.CharField(label="Motif", max_length=1000, required=False)

    def __init__(self, data=None):
        super().__init__(data, prefix="split")
        self.helper = without_tag()
