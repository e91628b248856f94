"""Personal data: what the public is told, what is held today, one person's file, their erasure."""

from functools import partial

from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cnc_survey.audit.log import record
from cnc_survey.audit.models import AuditEntry
from cnc_survey.audit.triggers import RETENTION as LOG_KEPT
from cnc_survey.workbook.download import workbook_response
from interviews.analysis.constants import N_RATE, N_SHOW
from interviews.fieldwork.erasure import ErasureError, erase_person, preview_erasure
from interviews.fieldwork.person_file import write_person_file
from interviews.fieldwork.retention import RULES, survey_personal_data
from interviews.models import Contact

from .staff import staff_page


@require_safe
def your_data(request):
    """What is collected, why, for how long, and how to object: the public notice."""
    context = {
        "rules": RULES,
        "log_kept": LOG_KEPT,
        "shown": N_SHOW,
        "rated": N_RATE,
        "contact": settings.DATA_PROTECTION_CONTACT,
    }
    return render(request, "interviews/your_data.html", context)


@require_safe
@staff_page("interviews.delete_contact")
def register(request):
    """The register of processing, and the personal data that is left over today."""
    context = {"survey": survey_personal_data(), "log_kept": LOG_KEPT, "contact": settings.DATA_PROTECTION_CONTACT}
    return render(request, "interviews/manager/register.html", context)


@require_safe
@staff_page(("interviews.view_contact", "interviews.view_response"))
def person_file(request, pk):
    """Hand over everything we hold of a person, answers included: only for those who may see both sides."""
    contact = get_object_or_404(Contact, pk=pk)
    record(AuditEntry.Action.PERSONAL_DATA_READ, request.user, contact.person, export="droit d’accès")
    return workbook_response("donnees-personnelles.xlsx", partial(write_person_file, contact))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("interviews.delete_contact")
def erase(request, pk):
    """Show what an erasure would do; erase once somebody has agreed to just that."""
    contact = get_object_or_404(Contact, pk=pk)
    error = ""
    if request.method == "POST":
        try:
            erase_person(contact, request.POST.get("seen", ""), request.user)
        except ErasureError as refusal:
            error = str(refusal)
        else:
            messages.success(request, "La personne est effacée. Le journal garde la trace de l’acte, sans son nom.")
            return redirect("personal_data_register")
    context = {"contact": contact, "effect": preview_erasure(contact), "error": error}
    return render(request, "interviews/manager/erase.html", context, status=409 if error else 200)
