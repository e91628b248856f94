"""Forms of the interviewer's pages. They check; the room's functions write."""

from datetime import datetime

from crispy_forms.helper import FormHelper
from django import forms
from django.utils import timezone

from interviews.models import Campaign, Interview, InterviewTarget, Participant
from usecases.models import Occupation, Sector

from .planning import Person, interviewers

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
TIME = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


def without_tag():
    """A crispy helper for a form that the page itself opens and closes."""
    helper = FormHelper()
    helper.form_tag = False
    return helper


class PlanForm(forms.ModelForm):
    """When and how, and what is known of the person beforehand."""

    day = forms.DateField(label="Jour", widget=DATE)
    hour = forms.TimeField(label="Heure", widget=TIME)
    occupations = forms.ModelMultipleChoiceField(
        label="Métiers de la personne",
        help_text="Les cas d’usage proposés pendant l’entretien en dépendent.",
        queryset=Occupation.objects.all(),
        to_field_name="code",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    sectors = forms.ModelMultipleChoiceField(
        label="Secteurs",
        queryset=Sector.objects.all(),
        to_field_name="code",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    FACTS = ("minutes", "mode", "place")

    class Meta:
        model = Interview
        fields = ("campaign", "interviewer", "minutes", "mode", "place")
        labels = {"minutes": "Durée prévue, en minutes", "mode": "Mode", "place": "Lieu, ou lien de la visioconférence"}
        help_texts = {"place": "Ni nom de personne, ni titre de projet."}

    field_order = ("campaign", "interviewer", "day", "hour", *FACTS, "occupations", "sectors")

    def __init__(self, *args, user, may_assign, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = without_tag()
        if self.instance.pk:
            start = timezone.localtime(self.instance.starts_at)
            self.initial |= {"day": start.date(), "hour": start.time()}
            for name in ("occupations", "sectors"):
                self.initial[name] = list(getattr(self.instance.response, name).values_list("code", flat=True))
            del self.fields["campaign"]
        else:
            self.fields["campaign"].queryset = Campaign.objects.filter(closed_at=None)
        if may_assign:
            self.fields["interviewer"].queryset = interviewers()
            self.initial.setdefault("interviewer", user.pk)
        else:
            del self.fields["interviewer"]
        for name in ("occupations", "sectors"):
            # Codes beside names: a form that is shown again ticks what was ticked.
            self.fields[name].label_from_instance = lambda entry: entry.name

    def facts(self) -> dict:
        """Return {field of Interview: value}."""
        cleaned = self.cleaned_data
        start = timezone.make_aware(datetime.combine(cleaned["day"], cleaned["hour"]))
        facts = {"starts_at": start} | {name: cleaned[name] for name in self.FACTS}
        if "interviewer" in cleaned:
            facts["interviewer"] = cleaned["interviewer"]
        return facts


class PersonForm(forms.Form):
    """One participant; a form left wholly empty is nobody."""

    name = forms.CharField(
        label="Nom", max_length=200, required=False, help_text="Conservé à part de ce qui est dit, effaçable seul."
    )
    function = forms.CharField(
        label="Fonction", max_length=120, required=False, help_text="Par exemple « monteuse son ». Ni nom, ni société."
    )
    organisation = forms.CharField(label="Structure", max_length=200, required=False)
    email = forms.EmailField(
        label="Adresse électronique",
        required=False,
        help_text="Si c’est celle d’un contact, l’entretien lui est rattaché.",
    )
    # Its initial value tells a form left empty from one that was filled in.
    role = forms.ChoiceField(label="Rôle", choices=Participant.Role.choices, initial=Participant.Role.INTERVIEWEE)

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("empty_permitted", True)
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        self.helper = without_tag()

    def person(self) -> Person | None:
        return Person(**self.cleaned_data) if self.has_changed() and self.cleaned_data else None


PersonFormSet = forms.formset_factory(PersonForm, extra=3, max_num=8)


class ConsentForm(forms.Form):
    """What one participant agrees to."""

    agreed = forms.BooleanField(
        label="La personne a lu ou entendu ce texte et donne son accord",
        error_messages={
            "required": "Cochez cette case une fois l’accord donné : sans lui, l’entretien ne peut pas être approuvé."
        },
    )
    quoting = forms.ChoiceField(
        label="Ses mots peuvent-ils être cités ?", choices=Participant.Quoting.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args, participant, **kwargs):
        kwargs["prefix"] = f"p{participant.pk}"
        kwargs["initial"] = {"agreed": participant.consented_at is not None, "quoting": participant.quoting}
        super().__init__(*args, **kwargs)
        self.participant = participant
        self.helper = without_tag()


class TargetForm(forms.ModelForm):
    class Meta:
        model = InterviewTarget
        fields = ("occupation", "sector", "wanted")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = without_tag()
