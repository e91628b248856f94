from .assessment import Assessment, Snapshot
from .campaign import Campaign, CampaignUseCase, OpenLink
from .fieldwork import CampaignTarget, ContactImport, Letter, MailKind, MailText, MailWave
from .questionnaire import Item, Module, Option, OptionSet, Questionnaire
from .respondent import Contact, ContactTag, Invitation, ResponseLink
from .response import (
    Answer,
    Intention,
    Level,
    Response,
    Satisfaction,
    Usage,
    UseCaseAnswer,
    UseCaseProposal,
)
from .weighting import PopulationMargin

__all__ = [
    "Answer",
    "Assessment",
    "Campaign",
    "CampaignTarget",
    "CampaignUseCase",
    "Contact",
    "ContactImport",
    "ContactTag",
    "Intention",
    "Invitation",
    "Item",
    "Letter",
    "Level",
    "MailKind",
    "MailText",
    "MailWave",
    "Module",
    "OpenLink",
    "Option",
    "OptionSet",
    "PopulationMargin",
    "Questionnaire",
    "Response",
    "ResponseLink",
    "Satisfaction",
    "Snapshot",
    "Usage",
    "UseCaseAnswer",
    "UseCaseProposal",
]
