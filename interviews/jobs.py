"""The long work of campaigns, as jobs."""

from django.contrib.auth import get_user_model
from django.urls import reverse

from cnc_survey.jobs.kinds import JobKind

from .campaigns import CampaignError
from .exports.coverage_workbook import write_coverage
from .fieldwork.contact_export import write_contacts
from .fieldwork.contact_import import apply_import, check_import
from .fieldwork.retention import apply_retention
from .models import Campaign, ContactImport
from .results.closing import close_campaign


def _check_contacts(parameters, folder, progress):
    check_import(ContactImport.objects.get(pk=parameters["import"]), progress)


def _checked_file(parameters):
    if not ContactImport.objects.filter(pk=parameters["import"]).exists():
        return None  # given up since
    return "Voir le résultat de la vérification", reverse("contact_import_preview", args=[parameters["import"]])


def _import_contacts(parameters, folder, progress):
    contact_import = ContactImport.objects.get(pk=parameters["import"])
    if contact_import.applied_at is None:
        apply_import(contact_import, progress)


def _export_contacts(parameters, folder, progress):
    path = folder / "contacts.xlsx"
    write_contacts(path, parameters, progress)
    return path


def _export_coverage(parameters, folder, progress):
    campaign = Campaign.objects.get(pk=parameters["campaign"])
    path = folder / f"couverture-{campaign.slug}.xlsx"
    write_coverage(path, campaign, parameters["masked"], progress)
    return path


def _close_campaign(parameters, folder, progress):
    campaign = Campaign.objects.get(pk=parameters["campaign"])
    if campaign.closed_at is None:
        close_campaign(campaign, get_user_model().objects.filter(pk=parameters["asked_by"]).first())


def _apply_retention(parameters, folder, progress):
    apply_retention()


KINDS = [
    JobKind(
        name="campaign_closing",
        describe=lambda parameters: f"Clôture de « {Campaign.objects.get(pk=parameters['campaign'])} »",
        run=_close_campaign,
        permission="interviews.change_campaign",
        refusals=[CampaignError],
        leads_to=lambda parameters: (
            "Voir la campagne close",
            reverse("campaign", args=[Campaign.objects.get(pk=parameters["campaign"]).slug]),
        ),
    ),
    JobKind(
        name="coverage_export",
        describe=lambda parameters: f"Couverture de « {Campaign.objects.get(pk=parameters['campaign'])} »",
        run=_export_coverage,
        unit="feuilles",
        permission="interviews.view_campaign",
    ),
    JobKind(
        name="retention",
        describe=lambda parameters: "Effacement des données personnelles dont la durée est passée",
        run=_apply_retention,
        daily=True,
    ),
    JobKind(
        name="contacts_check",
        describe=lambda parameters: f"Vérification de « {parameters['name']} »",
        run=_check_contacts,
        unit="lignes",
        permission="interviews.add_contact",
        leads_to=_checked_file,
    ),
    JobKind(
        name="contacts_import",
        describe=lambda parameters: f"Import de « {parameters['name']} »",
        run=_import_contacts,
        unit="lignes",
        permission="interviews.add_contact",
        leads_to=lambda parameters: ("Voir les contacts", reverse("contacts")),
    ),
    JobKind(
        name="contacts_export",
        describe=lambda parameters: "Export de contacts",
        run=_export_contacts,
        unit="contacts",
        permission="interviews.view_contact",
    ),
]
