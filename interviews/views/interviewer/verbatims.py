"""Verbatims: what each is about, how it may be said in public, who has read it, and what the person decided."""

from functools import wraps

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from interviews.guided.coding_forms import CodingForm, WordingForm
from interviews.guided.passages import context_of, pieces_of
from interviews.guided.planning import visible_interviews
from interviews.guided.pseudonyms import find_identifying, names_of
from interviews.guided.quote_links import create_quote_link
from interviews.guided.quote_mail import mail_quote_link
from interviews.guided.verbatim_states import STATES, state_of, with_state
from interviews.guided.verbatims import (
    VerbatimError,
    code_verbatim,
    review_verbatim,
    withdraw_verbatim,
    word_publicly,
)
from interviews.models import Verbatim
from interviews.views.staff import staff_page

from .access import CHANGE, VIEW, interview_page, led_by_oneself


def verbatim_page(permission=VIEW):
    """Like `interview_page`, for one verbatim; an error leads back to its page, which says it."""

    def decorate(view):
        @staff_page(permission)
        @wraps(view)
        def wrapped(request, pk):
            found = get_object_or_404(_visible(request.user), pk=pk)
            try:
                return view(request, found)
            except VerbatimError as error:
                messages.error(request, str(error))
                return redirect("verbatim", found.pk)

        return wrapped

    return decorate


@require_safe
@staff_page(VIEW)
def verbatims(request):
    """All verbatims one may open, by what they wait for."""
    found = with_state(_visible(request.user)).prefetch_related("codes")
    state = request.GET.get("etat", "")
    labels = {code: label for code, label, _ in STATES}
    if state in labels:
        found = found.filter(state=state)
    context = {"verbatims": found.order_by("-pk")[:200], "states": labels, "state": state}
    return render(request, "interviews/interviewer/verbatims.html", context)


@require_safe
@verbatim_page()
def verbatim(request, found):
    interview = found.participant.interview
    names = names_of(interview)
    before, words, after = ("", "", "") if found.withdrawn_at else context_of(found)
    context = {
        "verbatim": found,
        "interview": interview,
        "campaign": interview.campaign,
        "state": state_of(found),
        "before": before,
        "after": after,
        "words": pieces_of(words, find_identifying(words, names)),
        "coding": CodingForm(interview=interview, verbatim=found),
        "wording": WordingForm(initial={"public_text": found.public_text or found.text}),
        "may_review": request.user.pk not in (found.created_by_id, found.worded_by_id),
    }
    return render(request, "interviews/interviewer/verbatim.html", context)


@require_POST
@verbatim_page(CHANGE)
def coding(request, found):
    form = CodingForm(request.POST, interview=found.participant.interview)
    if form.is_valid():
        code_verbatim(found, form.coding())
        messages.success(request, "Codage enregistré.")
    else:
        messages.error(request, "Ce codage ne se lit pas : choisissez dans les listes.")
    return redirect("verbatim", found.pk)


@require_POST
@verbatim_page(CHANGE)
def wording(request, found):
    form = WordingForm(request.POST)
    if form.is_valid():
        word_publicly(found, form.cleaned_data["public_text"], request.user)
        messages.success(request, "Formulation enregistrée. Une autre personne doit la relire.")
    else:
        messages.error(request, " ".join(form.errors["public_text"]))
    return redirect("verbatim", found.pk)


@require_POST
@verbatim_page(CHANGE)
def review(request, found):
    review_verbatim(found, request.user)
    messages.success(request, "Relecture enregistrée. Il reste l’accord de la personne.")
    return redirect("verbatim", found.pk)


@require_POST
@verbatim_page(CHANGE)
def withdrawal(request, found):
    withdraw_verbatim(found)
    messages.success(request, "Le verbatim est retiré, partout.")
    return redirect("interview", found.participant.interview_id)


@require_POST
@interview_page(CHANGE)
@led_by_oneself
def link(request, interview, participant):
    """Mail the link by which a participant reads their quotes, or make it; it is then shown on this page alone."""
    person = get_object_or_404(interview.participants, pk=participant)
    if "mail" in request.POST:
        return _mail(request, interview, person)
    address = request.build_absolute_uri(reverse("quotes", args=[create_quote_link(person, request.user)]))
    context = {"interview": interview, "campaign": interview.campaign, "person": person, "address": address}
    return render(request, "interviews/interviewer/quote_link.html", context)


def _mail(request, interview, person):
    try:
        mail_quote_link(person, request.user)
    except VerbatimError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Le courriel part. Il remplace tout lien précédent.")
    return redirect("interview", interview.pk)


def _visible(user):
    return Verbatim.objects.filter(participant__interview__in=visible_interviews(user)).select_related(
        "participant__interview__campaign",
        "participant__interview__response",
        "use_case",
        "note",
        "transcript",
        "created_by",
        "worded_by",
        "reviewed_by",
    )
