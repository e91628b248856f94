"""Charts of one use case that only the team sees, beside those of `usecases.charts`."""

from cnc_survey.charts.layouts import Bar, Slope, bars, slopes
from cnc_survey.charts.shapes import Chart, drawn
from cnc_survey.templatetags.house import percent_fr
from interviews.models import Satisfaction
from usecases.charts import NOT_SHOWN, base_words


def satisfaction_chart(cell, wave: str) -> Chart:
    """How satisfied those who use it, or have tried it, are."""
    shares = cell.figures["shares"] or {}
    happy = [shares.get(Satisfaction(value).code) for value in (1, 2)]
    title = f"{percent_fr(sum(happy), 0)} en sont satisfaits" if None not in happy else NOT_SHOWN
    tones = ("step-3", "step-1", "use-1", "use-2")
    rows = [
        Bar(str(answer.label), shares.get(answer.code), css=tone)
        for answer, tone in zip(Satisfaction, tones, strict=True)
    ]
    return drawn(
        bars(rows),
        title=title,
        subtitle=f"{base_words(cell)} l’ayant essayé · {wave}",
        description="Une barre par réponse, de très satisfait à très insatisfait.",
        columns=("Satisfaction", "Part"),
        rows=tuple((row.label, percent_fr(row.share)) for row in rows),
    )


def adoption_chart(waves: list[tuple[str, float | None]]) -> Chart:
    """The share of current users from wave to wave: [(wave, share)], at least two."""
    known = [share for _, share in waves if share is not None]
    title = f"De {percent_fr(known[0], 0)} à {percent_fr(known[-1], 0)} d’utilisateurs" if len(known) > 1 else NOT_SHOWN
    names, shares = [name for name, _ in waves], [share for _, share in waves]
    notes = ["" if share is None else percent_fr(share, 0) for share in shares]
    return drawn(
        slopes([Slope("Utilisateurs actuels", shares, notes, "use-3")], names, (0, 1), [(0, "0"), (1, "100\u202f%")]),
        title=title,
        subtitle=f"Part des utilisateurs actuels parmi les personnes concernées, {len(waves)} vagues",
        description="Un point par vague, relié au suivant ; sa hauteur donne la part des utilisateurs actuels.",
        columns=("Vague", "Part"),
        rows=tuple((name, percent_fr(share)) for name, share in waves),
    )
