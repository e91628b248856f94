"""Uses that the catalogue lacks, reported by respondents."""

from crispy_forms.helper import FormHelper
from django import forms

from interviews.models import Response, UseCaseProposal

from .responses import refuse_unless_editable


class ProposalForm(forms.ModelForm):
    class Meta:
        model = UseCaseProposal
        fields = ["name", "description", "tool"]
        labels = {"name": "Quel usage ?", "description": "À quoi il sert", "tool": "Avec quel outil"}
        help_texts = {
            "name": "En quelques mots, par exemple « Repérage de décors par drone ».",
            "tool": "Facultatif.",
        }
        widgets = {"description": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False


def report_use(response: Response, name: str, description: str, tool: str) -> UseCaseProposal:
    """Keep the proposal, once however often it is sent. Raises ResponseRefusedError once the campaign is over."""
    refuse_unless_editable(response)
    proposal, _ = UseCaseProposal.objects.get_or_create(
        response=response, name=name, description=description, tool=tool
    )
    return proposal
