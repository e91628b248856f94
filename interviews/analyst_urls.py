"""The analyst's pages of a campaign."""

from django.urls import path

from .views.analyst import (
    campaigns,
    charts,
    evolution,
    exports,
    participation,
    publication,
    results,
    use_case,
    weighting,
)

urlpatterns = [
    path("", campaigns.campaigns, name="campaigns"),
    path("<slug:slug>/", campaigns.campaign, name="campaign"),
    path("<slug:slug>/exports/", exports.exports, name="campaign_exports"),
    path("<slug:slug>/participation/", participation.participation, name="campaign_participation"),
    path("<slug:slug>/participation/<str:name>.png", participation.picture, name="participation_picture"),
    path("<slug:slug>/resultats/", results.results, name="campaign_results"),
    path("<slug:slug>/resultats/<slug:code>/", use_case.use_case, name="campaign_use_case"),
    path("<slug:slug>/resultats/<slug:code>/<str:name>.png", use_case.picture, name="use_case_picture"),
    path("<slug:slug>/evolution/", evolution.evolution, name="campaign_evolution"),
    path("<slug:slug>/redressement/", weighting.weighting, name="campaign_weighting"),
    path("<slug:slug>/redressement/modele.xlsx", weighting.weighting_template, name="campaign_weighting_template"),
    path("<slug:slug>/graphiques/", charts.charts, name="campaign_charts"),
    path("<slug:slug>/graphiques/<str:name>.png", charts.picture, name="campaign_picture"),
    path("<slug:slug>/publication/", publication.publication, name="campaign_publication"),
    path("<slug:slug>/correction/", publication.correction, name="campaign_correction"),
]
