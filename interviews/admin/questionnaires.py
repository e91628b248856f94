"""The questionnaire: shown whole. Its data file is the source, and a version with answers never changes."""

from django.contrib import admin
from django.db.models import Count, Exists, OuterRef
from django.utils.html import format_html_join

from cnc_survey.admin_parts import EMPTY, ReadOnly
from interviews.models import Item, Module, Option, Response

SOURCE = "Ce questionnaire se modifie par son fichier de données, puis load_questionnaire."


class ModuleInline(ReadOnly, admin.TabularInline):
    model = Module
    fields = ["position", "title", "kind", "code"]
    show_change_link = True


class ItemInline(ReadOnly, admin.TabularInline):
    model = Item
    fields = ["position", "code", "group", "wording", "kind", "option_set"]
    show_change_link = True

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("option_set")


class OptionInline(ReadOnly, admin.TabularInline):
    model = Option
    fields = ["position", "label", "code"]


class ReachedFromQuestionnaire:
    """A part that is read from its questionnaire: the index would only grow longer for it."""

    def has_module_permission(self, request):
        return False


class QuestionnaireAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["title", "version", "code", "module_count", "frozen"]
    search_fields = ["title", "code"]
    fieldsets = [(None, {"fields": ["title", "code", "version", "core_versions", "frozen"], "description": SOURCE})]
    inlines = [ModuleInline]

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .annotate(
                own_modules=Count("modules"),
                has_responses=Exists(Response.objects.filter(campaign__questionnaire=OuterRef("pk"))),
            )
        )

    @admin.display(description="modules", ordering="own_modules")
    def module_count(self, questionnaire):
        return questionnaire.own_modules

    @admin.display(description="a des réponses", boolean=True)
    def frozen(self, questionnaire):
        return questionnaire.has_responses


class ModuleAdmin(ReachedFromQuestionnaire, ReadOnly, admin.ModelAdmin):
    list_display = ["title", "questionnaire", "kind", "position"]
    list_filter = ["questionnaire", "kind"]
    list_select_related = ["questionnaire"]
    fieldsets = [
        (None, {"fields": ["questionnaire", "title", "code", "kind", "intro", "position"], "description": SOURCE})
    ]
    inlines = [ItemInline]


class ItemAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["wording", "group", "kind", "code", "module", "condition"]
    list_filter = ["module__questionnaire", "kind", "module"]
    list_select_related = ["module", "asked_if"]
    search_fields = ["wording", "code", "group"]
    fieldsets = [
        (None, {"fields": ["module", "group", "wording", "help_text", "code", "position"], "description": SOURCE}),
        ("Réponses", {"fields": ["kind", "options", "allows_dont_know", "open_list"]}),
        ("À qui elle est posée", {"fields": ["condition"]}),
    ]

    @admin.display(description="posée à")
    def condition(self, item):
        if item.asked_if is None:
            return "tous"
        return f"ceux qui ont répondu {', '.join(item.asked_if_codes)} à {item.asked_if.code}"

    @admin.display(description="réponses proposées")
    def options(self, item):
        if item.option_set is None:
            return EMPTY
        pairs = item.option_set.options.values_list("label", "code")
        return format_html_join("\n", "<div>{} <small>({})</small></div>", pairs)


class OptionSetAdmin(ReachedFromQuestionnaire, ReadOnly, admin.ModelAdmin):
    list_display = ["code", "questionnaire"]
    list_filter = ["questionnaire"]
    list_select_related = ["questionnaire"]
    search_fields = ["code"]
    fieldsets = [(None, {"fields": ["questionnaire", "code"], "description": SOURCE})]
    inlines = [OptionInline]
