"""Reference series, one figure at a time; the command `load_reference_series` loads a file of them."""

from django import forms
from django.contrib import admin
from django.utils.text import capfirst

from interviews.collection.microdata_file import unknown_code
from interviews.models import ReferenceFigure
from interviews.results.reference_file import answer_codes


class ReferenceFigureForm(forms.ModelForm):
    class Meta:
        model = ReferenceFigure
        fields = ("item", "category", "percent", "base", "base_label", "date", "source")

    def clean(self):
        given = super().clean()
        known = answer_codes()
        item, category = given.get("item"), given.get("category")
        if item and item not in known:
            self.add_error("item", capfirst(unknown_code(item, known)))
        elif item and category and category not in known[item]:
            self.add_error("category", capfirst(unknown_code(category, known[item])))
        return given


class ReferenceFigureAdmin(admin.ModelAdmin):
    form = ReferenceFigureForm
    list_display = ["item", "category", "percent", "base", "base_label", "date", "source"]
    list_filter = ["item", "source"]
    search_fields = ["item", "category", "source"]
    date_hierarchy = "date"
