"""What several pages of the admin share."""

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.forms import BaseInlineFormSet

EMPTY = "—"  # what a page shows of a computed value that does not exist


class ReadOnly:
    """A page or an inline that only shows: one function writes these rows, and it is not a form."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class LinkFormSet(BaseInlineFormSet):
    """Links to a list; Django's own message about a double would name the columns."""

    def get_unique_error_message(self, unique_check):
        return "Une même entrée est liée deux fois : gardez-en une."


class SharedChoices:
    """An inline of links whose rows share the choices of each list, read once a page instead of once a row."""

    extra = 0
    formset = LinkFormSet

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        field.choices = list(field.choices)
        return field

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field:
            # In a row, only the heading of the column names a control, and to sighted people alone.
            field.widget.attrs["aria-label"] = field.label
        return field


class CodedNames:
    """A list of codes and names. A code is written in files and answers: it is chosen once, and never changes."""

    list_display = ("name", "code", "position")
    search_fields = ("name", "code")

    def get_readonly_fields(self, request, obj=None):
        fields = tuple(super().get_readonly_fields(request, obj))
        return (*fields, "code") if obj else fields

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else {"code": ["name"]}


def count_of(rows, owner):
    """Return the expression that counts the `rows` of each object through their field `owner`.

    In a subquery: joins would multiply one table's rows by another's, and group a whole table to show one page of it.
    """
    mine = rows.filter(**{owner: OuterRef("pk")}).order_by().values(owner)
    return Coalesce(Subquery(mine.annotate(n=Count("pk")).values("n")), 0, output_field=IntegerField())
