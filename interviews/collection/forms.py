"""The questionnaire's forms. They check and convert; `responses` writes."""

from functools import cached_property
from itertools import groupby

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F, Value
from django.forms.utils import flatatt

from interviews.models import Intention, Item, Level, Response, Satisfaction, Usage, UseCaseAnswer
from interviews.models.response import MAX_TEXT
from usecases.models import Barrier, Benefit, Dimension, Occupation, Sector, Tool
from usecases.wording import LEVEL_LABELS

from .tools import MAX_NAME, split_names

OTHER = "other"  # the barrier a person writes: its field stands beside the list
DONT_KNOW = ("nsp", "Ne sait pas")
LADDER = [
    Usage.NOT_CONCERNED,
    Usage.NEVER_HEARD,
    Usage.AWARE,
    Usage.TRIED,
    Usage.OCCASIONAL,
    Usage.REGULAR,
    Usage.ABANDONED,
    Usage.DONT_KNOW,
]


class ConsentForm(forms.Form):
    """The one compulsory tick before a questionnaire begins."""

    consent = forms.BooleanField(
        label="J’ai lu ce qui précède et j’accepte de participer.",
        error_messages={"required": "Cochez cette case pour commencer : sans votre accord, rien n’est enregistré."},
    )


class Unit(Div):
    """A part of a page that saves itself: its changes are posted to `../auto/<name>/` as soon as they are made."""

    def __init__(self, name, *fields):
        super().__init__(*fields, **unit_attributes(name))


def unit_attributes(name: str) -> dict[str, str]:
    """Return the attributes of the element that holds a unit's fields; names are as crispy writes them."""
    return {
        "data_unit": name,
        "hx_post": f"../auto/{name}/",
        # A choice is sent at once, words when the person stops typing; `retry` comes after a lost connection.
        "hx_trigger": "change, keyup delay:1500ms, retry",
        "hx_target": "find [data-version]",
        "hx_swap": "outerHTML",
        "hx_sync": "this:queue last",
    }


def _version_field(version):
    widget = forms.HiddenInput(attrs={"data-version": ""})
    return forms.IntegerField(widget=widget, required=False, initial=version)


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
        self.fields["version"] = _version_field(self.instance.profile_version)
        self.helper = FormHelper()
        self.helper.form_tag = False
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


class ToolNamesField(forms.CharField):
    """Names of tools separated by commas; cleans to a list of names."""

    def to_python(self, value):
        return split_names(super().to_python(value))

    def validate(self, value):
        super().validate(value)
        for name in value:
            if len(name) > MAX_NAME:
                raise ValidationError(
                    f"« {name[:40]}… » est trop long pour un nom d’outil ({MAX_NAME} caractères au plus) : "
                    "séparez les noms par des virgules."
                )

    def run_validators(self, value):
        super().run_validators(", ".join(value))


class ItemsForm(forms.Form):
    """The general items of one page; `values()` gives what to store."""

    def __init__(self, *args, items, tool_names, versions, **kwargs):
        super().__init__(*args, **kwargs)
        self.items = {item.code: item for item in items}
        for item in items:
            field = FIELD_BUILDERS[item.kind](item)
            if item.open_list:
                self.initial[item.code] = _names(self.initial.get(item.code), tool_names)
            self.fields[item.code] = field
            self.fields[version_name(item)] = _version_field(versions.get(item.code, 0))
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(*(_block(group, list(members)) for group, members in _by_group(items)))

    def values(self) -> dict[Item, object]:
        """Return {item: code, list of codes or of tool names, number, text, or None for no answer}."""
        return {item: VALUE_READERS[item.kind](self.cleaned_data[code]) for code, item in self.items.items()}

    def versions(self) -> dict[str, int]:
        """Return {item code: version the page was built on}."""
        return {code: self.cleaned_data[version_name(item)] or 0 for code, item in self.items.items()}


class UseCaseForm(forms.Form):
    """The core about one offered use case."""

    usage = forms.ChoiceField(
        label="Où en êtes-vous ?",
        choices=[(usage.code, usage.label) for usage in LADDER],
        widget=forms.RadioSelect,
        required=False,
    )
    maturity = forms.ChoiceField(label="Où en est la technologie ?", widget=forms.RadioSelect, required=False)
    impact = forms.ChoiceField(
        label="Que change-t-elle, ou changera-t-elle, au travail ?", widget=forms.RadioSelect, required=False
    )
    intention = forms.ChoiceField(
        label="Pensez-vous l’utiliser dans les 12 mois ?",
        choices=[(intention.code, intention.label) for intention in Intention],
        widget=forms.RadioSelect,
        required=False,
    )
    benefits = forms.MultipleChoiceField(label="Ce qu’il apporte", widget=forms.CheckboxSelectMultiple, required=False)
    barriers = forms.MultipleChoiceField(label="Ce qui freine", widget=forms.CheckboxSelectMultiple, required=False)
    tools = ToolNamesField(
        label="Outils que vous connaissez ou utilisez",
        help_text="Séparez les noms par des virgules.",
        max_length=500,
        required=False,
    )
    comment = forms.CharField(
        label="En vos mots",
        help_text="5 000 caractères au plus. N’indiquez ni nom, ni titre de projet.",
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )
    other_barrier = forms.CharField(label="Un autre frein", max_length=200, required=False)
    satisfaction = forms.ChoiceField(
        label="En êtes-vous satisfait·e ?",
        choices=[(satisfaction.code, satisfaction.label) for satisfaction in Satisfaction],
        widget=forms.RadioSelect,
        required=False,
    )
    may_be_quoted = forms.BooleanField(
        label="J’accepte que ces mots soient cités, sans mon nom, après relecture.", required=False
    )
    DETAILS = ["benefits", "barriers", "other_barrier", "tools", "satisfaction", "comment", "may_be_quoted"]

    def __init__(self, data=None, *, offered: UseCaseAnswer, lists: "CatalogueLists"):
        super().__init__(data, prefix=offered.use_case.code, initial=_initial(offered, lists))
        self.offered = offered
        self.fields["version"] = _version_field(offered.version)
        for dimension in (Dimension.MATURITY, Dimension.IMPACT):
            self.fields[dimension.value].choices = [
                *((str(level), f"{Level(level).label} {label}") for level, label in LEVEL_LABELS[dimension].items()),
                DONT_KNOW,
            ]
        # Read only when shown or ticked: most saves of one card tick none.
        self.fields["benefits"].choices = lambda: lists.benefits
        self.fields["barriers"].choices = lambda: lists.barriers

    @property
    def unit(self):
        """The attributes that make the card save itself."""
        return flatatt({name.replace("_", "-"): value for name, value in unit_attributes(self.unit_name).items()})

    @property
    def unit_name(self):
        return f"cas.{self.offered.use_case.code}"

    @property
    def version(self):
        return self.cleaned_data["version"] or 0

    @property
    def has_details(self):
        """True when the optional part is filled in or wrong, and must be seen."""
        names = set(self.DETAILS)
        return bool(names & set(self.errors) or any(self.initial[name] for name in names))

    def values(self) -> dict[str, object]:
        """Return {field of UseCaseAnswer: value}, tools as names."""
        cleaned = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        for name, choices in CODED_FIELDS.items():
            cleaned[name] = choices.by_code().get(cleaned[name])
        return cleaned


class CatalogueLists:
    """The lists that the use-case forms of one page share: two queries at most, however many forms."""

    @cached_property
    def _entries(self):
        """Benefits and barriers, {list: [(code, name)]}, in one query."""
        benefits = Benefit.objects.annotate(of=Value("benefits")).order_by()
        barriers = Barrier.objects.annotate(of=Value("barriers")).order_by().exclude(code=OTHER)
        columns = ("of", "position", "code", "name")
        lists = {"benefits": [], "barriers": []}
        for of, _, code, name in (
            benefits.values_list(*columns).union(barriers.values_list(*columns)).order_by("position")
        ):
            lists[of].append((code, name))
        return lists

    @property
    def benefits(self):
        return self._entries["benefits"]

    @property
    def barriers(self):
        return self._entries["barriers"]

    @cached_property
    def tool_names(self):
        return dict(Tool.objects.values_list("code", "name"))


CODED_FIELDS = {
    "usage": Usage,
    "maturity": Level,
    "impact": Level,
    "intention": Intention,
    "satisfaction": Satisfaction,
}


def _initial(offered, lists):
    plain = ("benefits", "barriers", "other_barrier", "comment", "may_be_quoted")
    values = {name: getattr(offered, name) for name in plain}
    values["tools"] = _names(offered.tools, lists.tool_names) if offered.tools else ""
    for name, choices in CODED_FIELDS.items():
        stored = getattr(offered, name)
        values[name] = None if stored is None else choices(stored).code
    return values


def _names(codes, tool_names):
    return ", ".join(tool_names.get(code, code) for code in codes or [])


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


def _by_group(items):
    return groupby(items, lambda item: item.group)


def version_name(item):
    return f"{item.code}-version"


def _block(group, items):
    fields = [
        Unit(
            f"question.{item.code}",
            version_name(item),
            Field(item.code, wrapper_class=WRAPPER_CLASSES.get(item.kind, "")),
        )
        for item in items
    ]
    return Fieldset(group, *fields) if group else Layout(*fields)


def _choice_field(item):
    choices = [(option.code, option.label) for option in item.option_set.options.all()]
    if item.allows_dont_know:
        choices.append(DONT_KNOW)
    return choices


def _single(item):
    return forms.ChoiceField(
        label=item.wording,
        help_text=item.help_text,
        choices=_choice_field(item),
        widget=forms.RadioSelect,
        required=False,
    )


def _multiple(item):
    if item.open_list:
        return ToolNamesField(label=item.wording, help_text=item.help_text, max_length=500, required=False)
    return forms.MultipleChoiceField(
        label=item.wording,
        help_text=item.help_text,
        choices=_choice_field(item),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


def _number(item):
    return forms.DecimalField(label=item.wording, help_text=item.help_text, required=False)


def _text(item):
    return forms.CharField(
        label=item.wording, help_text=item.help_text, max_length=MAX_TEXT, widget=forms.Textarea, required=False
    )


def _read_multiple(codes):
    """« Ne sait pas » stands alone: beside a real answer it says nothing."""
    known = [code for code in codes if code != "nsp"]
    return known or ("nsp" if codes else None)


FIELD_BUILDERS = {
    Item.Kind.SINGLE: _single,
    Item.Kind.SCALE: _single,
    Item.Kind.MULTIPLE: _multiple,
    Item.Kind.NUMBER: _number,
    Item.Kind.TEXT: _text,
}
VALUE_READERS = {
    Item.Kind.SINGLE: lambda code: code or None,
    Item.Kind.SCALE: lambda code: code or None,
    Item.Kind.MULTIPLE: _read_multiple,
    Item.Kind.NUMBER: lambda number: None if number is None else float(number),
    Item.Kind.TEXT: lambda text: text or None,
}
WRAPPER_CLASSES = {Item.Kind.SCALE: "scale"}
