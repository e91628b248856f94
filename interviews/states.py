"""States that are derived from facts: one table names them for the admin's filters and for the pages."""

from django.db.models import Case, Q, Value, When
from django.utils import timezone


def campaign_states():
    """Return [(code, label, condition)]; the first condition that holds names the state."""
    today = timezone.localdate()
    return [
        ("published", "publiée", Q(edition__isnull=False)),
        ("closed", "close, à publier", Q(closed_at__isnull=False)),
        ("upcoming", "à venir", Q(opens_on__gt=today)),
        ("ended", "terminée, à clore", Q(closes_on__lt=today)),
        ("open", "ouverte", Q(closed_at=None)),
    ]


def response_states():
    """Return [(code, label, condition)]; the first condition that holds names the state."""
    return [
        ("withdrawn", "retirée", Q(withdrawn_at__isnull=False)),
        ("excluded", "écartée", Q(excluded_at__isnull=False)),
        ("counted", "comptée", Q(submitted_at__isnull=False)),
        ("started", "en cours", Q(submitted_at=None)),
    ]


def interview_states():
    """Return [(code, label, condition)] on `Interview.objects.with_last_step()`; the first that holds names it."""
    return [
        ("withdrawn", "retiré", Q(withdrawn_at__isnull=False)),
        ("called_off", "annulé", Q(called_off_at__isnull=False)),
        ("approved", "approuvé", Q(last_step="approved")),
        ("returned", "à reprendre", Q(last_step="returned")),
        ("under_review", "en relecture", Q(last_step="under_review")),
        ("done", "à relire", Q(last_step="done")),
        ("draft", "en cours", Q(begun_at__isnull=False)),
        ("planned", "prévu", Q(begun_at=None)),
    ]


def name_state(states):
    """Return the expression that names a row's state by its code."""
    return Case(*(When(condition, then=Value(code)) for code, _, condition in states))


def label_of(states, state):
    return next(label for code, label, _ in states if code == state)
