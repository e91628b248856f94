"""Campaigns: created whole, then editable only as far as nobody has answered."""

from django.contrib import admin, messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html

from cnc_survey.admin_parts import EMPTY, count_of
from interviews.campaigns import CampaignError, create_campaign
from interviews.models import Response
from interviews.states import campaign_states, label_of, name_state

from . import personal_links
from .margins import MarginInline
from .states import CampaignStateFilter

AT_CREATION = ["title", "slug", "opens_on", "closes_on", "is_anonymous"]
BEFORE_ANSWERS = {"title", "slug", "opens_on", "closes_on", "consent_text", "weighting"}
# Whoever has answered was told the rest: the address, the opening and the consent are theirs too.
ONCE_ANSWERED = {"title", "closes_on", "weighting"}


@admin.action(description=personal_links.LABEL, permissions=["liens"])
def liens(model_admin, request, queryset):
    if queryset.count() != 1:
        messages.error(request, "Choisissez une seule campagne.")
        return None
    return redirect(f"admin:{personal_links.URL_NAME}", queryset.get().pk)


class CampaignAdmin(admin.ModelAdmin):
    list_display = ["title", "state_text", "dates", "started", "submitted", "counted", "short_link"]
    list_filter = [CampaignStateFilter, "is_anonymous", "is_fictional"]
    search_fields = ["title", "slug"]
    actions = [liens]
    change_form_template = "admin/interviews/campaign/change_form.html"

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .select_related("questionnaire", "baseline", "edition")
            .annotate(
                state=name_state(campaign_states()),
                started_count=count_of(Response.objects.all(), "campaign"),
                submitted_count=count_of(Response.objects.exclude(submitted_at=None), "campaign"),
                counted_count=count_of(Response.objects.counted(), "campaign"),
            )
        )

    def get_urls(self):
        return [personal_links.links_url(self), *super().get_urls()]

    def has_liens_permission(self, request):
        return request.user.has_perm(personal_links.PERMISSION)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or obj.closed_at is None)

    def has_delete_permission(self, request, obj=None):
        """Only one at a time, and only a campaign that nobody was invited to."""
        if obj is None or obj.closed_at or not super().has_delete_permission(request, obj):
            return False
        return not obj.invitations.exists() and not obj.responses.exists()

    def get_inlines(self, request, obj=None):
        return [MarginInline] if obj else []

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else {"slug": ["title"]}

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            return [
                (
                    None,
                    {
                        "fields": AT_CREATION,
                        "description": "La campagne prend le questionnaire le plus récent, les cas d’usage retenus au "
                        "catalogue à ce jour et l’édition en vigueur. Le texte de consentement est rédigé selon "
                        "l’anonymat choisi ; vous le relirez à la page suivante.",
                    },
                )
            ]
        return [
            (None, {"fields": ["title", "slug", "open_link", "opens_on", "closes_on", "state_text"]}),
            ("Participation", {"fields": [("started", "submitted", "counted")]}),
            (
                "Ce qui est demandé",
                {
                    "fields": ["questionnaire", "use_case_count", "baseline"],
                    "description": "Fixé à la création : un cas d’usage ajouté depuis attend la campagne suivante.",
                },
            ),
            (
                "Consentement",
                {
                    "fields": ["is_anonymous", "consent_version", "consent_text"],
                    "description": "L’anonymat est fixé à la création, le texte dès la première réponse.",
                },
            ),
            (
                "Redressement",
                {
                    "fields": ["weighting"],
                    "description": "Choisi avant la clôture, figé avec elle. La page « Redressement » de la campagne "
                    "montre ce que donnent les marges de population ci-dessous.",
                },
            ),
            ("Résultats", {"fields": ["is_fictional", "closed_at", "snapshot_text", "edition"]}),
        ]

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return []
        shown = [name for _, options in self.get_fieldsets(request, obj) for name in _flat(options["fields"])]
        editable = ONCE_ANSWERED if obj.started_count else BEFORE_ANSWERS
        return [name for name in shown if name not in editable]

    def save_form(self, request, form, change):
        unsaved = super().save_form(request, form, change)
        if change:
            return unsaved
        given = form.cleaned_data
        return create_campaign(
            given["slug"], given["title"], given["opens_on"], given["closes_on"], given["is_anonymous"]
        )

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        extra = {**(extra_context or {}), "show_save_and_add_another": False}
        try:
            return super().changeform_view(request, object_id, form_url, extra)
        except CampaignError as error:
            messages.error(request, str(error))
            return redirect(request.path)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        campaign = self.get_object(request, object_id)
        pages = _pages_of(campaign, request.user) if campaign else []
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "campaign_pages": pages})

    def response_add(self, request, obj, post_url_continue=None):
        messages.success(request, f"Campagne « {obj} » créée. Relisez le texte de consentement ci-dessous.")
        return redirect("admin:interviews_campaign_change", obj.pk)

    @admin.display(description="état")
    def state_text(self, campaign):
        label = label_of(campaign_states(), campaign.state)
        return f"{label} (fictive)" if campaign.is_fictional else label

    @admin.display(description="dates", ordering="opens_on")
    def dates(self, campaign):
        return f"du {campaign.opens_on:%d/%m/%Y} au {campaign.closes_on:%d/%m/%Y}"

    @admin.display(description="commencées", ordering="started_count")
    def started(self, campaign):
        return campaign.started_count

    @admin.display(description="envoyées", ordering="submitted_count")
    def submitted(self, campaign):
        return campaign.submitted_count

    @admin.display(description="comptées", ordering="counted_count")
    def counted(self, campaign):
        return campaign.counted_count

    @admin.display(description="lien ouvert")
    def open_link(self, campaign):
        address = campaign.get_absolute_url()
        return format_html('<a href="{}">{}</a>', address, address)

    @admin.display(description="lien ouvert")
    def short_link(self, campaign):
        return format_html('<a href="{}">{}</a>', campaign.get_absolute_url(), campaign.slug)

    @admin.display(description="cas d’usage")
    def use_case_count(self, campaign):
        return campaign.use_case_links.count()

    @admin.display(description="instantané")
    def snapshot_text(self, campaign):
        if campaign.closed_at is None:
            return EMPTY
        snapshot = campaign.snapshot
        return format_html(
            '{} (méthode {}) — <a href="{}">voir les résultats</a>',
            snapshot.identifier,
            snapshot.method_version,
            reverse("campaign_results", args=[campaign.slug]),
        )


def _pages_of(campaign, user):
    """Return [(label, address)] of what this user may do to this campaign now, its own pages last."""
    pages = [("Pages de la campagne", reverse("campaign", args=[campaign.slug]))]
    if campaign.closed_at is None and user.has_perm("interviews.change_campaign"):
        pages.insert(0, ("Clore la campagne", reverse("campaign_closing", args=[campaign.slug])))
    if campaign.closed_at is None and user.has_perm(personal_links.PERMISSION):
        pages.insert(0, (personal_links.LABEL, reverse(f"admin:{personal_links.URL_NAME}", args=[campaign.pk])))
    return pages


def _flat(fields):
    return [name for each in fields for name in ([each] if isinstance(each, str) else each)]
