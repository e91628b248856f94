"""Synthèse, Maturité, Adoption, Impact: what each use case is rated, and on what evidence."""

from dataclasses import replace

from django.utils.text import capfirst

from cnc_survey.workbook import Chart, Column, Link, Sheet
from interviews.frames import LADDER
from interviews.results.evidence import read_evidence
from usecases.models import Dimension, Rating
from usecases.rating_marks import FUNNEL, LEANINGS
from usecases.wording import NOT_PROVIDED, REASON_LABELS

from ..ratings_table import in_catalogue_order
from .shown import DOTS, Cell, Field, Row, Setting, lay_out, lay_out_fields, percent

TITLES = {Dimension.MATURITY: "Maturité", Dimension.ADOPTION: "Adoption", Dimension.IMPACT: "Impact"}
MOST_USED = 15  # use cases of the second chart
CONVERSIONS = ("tried_if_aware", "current_if_tried", "regular_if_current", "abandoned_if_used")


def read_rows(setting: Setting) -> dict[Dimension, list[Row]]:
    """Return one row per use case and dimension, in catalogue order."""
    evidence = read_evidence(setting.snapshot, setting.audience)
    rows = [
        Row(
            assessment,
            Cell(evidence[assessment.use_case.code, assessment.dimension], setting.is_public),
            is_published=setting.campaign.edition_id is not None,
        )
        for assessment in in_catalogue_order(setting.campaign)
    ]
    return {dimension: [row for row in rows if row.assessment.dimension == dimension] for dimension in Dimension}


def rating_sheets(setting: Setting, rows: dict[Dimension, list[Row]]) -> list[Sheet]:
    """Return the sheets Synthèse, Maturité, Adoption and Impact."""
    campaign = setting.campaign
    fields = {
        Dimension.MATURITY: _level_fields(campaign),
        Dimension.ADOPTION: _adoption_fields(campaign) + ([] if setting.is_public else _audit_fields()),
        Dimension.IMPACT: _level_fields(campaign),
    }
    details = [
        lay_out_fields(setting, title, str(dimension.label), fields[dimension], rows[dimension])
        for dimension, title in TITLES.items()
    ]
    return [_summary_sheet(setting, rows, details[0]), *details]


def identity_fields():
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
        Field(Column("Statut", 18), lambda row: capfirst(Rating.Status(row.assessment.status).label)),
        Field(Column("Base", 9, "integer"), lambda row: row.cell.show("base")),
        Field(Column("Signe", 8), lambda row: row.cell.figures["mark"]),
        Field(Column("Probabilité", 12, "percent"), lambda row: row.cell.percent("probability")),
        Field(Column("Évolution", 11, "integer"), lambda row: row.steps),
    ]


def _decision_fields():
    return [
        *_level_pair("Calculé", lambda row: row.assessment.computed_level),
        Field(Column("Motif du statut", 26), lambda row: capfirst(REASON_LABELS.get(row.assessment.reason, ""))),
        Field(Column("Décision", 24), lambda row: capfirst(row.assessment.get_decision_display())),
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
        *identity_fields(),
        *_rating_fields(campaign),
        *(
            Field(
                Column(DOTS[level], 10, "percent", "Part de chaque niveau", has_bars=True),
                lambda row, place=level - 1: row.cell.percent("shares", place),
            )
            for level in DOTS
        ),
        *_unweighted_fields(campaign, [(DOTS[level], "shares", level - 1) for level in DOTS]),
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
        *identity_fields(),
        *_rating_fields(campaign),
        Field(Column("Part", 12, "percent", users, has_bars=True), lambda row: row.cell.percent("rate")),
        Field(Column("De", 10, "percent", group=users), lambda row: row.cell.percent("low")),
        Field(Column("À", 10, "percent", group=users), lambda row: row.cell.percent("high")),
        *_unweighted_fields(campaign, [("Part", "rate", None)]),
        *(
            Field(
                Column(str(step.label), 16, "percent", "Stade d’usage", has_bars=True),
                lambda row, code=step.code: row.cell.percent("usage", code),
            )
            for step in LADDER
        ),
        *(
            Field(
                Column(FUNNEL[name], 18, "percent", group="D’un stade au suivant"),
                lambda row, name=name: row.cell.percent("funnel", name),
            )
            for name in CONVERSIONS
        ),
        *_probability_fields(),
        *_decision_fields(),
    ]


def _audit_fields():
    """Return the limits that an outside reader would recompute, structures as clusters (METHOD.md §2.3)."""
    return [
        Field(
            Column(header, 10, "percent", group="Audit\u00a0: Korn–Graubard"),
            lambda row, place=place: row.cell.percent("audit", place),
        )
        for place, header in enumerate(("De", "À"))
    ]


def _unweighted_fields(campaign, names):
    """Return the same shares without the weights; none where the wave is not weighted."""
    if not campaign.snapshot.weighting.get("is_weighted"):
        return []
    return [
        Field(
            Column(header, 12, "percent", "Sans redressement"),
            lambda row, name=name, key=key: percent(_unweighted(row.cell, name, key)),
        )
        for header, name, key in names
    ]


def _unweighted(cell, name, key):
    shown = cell.show(name, key)
    plain = cell.figures.get("unweighted")
    if plain is None or isinstance(shown, str):
        return shown
    value = plain[name]
    return value if key is None or value is None else value[key]


def _summary_sheet(setting, rows, maturity):
    identity = identity_fields()[:2]
    fields = [
        replace(field, column=replace(field.column, group=str(dimension.label)))
        for dimension in Dimension
        for field in _rating_fields(setting.campaign)
    ]
    per_dimension = len(fields) // len(Dimension)
    lines = [
        [field.value(each[0]) for field in identity]
        + [field.value(each[place // per_dimension]) for place, field in enumerate(fields)]
        for each in zip(*rows.values(), strict=True)
    ]
    # The name of a use case leads to its row of evidence.
    first = maturity.first_row(banner=setting.campaign.is_fictional)
    for place, line in enumerate(lines):
        line[0] = Link(line[0], maturity.title, first + place)
    return lay_out(
        setting,
        "Synthèse",
        "Les trois notes de chaque cas d’usage",
        [field.column for field in [*identity, *fields]],
        lines,
        [_levels_chart(setting, rows), *_most_used_chart(rows[Dimension.ADOPTION])],
    )


def _levels_chart(setting, rows):
    """How many use cases stand at each level, before and after the wave."""
    lines = []
    after = _outcome_header(setting.campaign).lower()
    for dimension, each in rows.items():
        for words, levels in (
            ("en vigueur", [row.assessment.baseline_level for row in each]),
            (after, [row.level for row in each]),
        ):
            name = f"{dimension.label}, {words}"
            lines.append((name, *(levels.count(level) for level in (3, 2, 1, None))))
    header = ("Cas d’usage par niveau", DOTS[3], DOTS[2], DOTS[1], capfirst(NOT_PROVIDED))
    return Chart("Les niveaux, avant et après la vague", header, lines, is_stacked=True)


def _most_used_chart(rows):
    """The use cases with the largest share of current users, among those whose share is shown."""
    shares = [(row.cell.percent("rate"), row.assessment.use_case.name) for row in rows]
    shown = [(name, share) for share, name in shares if isinstance(share, float)]
    shown.sort(key=lambda line: -line[1])
    if not shown:
        return []
    title = f"Les {min(len(shown), MOST_USED)} cas d’usage les plus utilisés" if len(shown) > 1 else "L’usage actuel"
    return [Chart(title, ("Cas d’usage", "Utilisateurs actuels"), shown[:MOST_USED], kind="percent")]


def _leaning(value):
    return LEANINGS.get(value, value)
