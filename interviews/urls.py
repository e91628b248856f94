"""Addresses of collection, by who is looking."""

from django.urls import path

from .views import home, method, respondent

urlpatterns = [
    path("", home.home, name="home"),
    path("methode/", method.method, name="method"),
    path("participer/<slug:slug>/", respondent.enter, name="enter"),
    path("participer/<slug:slug>/merci/", respondent.thanks, name="thanks"),
    path("q/<str:token>/", respondent.resume, name="resume"),
    path("q/<str:token>/relecture/", respondent.review, name="review"),
    path("q/<str:token>/<slug:slug>/", respondent.page, name="page"),
]
