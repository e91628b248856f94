from .catalogue import (
    GlossaryTerm,
    LoadedRecord,
    SheetSection,
    UseCase,
    UseCaseBenefit,
    UseCaseOccupation,
    UseCaseStage,
)
from .edition import Dimension, Edition, EditionFile, Rating, RatingBreakdown
from .study import StudyPoint, Theme
from .taxonomy import Barrier, Benefit, Family, Occupation, Sector, Source, Stage, Tool, ValueChain

__all__ = [
    "Barrier",
    "Benefit",
    "Dimension",
    "Edition",
    "EditionFile",
    "Family",
    "GlossaryTerm",
    "LoadedRecord",
    "Occupation",
    "Rating",
    "RatingBreakdown",
    "Sector",
    "SheetSection",
    "Source",
    "Stage",
    "StudyPoint",
    "Theme",
    "Tool",
    "UseCase",
    "UseCaseBenefit",
    "UseCaseOccupation",
    "UseCaseStage",
    "ValueChain",
]
