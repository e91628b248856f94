"""Addresses of collection, by who is looking."""

from django.urls import path

from .views import after, autosave, entry, home, method, questionnaire

urlpatterns = [
    path("", home.home, name="home"),
    path("methode/", method.method, name="method"),
    path("participer/<slug:slug>/", entry.enter, name="enter"),
    path("participer/<slug:slug>/merci/", after.thanks, name="thanks"),
    path("q/<str:token>/", entry.resume, name="resume"),
    path("q/<str:token>/relecture/", questionnaire.review, name="review"),
    path("q/<str:token>/auto/<str:unit>/", autosave.autosave, name="autosave"),
    path("q/<str:token>/<slug:slug>/", questionnaire.page, name="page"),
]
