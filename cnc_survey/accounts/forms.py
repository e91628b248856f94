"""The sign-in form in the words of the house: a label above each field says it, no grey text inside."""

from allauth.account.forms import ConfirmLoginCodeForm, LoginForm
from allauth.mfa.base.forms import AuthenticateForm


class StaffLoginForm(LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "Nom d’utilisateur ou adresse électronique"
        _without_grey_text(self)


class StaffCodeForm(ConfirmLoginCodeForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _without_grey_text(self)


class StaffSecondFactorForm(AuthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _without_grey_text(self)


def _without_grey_text(form):
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
