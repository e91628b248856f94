from .assessment import Assessment, Snapshot
from .campaign import Campaign, CampaignUseCase, OpenLink
from .change import Change
from .coding import Code, CodeChange, QuoteLink, Verbatim
from .cube import CubeCell
from .decision import DecisionRecord
from .fieldwork import CampaignTarget, ContactImport, Letter, MailKind, MailText, MailWave, QualityReview
from .interview import (
    CodedLevel,
    Interview,
    InterviewRating,
    InterviewStep,
    InterviewTarget,
    Note,
    Participant,
    ParticipantIdentity,
    SecondCoding,
    Transcript,
)
from .questionnaire import Item, Module, Option, OptionSet, Questionnaire
from .reference import ReferenceFigure
from .respondent import Contact, ContactTag, Invitation, ResponseLink
from .response import (
    PROFILE_COLUMNS,
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
    "PROFILE_COLUMNS",
    "Answer",
    "Assessment",
    "Campaign",
    "CampaignTarget",
    "CampaignUseCase",
    "Change",
    "Code",
    "CodeChange",
    "CodedLevel",
    "Contact",
    "ContactImport",
    "ContactTag",
    "CubeCell",
    "DecisionRecord",
    "Intention",
    "Interview",
    "InterviewRating",
    "InterviewStep",
    "InterviewTarget",
    "Invitation",
    "Item",
    "Letter",
    "Level",
    "MailKind",
    "MailText",
    "MailWave",
    "Module",
    "Note",
    "OpenLink",
    "Option",
    "OptionSet",
    "Participant",
    "ParticipantIdentity",
    "PopulationMargin",
    "QualityReview",
    "Questionnaire",
    "QuoteLink",
    "ReferenceFigure",
    "Response",
    "ResponseLink",
    "Satisfaction",
    "SecondCoding",
    "Snapshot",
    "Transcript",
    "Usage",
    "UseCaseAnswer",
    "UseCaseProposal",
    "Verbatim",
]
