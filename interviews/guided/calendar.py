"""Interviews as a calendar file (RFC 5545). It names nobody: calendars are shared."""

from collections.abc import Iterable
from datetime import timedelta

from icalendar import Calendar, Event

from interviews.models import Interview


def calendar_of(interviews: Iterable[Interview], host: str) -> bytes:
    """Return one event per interview; the same interview keeps its identifier, so that importing again updates it."""
    calendar = Calendar()
    calendar.add("prodid", "-//Observatoire des usages de l’IA//Entretiens//FR")
    calendar.add("version", "2.0")
    for interview in interviews:
        event = Event()
        event.add("uid", f"entretien-{interview.pk}@{host}")
        event.add("summary", f"{interview} — {interview.campaign}")
        event.add("dtstart", interview.starts_at)
        event.add("dtend", interview.starts_at + timedelta(minutes=interview.minutes))
        event.add("dtstamp", interview.starts_at)
        event.add("location", interview.place or interview.get_mode_display())
        event.add("status", "CANCELLED" if interview.called_off_at else "CONFIRMED")
        calendar.add_component(event)
    return calendar.to_ical()
