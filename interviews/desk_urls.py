"""Addresses of those who run campaigns: people, letters, coverage."""

from django.urls import path

from .views.desk import contact_imports, contacts

urlpatterns = [
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
