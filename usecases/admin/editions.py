"""Editions and ratings: shown, never edited."""

from django.contrib import admin
from django.db.models import Count
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html

from cnc_survey.admin_parts import EMPTY, ReadOnly
from cnc_survey.templatetags.house import percent_fr
from usecases.models import Occupation, RatingBreakdown
from usecases.rating_marks import base_mark, figures_table, level_mark, status_mark

FROZEN = "Une édition publiée ne change jamais : une correction est une nouvelle édition."


class EditionAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["title", "number", "published_on", "collection", "respondents", "known_levels", "is_fictional"]
    list_filter = ["is_fictional"]
    search_fields = ["title", "source"]
    fieldsets = [
        (None, {"fields": ["title", "number", "published_on", "is_fictional", "rating_list"], "description": FROZEN}),
        ("Collecte", {"fields": ["collection", "respondents", "source"]}),
        ("Traçabilité", {"fields": ["previous", "method_version", "snapshot_id"]}),
    ]
    readonly_fields = ["collection", "rating_list"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("previous").annotate(levels=Count("ratings__level"))

    @admin.display(description="collecte", ordering="collected_from")
    def collection(self, edition):
        return f"du {edition.collected_from:%d/%m/%Y} au {edition.collected_to:%d/%m/%Y}"

    @admin.display(description="niveaux renseignés", ordering="levels")
    def known_levels(self, edition):
        return edition.levels

    @admin.display(description="notes")
    def rating_list(self, edition):
        address = f"{reverse('admin:usecases_rating_changelist')}?edition__id__exact={edition.pk}"
        return format_html('<a href="{}">Voir les notes de cette édition</a>', address)


class BreakdownInline(ReadOnly, admin.TabularInline):
    model = RatingBreakdown
    fields = readonly_fields = ["category_name", "base", "share_text", "interval", "mark"]

    @cached_property
    def occupations(self):
        return dict(Occupation.objects.values_list("code", "name"))

    @admin.display(description="métier")
    def category_name(self, breakdown):
        return self.occupations.get(breakdown.category, breakdown.category)

    @admin.display(description="part")
    def share_text(self, breakdown):
        return _percent(breakdown.share)

    @admin.display(description="intervalle")
    def interval(self, breakdown):
        return _interval(breakdown)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("rating__use_case", "rating__edition")


class RatingAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["use_case", "dimension", "mark", "label", "status_text", "base_text", "share_text", "edition"]
    list_filter = ["edition", "dimension", "status", "level", "use_case__family"]
    list_select_related = ["use_case", "edition"]
    search_fields = ["use_case__name", "use_case__code", "label"]
    inlines = [BreakdownInline]
    fieldsets = [
        (None, {"fields": ["edition", "use_case", "dimension", "mark", "label"], "description": FROZEN}),
        (
            "Ce qui la fonde",
            {
                "fields": ["status_text", "base_text", "share_text", "interval", "probability_text"],
                "description": "Un chiffre masqué par le secret statistique reste vide.",
            },
        ),
        ("Décision", {"fields": ["computed", "reviewer", "review_reason"]}),
        (
            "Autres chiffres publiés",
            {
                "fields": ["figures"],
                "description": "Signes : † moins de 30 personnes ; b base seule ; d trop de « ne sait pas » ; g "
                "réponse presque unanime ; s rien n’est montré. « n.s. » : masqué ou non calculé.",
            },
        ),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("use_case", "edition")

    @admin.display(description="niveau", ordering="level")
    def mark(self, rating):
        return level_mark(rating.level, rating.dimension)

    @admin.display(description="niveau calculé")
    def computed(self, rating):
        return level_mark(rating.computed_level, rating.dimension)

    @admin.display(description="statut", ordering="status")
    def status_text(self, rating):
        return status_mark(rating)

    @admin.display(description="base", ordering="base")
    def base_text(self, rating):
        return base_mark(rating.base)

    @admin.display(description="part", ordering="share")
    def share_text(self, rating):
        return _percent(rating.share)

    @admin.display(description="intervalle")
    def interval(self, rating):
        return _interval(rating)

    @admin.display(description="probabilité du niveau")
    def probability_text(self, rating):
        return _percent(rating.probability)

    @admin.display(description="chiffres")
    def figures(self, rating):
        return figures_table(rating.details) if rating.details else EMPTY


def _percent(share):
    return EMPTY if share is None else percent_fr(share)


def _interval(figures):
    if figures.low is None or figures.high is None:
        return EMPTY
    return f"de {percent_fr(figures.low)} à {percent_fr(figures.high)}"
