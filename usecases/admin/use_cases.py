"""The use cases and their sheets."""

from django.contrib import admin
from django.db.models import OuterRef, Subquery

from cnc_survey.admin_parts import CodedNames, SharedChoices, count_of
from usecases.models import (
    Dimension,
    Edition,
    Rating,
    SheetSection,
    Stage,
    UseCaseBenefit,
    UseCaseOccupation,
    UseCaseStage,
)
from usecases.rating_marks import level_mark

LINKS = (UseCaseStage, UseCaseOccupation, UseCaseBenefit)


class SectionInline(admin.StackedInline):
    model = SheetSection
    fields = ["kind", "body", "position"]
    extra = 0

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("use_case")


class StageInline(SharedChoices, admin.TabularInline):
    model = UseCaseStage
    fields = ["stage", "proposed"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("stage__chain")

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "stage":
            kwargs["queryset"] = Stage.objects.select_related("chain").order_by("chain__position", "position")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class OccupationInline(SharedChoices, admin.TabularInline):
    model = UseCaseOccupation
    fields = ["occupation", "proposed"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("occupation")


class BenefitInline(SharedChoices, admin.TabularInline):
    model = UseCaseBenefit
    fields = ["benefit", "proposed"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("benefit")


class ProposedLinksFilter(admin.SimpleListFilter):
    title = "liens proposés"
    parameter_name = "proposes"

    def lookups(self, request, model_admin):
        return [("oui", "Au moins un à valider"), ("non", "Aucun")]

    def queryset(self, request, queryset):
        match self.value():
            case "oui":
                return queryset.filter(proposed_links__gt=0)
            case "non":
                return queryset.filter(proposed_links=0)
        return queryset


class UseCaseAdmin(CodedNames, admin.ModelAdmin):
    list_display = ["name", "family", "status", "maturity", "impact", "adoption", "links_summary", "section_count"]
    list_filter = ["status", ProposedLinksFilter, "family", "stages__chain", "summary_source"]
    list_select_related = ["family"]
    search_fields = ["name", "code", "summary"]
    autocomplete_fields = ["tools", "replaces"]
    inlines = [SectionInline, StageInline, OccupationInline, BenefitInline]
    fieldsets = [
        (None, {"fields": ["name", "code", "family", "position"]}),
        (
            "Statut",
            {
                "fields": ["status", "status_source"],
                "description": "Un cas d’usage non retenu reste au catalogue, avec la source de cette décision.",
            },
        ),
        (
            "Ce que lisent les répondants",
            {
                "fields": ["summary", "summary_source"],
                "description": "Une fois le résumé relu, indiquez d’où il vient.",
            },
        ),
        (
            "Outils et filiation",
            {
                "fields": ["tools", "replaces"],
                "description": "Les étapes, métiers et intérêts se lient plus bas : ils décident à qui le cas d’usage "
                "est présenté. Décochez « proposé » quand un lien est vérifié.",
            },
        ),
    ]

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .annotate(
                **{f"{dimension}_in_force": _level_in_force(dimension) for dimension in Dimension.values},
                proposed_links=sum(count_of(link.objects.filter(proposed=True), "use_case") for link in LINKS),
                all_links=sum(count_of(link.objects.all(), "use_case") for link in LINKS),
                sheet_sections=count_of(SheetSection.objects.all(), "use_case"),
            )
        )

    @admin.display(description="maturité", ordering="maturity_in_force")
    def maturity(self, use_case):
        return level_mark(use_case.maturity_in_force, Dimension.MATURITY)

    @admin.display(description="impact", ordering="impact_in_force")
    def impact(self, use_case):
        return level_mark(use_case.impact_in_force, Dimension.IMPACT)

    @admin.display(description="adoption", ordering="adoption_in_force")
    def adoption(self, use_case):
        return level_mark(use_case.adoption_in_force, Dimension.ADOPTION)

    @admin.display(description="liens proposés", ordering="proposed_links")
    def links_summary(self, use_case):
        return f"{use_case.proposed_links} sur {use_case.all_links}"

    @admin.display(description="rubriques", ordering="sheet_sections")
    def section_count(self, use_case):
        return use_case.sheet_sections


def _level_in_force(dimension):
    in_force = Edition.objects.real().order_by("-number").values("pk")[:1]
    ratings = Rating.objects.filter(use_case=OuterRef("pk"), dimension=dimension, edition=Subquery(in_force))
    return Subquery(ratings.order_by().values("level")[:1])
