"""The pages of an account: those of django-allauth that we use, at French addresses, and no other."""

from allauth.account import views
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.urls import path, re_path

urlpatterns = [
    path("connexion/", views.login, name="account_login"),
    path("connexion/code/", views.confirm_login_code, name="account_confirm_login_code"),
    path("connexion/second-facteur/", second_factor.authenticate, name="mfa_authenticate"),
    path("creation/", views.signup, name="account_signup"),
    path("deconnexion/", views.logout, name="account_logout"),
    path("inactif/", views.account_inactive, name="account_inactive"),
    path("confirmation/", views.reauthenticate, name="account_reauthenticate"),
    path("confirmation/second-facteur/", second_factor.reauthenticate, name="mfa_reauthenticate"),
    path("mot-de-passe/", views.password_change, name="account_change_password"),
    path("mot-de-passe/premier/", views.password_set, name="account_set_password"),
    path("mot-de-passe/oublie/", views.password_reset, name="account_reset_password"),
    path("mot-de-passe/oublie/envoye/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^mot-de-passe/nouveau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "mot-de-passe/choisi/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("second-facteur/", second_factor.index, name="mfa_index"),
    path("second-facteur/application/", totp.activate_totp, name="mfa_activate_totp"),
    path("second-facteur/application/arret/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("second-facteur/secours/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "second-facteur/secours/nouveaux/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"
    ),
    path("second-facteur/secours.txt", recovery_codes.download_recovery_codes, name="mfa_download_recovery_codes"),
]
