"""What a person gets once their answers are sent: thanks, a receipt, their answers, the return, and the way out."""

from functools import partial

from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cnc_survey.rate_limit import network_address, retry_time
from cnc_survey.workbook.download import workbook_response
from interviews.collection.comparison import compare_with_peers
from interviews.collection.pages import path_of
from interviews.collection.receipts import receipt_of
from interviews.collection.responses import ResponseRefusedError, response_of, submit_response
from interviews.collection.review import review_of
from interviews.collection.withdrawal import FROZEN, ReceiptForm, withdraw_by_receipt, withdraw_response
from interviews.exports.own_answers import write_own_answers
from interviews.models import Campaign

from .personal_link import by_personal_link, posted

TRIES = 10  # an hour: a person copies a code wrongly once or twice, whoever guesses needs thousands of billions


def send(request, response, token):
    """Send the answers, then thank. An anonymous response is thanked at once: nothing leads back to it afterwards.

    The code is on this page alone, in no address; its link being destroyed, a reload sends nothing and shows nothing.
    """
    campaign = response.campaign
    if not campaign.is_anonymous:
        submit_response(response)
        return redirect("thanks", token)
    comparison = compare_with_peers(response)
    context = {"campaign": campaign, "comparison": comparison, "code": submit_response(response)}
    return render(request, "interviews/respondent/thanks.html", context | {"receipt": receipt_of(response)})


def of_a_sent_response(view):
    """Give the view the response that a personal link leads to; one not sent leads back to its pages."""

    @by_personal_link
    def wrapped(request, invitation, token):
        response = response_of(invitation)
        if response is None or response.submitted_at is None:
            return redirect("resume", token)
        return view(request, response, token)

    return wrapped


@require_safe
@of_a_sent_response
def thanks(request, response, token):
    context = {"campaign": response.campaign, "token": token, "receipt": receipt_of(response)}
    return render(request, "interviews/respondent/thanks.html", context)


@require_safe
@of_a_sent_response
def own_answers(request, response, token):
    """A person's answers on a page made to be printed."""
    context = {
        "campaign": response.campaign,
        "token": token,
        "receipt": receipt_of(response),
        "sections": _sections(response),
    }
    return render(request, "interviews/respondent/own_answers.html", context)


@require_safe
@of_a_sent_response
def own_answers_workbook(request, response, token):
    write = partial(write_own_answers, response, _sections(response), receipt_of(response))
    return workbook_response(f"mes-reponses-{response.campaign.slug}.xlsx", write)


@require_safe
@of_a_sent_response
def comparison(request, response, token):
    """The return: the person beside the professionals of their trades."""
    context = {"campaign": response.campaign, "token": token, "comparison": compare_with_peers(response)}
    return render(request, "interviews/respondent/comparison.html", context)


@by_personal_link
def withdraw(request, invitation, token):
    """Explain, then erase on POST."""
    response = response_of(invitation)
    if response is None:
        return redirect("resume", token)
    if request.method == "POST":
        withdraw_response(response)
        return redirect("withdrawn", invitation.campaign.slug)
    context = {"campaign": invitation.campaign, "token": token, "frozen": _frozen(invitation.campaign)}
    return render(request, "interviews/respondent/withdraw.html", context)


@never_cache
def withdraw_by_code(request, slug):
    """The way out of an anonymous campaign, where no link leads to an answer any more."""
    campaign = get_object_or_404(Campaign, slug=slug)
    form = ReceiptForm(posted(request))
    context = {"campaign": campaign, "form": form, "frozen": _frozen(campaign)}
    status = 200
    if request.method == "POST" and campaign.is_anonymous:
        context["retry_at"] = retry_time("withdraw", network_address(request), TRIES)
        if context["retry_at"]:
            status = 429
        elif form.is_valid():
            try:
                withdraw_by_receipt(campaign, form.cleaned_data["code"])
            except ResponseRefusedError as refusal:
                form.add_error("code", str(refusal))
            else:
                return redirect("withdrawn", slug)
    return render(request, "interviews/respondent/withdraw.html", context, status=status)


@require_safe
def withdrawn(request, slug):
    context = {"campaign": get_object_or_404(Campaign, slug=slug)}
    return render(request, "interviews/respondent/withdrawn.html", context)


def _frozen(campaign):
    return FROZEN if campaign.closed_at else ""


def _sections(response):
    return review_of(response, path_of(response))
