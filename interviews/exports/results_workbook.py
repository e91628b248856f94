"""The results workbook of a closed campaign: aggregated figures only, read from the frozen evidence."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path

from cnc_survey.workbook import Column, Sheet, write_workbook
from interviews.analysis.disclosure import round_percent
from interviews.frames import INTENTIONS, LADDER
from interviews.models import Assessment, Campaign
from interviews.results.closing import require_closed
from interviews.results.disclosure import (
    CURRENT_USERS,
    GROUPED,
    MARK_MEANINGS,
    MARKS,
    OTHERS,
    PUBLIC,
    STAFF,
    VISIBLE,
    public_participation,
)
from interviews.results.evidence import read_evidence
from interviews.results.profiles import read_profiles
from interviews.results.publication import PROPOSALS, published_level
from usecases.models import Barrier, Benefit, Dimension, Rating
from usecases.wording import REASON_LABELS

from .codebook import list_codes
from .ratings_table import in_catalogue_order
from .readme_sheet import describe_dates, readme_sheet

FICTIONAL_BANNER = "DONNÉES FICTIVES : démonstration, réponses simulées."
DOTS = {1: "●○○", 2: "●●○", 3: "●●●"}
LEANINGS = {"up": "vers le haut", "down": "vers le bas"}
FUNNEL = {
    "tried_if_aware": "Ont essayé, parmi ceux qui connaissent",
    "current_if_tried": "Utilisent, parmi ceux qui ont essayé",
    "regular_if_current": "Régulièrement, parmi ceux qui utilisent",
    "abandoned_if_used": "Ont abandonné, parmi ceux qui ont utilisé",
}
MORE_THAN_GROUP, LESS_THAN_REST = "> 90 %", "< 10 %"
SEVERAL_TRADES = "Une personne peut avoir plusieurs métiers ou secteurs ; les lignes ne s’additionnent pas."


@dataclass(frozen=True)
class Cell:
    """The figures of one indicator for one audience. A figure hidden from it shows the mark that hides it."""

    figures: dict
    is_public: bool

    def show(self, name, key=None):
        """Return the figure `name` (its entry `key` when it has several), a mark, or None when there is none."""
        mark = self.figures["mark"]
        if self.is_public and mark in VISIBLE and name not in VISIBLE[mark]:
            return self._dominance(name, key) or mark
        value = self.figures[name]
        return value if key is None or value is None else value[key]

    def percent(self, name, key=None):
        """Return a share rounded as it is printed everywhere: one decimal of a percent, half up."""
        return _percent(self.show(name, key))

    def part(self, name):
        return Cell(self.figures[name], self.is_public)

    def _dominance(self, name, key):
        """Return what may be said of the share of an answer when nearly everybody gave the same."""
        if self.figures["mark"] != GROUPED:
            return None
        dominant = self.figures["dominant"]
        if name == "rate":
            return {CURRENT_USERS: MORE_THAN_GROUP, OTHERS: LESS_THAN_REST}.get(dominant)
        return MORE_THAN_GROUP if key == dominant else None


@dataclass(frozen=True)
class Row:
    """One use case on one dimension, as the sheets show it."""

    assessment: Assessment
    cell: Cell
    is_published: bool

    @property
    def level(self):
        """The level published, or that the campaign proposes while nobody has decided."""
        assessment = self.assessment
        if self.is_published or assessment.decision or assessment.status not in PROPOSALS:
            return published_level(assessment)
        return assessment.computed_level

    @property
    def steps(self):
        before = self.assessment.baseline_level
        return None if before is None or self.level is None else self.level - before


@dataclass(frozen=True)
class Field:
    """One column of a sheet: how it looks, and what it shows of a row."""

    column: Column
    value: Callable[[Row], object]


def export_results(campaign: Campaign, target: Path, audience: str = PUBLIC) -> None:
    """Write the workbook to `target`, whole or not at all; the same campaign always gives the same bytes.

    For the public every figure is masked (METHOD.md §5); for staff all are shown, and a column says what the public
    does not see. Raises CampaignError when the campaign is not closed.
    """
    require_closed(campaign)
    is_public = audience == PUBLIC
    evidence = read_evidence(campaign.snapshot, audience)
    rows = [
        Row(
            assessment,
            Cell(evidence[assessment.use_case.code, assessment.dimension], is_public),
            is_published=campaign.edition_id is not None,
        )
        for assessment in in_catalogue_order(campaign)
    ]
    by_dimension = {
        dimension: [row for row in rows if row.assessment.dimension == dimension] for dimension in Dimension
    }
    adoption = by_dimension[Dimension.ADOPTION]
    lead = _lead_lines(campaign, is_public)
    sheets = [
        _summary_sheet(by_dimension, lead, campaign),
        _sheet("Maturité", "Maturité technologique", lead, _level_fields(campaign), by_dimension[Dimension.MATURITY]),
        _sheet("Adoption", "Adoption", lead, _adoption_fields(campaign), adoption),
        _sheet("Impact", "Impact pressenti", lead, _level_fields(campaign), by_dimension[Dimension.IMPACT]),
        _sheet("Intérêts", "Intérêts cochés", lead, _mention_fields("benefits", Benefit), adoption),
        _sheet("Freins", "Freins cochés", lead, _mention_fields("barriers", Barrier), adoption),
        _sheet("Intentions", "Intention d’utiliser, à douze mois", lead, _intention_fields(), adoption),
        _profile_sheet(campaign, lead, is_public),
        _dictionary_sheet(),
    ]
    write_workbook(
        target,
        [readme_sheet(campaign, is_public), *sheets],
        title=f"Résultats : {campaign.title}",
        subject="Usages de l’intelligence artificielle dans le cinéma, l’audiovisuel et le jeu vidéo",
        description=f"Instantané {campaign.snapshot.identifier}, méthode {campaign.snapshot.method_version}",
        created=campaign.closed_at.astimezone(UTC).replace(tzinfo=None),
        banner=FICTIONAL_BANNER if campaign.is_fictional else "",
    )


def _lead_lines(campaign, is_public):
    participation = public_participation(campaign.snapshot) if is_public else campaign.snapshot.participation
    respondents = participation["respondents"]
    counted = "moins de 5 répondants" if respondents is None else f"{respondents} répondants"
    audience = "version publique" if is_public else "version de travail, non masquée"
    return [
        f"{campaign.title}, {describe_dates(campaign)} · {counted} · non redressé · {audience}",
        f"Instantané {campaign.snapshot.identifier} · méthode {campaign.snapshot.method_version}",
    ]


def _sheet(title, heading, lead, fields, rows):
    return Sheet(
        title=title,
        columns=[field.column for field in fields],
        rows=[[field.value(row) for field in fields] for row in rows],
        heading=heading,
        intro=lead,
        notes=_notes(),
    )


def _notes():
    return [*(f"{mark} : {meaning}." for mark, meaning in MARK_MEANINGS.items()), SEVERAL_TRADES]


def _identity_fields():
    return [
        Field(Column("Cas d’usage", 44), lambda row: row.assessment.use_case.name),
        Field(Column("Famille", 30), lambda row: row.assessment.use_case.family.name),
        Field(Column("Code", 34), lambda row: row.assessment.use_case.code),
    ]


def _level_pair(header, level):
    """Return a level twice: as a number to sort and count, as dots to read."""
    return [
        Field(Column(header, 11, "integer"), level),
        Field(Column(f"{header} (points)", 14, "dots"), lambda row: DOTS.get(level(row))),
    ]


def _outcome_header(campaign):
    return "Publié" if campaign.edition_id else "Proposé"


def _rating_fields(campaign):
    return [
        *_level_pair("En vigueur", lambda row: row.assessment.baseline_level),
        *_level_pair(_outcome_header(campaign), lambda row: row.level),
        Field(Column("Statut", 18), lambda row: _sentence(Rating.Status(row.assessment.status).label)),
        Field(Column("Base", 9, "integer"), lambda row: row.cell.show("base")),
        Field(Column("Signe", 8), lambda row: row.cell.figures["mark"]),
        Field(Column("Probabilité", 12, "percent"), lambda row: row.cell.percent("probability")),
        Field(Column("Évolution", 11, "integer"), lambda row: row.steps),
    ]


def _decision_fields():
    return [
        *_level_pair("Calculé", lambda row: row.assessment.computed_level),
        Field(Column("Motif du statut", 26), lambda row: _sentence(REASON_LABELS.get(row.assessment.reason, ""))),
        Field(Column("Décision", 24), lambda row: _sentence(row.assessment.get_decision_display())),
        Field(Column("Motif de la décision", 30), lambda row: row.assessment.decision_reason),
    ]


def _probability_fields():
    return [
        Field(
            Column(DOTS[level], 10, "percent", group="Probabilité de chaque niveau"),
            lambda row, place=level - 1: row.cell.percent("probabilities", place),
        )
        for level in DOTS
    ]


def _level_fields(campaign):
    return [
        *_identity_fields(),
        *_rating_fields(campaign),
        *(
            Field(
                Column(DOTS[level], 10, "percent", group="Part de chaque niveau"),
                lambda row, place=level - 1: row.cell.percent("shares", place),
            )
            for level in DOTS
        ),
        Field(Column("Ne sait pas", 11, "percent"), lambda row: row.cell.percent("dk_share")),
        *_probability_fields(),
        Field(Column("Accord", 10, "decimal"), lambda row: row.cell.show("agreement")),
        Field(Column("Médiane interpolée", 12, "decimal"), lambda row: row.cell.show("interpolated_median")),
        Field(Column("Tendance", 14), lambda row: _leaning(row.cell.show("leaning"))),
        *_decision_fields(),
    ]


def _adoption_fields(campaign):
    users = "Utilisateurs actuels"
    return [
        *_identity_fields(),
        *_rating_fields(campaign),
        Field(Column("Part", 10, "percent", group=users), lambda row: row.cell.percent("rate")),
        Field(Column("De", 10, "percent", group=users), lambda row: row.cell.percent("low")),
        Field(Column("À", 10, "percent", group=users), lambda row: row.cell.percent("high")),
        *(
            Field(
                Column(str(step.label), 16, "percent", group="Stade d’usage"),
                lambda row, code=step.code: row.cell.percent("usage", code),
            )
            for step in LADDER
        ),
        *(
            Field(
                Column(label, 18, "percent", group="D’un stade au suivant"),
                lambda row, name=name: row.cell.percent("funnel", name),
            )
            for name, label in FUNNEL.items()
        ),
        *_probability_fields(),
        *_decision_fields(),
    ]


def _part_fields(part):
    return [
        *_identity_fields(),
        Field(Column("Base", 9, "integer"), lambda row: row.cell.part(part).show("base")),
        Field(Column("Signe", 8), lambda row: row.cell.part(part).figures["mark"]),
    ]


def _mention_fields(part, entries):
    names = entries.objects.order_by("position", "code").values_list("code", "name")
    return [
        *_part_fields(part),
        *(
            Field(Column(name, 18, "percent"), lambda row, code=code: _mention(row.cell.part(part), code))
            for code, name in names
        ),
    ]


def _mention(cell, code):
    shares = cell.show("shares")
    # An entry added to the list since the closing was not asked.
    return _percent(shares.get(code)) if isinstance(shares, dict) else shares


def _intention_fields():
    net = "Solde d’intention"
    return [
        *_part_fields("intention"),
        *(
            Field(
                Column(str(answer.label), 12, "percent", group="Réponses des non-utilisateurs"),
                lambda row, code=answer.code: row.cell.part("intention").percent("shares", code),
            )
            for answer in INTENTIONS
        ),
        *(
            Field(
                Column(header, 11, "percent", group=net),
                lambda row, name=name: row.cell.part("intention").percent(name),
            )
            for header, name in (("Solde", "net"), ("De", "low"), ("À", "high"))
        ),
    ]


def _summary_sheet(by_dimension, lead, campaign):
    identity = _identity_fields()[:2]
    fields = [
        replace(field, column=replace(field.column, group=str(dimension.label)))
        for dimension in Dimension
        for field in _rating_fields(campaign)
    ]
    per_dimension = len(fields) // len(Dimension)
    rows = [
        [field.value(rows[0]) for field in identity]
        + [field.value(rows[place // per_dimension]) for place, field in enumerate(fields)]
        for rows in zip(*by_dimension.values(), strict=True)
    ]
    return Sheet(
        title="Synthèse",
        columns=[field.column for field in [*identity, *fields]],
        rows=rows,
        heading="Synthèse",
        intro=lead,
        notes=_notes(),
    )


def _profile_sheet(campaign, lead, is_public):
    tables = read_profiles(campaign.snapshot, PUBLIC if is_public else STAFF)
    rows = []
    for table in tables:
        base = Cell(table, is_public).show("base")
        for entry in table["rows"]:
            cell = Cell(entry, is_public)
            shown = (entry["label"], entry["category"], cell.show("n"), base, cell.percent("share"), entry["mark"])
            rows.append((table["label"], *shown))
    return Sheet(
        title="Profils",
        columns=[
            Column("Variable", 24),
            Column("Catégorie", 44),
            Column("Code", 26),
            Column("Personnes", 12, "integer"),
            Column("Base", 10, "integer"),
            Column("Part", 10, "percent"),
            Column("Signe", 8),
        ],
        rows=rows,
        heading="Qui a répondu",
        intro=lead,
        notes=_notes(),
    )


def _dictionary_sheet():
    statuses = [("status", status.value, status.label) for status in Rating.Status]
    reasons = [("reason", code, label) for code, label in REASON_LABELS.items()]
    marks = [("mark", mark, MARK_MEANINGS[mark]) for mark in MARKS if mark]
    return Sheet(
        title="Dictionnaire",
        columns=[Column("Liste", 34), Column("Code", 46), Column("Libellé", 90)],
        rows=[*list_codes(), *statuses, *reasons, *marks],
        heading="Dictionnaire",
        intro=["Chaque code des fichiers, avec son libellé."],
    )


def _percent(value):
    # Divided as a decimal: 20.6 / 100 in floats is not always the float nearest to 0.206.
    return float(round_percent(value) / 100) if isinstance(value, float) else value


def _leaning(value):
    return LEANINGS.get(value, value)


def _sentence(text):
    return text[:1].upper() + text[1:]
