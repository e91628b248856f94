"""Collection in the admin, in the order of a survey's life."""

from django.contrib import admin

from interviews.models import (
    Assessment,
    Campaign,
    Invitation,
    Item,
    Module,
    OpenLink,
    OptionSet,
    PopulationMargin,
    Questionnaire,
    ReferenceFigure,
    Response,
    UseCaseProposal,
)

from .assessments import AssessmentAdmin
from .campaigns import CampaignAdmin
from .entry import OpenLinkAdmin
from .invitations import InvitationAdmin
from .margins import PopulationMarginAdmin
from .questionnaires import ItemAdmin, ModuleAdmin, OptionSetAdmin, QuestionnaireAdmin
from .reference import ReferenceFigureAdmin
from .responses import ResponseAdmin, UseCaseProposalAdmin

PAGES = {
    Campaign: CampaignAdmin,
    OpenLink: OpenLinkAdmin,
    Invitation: InvitationAdmin,
    Response: ResponseAdmin,
    UseCaseProposal: UseCaseProposalAdmin,
    PopulationMargin: PopulationMarginAdmin,
    Assessment: AssessmentAdmin,
    ReferenceFigure: ReferenceFigureAdmin,
    Questionnaire: QuestionnaireAdmin,
    Item: ItemAdmin,
    Module: ModuleAdmin,
    OptionSet: OptionSetAdmin,
}
for model, page in PAGES.items():
    admin.site.register(model, page)
