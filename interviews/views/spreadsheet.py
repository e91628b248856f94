"""Spreadsheet mode: the workbook to fill in, what comes back, its preview and its confirmation."""

from functools import partial

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from cnc_survey.workbook import MEDIA_TYPE
from cnc_survey.workbook.download import workbook_response
from interviews.collection.received_sheets import MAX_ERRORS, MAX_FILE, FilledWorkbookError, read_filled
from interviews.collection.responses import response_of
from interviews.collection.sheet_questions import form_of
from interviews.collection.spreadsheet import PreviewLostError, preview_of, seal, store_filled, unseal
from interviews.exports.questionnaire_workbook import write_questionnaire

from .personal_link import by_personal_link

MULTIPART_ROOM = 1 << 16  # bytes of a posted form around its file


class WorkbookForm(forms.Form):
    """The filled workbook."""

    workbook = forms.FileField(
        label="Votre classeur rempli",
        help_text=f"Au format .xlsx, {MAX_FILE >> 20} Mo au plus.",
        widget=forms.FileInput(attrs={"accept": f".xlsx,{MEDIA_TYPE}"}),
        error_messages={
            "required": "Choisissez d’abord le fichier à déposer.",
            "empty": "Ce fichier est vide.",
        },
    )


@require_safe
@by_personal_link
def workbook(request, invitation, token):
    """The person's questionnaire as a workbook."""
    response = response_of(invitation)
    if response is None or not invitation.campaign.is_open:
        return redirect("resume", token)
    return workbook_response(f"questionnaire-{invitation.campaign.slug}.xlsx", partial(write_questionnaire, response))


@by_personal_link
def spreadsheet(request, invitation, token):
    """What spreadsheet mode is; POST of a file shows what it would do, POST of what was shown does it."""
    response = response_of(invitation)
    if response is None or not invitation.campaign.is_open:
        return redirect("resume", token)
    context = {"campaign": invitation.campaign, "response": response, "token": token, "form": WorkbookForm()}
    if request.method != "POST":
        return _show(request, context)
    # Weighed before it is read: what is too big never reaches the disk.
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > MAX_FILE + MULTIPART_ROOM:
        return _show(
            request, context | {"lost": f"Ce fichier dépasse {MAX_FILE >> 20} Mo. Repartez du classeur ci-dessous."}
        )
    try:
        act = _confirm if "sealed" in request.POST else _preview
        return act(request, response, context)
    except FilledWorkbookError as error:
        return _show(request, context | {"errors": error.errors, "max_errors": MAX_ERRORS})
    except PreviewLostError as lost:
        return _show(request, context | {"lost": str(lost)})


def _show(request, context):
    return render(request, "interviews/respondent/spreadsheet.html", context)


def _preview(request, response, context):
    form = WorkbookForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, context | {"form": form})
    questions, received = form_of(response), form.cleaned_data["workbook"]
    content = read_filled(received, received.size, questions)
    return _show_preview(request, response, context, content, preview_of(questions, content))


def _show_preview(request, response, context, content, preview, is_outdated=False):
    context |= {
        "preview": preview,
        "sealed": seal(response, content, preview.digest),
        "is_outdated": is_outdated,
    }
    return render(request, "interviews/respondent/spreadsheet_preview.html", context)


def _confirm(request, response, context):
    content, digest = unseal(response, request.POST["sealed"])
    preview = store_filled(response, content, digest)
    if preview.changes and preview.digest != digest:
        return _show_preview(request, response, context, content, preview, is_outdated=True)
    words = "Votre classeur est enregistré." if preview.changes else "Votre classeur était déjà enregistré."
    messages.success(request, words)
    return redirect("review", context["token"])
