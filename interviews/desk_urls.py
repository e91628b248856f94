"""Addresses of those who run campaigns: people, letters, coverage."""

from django.urls import path

from .views.desk import closing, contact_imports, contacts, coverage, letters, preparation, quality

urlpatterns = [
    path("campagnes/nouvelle/", preparation.campaign_new, name="campaign_new"),
    path("campagnes/<slug:slug>/preparation/", preparation.preparation, name="campaign_preparation"),
    path("campagnes/<slug:slug>/objectifs/", preparation.targets, name="campaign_targets"),
    path("campagnes/<slug:slug>/objectifs/<int:pk>/retirer/", preparation.target_delete, name="campaign_target_delete"),
    path("campagnes/<slug:slug>/courriels/", letters.letters, name="campaign_letters"),
    path("campagnes/<slug:slug>/courriels/envois/", letters.mails, name="campaign_mails"),
    path("campagnes/<slug:slug>/courriels/envois/agir/", letters.mails_act, name="campaign_mails_act"),
    path("campagnes/<slug:slug>/courriels/vagues/<int:pk>/annuler/", letters.wave_cancel, name="campaign_wave_cancel"),
    path("campagnes/<slug:slug>/courriels/textes/", letters.texts, name="campaign_texts"),
    path("campagnes/<slug:slug>/courriels/textes/<slug:kind>/<slug:language>/", letters.text, name="campaign_text"),
    path(
        "campagnes/<slug:slug>/courriels/textes/<slug:kind>/<slug:language>/essai/",
        letters.text_test,
        name="campaign_text_test",
    ),
    path(
        "campagnes/<slug:slug>/courriels/textes/<slug:kind>/<slug:language>/retablir/",
        letters.text_reset,
        name="campaign_text_reset",
    ),
    path("campagnes/<slug:slug>/couverture/", coverage.coverage, name="campaign_coverage"),
    path("campagnes/<slug:slug>/couverture/export/", coverage.coverage_export, name="campaign_coverage_export"),
    path("campagnes/<slug:slug>/qualite/", quality.quality, name="campaign_quality"),
    path("campagnes/<slug:slug>/qualite/<str:key>/", quality.quality_decide, name="campaign_quality_decide"),
    path("campagnes/<slug:slug>/cloture/", closing.closing, name="campaign_closing"),
    path("contacts/", contacts.contacts, name="contacts"),
    path("contacts/nouveau/", contacts.contact_new, name="contact_new"),
    path("contacts/retours/", contacts.bounces, name="bounces"),
    path("contacts/export/", contacts.contacts_export, name="contacts_export"),
    path("contacts/modele.xlsx", contact_imports.contact_model, name="contact_model"),
    path("contacts/import/", contact_imports.contact_import, name="contact_import"),
    path("contacts/import/<int:pk>/", contact_imports.contact_import_preview, name="contact_import_preview"),
    path("contacts/<int:pk>/", contacts.contact, name="contact"),
    path("contacts/<int:pk>/modifier/", contacts.contact_edit, name="contact_edit"),
    path("contacts/<int:pk>/opposition/", contacts.contact_opt_out, name="contact_opt_out"),
    path("contacts/<int:pk>/fusion/", contacts.contact_merge, name="contact_merge"),
]
