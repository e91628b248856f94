"""Responses: read, set aside or reinstated, never edited. What joins an answer to an identity is not shown."""

from functools import cached_property

from django import forms
from django.contrib import admin, messages

from cnc_survey.admin_parts import EMPTY, ReadOnly, count_of
from interviews.collection.exclusion import exclude_response, reinstate_response
from interviews.collection.responses import ResponseRefusedError
from interviews.models import Answer, UseCaseAnswer
from interviews.states import label_of, name_state, response_states
from usecases.models import Barrier, Benefit, Tool

from .pages import ask_about_selection, is_confirmed
from .states import ResponseStateFilter

DONT_KNOW = {"nsp": "Ne sait pas"}


class UseCaseAnswerInline(ReadOnly, admin.TabularInline):
    model = UseCaseAnswer
    fields = [
        "use_case",
        "reason",
        "usage",
        "maturity",
        "impact",
        "intention",
        "benefit_names",
        "barrier_names",
        "other_barrier",
        "tool_names",
        "satisfaction",
        "comment",
        "may_be_quoted",
    ]
    readonly_fields = ["benefit_names", "barrier_names", "tool_names"]

    @cached_property
    def names(self):
        return {model: dict(model.objects.values_list("code", "name")) for model in (Benefit, Barrier, Tool)}

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("use_case", "response")

    @admin.display(description="intérêts")
    def benefit_names(self, answer):
        return _join(answer.benefits, self.names[Benefit])

    @admin.display(description="freins")
    def barrier_names(self, answer):
        return _join(answer.barriers, self.names[Barrier])

    @admin.display(description="outils")
    def tool_names(self, answer):
        return _join(answer.tools, self.names[Tool])


class AnswerInline(ReadOnly, admin.TabularInline):
    model = Answer
    fields = ["item", "text"]
    readonly_fields = ["text"]

    @cached_property
    def tools(self):
        return dict(Tool.objects.values_list("code", "name"))

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .select_related("response", "item__option_set")
            .prefetch_related("item__option_set__options")
        )

    @admin.display(description="réponse")
    def text(self, answer):
        item, labels = answer.item, DONT_KNOW
        if item.option_set:
            labels = labels | {option.code: option.label for option in item.option_set.options.all()}
        elif item.open_list:
            labels = labels | self.tools
        return _join(answer.value if isinstance(answer.value, list) else [answer.value], labels)


class ExclusionForm(forms.Form):
    reason = forms.CharField(
        label="Motif",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Conservé avec la réponse. N’y nommez personne.",
    )


class ResponseAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["key", "campaign", "state_text", "mode", "submitted_at", "structure_type", "answered", "offered"]
    list_filter = ["campaign", ResponseStateFilter, "mode", "structure_type", "sectors"]
    list_select_related = ["campaign"]
    show_full_result_count = False  # a second count of a table that may hold millions
    search_fields = ["key"]
    inlines = [UseCaseAnswerInline, AnswerInline]
    actions = ["set_aside", "reinstate"]
    fieldsets = [
        (None, {"fields": ["key", "campaign", "mode", "open_link", "state_text", "started_on", "submitted_at"]}),
        (
            "Profil",
            {
                "fields": [
                    "occupation_names",
                    "sector_names",
                    "structure_type",
                    "structure_size",
                    "seniority",
                    "employment_status",
                    "gender",
                    "age_group",
                    "weight",
                ]
            },
        ),
        ("Hors de l’analyse", {"fields": ["withdrawn_at", "excluded_at", "exclusion_reason"]}),
    ]

    def get_queryset(self, request):
        offered = UseCaseAnswer.objects.all()
        return (
            super()
            .get_queryset(request)
            .annotate(
                state=name_state(response_states()),
                offered_count=count_of(offered, "response"),
                answered_count=count_of(offered.exclude(usage=None), "response"),
            )
        )

    def has_exclude_permission(self, request):
        return request.user.has_perm("interviews.change_response")

    @admin.display(description="état")
    def state_text(self, response):
        return label_of(response_states(), response.state)

    @admin.display(description="cas d’usage répondus", ordering="answered_count")
    def answered(self, response):
        return response.answered_count

    @admin.display(description="proposés", ordering="offered_count")
    def offered(self, response):
        return response.offered_count

    @admin.display(description="métiers")
    def occupation_names(self, response):
        return ", ".join(response.occupations.values_list("name", flat=True)) or EMPTY

    @admin.display(description="secteurs")
    def sector_names(self, response):
        return ", ".join(response.sectors.values_list("name", flat=True)) or EMPTY

    @admin.action(description="Écarter de l’analyse", permissions=["exclude"])
    def set_aside(self, request, queryset):
        form = ExclusionForm(request.POST if is_confirmed(request) else None)
        if is_confirmed(request) and form.is_valid():
            reason = form.cleaned_data["reason"]
            self._act(request, queryset, lambda response: exclude_response(response, reason), f"Écartée : {reason}")
            return None
        return ask_about_selection(
            self,
            request,
            "set_aside",
            title="Écarter de l’analyse",
            form=form,
            button="Écarter de l’analyse",
            intro=[
                f"Réponses choisies : {queryset.count()}.",
                "Une réponse écartée reste en base, mais ne compte plus. Elle peut être réintégrée avant la clôture.",
            ],
        )

    @admin.action(description="Réintégrer dans l’analyse", permissions=["exclude"])
    def reinstate(self, request, queryset):
        self._act(request, queryset.exclude(excluded_at=None), reinstate_response, "Réintégrée.")

    def _act(self, request, responses, verb, sentence):
        """Apply a verb to each response, and say what became of them."""
        done, refusals = 0, []
        for response in responses:
            try:
                verb(response)
            except ResponseRefusedError as refusal:
                refusals.append(str(refusal))
            else:
                self.log_change(request, response, sentence)
                done += 1
        for refusal in refusals:
            messages.error(request, refusal)
        if done or not refusals:
            messages.success(request, f"Réponses modifiées : {done}.")


class UseCaseProposalAdmin(admin.ModelAdmin):
    list_display = ["name", "tool", "campaign", "reviewed"]
    list_filter = ["reviewed", "response__campaign"]
    list_select_related = ["response__campaign"]
    search_fields = ["name", "description", "tool"]
    fields = ["name", "description", "tool", "campaign", "reviewed"]
    readonly_fields = ["name", "description", "tool", "campaign"]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description="campagne", ordering="response__campaign")
    def campaign(self, proposal):
        return proposal.response.campaign


def _join(codes, labels):
    return ", ".join(str(labels.get(code, code)) for code in codes) or EMPTY
