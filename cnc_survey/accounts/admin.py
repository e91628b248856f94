"""Accounts in the admin: opened without a password, which each person chooses by mail."""

from allauth.account.internal.flows.password_reset import request_password_reset
from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm

from cnc_survey.audit.log import record
from cnc_survey.audit.models import AuditEntry


class StaffCreationForm(AdminUserCreationForm):
    class Meta(AdminUserCreationForm.Meta):
        fields = ("username", "email")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].required = True  # the second factor goes there
        self.fields["email"].help_text = "Le code de connexion et le lien pour choisir le mot de passe y arrivent."
        self.fields["usable_password"].initial = "false"


@admin.action(description="Envoyer le lien pour choisir le mot de passe", permissions=["change"])
def send_password_link(model_admin, request, queryset):
    """Mail to each account chosen the link by which its holder sets a password."""
    written = [user for user in queryset.filter(is_active=True) if user.email]
    for user in written:
        request_password_reset(request, user.email, [user], token_generator=None)
    left = queryset.count() - len(written)
    messages.success(request, f"Liens envoyés : {len(written)}.")
    if left:
        messages.warning(request, f"Sans adresse ou désactivés, donc laissés : {left}.")


@admin.action(description="Retirer le second facteur (téléphone perdu)", permissions=["change"])
def remove_second_factor(model_admin, request, queryset):
    """Forget the application and the recovery codes of the accounts chosen: a code goes by mail again."""
    held = Authenticator.objects.filter(user__in=queryset).select_related("user")
    accounts = sorted({authenticator.user.get_username() for authenticator in held})
    for account in accounts:
        record(AuditEntry.Action.SECOND_FACTOR, request.user, f"{account} : retiré par un administrateur")
    held.delete()
    messages.success(request, f"Second facteur retiré : {', '.join(accounts) or 'aucun'}.")


class StaffAdmin(UserAdmin):
    add_form = StaffCreationForm
    add_fieldsets = (
        (
            None,
            {
                "fields": ("username", "email", "usable_password", "password1", "password2"),
                "description": "Laissez le compte sans mot de passe, donnez-lui ses rôles à la page suivante, puis "
                "choisissez dans la liste « Envoyer le lien pour choisir le mot de passe ».",
            },
        ),
    )
    actions = (send_password_link, remove_second_factor)
    list_display = ("username", "email", "last_name", "role_names", "is_active", "last_login")
    list_filter = ("is_active", "groups")

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description="rôles")
    def role_names(self, user):
        return ", ".join(group.name for group in user.groups.all()) or "—"

    def save_model(self, request, obj, form, change):
        if not change:
            obj.is_staff = True  # no other account exists here
        super().save_model(request, obj, form, change)
