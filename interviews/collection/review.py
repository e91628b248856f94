"""A person's answers in plain words, page by page, for the last look before sending."""

from dataclasses import dataclass

from django.db.models import Value
from django.utils.text import capfirst

from interviews.models import PROFILE_COLUMNS, Level, Module, Response
from usecases.models import Barrier, Benefit, Tool

from .core_wordings import core_wordings
from .pages import Page, Path
from .units import PROFILE, anchor

STRUCTURE = "Votre structure"


@dataclass(frozen=True)
class Line:
    """One question and its answer; an empty answer is « sans réponse »."""

    question: str
    answer: str


@dataclass(frozen=True)
class Part:
    """What is changed together: the profile, one question, or one use case; `unit` is its name, as in `Page.units`."""

    unit: str
    title: str
    lines: list[Line]

    @property
    def anchor(self):
        return anchor(self.unit)

    @property
    def answered(self):
        return [line for line in self.lines if line.answer]

    @property
    def unanswered(self):
        return [line for line in self.lines if not line.answer]


@dataclass(frozen=True)
class Section:
    page: Page
    parts: list[Part]

    @property
    def answered(self):
        """The questions that have an answer."""
        return [line for part in self.parts for line in part.answered]

    @property
    def missing(self):
        """The parts without any answer."""
        return [part for part in self.parts if not part.answered]


def review_of(response: Response, path: Path) -> list[Section]:
    """Return one section per page, in order."""
    names = _names()
    return [Section(page, PART_BUILDERS[page.kind](page, response, path.answers, names)) for page in path.pages]


def _names():
    """Return {model: {code: name}} for what answers hold by code (one query)."""
    models = {model._meta.model_name: model for model in (Tool, Benefit, Barrier)}
    tools, *others = (
        model.objects.annotate(of=Value(of)).order_by().values_list("of", "code", "name")
        for of, model in models.items()
    )
    names = {model: {} for model in models.values()}
    for of, code, name in tools.union(*others):
        names[models[of]][code] = name
    return names


def _profile_part(page, response, answers, names):
    # One query for both.
    held = {"Métiers": [], "Secteurs": []}
    occupations, sectors = (
        chosen.annotate(of=Value(of)).order_by().values_list("of", "position", "name")
        for of, chosen in zip(held, (response.occupations, response.sectors), strict=True)
    )
    for of, _, name in occupations.union(sectors).order_by("position", "name"):
        held[of].append(name)
    lines = [Line(of, _join(members)) for of, members in held.items()]
    for column in PROFILE_COLUMNS:
        field = Response._meta.get_field(column)
        lines.append(Line(capfirst(field.verbose_name), getattr(response, f"get_{column}_display")()))
    lines.append(Line(STRUCTURE, "indiquée, le nom n’est pas conservé" if response.organisation else ""))
    return [Part(PROFILE, "Votre profil", lines)]


def _item_parts(page, response, answers, names):
    parts = []
    for item, unit in zip(page.items, page.units, strict=True):
        labels = {"nsp": "Ne sait pas"}
        if item.option_set:
            labels |= {option.code: option.label for option in item.option_set.options.all()}
        elif item.open_list:
            labels |= names[Tool]
        value = answers.get(item.code)
        values = value if isinstance(value, list) else [] if value is None else [value]
        question = f"{item.group} : {item.wording}" if item.group else item.wording
        line = Line(question, _join(labels.get(code, str(code)) for code in values))
        parts.append(Part(unit, question, [line]))
    return parts


def _use_case_parts(page, response, answers, names):
    wordings = core_wordings(response.campaign.questionnaire)
    return [
        Part(unit, row.use_case.name, [Line(row.use_case.name, _join(_core(row, wordings, names), " · "))])
        for row, unit in zip(page.offered, page.units, strict=True)
    ]


def _core(row, wordings, names):
    """Yield the parts of one use-case answer, in words."""
    if row.usage is not None:
        yield wordings["usage"].shown[row.usage]
    for dimension, name in (("maturity", "technologie"), ("impact", "impact")):
        level = getattr(row, dimension)
        if level is not None:
            said = wordings[dimension].shown[level]
            yield f"{name} : {said.lower() if level == Level.DONT_KNOW else said}"
    if row.intention is not None:
        yield f"usage dans les 12 mois : {wordings['intention'].shown[row.intention].lower()}"
    if row.satisfaction is not None:
        yield wordings["satisfaction"].shown[row.satisfaction].lower()
    for model, codes in ((Benefit, row.benefits), (Barrier, row.barriers), (Tool, row.tools)):
        if codes:
            yield f"{model._meta.verbose_name_plural}\u00a0: {_join(names[model].get(code, code) for code in codes)}"
    if row.other_barrier:
        yield f"autre frein\u00a0: {row.other_barrier}"
    if row.comment:
        yield f"«\u00a0{row.comment}\u00a0»"
    if row.may_be_quoted:
        yield "citation acceptée"


def _join(parts, separator=", "):
    return separator.join(parts)


PART_BUILDERS = {
    Module.Kind.PROFILE: _profile_part,
    Module.Kind.ITEMS: _item_parts,
    Module.Kind.USE_CASES: _use_case_parts,
}
