from .assessment import Assessment, Snapshot
from .campaign import Campaign, CampaignUseCase
from .questionnaire import Item, Module, Option, OptionSet, Questionnaire
from .respondent import Invitation, ResponseLink
from .response import Answer, Intention, Level, Response, Usage, UseCaseAnswer

__all__ = [
    "Answer",
    "Assessment",
    "Campaign",
    "CampaignUseCase",
    "Intention",
    "Invitation",
    "Item",
    "Level",
    "Module",
    "Option",
    "OptionSet",
    "Questionnaire",
    "Response",
    "ResponseLink",
    "Snapshot",
    "Usage",
    "UseCaseAnswer",
]
