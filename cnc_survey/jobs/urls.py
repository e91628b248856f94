from django.urls import path

from . import views

urlpatterns = [
    path("", views.jobs, name="jobs"),
    path("<uuid:job_id>/", views.job, name="job"),
    path("<uuid:job_id>/annuler/", views.cancel, name="job_cancel"),
    path("<uuid:job_id>/relancer/", views.retry, name="job_retry"),
    path("<uuid:job_id>/fichier/", views.download, name="job_file"),
]
