"""How people come in by the partners' open links. Contacts have pages of their own, under /contacts/."""

from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Count, Q, Value
from django.utils.html import format_html


class OpenLinkAdmin(admin.ModelAdmin):
    list_display = ["partner", "campaign", "code", "started", "submitted", "address"]
    list_filter = ["campaign"]
    list_select_related = ["campaign"]
    search_fields = ["partner", "code", "campaign__title", "campaign__slug"]
    fields = ["campaign", "partner", "code", "address", ("started", "submitted")]

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .annotate(
                site=Value(request.build_absolute_uri("/").rstrip("/")),
                started_count=Count("responses"),
                submitted_count=Count("responses", filter=Q(responses__submitted_at__isnull=False)),
            )
        )

    def get_fields(self, request, obj=None):
        return self.fields if obj else ["campaign", "partner", "code"]

    def get_readonly_fields(self, request, obj=None):
        # The partner has relayed this address: it does not change any more.
        return ["campaign", "code", "address", "started", "submitted"] if obj else []

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else {"code": ["partner"]}

    def has_delete_permission(self, request, obj=None):
        """Only one at a time, and only a link by which nobody came: what it counts would be lost."""
        return obj is not None and not obj.responses.exists() and super().has_delete_permission(request, obj)

    @admin.display(description="commencées", ordering="started_count")
    def started(self, link):
        return link.started_count

    @admin.display(description="envoyées", ordering="submitted_count")
    def submitted(self, link):
        return link.submitted_count

    @admin.display(description="adresse à transmettre")
    def address(self, link):
        path = f"{link.campaign.get_absolute_url()}?{urlencode({'par': link.code})}"
        return format_html('<a href="{}">{}{}</a>', path, link.site, path)
