"""How people come in: the partners' open links, and the contacts whom we may write to."""

from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, Value
from django.utils.html import format_html

from cnc_survey.personal_data import normalise_address
from interviews.models import Contact


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


class ContactForm(forms.ModelForm):
    class Meta:
        model = Contact
        fields = ["email"]

    def clean_email(self):
        return normalise_address(self.cleaned_data["email"])


class ContactAdmin(admin.ModelAdmin):
    """Addresses and nothing else: neither the key that stands in answers, nor who has answered."""

    form = ContactForm
    list_display = ["email", "invited"]
    search_fields = ["email"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(invited_count=Count("invitations__campaign", distinct=True))

    @admin.display(description="campagnes", ordering="invited_count")
    def invited(self, contact):
        return contact.invited_count
