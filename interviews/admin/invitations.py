"""Invitations: listed and revoked. Links are made from their campaign, and shown there once."""

from django import forms
from django.contrib import admin, messages

from cnc_survey.admin_parts import ReadOnly
from interviews.collection.invitations import revoke_invitations

from .pages import ask_about_selection, is_confirmed


class InvitationAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["number", "campaign", "channel", "created_on", "revoked_on"]
    list_filter = ["campaign", "channel", ("revoked_on", admin.EmptyFieldListFilter)]
    list_select_related = ["campaign"]
    show_full_result_count = False  # a second count of a table that may hold millions
    search_fields = ["campaign__title", "campaign__slug"]
    date_hierarchy = "created_on"
    fields = ["campaign", "channel", "created_on", "revoked_on"]
    actions = ["revoke"]

    def has_revoke_permission(self, request):
        return request.user.has_perm("interviews.change_invitation")

    @admin.display(description="numéro", ordering="pk")
    def number(self, invitation):
        return str(invitation.pk)

    @admin.action(description="Révoquer", permissions=["revoke"])
    def revoke(self, request, queryset):
        """Ask first: a link that somebody holds stops opening."""
        still_open = queryset.filter(revoked_on=None)
        if is_confirmed(request):
            for invitation in still_open.select_related("campaign"):
                self.log_change(request, invitation, "Révoquée.")
            messages.success(request, f"Liens révoqués : {revoke_invitations(queryset)}.")
            return None
        return ask_about_selection(
            self,
            request,
            "revoke",
            title="Révoquer des liens",
            form=forms.Form(),
            button="Révoquer",
            intro=[
                f"Liens encore valables dans votre sélection : {still_open.count()}.",
                "Un lien révoqué n’ouvre plus rien, et ne se rétablit pas. Les réponses déjà envoyées restent.",
            ],
        )
