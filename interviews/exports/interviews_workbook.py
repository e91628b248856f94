"""Interviews and verbatims as workbooks: whole for the team, published quotes alone for everybody."""

from collections.abc import Iterator
from pathlib import Path

from django.utils import timezone

from cnc_survey.workbook import Column, Notice, Sheet, write_workbook
from interviews.guided.code_tables import VARIABLES, code_table
from interviews.guided.double_coding import reliability_report
from interviews.guided.ratings import rated_levels
from interviews.guided.triangulation import triangulate
from interviews.guided.verbatim_states import STATES, with_state
from interviews.guided.verbatims import published_verbatims, verbatims_of
from interviews.models import Campaign, Code, Interview
from interviews.results.closing import require_closed
from interviews.results.disclosure import MARK_MEANINGS, PUBLIC, STAFF
from interviews.states import interview_states, name_state

from .readme_sheet import constant_lines, snapshot_lines

FICTIONAL = "Données fictives — démonstration."
HIDDEN_TEXT = "s"


def export_interviews(campaign: Campaign, path: Path) -> None:
    """Write all that the team holds of a campaign's interviews, names excepted. Raises WorkbookError."""
    sheets = [
        _notice(campaign, "Entretiens, version de travail", STAFF),
        _interviews(campaign),
        _ratings(campaign),
        _verbatims(campaign),
        *_code_tables(campaign, STAFF),
        *([_triangulation(campaign)] if campaign.closed_at else []),
        _codebook(),
    ]
    _write(campaign, path, sheets, "Entretiens")


def export_published_verbatims(campaign: Campaign, path: Path) -> None:
    """Write the quotes that everybody may read, and who speaks of what where it may be told.

    Raises CampaignError for a campaign not closed, WorkbookError.
    """
    require_closed(campaign)
    sheets = [
        _notice(campaign, "Verbatims publiés", PUBLIC),
        _published(campaign),
        *_code_tables(campaign, PUBLIC),
    ]
    _write(campaign, path, sheets, "Verbatims")


def _write(campaign, path, sheets, subject):
    banner = FICTIONAL if campaign.is_fictional else ""
    write_workbook(path, sheets, title=f"{subject} — {campaign}", subject=subject, banner=banner)


def _notice(campaign, heading, audience):
    report = reliability_report(campaign)
    agreement = [(row.label, row.spoken) for row in report.dimensions]
    agreement += [("Réserve", report.reserve)] if report.reserve else []
    reading = [
        ("Entretiens", "Tenus à part des questionnaires : ils disent pourquoi, les questionnaires disent combien."),
        ("Verbatims", "Mots d’une personne interrogée, relus par une seconde personne et acceptés par elle."),
        ("Ordre", "Tiré au sort, toujours le même : il ne dit rien de qui parle, ni de quand."),
        (
            "Attribut",
            "Un métier ou un secteur au plus, seulement si la personne l’accepte et qu’il est assez nombreux.",
        ),
        ("Personnes", "Une personne compte une fois par code ; elle peut avoir plusieurs métiers ou secteurs."),
        (HIDDEN_TEXT, MARK_MEANINGS[HIDDEN_TEXT]),
    ]
    sections = [
        ("Campagne", [("Titre", campaign.title), ("Clôture", _day(campaign.closed_at)), *snapshot_lines(campaign)]),
        ("Lire ce classeur", reading),
        ("Accord des codeurs (alpha de Krippendorff)", agreement),
        ("Seuils et constantes", constant_lines()),
    ]
    intro = () if audience == PUBLIC else ("Version de travail : à ne pas diffuser hors de l’équipe.",)
    return Notice("Lisez-moi", heading, sections, intro)


def _interviews(campaign):
    found = (
        Interview.objects.filter(campaign=campaign)
        .with_last_step()
        .annotate(state=name_state(interview_states()))
        .select_related("interviewer", "response")
        .prefetch_related("response__occupations", "response__sectors", "participants", "steps", "notes", "transcripts")
        .order_by("number")
    )
    labels = {code: label for code, label, _ in interview_states()}
    columns = [
        Column("Entretien", 11, "integer"),
        Column("Enquêteur", 18),
        Column("Jour", 13, "date"),
        Column("Mode", 20),
        Column("Minutes", 10, "integer"),
        Column("Métiers", 34),
        Column("Secteurs", 24),
        Column("Participants", 13, "integer"),
        Column("État", 16),
        Column("Notes", 10, "integer"),
        Column("Transcriptions", 15, "integer"),
        Column("Dernière note de relecture", 50),
    ]
    rows = (
        (
            one.number,
            one.interviewer.get_username(),
            timezone.localdate(one.starts_at),
            one.get_mode_display(),
            one.minutes,
            ", ".join(entry.name for entry in one.response.occupations.all()),
            ", ".join(entry.name for entry in one.response.sectors.all()),
            len(one.participants.all()),
            labels[one.state],
            sum(bool(note.text) for note in one.notes.all()),
            len(one.transcripts.all()),
            next((step.note for step in reversed(one.steps.all()) if step.note), ""),
        )
        for one in found
    )
    return Sheet("Entretiens", columns, rows, heading="Entretiens")


def _ratings(campaign):
    columns = [
        Column("Entretien", 11, "integer"),
        Column("Cas d’usage", 44),
        *(Column(name, 14, "dots", group="Niveaux") for name in ("Maturité", "Impact", "Adoption")),
        *(Column(name, 44, group="Ce qui les fonde") for name in ("Maturité", "Impact", "Adoption")),
    ]
    return Sheet("Notations", columns, _rated_rows(campaign), heading="Notations des enquêteurs")


def _rated_rows(campaign) -> Iterator[tuple]:
    interviews = Interview.objects.filter(campaign=campaign).kept().select_related("response").order_by("number")
    for interview in interviews:
        for one in rated_levels(interview):
            levels = ("ne sait pas" if level == 9 else level for level in one.levels.values())
            yield (interview.number, one.use_case.name, *levels, *one.reasons.values())


def _verbatims(campaign):
    labels = {code: label for code, label, _ in STATES}
    columns = [
        Column("Entretien", 11, "integer"),
        Column("Fonction", 22),
        Column("Mots exacts", 60),
        Column("Cas d’usage", 34),
        Column("Codes", 34),
        Column("Valence", 14),
        Column("Formulation publique", 60),
        Column("État", 22),
        Column("Début", 9, "integer"),
        Column("Fin", 9, "integer"),
    ]
    rows = (
        (
            one.participant.interview.number,
            one.participant.function,
            one.text,
            one.use_case.name if one.use_case else "",
            ", ".join(code.name for code in one.codes.all()),
            one.get_valence_display(),
            one.public_text,
            labels[one.state],
            one.start,
            one.end,
        )
        for one in with_state(verbatims_of(campaign)).order_by("participant__interview__number", "pk")
    )
    return Sheet("Verbatims", columns, rows, heading="Verbatims", intro=["Les citations retirées n’y figurent plus."])


def _published(campaign):
    columns = [
        Column("Verbatim", 80),
        Column("Cas d’usage", 40),
        Column("Thèmes", 36),
        Column("Métier ou secteur", 24),
    ]
    rows = (
        (one.text, one.use_case.name if one.use_case else "", ", ".join(one.themes), one.attribute)
        for one in published_verbatims(campaign)
    )
    return Sheet("Verbatims", columns, rows, heading="Verbatims publiés", intro=["Dans le désordre."])


def _code_tables(campaign, audience):
    for variable, name in VARIABLES.items():
        table = code_table(campaign, variable, audience)
        columns = [Column("Code", 40), Column("Ensemble", 11, "integer")]
        columns += [Column(category, 18, "integer") for category in table.categories]
        rows = (
            (row.code.name, *(HIDDEN_TEXT if cell.n is None else cell.n for cell in (row.total, *row.cells)))
            for row in table.rows
        )
        title = f"Codes par {'métier' if variable == 'occupations' else 'secteur'}"
        intro = ["Personnes interrogées qui en parlent. Les colonnes ne s’additionnent pas."]
        yield Sheet(title, columns, rows, heading=f"{title} ({name.lower()})", intro=intro)


def _triangulation(campaign):
    columns = [
        Column("Cas d’usage", 44),
        Column("Dimension", 22),
        Column("En vigueur", 13, "dots"),
        Column("Niveau", 13, "dots", group="Questionnaire"),
        Column("Statut", 18, group="Questionnaire"),
        Column("Base", 9, "integer", group="Questionnaire"),
        *(Column(dots, 9, "integer", group="Entretiens") for dots in ("●○○", "●●○", "●●●")),
        Column("Ensemble", 10, "integer", group="Entretiens"),
        Column("Lecture", 16),
    ]
    rows = (
        (
            row.use_case.name,
            row.dimension_label,
            row.in_force,
            row.questionnaire.level,
            row.questionnaire.status,
            row.questionnaire.base,
            *(row.interviews.counts or (None, None, None)),
            row.interviews.base,
            str(row.concordance or "texte seul"),
        )
        for row in triangulate(campaign, STAFF)
    )
    return Sheet("Croisement", columns, rows, heading="Questionnaire et entretiens, côte à côte, jamais mêlés")


def _codebook():
    columns = [
        Column("Code", 26),
        Column("Nom", 36),
        Column("Au sein de", 30),
        Column("Définition", 60),
        Column("État", 12),
    ]
    rows = (
        (
            code.code,
            code.name,
            code.parent.name if code.parent else "",
            code.definition,
            "retiré" if code.retired_at else "",
        )
        for code in Code.objects.select_related("parent").order_by("parent__position", "position", "name")
    )
    return Sheet("Livre de codes", columns, rows, heading="Livre de codes")


def _day(moment):
    return timezone.localdate(moment) if moment else "en cours"
