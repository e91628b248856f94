"""States derived from facts, as filters of the admin's lists."""

from django.contrib import admin

from interviews.states import campaign_states, response_states


class StateFilter(admin.SimpleListFilter):
    """Filters on the annotation `state`; `states` gives the table."""

    title = "état"
    parameter_name = "etat"

    def lookups(self, request, model_admin):
        return [(code, label.capitalize()) for code, label, _ in self.states()]

    def queryset(self, request, queryset):
        return queryset.filter(state=self.value()) if self.value() else queryset


class CampaignStateFilter(StateFilter):
    states = staticmethod(campaign_states)


class ResponseStateFilter(StateFilter):
    states = staticmethod(response_states)
