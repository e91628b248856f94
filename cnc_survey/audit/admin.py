"""The log in the admin: read, filtered, exported, never changed."""

from datetime import UTC

from django.contrib import admin
from django.http import HttpResponse
from django.utils import timezone

from cnc_survey.admin_parts import EMPTY, ReadOnly
from cnc_survey.tables import write_csv

from .log import record
from .models import AuditEntry

EXPORT_HEADER = ("date_utc", "auteur", "action", "objet", "precisions")


@admin.action(description="Exporter les lignes choisies (CSV)", permissions=["view"])
def export_entries(model_admin, request, queryset):
    """Send the chosen lines as a table, and say so in the log."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="journal-{timezone.localdate():%Y-%m-%d}.csv"'
    rows = [
        (
            f"{entry.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            entry.actor_name,
            entry.get_action_display(),
            entry.subject,
            describe(entry.details),
        )
        for entry in queryset.order_by("at", "pk")
    ]
    write_csv(response, EXPORT_HEADER, rows)
    record(AuditEntry.Action.AUDIT_EXPORTED, request.user, rows=len(rows))
    return response


def describe(details):
    return " ; ".join(f"{name} : {value}" for name, value in details.items())


class AuditEntryAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("at", "actor_name", "action", "subject", "details_text")
    list_filter = ("action", ("at", admin.DateFieldListFilter), "actor_name")
    search_fields = ("actor_name", "subject")
    search_help_text = "Auteur, ou objet : campagne, édition, clé."
    date_hierarchy = "at"
    actions = (export_entries,)
    list_per_page = 50

    @admin.display(description="précisions")
    def details_text(self, entry):
        return describe(entry.details) or EMPTY
