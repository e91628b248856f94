"""What the house asks of django-allauth: accounts are given, never taken, and a password alone is not enough."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages

from cnc_survey.rate_limit import network_address

NO_ADDRESS = (
    "Votre compte n’a ni application d’authentification ni adresse électronique où envoyer un code. "
    "Demandez à un administrateur d’indiquer votre adresse."
)
WRONG_CODE = "Ce code n’est pas le bon, ou il a expiré."
TOO_MANY = "Trop d’essais : attendez cinq minutes avant de recommencer."


class StaffAccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": "Ce nom et ce mot de passe ne vont pas ensemble. Vérifiez l’un et l’autre.",
        "email_password_mismatch": "Cette adresse et ce mot de passe ne vont pas ensemble. Vérifiez l’un et l’autre.",
        "incorrect_code": WRONG_CODE,
        "too_many_login_attempts": TOO_MANY,
        "incorrect_password": "Ce n’est pas votre mot de passe actuel.",
    }

    def is_open_for_signup(self, request):
        return False

    def get_client_ip(self, request):
        return network_address(request)

    def is_login_by_code_required(self, login):
        """After the password, a code by mail, unless the person's own application gives one."""
        if not settings.SECOND_FACTOR or is_mfa_enabled(login.user):
            return False
        login.email = login.user.email  # where the code goes: the address on file, never the one typed
        required = super().is_login_by_code_required(login)
        if required and not login.user.email:
            messages.error(self.request, NO_ADDRESS)
        return required

    def add_message(self, *args, **kwargs):
        """Say nothing of what the next page shows by itself (« connexion réussie »…)."""


class StaffMFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": WRONG_CODE}
