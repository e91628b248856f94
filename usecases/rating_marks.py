"""The marks and figures of a rating as HTML, for the lists and pages of the admin."""

from django.template.loader import render_to_string

from cnc_survey.templatetags.house import number_fr, percent_fr
from usecases.models import Barrier, Benefit
from usecases.templatetags.ratings import base, dots, status

DOTS = ("●○○", "●●○", "●●●")
LEANINGS = {"up": "vers le haut", "down": "vers le bas"}

# An edition stands alone: the codes of its figures are worded here, without asking the survey that they came from.
USAGES = {
    "never_heard": "Jamais entendu parler",
    "aware": "Connu, pas essayé",
    "tried": "Essayé, sans plus",
    "occasional": "Usage occasionnel",
    "regular": "Usage régulier",
    "abandoned": "Abandonné",
}
FUNNEL = {
    "aware": "Connaissent",
    "tried": "Ont essayé",
    "current": "Utilisent",
    "regular": "Utilisent régulièrement",
    "abandoned": "Ont abandonné",
    "tried_if_aware": "Ont essayé, parmi ceux qui connaissent",
    "current_if_tried": "Utilisent, parmi ceux qui ont essayé",
    "regular_if_current": "Régulièrement, parmi ceux qui utilisent",
    "abandoned_if_used": "Ont abandonné, parmi ceux qui ont utilisé",
}
INTENTIONS = {"yes": "Oui", "maybe": "Peut-être", "no": "Non"}
DOMINANT = USAGES | INTENTIONS | {"current_users": "Utilisateurs actuels", "others": "Tous les autres"}


def level_mark(level, dimension):
    """Draw a level (1–3, or None) as the dots of the house, with its words for screen readers."""
    return render_to_string("components/dots.html", dots(level, dimension))


def status_mark(rating):
    """Word the status of a Rating, or of whatever has its `status` and `reason`."""
    return render_to_string("components/status.html", status(rating))


def base_mark(count):
    """Write a base, with † when it is small; nothing when it may not be shown."""
    return render_to_string("components/base.html", base(count))


def figures_table(figures):
    """Write the figures behind a rating, by name (`Rating.details`, or an assessment's), as tables a person can read.

    Every share is a part of one; a figure that is hidden or that does not exist is « n.s. ».
    """
    return render_to_string("admin/figures.html", {"sections": figure_sections(figures)})


def figure_sections(figures):
    """Return [(title, [(label, text)])] for the figures there are."""
    sections = [("Ensemble", _plain_rows(figures))]
    for name, title in BY_LEVEL.items():
        if name in figures:
            values = figures[name] or [None] * len(DOTS)
            sections.append((title, [(mark, percent_fr(value)) for mark, value in zip(DOTS, values, strict=True)]))
    for name, (title, labels) in BY_CODE.items():
        if name in figures:
            sections.append((title, _coded_rows(figures[name], labels)))
    for name, (title, labels_of) in CELLS.items():
        if name in figures:
            cell = figures[name]
            sections.append((title, [*_plain_rows(cell), *_coded_rows(cell["shares"], labels_of())]))
    if figures.get("unweighted"):
        sections += [(f"{title}, sans redressement", rows) for title, rows in figure_sections(figures["unweighted"])]
    return [(title, rows) for title, rows in sections if rows]


def _plain_rows(figures):
    return [(label, show(figures[name])) for name, (label, show) in PLAIN.items() if name in figures]


def _coded_rows(shares, labels):
    return [(labels.get(code, code), percent_fr(share)) for code, share in (shares or {}).items()]


def _names(entries):
    return dict(entries.objects.values_list("code", "name"))


def _decimal(value):
    return number_fr(value, 2)


PLAIN = {
    "mark": ("Signe", lambda mark: mark or "aucun"),
    "base": ("Base", number_fr),
    "dk_share": ("Ne sait pas", percent_fr),
    "rate": ("Utilisateurs actuels", percent_fr),
    "net": ("Solde d’intention", percent_fr),
    "low": ("Intervalle, de", percent_fr),
    "high": ("Intervalle, à", percent_fr),
    "probability": ("Probabilité du niveau calculé", percent_fr),
    "agreement": ("Accord", _decimal),
    "interpolated_median": ("Médiane interpolée", _decimal),
    "leaning": ("Tendance", lambda code: LEANINGS.get(code, "aucune")),
    "dominant": ("Réponse presque unanime", lambda code: DOMINANT.get(code, "aucune")),
}
BY_LEVEL = {"shares": "Part de chaque niveau", "probabilities": "Probabilité de chaque niveau"}
BY_CODE = {"usage": ("Stade d’usage", USAGES), "funnel": ("Diffusion", FUNNEL)}
CELLS = {
    "intention": ("Intention à 12 mois", lambda: INTENTIONS),
    "benefits": ("Intérêts", lambda: _names(Benefit)),
    "barriers": ("Freins", lambda: _names(Barrier)),
}
