"""What django-axes asks of the house: whom it counts, and what a person locked out reads."""

from django.contrib.auth import get_user_model
from django.shortcuts import render

from .policy import DURATION, FAILURES


def name_tried(request, credentials):
    """Return the account that somebody tries, by its name whether they typed it or its address."""
    credentials = credentials or {}
    typed = credentials.get("username") or credentials.get("email") or request.POST.get("login", "")
    typed = typed.strip().lower()
    account = get_user_model().objects.filter(email__iexact=typed).first() if "@" in typed else None
    return account.get_username() if account else typed


def locked_out(request, original_response=None, credentials=None):
    """The page that says how long to wait, whether the name exists or not."""
    minutes = int(DURATION.total_seconds()) // 60
    return render(request, "account/locked_out.html", {"minutes": minutes, "failures": FAILURES}, status=429)
