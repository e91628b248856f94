"""Addresses of collection, by who is looking."""

from django.urls import include, path

from .views import (
    after,
    autosave,
    entry,
    explore,
    home,
    method,
    privacy,
    proposal,
    questionnaire,
    refusal,
    review,
    spreadsheet,
)
from .views.analyst import weighting

urlpatterns = [
    path("", home.home, name="home"),
    path("methode/", method.method, name="method"),
    path("vos-donnees/", privacy.your_data, name="your_data"),
    path("donnees-personnelles/", privacy.register, name="personal_data_register"),
    path("contacts/<int:pk>/donnees-personnelles.xlsx", privacy.person_file, name="person_file"),
    path("contacts/<int:pk>/effacer/", privacy.erase, name="erase_person"),
    path("participer/<slug:slug>/", entry.enter, name="enter"),
    path("participer/<slug:slug>/retrait/", after.withdraw_by_code, name="withdraw_by_code"),
    path("participer/<slug:slug>/reponse-retiree/", after.withdrawn, name="withdrawn"),
    path("participer/<slug:slug>/lien/", entry.ask_link, name="ask_link"),
    path("q/<str:token>/", entry.resume, name="resume"),
    path("q/<str:token>/decliner/", refusal.decline, name="decline"),
    path("ne-plus-ecrire/<str:key>/", refusal.opt_out, name="opt_out"),
    path("q/<str:token>/nouveau-lien/", entry.renew_link, name="renew_link"),
    path("q/<str:token>/relecture/", review.review, name="review"),
    path("q/<str:token>/encore/", questionnaire.more, name="more"),
    path("q/<str:token>/signaler/", proposal.report, name="report"),
    path("q/<str:token>/auto/<str:unit>/", autosave.autosave, name="autosave"),
    path("q/<str:token>/merci/", after.thanks, name="thanks"),
    path("q/<str:token>/mes-reponses/", after.own_answers, name="own_answers"),
    path("q/<str:token>/mes-reponses.xlsx", after.own_answers_workbook, name="own_answers_workbook"),
    path("q/<str:token>/retour/", after.comparison, name="comparison"),
    path("q/<str:token>/retrait/", after.withdraw, name="withdraw"),
    path("q/<str:token>/tous/", explore.explore, name="explore"),
    path("q/<str:token>/classeur/", spreadsheet.spreadsheet, name="spreadsheet"),
    path("q/<str:token>/classeur.xlsx", spreadsheet.workbook, name="workbook"),
    path("q/<str:token>/<slug:slug>/", questionnaire.page, name="page"),
    path("entretiens/", include("interviews.interview_urls")),
    path("", include("interviews.desk_urls")),
    path("campagnes/", include("interviews.analyst_urls")),
    path("campagnes/<slug:slug>/redressement/", weighting.weighting, name="campaign_weighting"),
    path(
        "campagnes/<slug:slug>/redressement/modele.xlsx",
        weighting.weighting_template,
        name="campaign_weighting_template",
    ),
]
