"""The workbook that a person fills offline: its sheets and rows, and the answers already stored, in the same shape."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from interviews.models import PROFILE_COLUMNS, Campaign, Item, Response, Usage
from usecases.models import Barrier, Occupation, Sector, UseCase

from .answers import CONDITIONAL_FIELDS
from .core_wordings import core_wordings
from .profile_form import HELP_TEXTS, LABELS
from .sheet_answers import DONT_KNOW, Condition, Kind, Question
from .use_case_form import CODED_FIELDS, CatalogueLists, UseCaseForm

GUIDE, PROFILE, USE_CASES, PERCEPTIONS, LISTS = "Mode d’emploi", "Profil", "Cas d’usage", "Perceptions", "Listes"
KEY_HEADER = "Clé"
REFERENCE = "Référence du classeur"  # the line of the guide that says which campaign the workbook is for
ONLY = "value"  # the field of a row that asks one thing
ANSWER = "Votre réponse"
OCCUPATION_ROWS = 6  # trades one person holds, with room to spare
FIELDS = ["usage", "maturity", "impact", "intention", "benefits", "barriers", "tools", "comment"]
NOT_ASKED = {
    "maturity": "question posée à qui connaît le cas d’usage",
    "impact": "question posée à qui connaît le cas d’usage",
    "intention": "question posée à qui connaît le cas d’usage sans l’utiliser aujourd’hui",
}

# {sheet: {row key: {field: value}}}; what is absent is not answered
Content = dict[str, dict[str, dict[str, object]]]


@dataclass(frozen=True)
class Row:
    """One line: what it is about and what its cells ask, by field. Rows of one key together make one answer."""

    key: str
    label: str
    questions: dict[str, Question]
    detail: str = ""
    section: str = ""
    group: str = ""


@dataclass(frozen=True)
class Grid:
    """One sheet of questions: {field: header} and the rows, in order."""

    title: str
    headers: dict[str, str]
    rows: list[Row]

    @cached_property
    def spread(self) -> set[str]:
        """Keys of several rows that together make one answer: « Métier 1 », « Métier 2 »…"""
        return {key for key, number in Counter(row.key for row in self.rows).items() if number > 1}

    @cached_property
    def by_key(self) -> dict[str, Row]:
        """{key: first row of that key}, in order."""
        first = {}
        for row in self.rows:
            first.setdefault(row.key, row)
        return first


@dataclass(frozen=True)
class PersonalForm:
    """Everything that the workbook asks of one person, and what they have answered so far."""

    response: Response
    grids: list[Grid]
    stored: Content
    items: dict[str, Item]
    use_cases: dict[str, UseCase]


def reference_of(campaign: Campaign) -> str:
    """Say which campaign and version of the questionnaire a workbook is for."""
    return f"{campaign.slug} · {campaign.questionnaire.code} · version {campaign.questionnaire.version}"


def form_of(response: Response) -> PersonalForm:
    """Return the workbook's questions for one person (thirteen queries, whatever their number)."""
    lists = CatalogueLists()
    offered = list(response.use_case_answers.select_related("use_case__family").order_by("rank"))
    cases = list(response.campaign.use_cases.select_related("family").order_by("family__position", "position"))
    items = list(
        Item.objects.filter(module__questionnaire=response.campaign.questionnaire)
        .select_related("module", "asked_if__option_set")
        .prefetch_related("option_set__options", "asked_if__option_set__options")
        .order_by("module__position", "position")
    )
    occupations, sectors = list(response.occupations.all()), list(response.sectors.all())
    return PersonalForm(
        response=response,
        grids=[
            _profile_grid(len(occupations)),
            _use_case_grid([row.use_case for row in offered], cases, lists, response.campaign.questionnaire),
            _item_grid(items, response.blocks),
        ],
        stored={
            PROFILE: _stored_profile(response, occupations, sectors),
            USE_CASES: {row.use_case.code: _stored_use_case(row, lists) for row in offered},
            PERCEPTIONS: _stored_items(response, lists),
        },
        items={item.code: item for item in items},
        use_cases={case.code: case for case in [*cases, *(row.use_case for row in offered)]},
    )


def _profile_grid(occupations_held):
    trades = {o.code: o.name for o in Occupation.objects.all()}
    sectors = {s.code: s.name for s in Sector.objects.order_by("position")}
    trade, sector = (Question(ANSWER, Kind.SEVERAL, *each) for each in ((trades, "Métiers"), (sectors, "Secteurs")))
    rows = [
        Row(
            "occupations",
            f"Métier {rank}",
            {ONLY: trade},
            "" if rank > 1 else "Tous ceux que vous exercez, un par ligne.",
        )
        for rank in range(1, max(OCCUPATION_ROWS, occupations_held + 1) + 1)
    ]
    rows += [
        Row("sectors", f"Secteur {rank}", {ONLY: sector}, "" if rank > 1 else "Un par ligne.")
        for rank in range(1, len(sectors) + 1)
    ]
    for column in PROFILE_COLUMNS:
        options = dict(Response._meta.get_field(column).choices)
        question = Question(ANSWER, Kind.CHOICE, options, LABELS[column])
        rows.append(Row(column, LABELS[column], {ONLY: question}, HELP_TEXTS.get(column, "")))
    return Grid(PROFILE, {ONLY: ANSWER}, rows)


def _use_case_grid(offered, cases, lists, questionnaire):
    questions = _use_case_questions(lists, core_wordings(questionnaire))
    chosen = {case.code for case in offered}
    rows = [_use_case_row(case, questions, "Choisis pour vous") for case in offered]
    rows += [_use_case_row(case, questions, case.family.name) for case in cases if case.code not in chosen]
    return Grid(USE_CASES, {name: question.header for name, question in questions.items()}, rows)


def _use_case_row(case: UseCase, questions, section):
    return Row(case.code, case.name, questions, case.summary, section)


def _use_case_questions(lists, wordings):
    conditions = {
        name: Condition(None, "usage", frozenset(usage.code for usage in usages), NOT_ASKED[name])
        for names, usages in CONDITIONAL_FIELDS
        for name in names
        if name in NOT_ASKED
    }
    titles = {"usage": "Usage", "maturity": "Technologie", "impact": "Impact", "intention": "Intention"}
    several = {"benefits": (dict(lists.benefits), "Intérêts"), "barriers": (_barriers(), "Freins")}
    questions = {
        name: Question(wordings[name].question, Kind.CHOICE, wordings[name].choices, title, conditions.get(name))
        for name, title in titles.items()
    }
    questions |= {name: Question(wordings[name].question, Kind.SEVERAL, *each) for name, each in several.items()}
    return questions | {
        "tools": Question(wordings["tools"].question, Kind.TOOLS),
        "comment": Question(UseCaseForm.base_fields["comment"].label, Kind.TEXT),
    }


def _barriers():
    # « Autre » included: a stored answer may hold it, and must be readable again.
    return dict(Barrier.objects.values_list("code", "name"))


def _item_grid(items, blocks):
    """The questions the person is asked, then those they may add."""
    asked = {item.module.code: not item.module.is_block or item.module.code in blocks for item in items}
    rows = [
        Row(
            key=item.code,
            label=item.wording,
            questions={ONLY: _item_question(item)},
            detail=item.help_text,
            section=item.module.title if asked[item.module.code] else f"Si vous avez le temps : {item.module.title}",
            group=item.group,
        )
        for item in sorted(items, key=lambda item: not asked[item.module.code])
    ]
    return Grid(PERCEPTIONS, {ONLY: ANSWER}, rows)


def _item_question(item):
    options = {option.code: option.label for option in item.option_set.options.all()} if item.option_set else {}
    if item.allows_dont_know and options:
        options[DONT_KNOW] = Usage.DONT_KNOW.label
    kind = Kind.TOOLS if item.open_list else ITEM_KINDS[item.kind]
    return Question(ANSWER, kind, options, _list_title(options), _item_condition(item))


def _list_title(options):
    """Name a list of answers by its ends."""
    labels = [label for code, label in options.items() if code != DONT_KNOW]
    ends = " / ".join(labels) if len(labels) < 3 else f"{labels[0]} … {labels[-1]}"
    return f"{ends}, ou ne sait pas" if DONT_KNOW in options else ends


def _item_condition(item):
    if item.asked_if is None:
        return None
    labels = {option.code: option.label for option in item.asked_if.option_set.options.all()}
    answers = ", ".join(f"« {labels[code]} »" for code in item.asked_if_codes)
    reason = f"question posée à qui répond {answers} à « {item.asked_if.wording} »"
    return Condition(item.asked_if.code, ONLY, frozenset(item.asked_if_codes), reason)


def _stored_profile(response, occupations, sectors):
    values = {column: getattr(response, column) for column in PROFILE_COLUMNS}
    values |= {"occupations": [o.code for o in occupations], "sectors": [s.code for s in sectors]}
    return {key: {ONLY: value} for key, value in values.items() if value}


def _stored_use_case(row, lists):
    values = {name: getattr(row, name) for name in FIELDS}
    for name, choices in CODED_FIELDS.items():
        if name in values and values[name] is not None:
            values[name] = choices(values[name]).code
    values["tools"] = [lists.tool_names.get(code, code) for code in row.tools]
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def _stored_items(response, lists):
    stored = {}
    for code, value, open_list in response.answers.values_list("item__code", "value", "item__open_list"):
        if open_list:
            value = [lists.tool_names.get(part, part) for part in (value if isinstance(value, list) else [value])]
        stored[code] = {ONLY: value}
    return stored


ITEM_KINDS = {
    Item.Kind.SINGLE: Kind.CHOICE,
    Item.Kind.SCALE: Kind.CHOICE,
    Item.Kind.MULTIPLE: Kind.SEVERAL,
    Item.Kind.NUMBER: Kind.NUMBER,
    Item.Kind.TEXT: Kind.TEXT,
}
