from .assessment import Assessment, Snapshot
from .campaign import Campaign, CampaignUseCase, OpenLink
from .questionnaire import Item, Module, Option, OptionSet, Questionnaire
from .respondent import Contact, Invitation, ResponseLink
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
    "CampaignUseCase",
    "Contact",
    "Intention",
    "Invitation",
    "Item",
    "Level",
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
