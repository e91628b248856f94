from django.urls import path

from . import views

urlpatterns = [
    path("cas-usage/<slug:code>/", views.use_case, name="use_case"),
    path("cas-usage/<slug:code>/graphiques/<str:name>.png", views.use_case_picture, name="use_case_chart"),
    path("catalogue.xlsx", views.catalogue_workbook, name="catalogue_workbook"),
    path("editions/", views.editions, name="editions"),
    path("editions/<int:number>/", views.edition, name="edition"),
    path("editions/<int:number>/donnees/<str:name>", views.edition_file, name="edition_file"),
    path("glossaire/", views.glossary, name="glossary"),
    path("etude/", views.study, name="study"),
]
