"""The forms by which a person comes in."""

from django import forms

from cnc_survey.personal_data import normalise_address
from interviews.models import Contact


class ConsentForm(forms.Form):
    """The one compulsory tick before a questionnaire begins."""

    consent = forms.BooleanField(
        label="J’ai lu ce qui précède et j’accepte de participer.",
        error_messages={"required": "Cochez cette case pour commencer : sans votre accord, rien n’est enregistré."},
    )


class HoneypotForm(forms.Form):
    """A form with a field that nobody sees: a robot betrays itself by filling it."""

    subject = forms.CharField(
        label="Laissez ce champ vide : il sert à écarter les robots.",
        required=False,
        # Out of reach of the keyboard and of what browsers fill in by themselves.
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    @property
    def filled_by_robot(self):
        return bool(self.cleaned_data["subject"])


class EntryForm(HoneypotForm, ConsentForm):
    """The consent of someone who comes by the open link."""


class AddressForm(HoneypotForm):
    """Where to send a personal link."""

    address = forms.EmailField(
        label="Votre adresse électronique",
        max_length=Contact._meta.get_field("email").max_length,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "Saisissez l’adresse où recevoir votre lien.",
            "invalid": "Cette adresse n’est pas complète. Exemple : prenom.nom@exemple.fr.",
        },
    )

    def clean_address(self):
        return normalise_address(self.cleaned_data["address"])
