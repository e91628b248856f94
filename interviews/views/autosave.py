"""Saving one part of a page as soon as it changes.

A unit is the profile, one general question, or one use case. The request carries its fields and the version that the
page was built on; the answer carries the new version and the moment, or says why nothing was written. Sending the same
twice changes nothing, so a browser may retry as long as it needs.
"""

import re

from django.db import transaction
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from interviews.collection.answers import is_asked, lock_offered, save_answers, save_profile, write_locked
from interviews.collection.core_wordings import core_wordings
from interviews.collection.instrument import read_instrument
from interviews.collection.item_form import ItemsForm
from interviews.collection.profile_form import ProfileForm
from interviews.collection.responses import response_of
from interviews.collection.use_case_form import CatalogueLists, UseCaseForm

from .personal_link import by_personal_link

# Checked before any look-up: a null character in an address would make PostgreSQL fail.
UNIT = re.compile(r"profile|[a-z]+\.[-a-zA-Z0-9_]+")
STALE = "Non enregistré : une réponse plus récente a été donnée dans une autre fenêtre. Rechargez la page pour la voir."


@require_POST
@by_personal_link
def autosave(request, invitation, token, unit):
    """Save one unit: 200 with its new version, 409 when it changed elsewhere, 422 when it cannot be read."""
    # A card is read and locked at once, until it is written: one query less in what is asked most often.
    save = transaction.atomic(save_unit) if unit.startswith("cas.") else save_unit
    return save(request, response_of(invitation), unit, UNITS)


def save_unit(request, response, unit, units):
    """Save one unit of a response, as `units` ({kind: how to read it}) knows it; see `autosave`.

    `read(response, code, data)` returns the form and what saves it: the new version, None when it changed elsewhere.
    """
    kind, _, code = unit.partition(".")
    if response is None or kind not in units or not UNIT.fullmatch(unit):
        raise Http404("Cette question ne fait pas partie de votre questionnaire.")
    form, save = units[kind](response, code, request.POST)
    if not form.is_valid():
        errors = " ".join(message for messages in form.errors.values() for message in messages)
        return report(request, f"Non enregistré : {errors}", status=422)
    version = save()
    if version is None:
        return report(request, STALE, status=409)
    field = form[f"{code}-version" if kind == "question" else "version"]
    return report(
        request,
        f"Enregistré à {timezone.localtime():%H:%M}",
        version_field={"name": field.html_name, "id": field.auto_id, "value": version},
    )


def report(request, sentence, status=200, version_field=None):
    """Answer with the sentence for the person and, once saved, the field that holds the new version."""
    context = {"sentence": sentence, "failed": status != 200, "version_field": version_field}
    answer = render(request, "interviews/respondent/saved.html", context, status=status)
    if version_field is None:
        answer["HX-Reswap"] = "none"
    return answer


def _profile(response, code, data):
    form = ProfileForm(data, response=response)
    # While the page is being filled in, even the one compulsory answer may still be missing.
    form.fields["occupations"].required = False

    return form, lambda: save_profile(response, *form.values(), form.version)


def _question(response, code, data):
    item = read_instrument(response.campaign.questionnaire).items.get(code)
    if item is None or not _is_asked(response, item):
        raise Http404("Cette question ne fait pas partie de votre questionnaire.")
    form = ItemsForm(data, items=[item], tool_names={}, versions={})

    def save():
        saving = save_answers(response, form.values(), form.versions())
        return None if saving.left_alone else saving.versions[code]

    return form, save


def _is_asked(response, item):
    """An answer to a question that is not asked of this person would make its base untrue."""
    if item.module.is_block and item.module.code not in response.blocks:
        return False
    condition = item.asked_if
    return condition is None or is_asked(
        item, dict(response.answers.filter(item=condition).values_list("item__code", "value"))
    )


def _use_case(response, code, data):
    rows = lock_offered(response, use_case__code=code)
    if not rows:
        raise Http404("Ce cas d’usage ne fait pas partie de votre questionnaire.")
    ((use_case_id, offered),) = rows.items()
    wordings = core_wordings(response.campaign.questionnaire)
    form = UseCaseForm(data, offered=offered, lists=CatalogueLists(), wordings=wordings)

    def save():
        saving = write_locked(response, rows, {use_case_id: form.values()}, {use_case_id: form.version})
        return None if saving.left_alone else saving.versions[use_case_id]

    return form, save


UNITS = {"profile": _profile, "question": _question, "cas": _use_case}
