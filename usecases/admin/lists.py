"""The lists that describe a use case or a professional, the glossary, and the frame of the study."""

from django.contrib import admin
from django.db.models import Count

from cnc_survey.admin_parts import CodedNames
from usecases.models import StudyPoint


class CitedByAnswers:
    """A list whose codes stand in answers: deleting an entry would take a word away from what people said."""

    def has_delete_permission(self, request, obj=None):
        return False


class CountsUseCases:
    """Adds how many use cases hold each entry."""

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(linked_use_cases=Count("use_cases", distinct=True))

    @admin.display(description="cas d’usage", ordering="linked_use_cases")
    def use_case_count(self, entry):
        return entry.linked_use_cases


class FamilyAdmin(CountsUseCases, CodedNames, admin.ModelAdmin):
    list_display = ["name", "code", "position", "use_case_count"]


class ValueChainAdmin(CodedNames, admin.ModelAdmin):
    pass


class StageAdmin(CountsUseCases, CodedNames, admin.ModelAdmin):
    list_display = ["name", "chain", "position", "potential_impact", "source", "use_case_count"]
    list_filter = ["chain", "source"]
    list_select_related = ["chain"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("chain")


class SectorAdmin(CitedByAnswers, CodedNames, admin.ModelAdmin):
    list_display = ["name", "code", "chain", "position"]
    list_filter = ["chain"]
    list_select_related = ["chain"]


class OccupationAdmin(CountsUseCases, CitedByAnswers, CodedNames, admin.ModelAdmin):
    list_display = ["name", "group", "position", "source", "use_case_count"]
    list_filter = ["source", "group"]


class BenefitAdmin(CountsUseCases, CitedByAnswers, CodedNames, admin.ModelAdmin):
    list_display = ["name", "code", "position", "source", "use_case_count"]
    list_filter = ["source"]


class BarrierAdmin(CitedByAnswers, CodedNames, admin.ModelAdmin):
    list_display = ["name", "group", "code", "position"]
    list_filter = ["group"]


class ToolAdmin(CountsUseCases, CitedByAnswers, CodedNames, admin.ModelAdmin):
    list_display = ["name", "publisher", "source", "use_case_count"]
    list_filter = ["source"]
    search_fields = ["name", "code", "publisher"]


class GlossaryTermAdmin(CodedNames, admin.ModelAdmin):
    list_display = ["name", "aliases", "definition"]
    search_fields = ["name", "code", "aliases", "definition"]


class ThemeAdmin(CodedNames, admin.ModelAdmin):
    list_display = ["name", "code", "position", "point_count"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(own_points=Count("points"))

    @admin.display(description="points", ordering="own_points")
    def point_count(self, theme):
        return theme.own_points


class StudyPointAdmin(CodedNames, admin.ModelAdmin):
    list_display = ["name", "theme", "parent", "position", "detail"]
    list_filter = ["theme"]
    list_select_related = ["theme", "parent"]
    search_fields = ["name", "code", "body", "detail"]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "parent":
            # Two levels only: what is already a part has no parts of its own, and nothing is a part of itself.
            shown = request.resolver_match.kwargs.get("object_id")
            kwargs["queryset"] = StudyPoint.objects.filter(parent=None).exclude(pk=shown)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
