"""The form about one use case. It checks and converts; `responses` writes."""

from collections.abc import Sequence
from functools import cached_property

from django import forms
from django.db.models import Value
from django.forms.utils import flatatt

from interviews.models import Intention, Level, Satisfaction, Usage, UseCaseAnswer
from interviews.models.response import MAX_TEXT
from usecases.models import Barrier, Benefit, Tool

from .core_wordings import Wording
from .tool_names import ToolNamesField, say_tools
from .tools import split_names
from .units import unit_attributes, use_case_unit, version_field

OTHER = "other"  # the barrier a person writes: its field stands beside the list


class UseCaseForm(forms.Form):
    """The core about one offered use case, in the wordings of its questionnaire."""

    usage = forms.ChoiceField(widget=forms.RadioSelect, required=False)
    maturity = forms.ChoiceField(widget=forms.RadioSelect, required=False)
    impact = forms.ChoiceField(widget=forms.RadioSelect, required=False)
    intention = forms.ChoiceField(widget=forms.RadioSelect, required=False)
    benefits = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, required=False)
    barriers = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, required=False)
    tools = ToolNamesField(max_length=500, required=False)
    comment = forms.CharField(
        label="En vos mots",
        help_text="5 000 caractères au plus. N’indiquez ni nom, ni titre de projet.",
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )
    other_barrier = forms.CharField(label="Un autre frein", max_length=200, required=False)
    satisfaction = forms.ChoiceField(widget=forms.RadioSelect, required=False)
    may_be_quoted = forms.BooleanField(
        label="J’accepte que ces mots soient cités, sans mon nom, après relecture.", required=False
    )
    DETAILS = ["benefits", "barriers", "other_barrier", "tools", "satisfaction", "comment", "may_be_quoted"]

    def __init__(self, data=None, *, offered: UseCaseAnswer, lists: "CatalogueLists", wordings: dict[str, Wording]):
        super().__init__(data, prefix=offered.use_case.code, initial=_initial(offered, lists))
        self.offered = offered
        self.fields["version"] = version_field(offered.version)
        for name, wording in wordings.items():
            field = self.fields[name]
            field.label, field.help_text = wording.question, wording.help_text
            if wording.choices:
                field.choices = list(wording.choices.items())
        # Read only when shown or ticked: most saves of one card tick none.
        self.fields["benefits"].choices = lambda: lists.benefits
        self.fields["barriers"].choices = lambda: lists.barriers

    @property
    def unit(self):
        """The attributes that make the card save itself."""
        return flatatt({name.replace("_", "-"): value for name, value in unit_attributes(self.unit_name).items()})

    @property
    def unit_name(self):
        return use_case_unit(self.offered.use_case)

    @property
    def version(self):
        return self.cleaned_data["version"] or 0

    def suggest_tools(self, names: Sequence[str]) -> None:
        """Put boxes to tick beside the field where tools are typed."""
        if names:
            self.fields["tools"].widget.suggested = names
            self["tools"].label = "D’autres outils"

    @property
    def suggested_tools(self):
        """The checkboxes of suggested tools, as Django describes options."""
        field = self["tools"]
        named = split_names(field.value() or "")
        return [
            {
                "type": "checkbox",
                "name": field.html_name,
                "value": name,
                "label": name,
                "attrs": {"id": f"{field.auto_id}_{place}", "checked": name in named},
            }
            for place, name in enumerate(field.field.widget.suggested)
        ]

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
    values["tools"] = say_tools(offered.tools, lists.tool_names) if offered.tools else ""
    for name, choices in CODED_FIELDS.items():
        stored = getattr(offered, name)
        values[name] = None if stored is None else choices(stored).code
    return values
