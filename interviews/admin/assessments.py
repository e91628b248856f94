"""Assessments: what the campaign says of each use case, and the decision that people take about it."""

from django import forms
from django.contrib import admin, messages
from django.shortcuts import redirect

from cnc_survey.admin_parts import EMPTY
from interviews.models import Assessment
from interviews.results.disclosure import MARK_MEANINGS, STAFF
from interviews.results.evidence import read_evidence
from interviews.results.review import DecisionError, accept_proposals, decide, settle_level
from usecases.rating_marks import DOTS, base_mark, figures_table, level_mark, status_mark

LEVEL_CHOICES = [("", "Sans objet"), *((level, f"{dots} {level}") for level, dots in enumerate(DOTS, 1))]


class DecisionForm(forms.ModelForm):
    """The human decision. It checks with `results.review`, which alone writes it."""

    class Meta:
        model = Assessment
        fields = ["decision", "decided_level", "decision_reason"]
        help_texts = {
            "decided_level": "Seulement pour retenir un autre niveau que ceux en présence.",
            "decision_reason": "Obligatoire, sauf pour accepter la proposition. Il sera publié avec la note.",
        }
        widgets = {
            "decision": forms.RadioSelect,
            "decided_level": forms.Select(choices=LEVEL_CHOICES),
            "decision_reason": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "decision" in self.fields:  # absent once published, when the page only shows
            self.fields["decision"].choices = Assessment.Decision.choices
            self.fields["decision"].required = True

    def clean(self):
        given = super().clean()
        if "decision" in given:
            try:
                settle_level(
                    self.instance, given["decision"], given.get("decided_level"), given.get("decision_reason", "")
                )
            except DecisionError as error:
                self.add_error(error.field, str(error))
        return given


class AssessmentAdmin(admin.ModelAdmin):
    list_display = [
        "use_case",
        "dimension",
        "in_force",
        "computed",
        "status_text",
        "base_text",
        "decision",
        "decided",
        "campaign",
    ]
    list_filter = ["campaign", "dimension", "status", "decision", "use_case__family"]
    list_select_related = ["use_case", "campaign"]
    search_fields = ["use_case__name", "use_case__code"]
    actions = ["accept"]
    form = DecisionForm
    readonly_fields = [
        "campaign",
        "use_case",
        "dimension",
        "in_force",
        "computed",
        "status_text",
        "base_text",
        "decided",
        "decided_by",
        "decided_at",
        "figures",
    ]
    fieldsets = [
        (None, {"fields": ["campaign", "use_case", "dimension", "in_force", "computed", "status_text", "base_text"]}),
        (
            "Décision",
            {
                "fields": ["decision", "decided_level", "decision_reason", "decided_by", "decided_at"],
                "description": "Modifiable jusqu’à la publication. Seules les propositions (note relevée, abaissée ou "
                "première) attendent une décision ; le reste suit la méthode.",
            },
        ),
        (
            "Éléments de preuve",
            {
                "fields": ["figures"],
                "description": "Chiffres non masqués, pour l’équipe seule. Le signe dit ce que verra le public : "
                + " ; ".join(f"{mark} {meaning}" for mark, meaning in MARK_MEANINGS.items())
                + ".",
            },
        ),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("use_case", "campaign", "decided_by")

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or obj.campaign.edition_id is None)

    def save_model(self, request, obj, form, change):
        given = form.cleaned_data
        decide(obj, given["decision"], given["decided_level"], given["decision_reason"], request.user)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except DecisionError as error:  # published between the page and its sending
            messages.error(request, str(error))
            return redirect(request.path)

    @admin.display(description="en vigueur", ordering="baseline_level")
    def in_force(self, assessment):
        return level_mark(assessment.baseline_level, assessment.dimension)

    @admin.display(description="calculé", ordering="computed_level")
    def computed(self, assessment):
        return level_mark(assessment.computed_level, assessment.dimension)

    @admin.display(description="retenu", ordering="decided_level")
    def decided(self, assessment):
        return level_mark(assessment.decided_level, assessment.dimension) if assessment.decision else EMPTY

    @admin.display(description="statut", ordering="status")
    def status_text(self, assessment):
        return status_mark(assessment)

    @admin.display(description="base", ordering="base")
    def base_text(self, assessment):
        return base_mark(assessment.base)

    @admin.display(description="chiffres")
    def figures(self, assessment):
        code = assessment.use_case.code
        evidence = read_evidence(assessment.campaign.snapshot, STAFF, [code])
        return figures_table(evidence[code, assessment.dimension])

    @admin.action(description="Accepter les propositions", permissions=["change"])
    def accept(self, request, queryset):
        selected = queryset.count()
        try:
            accepted = accept_proposals(queryset, request.user)
        except DecisionError as error:
            messages.error(request, str(error))
            return
        left = selected - accepted
        sentence = f"Propositions acceptées : {accepted}."
        if left:
            sentence += f" Lignes laissées, déjà décidées ou sans proposition : {left}."
        messages.success(request, sentence)
