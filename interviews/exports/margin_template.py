"""The workbook in which population margins are entered: every category there is, with the targets already given."""

from cnc_survey.workbook import Column, Notice, Sheet, write_workbook
from interviews.models import Campaign
from interviews.models.weighting import NOT_GIVEN, SEPARATOR
from interviews.results.margin_file import COLUMNS, SHEET, UNITS
from interviews.results.margins import CUMULATED, Variable, known_categories

WIDTHS = {"variable": 20, "modalite": 34, "libelle": 46, "cible": 12, "unite": 10, "source": 44, "annee": 9}
HOW_TO = [
    ("Remplir", "Donnez une cible aux modalités que vous connaissez ; une ligne sans cible n’est pas importée."),
    ("Unité", "« effectif » pour un nombre de personnes, « part » pour un pourcentage de 0 à 100."),
    (
        "Toutes les modalités",
        "Hors métiers et secteurs, une variable se donne en entier : chaque modalité que des répondants ont choisie "
        f"demande une cible, « {NOT_GIVEN} » comprise quand certains n’ont pas répondu.",
    ),
    (
        "Regrouper",
        f"Des modalités trop rares se regroupent : leurs codes dans la même cellule, séparés par « {SEPARATOR} », "
        "par exemple 45_59|60_plus.",
    ),
    (
        "Métiers et secteurs",
        "Une personne peut en avoir plusieurs : chaque ligne se cale seule, en oui ou non. Les effectifs sont ceux de "
        "personnes distinctes, et la ligne « population » donne leur total.",
    ),
    ("Source, année", "Obligatoires : elles sont imprimées avec chaque chiffre redressé."),
]


def write_margin_template(campaign: Campaign, target) -> None:
    """Write the template to a path or a binary stream; what the campaign already has is filled in."""
    write_workbook(
        target,
        [
            Sheet(
                title=SHEET,
                columns=[Column(name, WIDTHS[name], "decimal" if name == "cible" else "text") for name in COLUMNS],
                rows=list(_rows(campaign)),
            ),
            Notice(title="Mode d’emploi", heading="Marges de population", sections=[("Comment remplir", HOW_TO)]),
        ],
        title=f"Marges de population : {campaign.title}",
    )


def _rows(campaign):
    units = {unit: word for word, unit in UNITS.items()}
    known = known_categories()
    given = {}
    for row in campaign.margins.order_by("pk"):
        given.setdefault(row.variable, []).append(row)
    for variable in Variable:
        labels, taken = known[variable], set()
        for row in given.get(variable, []):
            taken.update(row.codes or [""])
            label = " + ".join(str(labels.get(code, code)) for code in row.codes)
            yield (variable.value, row.category, label, row.target, units[row.unit], row.source, row.year)
        for code, label in labels.items() if labels else [("", "Toutes les personnes")]:
            # A merged category stands once; an occupation alone may stand beside the group that holds it.
            if code not in taken and not (code == NOT_GIVEN and variable in CUMULATED):
                yield (variable.value, code, str(label), None, None, None, None)
