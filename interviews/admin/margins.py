"""Population margins, one by one; the page of a campaign imports a whole file of them."""

from django import forms
from django.contrib import admin
from django.forms import BaseInlineFormSet
from django.utils.text import capfirst

from interviews.models import Campaign, PopulationMargin
from interviews.models.weighting import SEPARATOR
from interviews.results.margins import known_categories, row_mistakes


class MarginForm(forms.ModelForm):
    """A row, its codes put in the order of the list and checked against it."""

    class Meta:
        model = PopulationMargin
        fields = ("campaign", "variable", "category", "target", "unit", "source", "year")

    def clean(self):
        given = super().clean()
        if self.errors:
            return given
        known = known_categories()
        codes = {code.strip() for code in given["category"].split(SEPARATOR)} - {""}
        in_order = [code for code in known[given["variable"]] if code in codes]
        given["category"] = SEPARATOR.join([*in_order, *sorted(codes - set(in_order))])
        names = ("variable", "category", "target", "unit")
        row = PopulationMargin(**{name: given[name] for name in names})
        for _, field, sentence in row_mistakes([row], known):
            self.add_error(field, capfirst(sentence))
        return given


class MarginFormSet(BaseInlineFormSet):
    """The rows of a campaign together: a category stands once, a variable is in one unit."""

    def clean(self):
        super().clean()
        forms_kept = [form for form in self.forms if form.cleaned_data and form not in self.deleted_forms]
        if any(self.errors):
            return
        rows = [form.instance for form in forms_kept]
        for place, field, sentence in row_mistakes(rows, known_categories()):
            forms_kept[place].add_error(field, capfirst(sentence))

    def get_unique_error_message(self, unique_check):
        return "Cette modalité a déjà une cible : gardez-en une."


class MarginInline(admin.TabularInline):
    model = PopulationMargin
    form = MarginForm
    formset = MarginFormSet
    fields = ["variable", "category", "target", "unit", "source", "year"]
    extra = 0

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        # In a row, only the heading of the column names a control, and to sighted people alone.
        field.widget.attrs["aria-label"] = field.label
        return field


class PopulationMarginAdmin(admin.ModelAdmin):
    form = MarginForm
    list_display = ["campaign", "variable", "category", "target", "unit", "source", "year"]
    list_display_links = ["category"]
    list_filter = ["campaign", "variable"]
    list_select_related = ["campaign"]
    search_fields = ["category", "source"]

    def get_readonly_fields(self, request, obj=None):
        return ["campaign"] if obj else []

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        return super().formfield_for_foreignkey(
            db_field, request, queryset=Campaign.objects.filter(closed_at=None), **kwargs
        )

    # The weighting of a closed campaign is part of its frozen figures.
    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or obj.campaign.closed_at is None)

    def has_delete_permission(self, request, obj=None):
        return obj is not None and obj.campaign.closed_at is None and super().has_delete_permission(request, obj)
