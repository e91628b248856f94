"""Entretiens and Verbatims: what the interviews say, beside the questionnaires and never mixed with them."""

from django.utils.text import capfirst

from cnc_survey.workbook import Column, Sheet
from interviews.analysis.constants import INTERVIEWS_MIN
from interviews.analysis.flags import Concordance, interview_concordance
from interviews.guided.double_coding import reliability_report
from interviews.guided.verbatims import published_verbatims
from interviews.models import CubeCell
from interviews.results.cube import read_cells
from usecases.models import Dimension, Rating

from .shown import DOTS, Cell, Row, Setting, lay_out, plain_page

CONCORDANCE = {
    Concordance.CONVERGENT: "Convergents",
    Concordance.DIVERGENT: "Divergents",
    Concordance.NUANCE: "À nuancer",
}
ITEMS = {Dimension.MATURITY: "maturity", Dimension.IMPACT: "impact"}


def interview_sheet(setting: Setting, rows: dict[Dimension, list[Row]]) -> Sheet:
    """Return the sheet Entretiens: each rated use case by questionnaire, then by interview."""
    title, heading = "Entretiens", "Questionnaires et entretiens, côte à côte"
    cells = {
        (cell.use_case, cell.item): cell
        for cell in read_cells(
            setting.snapshot, setting.audience, items=list(ITEMS.values()), mode=CubeCell.Mode.INTERVIEW
        )
        if not cell.variable
    }
    lines = [
        _line(row, str(dimension.label), cells[row.assessment.use_case.code, item], setting)
        for dimension, item in ITEMS.items()
        for row in rows[dimension]
        if _is_told(cells.get((row.assessment.use_case.code, item)))
    ]
    if not lines:
        return plain_page(setting, title, heading, "Aucun entretien ne note un cas d’usage dans cette campagne.")
    columns = [
        Column("Cas d’usage", 44),
        Column("Indicateur", 24),
        Column("Niveau", 11, "dots", "Questionnaires"),
        Column("Statut", 18, "text", "Questionnaires"),
        Column("Base", 9, "integer", "Questionnaires"),
        Column("Signe", 8, "text", "Questionnaires"),
        *(Column(dots, 9, "integer", "Entretiens") for dots in DOTS.values()),
        Column("Entretiens", 11, "integer", "Entretiens"),
        Column("Signe", 8, "text", "Entretiens"),
        Column("Lecture", 16),
        Column("Code", 34, is_printed=False),
    ]
    report = reliability_report(setting.campaign)
    rated = [row for row in report.dimensions if row.dimension in ITEMS]
    agreement = " ; ".join(f"{row.label.lower()} {row.spoken}" for row in rated)
    notes = (
        "Les entretiens n’entrent dans aucune note : ils sont choisis, pas tirés au sort. En dessous de "
        f"{INTERVIEWS_MIN} entretiens sur un cas d’usage, rien n’est chiffré.",
        f"Les niveaux sont ceux de la personne qui code. Accord des codeurs (alpha de Krippendorff) : {agreement}. "
        f"{report.reserve}".rstrip(),
    )
    return lay_out(setting, title, heading, columns, lines, notes=notes)


def _is_told(cell):
    """A use case that somebody rated; for the public, by enough interviews to be counted."""
    return cell is not None and bool(cell.base)


def _line(row, dimension, shown, setting):
    cell = Cell(shown.figures | {"mark": shown.mark, "base": shown.base}, setting.is_public)
    counts = cell.show("counts")
    # Beside the level of this row, which may not be the one computed at closing.
    reading = counts if isinstance(counts, str) else CONCORDANCE.get(interview_concordance(counts, row.level))
    return (
        row.assessment.use_case.name,
        dimension,
        DOTS.get(row.level),
        capfirst(Rating.Status(row.assessment.status).label),
        row.cell.show("base"),
        row.cell.figures["mark"],
        *(cell.show("counts", place) for place in range(len(DOTS))),
        cell.show("base"),
        shown.mark,
        reading,
        row.assessment.use_case.code,
    )


def verbatim_sheet(setting: Setting) -> Sheet:
    """Return the sheet Verbatims: the quotes that everybody may read, in the drawn order of `published_verbatims`,
    which says nothing of who spoke when (METHOD.md §5.6)."""
    title, heading = "Verbatims", "Paroles recueillies, dans leur formulation publique"
    rows = [
        (one.use_case.name if one.use_case else "Transversal", ", ".join(one.themes), one.attribute, one.text)
        for one in published_verbatims(setting.campaign)
    ]
    if not rows:
        return plain_page(setting, title, heading, "Aucun verbatim publié dans cette campagne.")
    columns = [
        Column("Cas d’usage", 44),
        Column("Thèmes", 30),
        Column("Métier ou secteur", 22),
        Column("Verbatim", 100),
    ]
    notes = (
        "Publiés avec l’accord de chaque personne, après relecture ; sans nom, œuvre, entreprise, lieu ni date. "
        "Dans le désordre.",
    )
    return lay_out(setting, title, heading, columns, rows, notes=notes)
