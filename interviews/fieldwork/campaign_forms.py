"""Forms by which managers prepare a campaign and its letters."""

from django import forms
from django.utils import timezone
from django.utils.text import slugify

from interviews.models import Campaign, CampaignTarget, Contact, MailKind, MailText, Questionnaire
from interviews.models.fieldwork import TAKEN
from usecases.models import Occupation, Sector

from .contact_filter import SegmentForm
from .preparation import change_anonymity, why_not_changed
from .reach import Segment
from .texts import PLACEHOLDERS, unknown_placeholders

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class NewCampaignForm(forms.Form):
    title = forms.CharField(label="Titre", max_length=200, help_text="Tel que les personnes interrogées le liront.")
    slug = forms.SlugField(
        label="Adresse",
        max_length=60,
        required=False,
        help_text="Sert dans l’adresse du lien ouvert. Vide : tirée du titre.",
    )
    opens_on = forms.DateField(label="Ouvre le", widget=DAY)
    closes_on = forms.DateField(label="Ferme le", widget=DAY, help_text="Dernier jour de réponse, inclus.")
    is_anonymous = forms.BooleanField(
        label="Anonyme",
        required=False,
        help_text="À l’envoi, le lien entre la personne et sa réponse est détruit : elle ne peut plus la modifier.",
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("title") and not cleaned.get("slug") and "slug" not in self.errors:
            cleaned["slug"] = slugify(cleaned["title"])[:60]
        return cleaned


class SettingsForm(forms.ModelForm):
    """What can still be changed; the rest is shown with the reason why it cannot."""

    class Meta:
        model = Campaign
        fields = ["title", "opens_on", "closes_on", "questionnaire", "is_anonymous", "consent_text"]
        widgets = {"opens_on": DAY, "closes_on": DAY}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["questionnaire"].queryset = Questionnaire.objects.defer("loaded_from").order_by("code", "-version")
        for name, field in self.fields.items():
            if reason := why_not_changed(self.instance, name):
                field.disabled, field.help_text = True, reason

    def clean_closes_on(self):
        day = self.cleaned_data["closes_on"]
        if "closes_on" in self.changed_data and day < timezone.localdate():
            raise forms.ValidationError("Ce jour est passé. Pour finir aujourd’hui, donnez la date du jour.")
        return day

    def save(self, commit=True):
        if "is_anonymous" in self.changed_data:
            change_anonymity(self.instance, self.cleaned_data["is_anonymous"])
        return super().save(commit)


class TargetForm(forms.ModelForm):
    class Meta:
        model = CampaignTarget
        fields = ["sector", "occupation", "wanted"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sector"] = forms.ModelChoiceField(
            Sector.objects, label="Secteur", required=False, empty_label="Tous les secteurs"
        )
        self.fields["occupation"] = forms.ModelChoiceField(
            Occupation.objects, label="Métier", required=False, empty_label="Tous les métiers"
        )

    def clean(self):
        cleaned = super().clean()
        if not (cleaned.get("sector") or cleaned.get("occupation")):
            raise forms.ValidationError("Choisissez un secteur, un métier, ou les deux.")
        # The form does not know the campaign, so Django leaves its constraints aside.
        segment = {name: cleaned.get(name) for name in ("sector", "occupation")}
        if CampaignTarget.objects.filter(campaign=self.instance.campaign, **segment).exists():
            raise forms.ValidationError(TAKEN)
        return cleaned


class MailTextForm(forms.ModelForm):
    class Meta:
        model = MailText
        fields = ["subject", "body"]
        widgets = {"body": forms.Textarea(attrs={"rows": 14})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        words = " ; ".join(f"{{{word}}} {meaning}" for word, meaning in PLACEHOLDERS.items())
        self.fields["body"].help_text = f"Un paragraphe par bloc. Mots remplacés : {words}."

    def clean_subject(self):
        return self._checked("subject")

    def clean_body(self):
        body = self._checked("body")
        if "{lien}" not in body:
            raise forms.ValidationError("Ajoutez {lien} : sans lui, la personne ne peut pas répondre.")
        return body

    def _checked(self, name):
        text = self.cleaned_data[name]
        if unknown := unknown_placeholders(text):
            words = ", ".join(f"{{{word}}}" for word in unknown)
            raise forms.ValidationError(f"Mot inconnu entre accolades : {words}.")
        return text


class WaveForm(SegmentForm):
    """A wave: what is written, to which part of the contacts, now or so many days before the end."""

    kind = forms.ChoiceField(label="Courriel", choices=MailKind)
    days_before_closing = forms.IntegerField(
        label="Jours avant la fin",
        required=False,
        min_value=0,
        max_value=365,
        help_text="7 pour partir à J-7, à neuf heures. Vide : maintenant.",
    )
    field_order = ["kind", "days_before_closing", "stratum", "tag", "occupation", "sector"]

    @property
    def segment(self) -> Segment:
        chosen = {name: self.cleaned_data.get(name) for name in ("stratum", "tag", "occupation", "sector")}
        return Segment(**{name: getattr(value, "pk", value) for name, value in chosen.items() if value})


class LanguageForm(forms.Form):
    """Which text is looked at."""

    kind = forms.ChoiceField(choices=MailKind)
    language = forms.ChoiceField(choices=Contact.Language)
