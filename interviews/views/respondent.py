"""What a respondent sees: entry, pages, review, thanks. GET and HEAD only show; POST acts."""

from functools import wraps

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from interviews.collection.forms import CatalogueLists, ConsentForm, ItemsForm, ProfileForm, UseCaseForm
from interviews.collection.pages import REVIEW, path_of
from interviews.collection.responses import (
    ResponseRefusedError,
    create_invitation,
    find_invitation,
    response_of,
    save_answers,
    save_profile,
    save_use_case_answers,
    start_response,
    submit_response,
)
from interviews.collection.review import review_of
from interviews.models import Campaign, Module


def posted(request):
    """Return what the person sent; None when the page is only shown (an empty sending is still one)."""
    return request.POST if request.method == "POST" else None


def enter(request, slug):
    """The open link: who asks, what for; consent begins a questionnaire and gives a personal link."""
    campaign = get_object_or_404(Campaign, slug=slug)
    form = ConsentForm(posted(request))
    if request.method == "POST" and campaign.is_open and form.is_valid():
        invitation, token = create_invitation(campaign)
        start_response(invitation)
        return redirect("page", token, path_of(response_of(find_invitation(token))).first_unanswered())
    return render(request, "interviews/respondent/enter.html", {"campaign": campaign, "form": form})


@require_safe
def thanks(request, slug):
    return render(request, "interviews/respondent/thanks.html", {"campaign": get_object_or_404(Campaign, slug=slug)})


def by_personal_link(view):
    """Give the view the invitation of the address's token; an unknown or closed one gets a page that says so."""

    @wraps(view)
    @never_cache
    def wrapped(request, token, **kwargs):
        invitation = find_invitation(token)
        if invitation is None:
            return render(request, "interviews/respondent/unknown_link.html", status=404)
        try:
            return view(request, invitation, token, **kwargs)
        except ResponseRefusedError as refusal:
            context = {"campaign": invitation.campaign, "refusal": refusal}
            return render(request, "interviews/respondent/refused.html", context, status=409)

    return wrapped


@by_personal_link
def resume(request, invitation, token):
    """The personal link: shows where the person stands; POST begins, or goes to the first unanswered page."""
    response = response_of(invitation)
    form = ConsentForm(posted(request))
    if request.method == "POST" and (response or form.is_valid()):
        return redirect("page", token, path_of(start_response(invitation)).first_unanswered())
    context = {"campaign": invitation.campaign, "response": response, "token": token, "form": form}
    if response and invitation.campaign.is_open:
        path = path_of(response)
        context |= {"path": path, "next_slug": path.first_unanswered()}
    return render(request, "interviews/respondent/resume.html", context)


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
    forms = PAGE_FORMS[current.kind](current, response, path, posted(request))
    # A list, not a generator: every form must be checked so that all errors show at once.
    if request.method == "POST" and all([form.is_valid() for form in forms]):  # noqa: C419
        PAGE_WRITERS[current.kind](response, forms)
        messages.success(request, f"Enregistré à {timezone.localtime():%H:%M}.")
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
    if request.method == "POST":
        submit_response(response)
        return redirect("thanks", invitation.campaign.slug)
    path = path_of(response)
    context = {
        "campaign": invitation.campaign,
        "response": response,
        "token": token,
        "path": path,
        "sections": review_of(response, path),
    }
    return render(request, "interviews/respondent/review.html", context)


def address_after(token, response, slug, data):
    """Return where to go once a page is saved: back to the review when the person came from it, else onwards."""
    path = path_of(response)  # the answers just saved may open or close pages
    following = REVIEW if "review" in data else path.after(path.page(slug))
    return ("review", token) if following == REVIEW else ("page", token, following)


def _profile_forms(page, response, path, data):
    return [ProfileForm(data, instance=response)]


def _item_forms(page, response, path, data):
    tool_names = CatalogueLists().tool_names if any(item.open_list for item in page.items) else {}
    return [ItemsForm(data, items=page.items, initial=path.answers, tool_names=tool_names)]


def _use_case_forms(page, response, path, data):
    lists = CatalogueLists()
    return [UseCaseForm(data, offered=offered, lists=lists) for offered in page.offered]


def _write_profile(response, forms):
    (form,) = forms
    save_profile(response, form.columns(), form.cleaned_data["sectors"], form.cleaned_data["occupations"])


def _write_items(response, forms):
    (form,) = forms
    save_answers(response, form.values())


def _write_use_cases(response, forms):
    save_use_case_answers(response, {form.offered.use_case_id: form.values() for form in forms})


PAGE_FORMS = {
    Module.Kind.PROFILE: _profile_forms,
    Module.Kind.ITEMS: _item_forms,
    Module.Kind.USE_CASES: _use_case_forms,
}
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
