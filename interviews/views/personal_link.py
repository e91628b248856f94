"""What every page behind a personal link shares."""

from functools import wraps

from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from interviews.collection.entry import AddressForm
from interviews.collection.invitations import find_invitation
from interviews.collection.links import use_link
from interviews.collection.responses import ResponseRefusedError


def posted(request):
    """Return what the person sent; None when the page is only shown (an empty sending is still one)."""
    return request.POST if request.method == "POST" else None


def by_personal_link(view):
    """Give the view the invitation of the address's token; an unknown or closed one gets a page that says so."""

    # The token in the address is the key: nobody can forge a request without knowing it, and a person whose cookies
    # are gone must not lose a page of answers to a missing form token.
    @csrf_exempt
    @never_cache
    @wraps(view)
    def wrapped(request, token, **kwargs):
        invitation = find_invitation(token)
        if invitation is None:
            context = {"token": token, "address_form": AddressForm()}
            return render(request, "interviews/respondent/unknown_link.html", context, status=404)
        if request.method == "POST":
            use_link(invitation, token)
        try:
            return view(request, invitation, token, **kwargs)
        except ResponseRefusedError as refusal:
            context = {"campaign": invitation.campaign, "refusal": refusal}
            return render(request, "interviews/respondent/refused.html", context, status=409)

    return wrapped
