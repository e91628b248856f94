"""The pages of a questionnaire. GET and HEAD only show; POST saves."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from interviews.collection.blocks import open_block
from interviews.collection.item_form import ItemsForm
from interviews.collection.pages import REVIEW, complete, load_options, path_of
from interviews.collection.profile_form import ProfileForm
from interviews.collection.responses import (
    offer_use_cases,
    response_of,
    save_answers,
    save_profile,
    save_use_case_answers,
)
from interviews.collection.review import review_of
from interviews.collection.use_case_form import CatalogueLists, UseCaseForm
from interviews.models import Module

from .after import send
from .personal_link import by_personal_link, posted

NO_OCCUPATION = "Avant d’envoyer, cochez au moins un métier : c’est la seule réponse nécessaire."
NEWER_ELSEWHERE = "Une réponse plus récente, donnée dans une autre fenêtre, a été gardée"


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
    complete(current)
    forms = PAGE_FORMS[current.kind](current, response, path, posted(request))
    # A list, not a generator: every form must be checked so that all errors show at once.
    if request.method == "POST" and all([form.is_valid() for form in forms]):  # noqa: C419
        left_alone = PAGE_WRITERS[current.kind](response, forms)
        messages.success(request, f"Enregistré à {timezone.localtime():%H:%M}.")
        for question in left_alone:
            messages.warning(request, f"{NEWER_ELSEWHERE} : {question}")
        return redirect(*address_after(token, response, slug, request.POST))
    context = {
        "campaign": invitation.campaign,
        "token": token,
        "path": path,
        "page": current,
        "number": path.number(current),
        "progress_text": path.progress(current),
        "has_errors": any(form.errors for form in forms),
        "previous": path.before(current),
        "forms": forms,
    }
    return render(request, PAGE_TEMPLATES[current.kind], context)


@by_personal_link
def review(request, invitation, token):
    """Everything on one page, then the sending."""
    response = response_of(invitation)
    if response is None:
        return redirect("resume", token)
    path = path_of(response)
    if request.method == "POST":
        if not path.is_routed:
            messages.error(request, NO_OCCUPATION)
            return redirect("page", token, path.pages[0].slug)
        return send(request, response, token)
    load_options(*path.pages)
    context = {
        "campaign": invitation.campaign,
        "response": response,
        "token": token,
        "path": path,
        "sections": review_of(response, path),
        "closed_blocks": path.closed_blocks,
    }
    return render(request, "interviews/respondent/review.html", context)


@require_POST
@by_personal_link
def more(request, invitation, token):
    """Open a block of questions that was not drawn for this person."""
    response, code = response_of(invitation), request.POST.get("block", "")
    if response is None or not open_block(response, code):
        raise Http404("Ce bloc de questions n’existe pas.")
    return redirect("page", token, code)


def address_after(token, response, slug, data):
    """Return where to go once a page is saved: back to the review when the person came from it, else onwards."""
    path = path_of(response)  # the answers just saved may open or close pages
    following = REVIEW if "review" in data else path.after(path.page(slug))
    return ("review", token) if following == REVIEW else ("page", token, following)


def _profile_forms(page, response, path, data):
    return [ProfileForm(data, instance=response)]


def _item_forms(page, response, path, data):
    tool_names = CatalogueLists().tool_names if any(item.open_list for item in page.items) else {}
    return [ItemsForm(data, items=page.items, initial=path.answers, tool_names=tool_names, versions=path.versions)]


def _use_case_forms(page, response, path, data):
    lists = CatalogueLists()
    return [UseCaseForm(data, offered=offered, lists=lists) for offered in page.offered]


def _write_profile(response, forms):
    (form,) = forms
    version = save_profile(response, *form.values(), form.version)
    offer_use_cases(response)
    return ["Votre profil"] if version is None else []


def _write_items(response, forms):
    (form,) = forms
    return save_answers(response, form.values(), form.versions()).left_alone


def _write_use_cases(response, forms):
    answers = {form.offered.use_case_id: form.values() for form in forms}
    versions = {form.offered.use_case_id: form.version for form in forms}
    return save_use_case_answers(response, answers, versions).left_alone


PAGE_FORMS = {
    Module.Kind.PROFILE: _profile_forms,
    Module.Kind.ITEMS: _item_forms,
    Module.Kind.USE_CASES: _use_case_forms,
}
# Each returns what was left alone because it had changed elsewhere.
PAGE_WRITERS = {
    Module.Kind.PROFILE: _write_profile,
    Module.Kind.ITEMS: _write_items,
    Module.Kind.USE_CASES: _write_use_cases,
}
PAGE_TEMPLATES = {
    Module.Kind.PROFILE: "interviews/respondent/page_form.html",
    Module.Kind.ITEMS: "interviews/respondent/page_form.html",
    Module.Kind.USE_CASES: "interviews/respondent/page_use_cases.html",
}
