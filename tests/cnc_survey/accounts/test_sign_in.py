"""Signing in: password, then a code by mail or from an application; a lockout; what the log keeps."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from cnc_survey.accounts.policy import DURATION, FAILURES
from cnc_survey.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
PASSWORD = "une-longue-phrase-de-passe"


@pytest.fixture(autouse=True)
def nobody_has_tried():
    cache.clear()


@pytest.fixture
def ada(settings):
    settings.SECOND_FACTOR = True
    return User.objects.create_user("ada", "ada@exemple.fr", PASSWORD, is_staff=True)


def sign_in(client, login="ada", password=PASSWORD, following="/admin/"):
    return client.post(reverse("account_login"), {"login": login, "password": password, "next": following})


def is_signed_in(client):
    return "_auth_user_id" in client.session


def give_application(user):
    """Tie an application to the account; return the code it shows now."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return code_of(secret)


def code_of(secret):
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def log():
    return list(AuditEntry.objects.order_by("pk").values_list("action", "actor_name"))


def test_the_admin_sends_to_the_page_of_the_house(client):
    response = client.get("/admin/")
    assert response.url == "/admin/login/?next=/admin/"
    assert client.get(response.url).url == "/compte/connexion/?next=%2Fadmin%2F"


@pytest.mark.parametrize("login", ["ada", "ada@exemple.fr", "ADA@exemple.fr"])
def test_a_code_by_mail_follows_the_password(ada, client, mailoutbox, login):
    assert sign_in(client, login).url.startswith("/compte/connexion/code/")
    assert not is_signed_in(client)
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == (["ada@exemple.fr"], "Votre code de connexion")
    code = re.search(r"observatoire : (\S+)", mail.body)[1]
    response = client.post(reverse("account_confirm_login_code"), {"code": code, "next": "/admin/"})
    assert response.url == "/admin/"
    assert is_signed_in(client)
    assert log() == [("signed_in", "ada")]


def test_a_wrong_code_does_not_sign_in(ada, client, mailoutbox):
    sign_in(client)
    response = client.post(reverse("account_confirm_login_code"), {"code": "AAAA-BBBB"})
    assert "Ce code n’est pas le bon" in response.content.decode()
    assert not is_signed_in(client)


def test_an_application_replaces_the_mail(ada, client, mailoutbox):
    code = give_application(ada)
    assert sign_in(client).url.startswith("/compte/connexion/second-facteur/")
    assert not is_signed_in(client)
    assert mailoutbox == []
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert is_signed_in(client)


def test_without_address_or_application_nobody_enters(ada, client):
    User.objects.filter(pk=ada.pk).update(email="")
    response = client.get(sign_in(client).url)
    assert "Votre compte n’a ni application" in response.content.decode()
    assert not is_signed_in(client)


def test_a_trial_on_one_s_own_machine_needs_no_second_factor(ada, client, settings):
    settings.SECOND_FACTOR = False
    assert sign_in(client).url == "/admin/"
    assert is_signed_in(client)


def test_a_wrong_password_says_the_same_whether_the_account_exists(ada, client):
    pages = [sign_in(client, name, "faux").content.decode() for name in ("ada", "personne")]
    assert all("Ce nom et ce mot de passe ne vont pas ensemble" in page for page in pages)
    # A name that is no account may be a password typed in the wrong field: it is not kept.
    assert log() == [("sign_in_failed", "ada"), ("sign_in_failed", "commande")]


@pytest.mark.parametrize("login", ["ada", "ada@exemple.fr"])
def test_guessing_locks_the_name_from_that_address_only(ada, client, time_machine, login):
    time_machine.move_to("2026-01-05 09:00:00+00:00", tick=False)
    statuses = [sign_in(client, login, "faux").status_code for _ in range(FAILURES)]
    assert statuses == [200] * (FAILURES - 1) + [429]
    page = sign_in(client, "ada")  # the right password does not help, nor the other way to name the account
    assert page.status_code == 429
    assert "Connexion suspendue pour 15" in page.content.decode()
    elsewhere = Client(REMOTE_ADDR="198.51.100.7")
    assert sign_in(elsewhere).status_code == 302
    time_machine.shift(DURATION)
    time_machine.shift(1)
    assert sign_in(client).status_code == 302
    assert ("locked_out", "ada") in log()


def test_a_password_is_renewed_by_mail(ada, client, mailoutbox):
    for address in ("ada@exemple.fr", "personne@exemple.fr"):
        response = client.post(reverse("account_reset_password"), {"email": address}, follow=True)
        assert "Si un compte existe à cette adresse" in response.content.decode()
    (mail,) = mailoutbox
    link = re.search(r"http://testserver(\S+)", mail.body)[1]
    page = client.get(link, follow=True)
    new = "une-autre-phrase-de-passe"
    client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})
    ada.refresh_from_db()
    assert ada.check_password(new)


def test_nobody_opens_an_account_by_themselves(client):
    response = client.post(
        reverse("account_signup"),
        {"username": "eve", "email": "eve@exemple.fr", "password1": PASSWORD, "password2": PASSWORD},
    )
    assert "Les comptes sont ouverts par un administrateur" in response.content.decode()
    assert not User.objects.exists()


def test_guesses_at_the_code_of_an_application_are_counted(ada, client):
    give_application(ada)
    sign_in(client)
    pages = [client.post(reverse("mfa_authenticate"), {"code": "000000"}).content.decode() for _ in range(11)]
    assert ["Ce code n’est pas le bon" in page for page in pages] == [True] * 10 + [False]
    assert not is_signed_in(client)


@pytest.mark.django_db(transaction=True)  # its mails leave once the change is committed
def test_an_application_is_tied_and_untied(ada, client, settings, mailoutbox, django_capture_on_commit_callbacks):
    settings.SECOND_FACTOR = False
    sign_in(client)
    confirmation = client.get(reverse("mfa_activate_totp")).url
    assert confirmation.startswith("/compte/confirmation/")  # signed in is not enough: the password again
    page = client.post(confirmation, {"password": PASSWORD}, follow=True)
    secret = page.context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert set(Authenticator.objects.values_list("type", flat=True)) == {"totp", "recovery_codes"}
    assert len(client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]) == 10
    assert "Codes de secours" in client.get(reverse("mfa_index")).content.decode()
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.exists()
    assert list(AuditEntry.objects.order_by("pk").values_list("action", "subject")) == [
        ("signed_in", ""),
        ("second_factor", "totp : ajouté"),
        ("second_factor", "recovery_codes : ajouté"),
        ("second_factor", "totp : retiré"),
        ("second_factor", "recovery_codes : retiré"),
    ]
    assert [mail.subject for mail in mailoutbox] == ["Second facteur activé", "Second facteur arrêté"]
