"""No page of the admin asks more of the database for three rows than for one: every list, every page."""

from datetime import date
from itertools import count

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cnc_survey.audit.log import record
from cnc_survey.audit.models import AuditEntry
from interviews.collection.invitations import create_invitation
from interviews.models import (
    Assessment,
    Campaign,
    Invitation,
    Item,
    Module,
    OpenLink,
    Option,
    OptionSet,
    PopulationMargin,
    Questionnaire,
    ReferenceFigure,
    Response,
    UseCaseProposal,
)
from tests.factories import (
    YES_NO,
    make_campaign,
    make_edition,
    make_item,
    make_questionnaire,
    make_response,
    make_use_case,
)
from usecases.editions import BreakdownDraft, RatingDraft
from usecases.models import (
    Barrier,
    Benefit,
    Dimension,
    Edition,
    Family,
    GlossaryTerm,
    Occupation,
    Rating,
    Sector,
    SheetSection,
    Stage,
    StudyPoint,
    Theme,
    Tool,
    UseCase,
    UseCaseBenefit,
    UseCaseOccupation,
    UseCaseStage,
    ValueChain,
)

pytestmark = pytest.mark.django_db

numbers = count(1)


def entry(model, **fields):
    """One more entry of a list of codes and names."""
    number = next(numbers)
    return model.objects.create(code=f"entree-{number}", name=f"Entrée {number}", **fields)


def stage():
    return entry(Stage, chain=entry(ValueChain))


def use_case(parts=0):
    """A use case with this many of everything that its page shows in rows."""
    case = make_use_case(f"Cas {next(numbers)}", family=f"Famille {next(numbers)}")
    for kind, _ in zip(SheetSection.Kind, range(parts), strict=False):
        SheetSection.objects.create(use_case=case, kind=kind, body="Texte")
    for _ in range(parts):
        UseCaseStage.objects.create(use_case=case, stage=stage(), proposed=True)
        UseCaseOccupation.objects.create(use_case=case, occupation=entry(Occupation))
        UseCaseBenefit.objects.create(use_case=case, benefit=entry(Benefit))
        case.tools.add(entry(Tool))
        case.replaces.add(use_case())
    return case


def edition(parts):
    drafts = [RatingDraft(use_case().code, Dimension.MATURITY, 2, "study") for _ in range(parts)]
    return make_edition(drafts, title=f"Édition {next(numbers)}", previous=Edition.objects.last())


def rating(parts):
    breakdowns = tuple(
        BreakdownDraft("occupation", entry(Occupation).code, 20, 0.5, 0.4, 0.6, "†") for _ in range(parts)
    )
    cell = {"mark": "", "base": 20, "shares": {}}
    draft = RatingDraft(
        use_case().code,
        Dimension.ADOPTION,
        2,
        "first",
        details={"mark": "", "benefits": cell, "barriers": cell},
        breakdowns=breakdowns,
    )
    return make_edition([draft], title=f"Édition {next(numbers)}").ratings.get()


def theme(parts):
    owner = entry(Theme)
    for _ in range(parts):
        entry(StudyPoint, theme=owner)
    return owner


def point(parts):
    whole = entry(StudyPoint, theme=entry(Theme))
    for _ in range(parts):
        entry(StudyPoint, theme=whole.theme, parent=whole)
    return entry(StudyPoint, theme=whole.theme, parent=whole)


def questionnaire(parts):
    made = make_questionnaire(code=f"questionnaire-{next(numbers)}")
    for _ in range(parts):
        Module.objects.create(questionnaire=made, code=f"module-{next(numbers)}", title="Module")
        make_response(campaign(parts=0, on=made), key="r1")
    return made


def module(parts):
    made = make_questionnaire(code=f"questionnaire-{next(numbers)}")
    for _ in range(parts):
        make_item(made, f"question-{next(numbers)}", options=YES_NO)
    return made.modules.get(code="general")


def item(parts):
    made = make_questionnaire(code=f"questionnaire-{next(numbers)}")
    condition = make_item(made, "condition")
    options = {f"option-{number}": "Option" for number in range(parts)}
    return make_item(made, "question", options=options, asked_if=condition, asked_if_codes=["yes"])


def option_set(parts):
    made = make_questionnaire(code=f"questionnaire-{next(numbers)}")
    owner = OptionSet.objects.create(questionnaire=made, code="reponses")
    for number in range(parts):
        Option.objects.create(option_set=owner, code=f"option-{number}", label="Option")
    return owner


def campaign(parts, on=None):
    made = make_campaign(
        on or make_questionnaire(code=f"questionnaire-{next(numbers)}"),
        use_cases=[use_case() for _ in range(parts)],
        slug=f"vague-{next(numbers)}",
        baseline=make_edition(title=f"Édition {next(numbers)}"),
    )
    for number in range(parts):
        make_response(made, f"r{number}")
        create_invitation(made)
    return made


def response(parts):
    questions = make_questionnaire(code=f"questionnaire-{next(numbers)}")
    items = [make_item(questions, f"question-{next(numbers)}", options=YES_NO) for _ in range(parts)]
    cases = [use_case() for _ in range(parts)]
    return make_response(
        campaign(parts=0, on=questions),
        f"cle-{next(numbers)}",
        use_cases={case.code: {"usage": 4, "tools": [entry(Tool).code]} for case in cases},
        answers={each.code: "yes" for each in items},
        sectors=[entry(Sector).code for _ in range(parts)],
        occupations=[entry(Occupation).code for _ in range(parts)],
    )


def assessment(parts):
    return Assessment.objects.create(
        campaign=campaign(parts),
        use_case=use_case(),
        dimension=Dimension.ADOPTION,
        computed_level=2,
        status="first",
        base=30,
        decided_by=user(0),
    )


def invitation(parts):
    return create_invitation(campaign(parts))[0]


def proposal(parts):
    return UseCaseProposal.objects.create(response=response(parts), name="Usage", tool="Outil")


def user(parts):
    made = User.objects.create_user(f"personne-{next(numbers)}")
    for _ in range(parts):
        made.groups.add(Group.objects.create(name=f"groupe-{next(numbers)}"))
    return made


def group(parts):
    made = Group.objects.create(name=f"groupe-{next(numbers)}")
    made.permissions.set(Permission.objects.all()[:parts])
    return made


def open_link(parts):
    link = OpenLink.objects.create(campaign=campaign(0), code="partenaire", partner="Partenaire")
    for number in range(parts):
        make_response(link.campaign, f"r{number}", open_link=link)
    return link


def population_margin(parts):
    owner = campaign(0)
    for number in range(parts):
        margin(owner, f"{number}_4")
    return margin(owner, "60_plus")


def margin(owner, category):
    return PopulationMargin.objects.create(
        campaign=owner, variable="seniority", category=category, target=10, source="CNC", year=2024
    )


# {model: what makes one more row, with as many parts as asked}
BUILDERS = {
    AuditEntry: lambda parts: record(AuditEntry.Action.EXPORTED, None, "entrée", rows=parts),
    UseCase: use_case,
    Edition: edition,
    Rating: rating,
    GlossaryTerm: lambda parts: entry(GlossaryTerm, definition="Définition"),
    Theme: theme,
    StudyPoint: point,
    Family: lambda parts: use_case(parts).family,
    ValueChain: lambda parts: stage().chain,
    Stage: lambda parts: stage(),
    Sector: lambda parts: entry(Sector, chain=entry(ValueChain)),
    Occupation: lambda parts: entry(Occupation),
    Benefit: lambda parts: entry(Benefit),
    Barrier: lambda parts: entry(Barrier),
    Tool: lambda parts: entry(Tool),
    Campaign: campaign,
    Invitation: invitation,
    Response: response,
    UseCaseProposal: proposal,
    Assessment: assessment,
    Questionnaire: questionnaire,
    Item: item,
    Module: module,
    OptionSet: option_set,
    OpenLink: open_link,
    PopulationMargin: population_margin,
    ReferenceFigure: lambda parts: ReferenceFigure.objects.create(
        item="ai_ever_used",
        category="yes",
        percent=36,
        date=date(2024, 6, next(numbers) % 28 + 1),
        source=f"CNC {next(numbers)}",
    ),
    User: user,
    Group: group,
}


def test_every_registered_model_is_looked_at():
    assert [model.__name__ for model in admin.site._registry if model not in BUILDERS] == []


def queries(client, address):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        answer = client.get(address)
    assert answer.status_code == 200
    return [query["sql"] for query in captured]


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model.__name__)
def test_three_rows_ask_as_many_queries_as_one(admin_client, model):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    build = BUILDERS[model]

    def looked_at(row):
        """The number of queries of the list, and of the page of this row."""
        pages = reverse(f"{name}_changelist"), reverse(f"{name}_change", args=[row.pk])
        return tuple(len(queries(admin_client, page)) for page in pages)

    one = build(1)
    looked_at(one)  # content types are read once a process
    with_one = looked_at(one)
    build(3)
    assert looked_at(build(3)) == with_one


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model.__name__)
def test_every_list_can_be_searched_and_every_heading_is_french(admin_client, model):
    BUILDERS[model](1)
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    page = admin_client.get(reverse(name), {"q": "entrée"} if admin.site._registry[model].search_fields else {})
    assert page.status_code == 200
    assert f"<h1>{str(model._meta.verbose_name_plural).capitalize()}</h1>" in page.content.decode()
