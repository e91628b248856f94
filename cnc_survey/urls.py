"""Addresses that stay put (docs: design contract). Each app lists its own."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("interviews.urls")),
    path("", include("usecases.urls")),
    path("taches/", include("cnc_survey.jobs.urls")),
    path("sante/", include("cnc_survey.health_urls")),
    path("compte/", include("cnc_survey.accounts.addresses")),
    path("admin/", admin.site.urls),
]
