"""The page on which an interview is conducted, and the saving of its parts."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from interviews.collection.core_wordings import core_wordings
from interviews.collection.exploration import explore
from interviews.collection.offers import add_use_case, offer_use_cases
from interviews.collection.use_case_form import CatalogueLists, UseCaseForm
from interviews.guided.conduct import Conduct, save_card
from interviews.guided.notes import NoteForm, read_key, save_note
from interviews.guided.planning import begin_interview, visible_interviews
from interviews.guided.ratings import REASONS, RatingForm, save_rating
from interviews.guided.supervision import standing_note
from interviews.models import InterviewRating, Note, UseCaseAnswer
from interviews.views.autosave import UNITS, report, save_unit
from interviews.views.personal_link import posted

from .access import CHANGE, REFUSALS, interview_page, led_by_oneself


@interview_page(CHANGE)
@led_by_oneself
def conduct(request, interview):
    """The whole interview; without JavaScript its button saves everything."""
    page = Conduct(interview, posted(request))
    if request.method == "POST" and page.save():
        for what in page.left_alone:
            messages.warning(request, f"Une réponse plus récente, donnée dans une autre fenêtre, a été gardée : {what}")
        messages.success(request, "Tout est enregistré.")
        return redirect("conduct", interview.pk)
    context = {
        "interview": interview,
        "campaign": interview.campaign,
        "page": page,
        "has_errors": any(form.errors for form in page.forms),
        "catalogue": explore(interview.response),
        "returned": standing_note(interview),
    }
    return render(request, "interviews/interviewer/conduct.html", context)


@require_POST
@interview_page(CHANGE)
@led_by_oneself
def start(request, interview):
    """Start the clock, then open the page."""
    begin_interview(interview)
    return redirect("conduct", interview.pk)


@require_POST
@interview_page(CHANGE)
@led_by_oneself
def open_use_case(request, interview):
    """Add a use case of the campaign to the page."""
    use_case = _use_case(interview, request.POST.get("use_case", ""))
    add_use_case(interview.response, use_case)
    address = redirect("conduct", interview.pk)
    address["Location"] += f"#cas-{use_case.code}"
    return address


@require_POST
@interview_page(CHANGE)
@led_by_oneself
def propose(request, interview):
    """Choose the use cases again, after the profile was corrected."""
    offer_use_cases(interview.response)
    address = redirect("conduct", interview.pk)
    address["Location"] += "#partie-usages"
    return address


@require_POST
@never_cache
def save_part(request, pk, unit):
    """Save one part of the page: answers as `autosave` does, 403 when signed out, 423 while closed to writing."""
    # No redirection to the sign-in page: the browser would take it for a success and forget what was typed.
    if not request.user.has_perm(CHANGE):
        return HttpResponse(status=403)
    interview = visible_interviews(request.user).filter(pk=pk, interviewer=request.user).first()
    if interview is None:
        raise Http404("Cet entretien n’est pas le vôtre.")
    try:
        return save_unit(request, interview.response, unit, INTERVIEW_UNITS)
    except REFUSALS as refusal:
        return report(request, f"Non enregistré : {capfirst(refusal)}", status=423)


def _use_case(interview, code):
    # Compared here: the code is whatever was sent, and a database refuses some characters.
    found = next((case for case in interview.campaign.use_cases.all() if case.code == code), None)
    if found is None:
        raise Http404("Ce cas d’usage ne fait pas partie de cette campagne.")
    return found


def _card(response, code, data):
    use_case = _use_case(response.interview, code)
    offered = response.use_case_answers.filter(use_case=use_case).first() or UseCaseAnswer(response=response)
    offered.use_case = use_case
    wordings = core_wordings(response.campaign.questionnaire)
    form = UseCaseForm(data, offered=offered, lists=CatalogueLists(), wordings=wordings)
    return form, lambda: save_card(response.interview, use_case, form.values(), form.version)


def _rating(response, code, data):
    interview, use_case = response.interview, _use_case(response.interview, code)
    rating = interview.ratings.filter(use_case=use_case).first() or InterviewRating(interview=interview)
    rating.use_case = use_case
    form = RatingForm(data, rating=rating)

    def save():
        values = {name: form.cleaned_data[name] for name in ("adoption", *REASONS)}
        return save_rating(interview, use_case, values, form.cleaned_data["version"] or 0)

    return form, save


def _note(response, code, data):
    interview = response.interview
    try:
        key = read_key(code)
    except ValidationError:
        raise Http404("Cette note n’existe pas.") from None
    form = NoteForm(data, note=Note(interview=interview, key=key))

    def save():
        cleaned = form.cleaned_data
        saved = save_note(
            interview, key, cleaned["text"], cleaned["part"], cleaned["marked_at"], cleaned["version"] or 0
        )
        # Beside a copy the page keeps the version it was built on, so that what follows goes to the same copy.
        return cleaned["version"] or 0 if saved.is_copy else saved.version

    return form, save


# The questionnaire's own parts, then those of an interview: any use case may be opened, and notes are taken.
INTERVIEW_UNITS = UNITS | {"cas": _card, "notation": _rating, "note": _note}
