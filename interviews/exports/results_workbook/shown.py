"""What every sheet shares: how a figure of the cube is shown to its audience, and the words around it."""

from collections.abc import Callable
from dataclasses import dataclass

from cnc_survey.workbook import Column, Link, Sheet
from interviews.analysis.constants import N_SHOW
from interviews.analysis.disclosure import round_percent
from interviews.models import Assessment, Campaign
from interviews.results.disclosure import (
    CURRENT_USERS,
    GROUPED,
    MARK_MEANINGS,
    OTHERS,
    PUBLIC,
    VISIBLE,
    ShownCell,
    public_participation,
)
from interviews.results.publication import PROPOSALS, published_level
from interviews.results.segments import SEVERAL_TRADES
from usecases.rating_marks import DOTS as LEVEL_DOTS

from ..readme_sheet import describe_dates

README = "Lisez-moi"
DOTS = dict(enumerate(LEVEL_DOTS, 1))
MORE_THAN_GROUP, LESS_THAN_REST = "> 90 %", "< 10 %"


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
        return percent(self.show(name, key))

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


@dataclass(frozen=True)
class Setting:
    """What a workbook is about and for whom: `lead` are the lines under every title."""

    campaign: Campaign
    audience: str
    lead: tuple[str, ...]

    @property
    def is_public(self):
        return self.audience == PUBLIC

    @property
    def snapshot(self):
        return self.campaign.snapshot


def setting_of(campaign: Campaign, audience: str) -> Setting:
    """Return the setting of a closed campaign's workbook."""
    is_public = audience == PUBLIC
    participation = public_participation(campaign.snapshot) if is_public else campaign.snapshot.participation
    respondents = participation["respondents"]
    counted = f"moins de {N_SHOW} répondants" if respondents is None else f"{respondents} répondants"
    words = "version publique" if is_public else "version de travail, non masquée"
    weighted = "redressé" if campaign.snapshot.weighting.get("is_weighted") else "non redressé"
    return Setting(
        campaign,
        audience,
        (
            f"{campaign.title}, {describe_dates(campaign)} · {counted} · {weighted} · {words}",
            f"Instantané {campaign.snapshot.identifier} · méthode {campaign.snapshot.method_version}",
        ),
    )


def lay_out(setting: Setting, title: str, heading: str, columns, rows, charts=(), notes=None, first_columns=1) -> Sheet:
    """Return a sheet with the lines, the link to the first page and the notes that all share."""
    return Sheet(
        title=title,
        columns=columns,
        rows=rows,
        heading=heading,
        intro=(*setting.lead, Link("← Lisez-moi", README)),
        notes=signs() if notes is None else notes,
        charts=charts,
        first_columns=first_columns,
    )


def lay_out_fields(setting: Setting, title: str, heading: str, fields: list[Field], rows, charts=()) -> Sheet:
    """Return a sheet whose columns each say what they show of a row."""
    return lay_out(
        setting,
        title,
        heading,
        [field.column for field in fields],
        [[field.value(row) for field in fields] for row in rows],
        charts,
    )


def plain_page(setting: Setting, title: str, heading: str, sentence: str) -> Sheet:
    """Return a sheet that says that it has nothing to show."""
    return lay_out(setting, title, heading, [Column("Pour cette campagne", 100)], [[sentence]], notes=())


def signs() -> list[str]:
    return [*(f"{mark} : {meaning}." for mark, meaning in MARK_MEANINGS.items()), SEVERAL_TRADES]


def cell_of(shown: ShownCell | None, is_public: bool) -> Cell | None:
    """Return a cell of the cube as a sheet shows it: under the weights where the wave is weighted."""
    if shown is None:
        return None
    own = {"mark": shown.mark, "base": shown.base}
    return Cell(shown.figures | (shown.figures.get("weighted") or {}) | own, is_public)


def percent(value):
    # Divided as a decimal: 20.6 / 100 in floats is not always the float nearest to 0.206.
    return float(round_percent(value) / 100) if isinstance(value, float) else value
