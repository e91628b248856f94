"""The catalogue in the admin, in the order of the index: what people work on first, then the lists behind it."""

from django.contrib import admin

from usecases.models import (
    Barrier,
    Benefit,
    Edition,
    Family,
    GlossaryTerm,
    Occupation,
    Rating,
    Sector,
    Stage,
    StudyPoint,
    Theme,
    Tool,
    UseCase,
    ValueChain,
)

from .editions import EditionAdmin, RatingAdmin
from .lists import (
    BarrierAdmin,
    BenefitAdmin,
    FamilyAdmin,
    GlossaryTermAdmin,
    OccupationAdmin,
    SectorAdmin,
    StageAdmin,
    StudyPointAdmin,
    ThemeAdmin,
    ToolAdmin,
    ValueChainAdmin,
)
from .use_cases import UseCaseAdmin

PAGES = {
    UseCase: UseCaseAdmin,
    Edition: EditionAdmin,
    Rating: RatingAdmin,
    GlossaryTerm: GlossaryTermAdmin,
    Theme: ThemeAdmin,
    StudyPoint: StudyPointAdmin,
    Family: FamilyAdmin,
    ValueChain: ValueChainAdmin,
    Stage: StageAdmin,
    Sector: SectorAdmin,
    Occupation: OccupationAdmin,
    Benefit: BenefitAdmin,
    Barrier: BarrierAdmin,
    Tool: ToolAdmin,
}
for model, page in PAGES.items():
    admin.site.register(model, page)
