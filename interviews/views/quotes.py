"""What a participant sees of their quotes, by a link of their own. GET shows, POST acts."""

from functools import wraps

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from interviews.guided.coding_forms import AmendForm
from interviews.guided.quote_links import agree, amend, find_quote_link, quotes_of
from interviews.guided.verbatims import VerbatimError, withdraw_verbatim


def by_quote_link(view):
    """Give the view the participant whose quotes the token of the address opens; an unknown one gets a page."""

    # As behind a personal link, the token in the address is the key: nothing else could be forged without it.
    @csrf_exempt
    @never_cache
    @wraps(view)
    def wrapped(request, token, **kwargs):
        link = find_quote_link(token)
        if link is None:
            return render(request, "interviews/respondent/unknown_quotes.html", status=404)
        return view(request, link.participant, token, **kwargs)

    return wrapped


@require_safe
@by_quote_link
def quotes(request, participant, token):
    context = {
        "token": token,
        "campaign": participant.interview.campaign,
        "interview": participant.interview,
        "quotes": [
            (quote, AmendForm(initial={"text": quote.public_text}, auto_id=f"id_{quote.pk}_%s"))
            for quote in quotes_of(participant)
        ],
    }
    return render(request, "interviews/respondent/quotes.html", context)


@require_POST
@by_quote_link
def decide(request, participant, token, quote):
    """Agree to a quote, amend it, or take it back."""
    found = get_object_or_404(quotes_of(participant), pk=quote)
    decision = request.POST.get("decision")
    try:
        if decision == "withdraw":
            withdraw_verbatim(found)
            messages.success(request, "La citation est retirée. Elle ne sera plus publiée nulle part.")
        elif decision == "amend":
            form = AmendForm(request.POST)
            amend(found, form.cleaned_data["text"] if form.is_valid() else "")
            messages.success(request, "Votre formulation est enregistrée.")
        else:
            agree(found)
            messages.success(request, "Merci : votre accord est enregistré.")
    except VerbatimError as error:
        messages.error(request, str(error))
    return redirect("quotes", token)
