"""What the log keeps of sign-ins. These are signals because the libraries that sign people in offer nothing else."""

from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from axes.signals import user_locked_out
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from cnc_survey.audit.log import record
from cnc_survey.audit.models import AuditEntry

from .lockout import name_tried

Action = AuditEntry.Action


@receiver(user_logged_in)
def signed_in(sender, user, **kwargs):
    record(Action.SIGNED_IN, user)


@receiver(user_logged_out)
def signed_out(sender, user, **kwargs):
    if user is not None:
        record(Action.SIGNED_OUT, user)


@receiver(user_login_failed)
def sign_in_failed(sender, credentials, request=None, **kwargs):
    if request is not None:
        record(Action.SIGN_IN_FAILED, _account(name_tried(request, credentials)))


@receiver(user_locked_out)
def locked_out(sender, request, username, **kwargs):
    record(Action.LOCKED_OUT, _account(username))


@receiver(authenticator_added)
def second_factor_added(sender, user, authenticator, **kwargs):
    record(Action.SECOND_FACTOR, user, f"{authenticator.type} : ajouté")


@receiver([authenticator_removed, authenticator_reset])
def second_factor_changed(sender, signal, user, authenticator, **kwargs):
    change = "retiré" if signal is authenticator_removed else "renouvelé"
    record(Action.SECOND_FACTOR, user, f"{authenticator.type} : {change}")


def _account(name):
    # A name that is no account may be a password typed in the wrong field: it is not kept.
    return get_user_model().objects.filter(username=name).first()
