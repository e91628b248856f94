"""Addresses of guided interviews, under /entretiens/."""

from django.urls import path

from .views.interviewer import conduct, planning

urlpatterns = [
    path("", planning.interviews, name="interviews"),
    path("semaine/", planning.week, name="interview_week"),
    path("calendrier.ics", planning.calendars, name="interview_calendars"),
    path("nouveau/", planning.plan, name="plan_interview"),
    path("objectifs/<slug:slug>/", planning.targets, name="interview_targets"),
    path("objectifs/<slug:slug>/<int:target>/retirer/", planning.remove_target, name="remove_target"),
    path("<int:pk>/", planning.interview, name="interview"),
    path("<int:pk>/modifier/", planning.change, name="change_interview"),
    path("<int:pk>/calendrier.ics", planning.calendar, name="interview_calendar"),
    path("<int:pk>/participants/", planning.participant, name="add_participant"),
    path("<int:pk>/participants/<int:participant>/accord/", planning.consent, name="record_consent"),
    path("<int:pk>/participants/<int:participant>/oublier/", planning.forget, name="forget_participant"),
    path("<int:pk>/annuler/", planning.calling_off, name="call_off_interview"),
    path("<int:pk>/retirer/", planning.withdrawal, name="withdraw_interview"),
    path("<int:pk>/commencer/", conduct.start, name="start_interview"),
    path("<int:pk>/conduite/", conduct.conduct, name="conduct"),
    path("<int:pk>/cas/", conduct.open_use_case, name="open_use_case"),
    path("<int:pk>/proposer/", conduct.propose, name="propose_use_cases"),
    path("<int:pk>/auto/<str:unit>/", conduct.save_part, name="save_part"),
]
