"""Addresses of guided interviews, under /entretiens/."""

from django.urls import path

from .views.interviewer import codebook, conduct, planning, supervision, texts, verbatims

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
    path("suivi/", supervision.supervision, name="interview_supervision"),
    path("<int:pk>/etape/", supervision.step, name="interview_step"),
    path("<int:pk>/noms/", texts.names, name="names_to_hide"),
    path("<int:pk>/transcription/", texts.transcript, name="add_transcript"),
    path("<int:pk>/texte/<slug:kind>/<int:source>/", texts.text, name="interview_text"),
    path("<int:pk>/participants/<int:participant>/citations/", verbatims.link, name="make_quote_link"),
    path("verbatims/", verbatims.verbatims, name="verbatims"),
    path("verbatims/<int:pk>/", verbatims.verbatim, name="verbatim"),
    path("verbatims/<int:pk>/codage/", verbatims.coding, name="code_verbatim"),
    path("verbatims/<int:pk>/formulation/", verbatims.wording, name="word_verbatim"),
    path("verbatims/<int:pk>/relecture/", verbatims.review, name="review_verbatim"),
    path("verbatims/<int:pk>/retirer/", verbatims.withdrawal, name="withdraw_verbatim"),
    path("codes/", codebook.codebook, name="codebook"),
    path("codes/nouveau/", codebook.add_code, name="add_code"),
    path("codes/<slug:code>/", codebook.code, name="code"),
    path("codes/<slug:code>/fusionner/", codebook.merge, name="merge_code"),
    path("codes/<slug:code>/scinder/", codebook.split, name="split_code"),
]
