"""The project refuses to start half-configured, and is secure as soon as DEBUG is off."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


def manage(*arguments, **environment):
    clean = {name: os.environ[name] for name in ("PATH", "HOME", "SYSTEMROOT") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=clean | environment, capture_output=True, text=True
    )


@pytest.mark.parametrize(
    ("environment", "missing"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"DEBUG": "0", "ALLOWED_HOSTS": "example.fr"}, "SECRET_KEY"),
        ({"SECRET_KEY": "k" * 60}, "ALLOWED_HOSTS"),
    ],
)
def test_a_missing_setting_is_a_sentence_not_a_traceback(environment, missing):
    started = manage("check", **environment)
    assert started.returncode == 1
    assert missing in started.stderr
    assert started.stderr.startswith("Configuration : ")
    assert "Traceback" not in started.stderr


def test_a_production_environment_passes_the_deployment_checks():
    key = "dtV7zq3nR9sK2mX8bW5cJ6fH4gL1pY0aQeUiOoTrEwMnBvCxZ"
    checked = manage(
        "check", "--deploy", "--fail-level", "WARNING", SECRET_KEY=key + "!@", ALLOWED_HOSTS="observatoire.example.fr"
    )
    assert (checked.returncode, checked.stderr) == (0, "")


def test_without_debug_everything_travels_encrypted_and_nothing_is_inlined():
    code = (
        "import json; from django.conf import settings as s;"
        "print(json.dumps([s.DEBUG, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT,"
        "s.SECURE_HSTS_SECONDS, s.CONTENT_SECURITY_POLICY['DIRECTIVES']['script-src']]))"
    )
    shown = manage("shell", "-v", "0", "-c", code, SECRET_KEY="k" * 60, ALLOWED_HOSTS="example.fr")
    assert json.loads(shown.stdout) == [False, True, True, True, 31536000, ["'self'"]]


def test_the_production_server_refuses_debug():
    refused = manage("serve", DEBUG="1")
    assert refused.returncode == 1
    assert "DEBUG=1" in refused.stderr


@pytest.mark.parametrize(("proxy", "counted", "starts"), [("0", "0", 20), ("1", "0", 2000), ("1", "1", 20)])
def test_behind_a_proxy_that_is_not_counted_one_address_is_everybody(proxy, counted, starts):
    code = "from django.conf import settings; print(settings.STARTS_PER_HOUR)"
    behind = {"BEHIND_PROXY": proxy, "TRUSTED_PROXIES": counted}
    shown = manage("shell", "-v", "0", "-c", code, SECRET_KEY="k" * 60, ALLOWED_HOSTS="example.fr", **behind)
    assert int(shown.stdout) == starts


def test_mail_leaves_by_the_server_of_the_environment():
    code = (
        "from django.conf import settings as s;"
        "print(s.EMAIL_BACKEND, s.EMAIL_HOST, s.EMAIL_PORT, s.EMAIL_USE_TLS, s.DEFAULT_FROM_EMAIL)"
    )
    chosen = {"EMAIL_URL": "smtp+tls://user:password@mail.example.fr:587", "ALLOWED_HOSTS": ".example.fr"}
    shown = manage("shell", "-v", "0", "-c", code, SECRET_KEY="k" * 60, **chosen)
    assert shown.stdout.split() == [
        "django.core.mail.backends.smtp.EmailBackend",
        "mail.example.fr",
        "587",
        "True",
        "observatoire@example.fr",
    ]
