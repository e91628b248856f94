"""Charts of participation: counts alone."""

from cnc_survey.charts.layouts import Bar, Column, bars, columns
from cnc_survey.charts.shapes import Chart, drawn
from cnc_survey.templatetags.house import date_fr, number_fr, percent_fr
from interviews.fieldwork.participation import Day, Unit


def days_chart(days: list[Day], counted_on: str) -> Chart:
    """Questionnaires sent, day by day; `counted_on` says when the counting was done."""
    sent = sum(day.submitted for day in days)
    best = max(days, key=lambda day: day.submitted)
    title = (
        f"{_many(sent, 'réponse envoyée', 'réponses envoyées')}, le plus le {date_fr(best.day)}"
        if sent
        else "Aucune réponse n’a encore été envoyée"
    )
    return drawn(
        columns([Column(date_fr(day.day), day.submitted) for day in days]),
        title=title,
        subtitle=f"Questionnaires envoyés par jour · {counted_on}",
        description="Une colonne par jour, de l’ouverture au dernier jour vécu ; sa hauteur compte les envois du jour.",
        columns=("Jour", "Commencés", "Envoyés"),
        rows=tuple((date_fr(day.day), number_fr(day.started), number_fr(day.submitted)) for day in days),
    )


def units_chart(units: list[Unit], counted_on: str) -> Chart:
    """How far the questionnaires begun went, page by page."""
    begun, sent = units[0].reached, units[-1].reached
    hardest = max(units, key=lambda unit: unit.stopped)
    if not begun:
        title = "Personne n’a encore commencé"
    elif hardest.stopped:
        title = f"{percent_fr(sent / begun)} vont au bout ; le plus d’arrêts à la page « {hardest.title} »"
    else:
        title = "Tous ceux qui ont commencé sont allés au bout"
    rows = [
        Bar(
            unit.title,
            unit.reached / begun if begun else None,
            css="use-3" if unit is units[-1] else "use-2",
            note=f"{_many(unit.stopped, 'arrêt', 'arrêts')}" if unit.stopped else "",
        )
        for unit in units
    ]
    return drawn(
        bars(rows),
        title=title,
        subtitle=f"Base : {_many(begun, 'questionnaire commencé', 'questionnaires commencés')} · {counted_on}",
        description="Une barre par page, dans l’ordre : la part des questionnaires commencés qui l’ont atteinte.",
        columns=("Page", "Atteinte par", "Arrêtés là"),
        rows=tuple((unit.title, number_fr(unit.reached), number_fr(unit.stopped)) for unit in units),
    )


def _many(count, one, several):
    return f"{number_fr(count)} {one if count < 2 else several}"
