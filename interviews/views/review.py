"""The last look: everything on one page, each answer changed in place, then the sending."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from interviews.collection.pages import path_of
from interviews.collection.responses import response_of
from interviews.collection.review import review_of
from interviews.collection.units import anchor

from .after import send
from .page_forms import all_valid, forms_of
from .personal_link import by_personal_link, posted
from .questionnaire import save_forms

NO_OCCUPATION = "Avant d’envoyer, cochez au moins un métier : c’est la seule réponse nécessaire."
EDITED = "modifier"  # in the address: the unit whose answer is shown as a form


@by_personal_link
def review(request, invitation, token):
    """Show the answers, one of them as a form when the address asks for it; POST saves that one, or sends them all."""
    response = response_of(invitation)
    if response is None:
        return redirect("resume", token)
    path = path_of(response)
    unit = request.GET.get(EDITED, "")
    if unit:
        return _edit(request, response, token, path, unit)
    if request.method == "POST":
        if path.is_routed:
            return send(request, response, token)
        messages.error(request, NO_OCCUPATION)
        return redirect("page", token, path.pages[0].slug)
    return _show(request, response, token, path)


def _edit(request, response, token, path, unit):
    part = path.part(unit)
    if part is None:
        raise Http404("Cette question ne fait pas partie de votre questionnaire.")
    forms = forms_of(part, response, path, posted(request))
    if request.method == "POST" and all_valid(forms):
        save_forms(request, part, response, forms)
        return redirect(f"{reverse('review', args=[token])}#{anchor(unit)}")
    return _show(request, response, token, path, {"edited": unit, "forms": forms, "page": part})


def _show(request, response, token, path, editing=None):
    context = {
        "campaign": response.campaign,
        "response": response,
        "token": token,
        "path": path,
        "sections": review_of(response, path),
        "closed_blocks": path.closed_blocks,
        "has_errors": any(form.errors for form in (editing or {}).get("forms", [])),
    }
    return render(request, "interviews/respondent/review.html", context | (editing or {}))
