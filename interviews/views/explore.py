"""The rest of the campaign's use cases, by family or by search; each can join the person's questionnaire."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from interviews.collection.exploration import Entry
from interviews.collection.exploration import explore as explore_use_cases
from interviews.collection.offers import add_use_case
from interviews.collection.responses import response_of
from usecases.models import UseCase

from .personal_link import by_personal_link

LONGEST_SEARCH = 100  # characters: the longest name of a use case is shorter


@by_personal_link
def explore(request, invitation, token):
    """GET lists and searches; POST adds one use case and leads to its card."""
    response = response_of(invitation)
    if response is None or not response.use_case_answers.exists():
        return redirect("resume", token)
    if request.method == "POST":
        return redirect(address_of_added(response, token, request.POST.get("use_case", "")))
    words = request.GET.get("q", "")[:LONGEST_SEARCH].strip()
    families = explore_use_cases(response, words)
    context = {
        "campaign": invitation.campaign,
        "token": token,
        "words": words,
        "longest_search": LONGEST_SEARCH,
        "families": families,
        "found": sum(len(entries) for entries in families.values()),
    }
    return render(request, "interviews/respondent/explore.html", context)


def address_of_added(response, token, code):
    """Add the use case of this code and return the address of its card. Raises Http404 for an unknown code."""
    # Compared here: the code is whatever was sent, and a database refuses some characters.
    use_case = next((case for case in UseCase.objects.select_related("family") if case.code == code), None)
    if use_case is None:
        raise Http404("Ce cas d’usage n’existe pas.")
    add_use_case(response, use_case)
    page = Entry(use_case, is_asked=True).page
    return f"{reverse('page', args=[token, page])}#cas-{use_case.code}"
