"""The pages of a questionnaire. GET and HEAD only show; POST saves."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from interviews.collection.blocks import open_block
from interviews.collection.pages import REVIEW, path_of
from interviews.collection.responses import response_of
from interviews.models import Module

from .page_forms import all_valid, forms_of, write_forms
from .personal_link import by_personal_link, posted

NEWER_ELSEWHERE = "Une réponse plus récente, donnée dans une autre fenêtre, a été gardée"
TEMPLATES = {
    Module.Kind.PROFILE: "interviews/respondent/page_form.html",
    Module.Kind.ITEMS: "interviews/respondent/page_form.html",
    Module.Kind.USE_CASES: "interviews/respondent/page_use_cases.html",
}


@by_personal_link
def page(request, invitation, token, slug):
    """One page of the questionnaire; its button saves and goes on."""
    response = response_of(invitation)
    if response is None:
        return redirect("resume", token)
    path = path_of(response)
    current = path.page(slug)
    if current is None:
        raise Http404("Cette page ne fait pas partie de votre questionnaire.")
    forms = forms_of(current, response, path, posted(request))
    if request.method == "POST" and all_valid(forms):
        save_forms(request, current, response, forms)
        return redirect("page", token, address_after(response, path, current, request.POST))
    context = {
        "campaign": invitation.campaign,
        "token": token,
        "path": path,
        "page": current,
        "done": path.done(current),
        "progress_text": path.progress(current),
        "has_errors": any(form.errors for form in forms),
        "previous": path.before(current),
        "forms": forms,
    }
    return render(request, TEMPLATES[current.kind], context)


@require_POST
@by_personal_link
def more(request, invitation, token):
    """Open a block of questions that was not drawn for this person."""
    response, code = response_of(invitation), request.POST.get("block", "")
    if response is None or not open_block(response, code):
        raise Http404("Ce bloc de questions n’existe pas.")
    return redirect("page", token, code)


def save_forms(request, page, response, forms):
    """Store what the forms of a page, or of a part of it, give; tell the person, and what was left alone."""
    left_alone = write_forms(page, response, forms)
    messages.success(request, f"Enregistré à {timezone.localtime():%H:%M}.", extra_tags="saved")
    for question in left_alone:
        messages.warning(request, f"{NEWER_ELSEWHERE} : {question}")


def address_after(response, path, page, data):
    """Return where to go once a page is saved: back to the review when the person came from it, else onwards."""
    if "review" in data:
        return REVIEW
    if page.kind != Module.Kind.USE_CASES:
        path = path_of(response)  # the answers just saved may open or close pages
    return path.after(path.page(page.slug))
