"""What a manager may ask of the contacts, and the forms that change one."""

import re

from django import forms
from django.db.models import QuerySet

from cnc_survey.personal_data import normalise_address
from interviews.collection.invitations import find_contact
from interviews.models import Contact, ContactTag
from usecases.models import Occupation, Sector

from .contacts import FACTS, MAX_TAG, contact_states, search_contacts, tags_named

ADDRESS = re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+")


def strata() -> list[tuple[str, str]]:
    """Return the strata that contacts have, as choices."""
    names = Contact.objects.exclude(stratum="").order_by("stratum").values_list("stratum", flat=True).distinct()
    return [(name, name) for name in names]


class SegmentForm(forms.Form):
    """Part of the contacts."""

    stratum = forms.ChoiceField(label="Strate", required=False)
    tag = forms.ModelChoiceField(
        ContactTag.objects, label="Étiquette", required=False, empty_label="Toutes les étiquettes"
    )
    occupation = forms.ModelChoiceField(
        Occupation.objects, label="Métier", required=False, empty_label="Tous les métiers"
    )
    sector = forms.ModelChoiceField(Sector.objects, label="Secteur", required=False, empty_label="Tous les secteurs")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["stratum"].choices = [("", "Toutes les strates"), *strata()]
        for name in ("tag", "occupation", "sector"):
            # Read once a page, and shown in several places of it.
            field = self.fields[name]
            field.choices = [(key and getattr(key, "value", key), label) for key, label in field.choices]


class ContactFilter(SegmentForm):
    """A GET form; what is not understood is an error beside its field and filters nothing."""

    q = forms.CharField(
        label="Rechercher",
        required=False,
        max_length=100,
        help_text="Début d’un nom, d’un prénom, d’une structure, ou une adresse entière.",
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(label="État", required=False)

    LOOKUPS = {"stratum": "stratum", "tag": "tags", "occupation": "occupations", "sector": "sectors"}
    field_order = ["q", "state", "stratum", "tag", "occupation", "sector"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        states = [(code, label.capitalize()) for code, label, _ in contact_states()]
        self.fields["state"].choices = [("", "Tous les états"), *states]

    @property
    def chosen(self) -> dict:
        """The filters that are set and understood."""
        if not self.is_bound:
            return {}
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def as_json(self) -> dict:
        """The same, as values that the form takes again."""
        return {name: getattr(value, "pk", value) for name, value in self.chosen.items()}

    def matching(self) -> QuerySet:
        """Return the contacts asked for."""
        chosen = self.chosen
        found = search_contacts(chosen.get("q", "")).filter(
            **{lookup: chosen[name] for name, lookup in self.LOOKUPS.items() if name in chosen}
        )
        if "state" in chosen:
            for code, _, condition in contact_states():
                if code == chosen["state"]:
                    return found.filter(condition)
                found = found.exclude(condition)
        return found


class ContactForm(forms.ModelForm):
    """One contact, as a manager edits it."""

    tag_names = forms.CharField(
        label="Étiquettes", required=False, help_text="Vos mots, séparés par des virgules : « festival, relance »."
    )

    class Meta:
        model = Contact
        fields = [*FACTS, "occupations", "sectors"]
        widgets = {"occupations": forms.CheckboxSelectMultiple, "sectors": forms.CheckboxSelectMultiple}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["tag_names"].initial = ", ".join(tag.name for tag in self.instance.tags.all())

    def clean_email(self):
        address = normalise_address(self.cleaned_data["email"])
        known = find_contact(address)
        if known and known.pk != self.instance.pk:
            raise forms.ValidationError("Cette adresse est déjà celle d’un autre contact.")
        return address

    def clean_tag_names(self):
        names = [name.strip() for name in self.cleaned_data["tag_names"].split(",") if name.strip()]
        if any(len(name) > MAX_TAG for name in names):
            raise forms.ValidationError(f"Une étiquette a {MAX_TAG} caractères au plus.")
        return list(dict.fromkeys(names))

    def save(self, commit=True):
        contact = super().save(commit)
        contact.tags.set(tags_named(self.cleaned_data["tag_names"]))
        return contact


class ContactFileForm(forms.Form):
    file = forms.FileField(
        label="Votre fichier",
        help_text="Au format .xlsx, ou CSV (virgules ou points-virgules). 50 000 contacts et 30 Mo au plus.",
        error_messages={"required": "Choisissez d’abord le fichier à déposer.", "empty": "Ce fichier est vide."},
    )


class BouncesForm(forms.Form):
    """Addresses whose mails came back: typed, or in a text file such as a mail server writes."""

    addresses = forms.CharField(
        label="Adresses",
        required=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Une par ligne, ou le texte d’un rapport : toutes les adresses qu’il contient sont reconnues.",
    )
    file = forms.FileField(label="Ou un fichier texte ou CSV", required=False, help_text="1 Mo au plus.")

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file and file.size > 1 << 20:
            raise forms.ValidationError("Ce fichier dépasse 1 Mo.")
        return file

    def clean(self):
        cleaned = super().clean()
        text = cleaned.get("addresses", "")
        if cleaned.get("file"):
            text += "\n" + cleaned["file"].read().decode("utf-8", errors="replace")
        cleaned["found"] = addresses_in(text)
        if not cleaned["found"] and not self.errors:
            raise forms.ValidationError("Aucune adresse dans ce texte.")
        return cleaned


def addresses_in(text: str) -> list[str]:
    """Return the e-mail addresses of a text, each once, in order."""
    return list(dict.fromkeys(normalise_address(found) for found in ADDRESS.findall(text)))
