"""How a person comes in: the open link, the personal link, and a link asked for by e-mail."""

import secrets
from datetime import datetime

from django.conf import settings
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache

from cnc_survey.outbox.dispatch import mail_is_down
from cnc_survey.rate_limit import network_address, retry_time
from interviews.collection.duration import measured_duration
from interviews.collection.entry import AddressForm, ConsentForm, EntryForm
from interviews.collection.invitations import (
    campaigns_of_link,
    create_invitation,
    find_open_link,
    send_known_links,
    send_link,
)
from interviews.collection.pages import path_of
from interviews.collection.responses import response_of, start_response
from interviews.models import Campaign, Invitation

from .personal_link import by_personal_link, posted

PARTNER = "par"  # the partner's code in the address of an open link


def enter(request, slug):
    """The open link: who asks, what for; consent begins a questionnaire and gives a personal link."""
    campaign = get_object_or_404(Campaign.objects.select_related("questionnaire"), slug=slug)
    form = EntryForm(posted(request))
    if request.method == "POST" and campaign.is_open and form.is_valid():
        return _begin(request, campaign, form)
    context = {
        "campaign": campaign,
        "form": form,
        "address_form": AddressForm(),
        "duration": measured_duration(campaign.questionnaire),
        "ask_link_url": reverse("ask_link", args=[slug]) + _partner_query(request, campaign),
    }
    return render(request, "interviews/respondent/enter.html", context)


def ask_link(request, slug):
    """The open link for someone who prefers to begin, or to go on, from their mailbox."""
    campaign = get_object_or_404(Campaign, slug=slug)
    form = AddressForm(posted(request))
    if request.method == "POST" and campaign.is_open and form.is_valid():
        site, query = _site(request), _partner_query(request, campaign)
        return _send(request, form, campaign, lambda address: send_link(campaign, address, site, query))
    return render(request, "interviews/respondent/ask_link.html", {"campaign": campaign, "address_form": form})


@never_cache
def renew_link(request, token):
    """A new link in place of one that opens nothing any more. The answer is the same whoever asks."""
    form = AddressForm(posted(request))
    if request.method == "POST" and form.is_valid():
        campaigns = campaigns_of_link(token)
        return _send(request, form, None, lambda address: send_known_links(campaigns, address, _site(request)))
    return render(request, "interviews/respondent/ask_link.html", {"address_form": form})


@by_personal_link
def resume(request, invitation, token):
    """The personal link: shows where the person stands; POST begins, or goes to the first unanswered page."""
    response = response_of(invitation)
    form = ConsentForm(posted(request))
    if request.method == "POST" and (response or form.is_valid()):
        return redirect(_address_of_first_unanswered(_start(request, invitation), token))
    campaign = invitation.campaign
    context = {"campaign": campaign, "response": response, "token": token, "form": form}
    if response and campaign.is_open:
        context["path"] = path_of(response)
    elif response is None:
        context["duration"] = measured_duration(campaign.questionnaire)
    return render(request, "interviews/respondent/resume.html", context)


def _begin(request, campaign, form):
    if form.filled_by_robot:
        # What a robot expects to see; nothing is stored, and it learns nothing.
        return redirect("resume", secrets.token_urlsafe(32))
    if retry_at := _retry_time(request):
        return _too_many(request, campaign, retry_at)
    invitation, token = create_invitation(campaign)
    return redirect(_address_of_first_unanswered(_start(request, invitation), token))


def _address_of_first_unanswered(response, token):
    slug, fragment = path_of(response).first_unanswered()
    return reverse("page", args=[token, slug]) + (f"#{fragment}" if fragment else "")


def _start(request, invitation):
    """Begin the response; whoever was invited in person owes nothing to the partner whose code stands there."""
    is_open = invitation.channel == Invitation.Channel.OPEN
    code = request.GET.get(PARTNER, "") if is_open else ""
    return start_response(invitation, find_open_link(invitation.campaign, code))


def _send(request, form, campaign, send):
    """Send a link, and say the same whether the address is known, unknown, or a robot's."""
    if not form.filled_by_robot:
        if retry_at := _retry_time(request):
            return _too_many(request, campaign, retry_at)
        send(form.cleaned_data["address"])
    context = {"campaign": campaign, "mail_is_down": mail_is_down()}
    return render(request, "interviews/respondent/link_sent.html", context)


def _retry_time(request):
    return retry_time("start", network_address(request), settings.STARTS_PER_HOUR)


def _too_many(request, campaign, retry_at: datetime):
    context = {"campaign": campaign, "retry_at": retry_at}
    refused = render(request, "interviews/respondent/too_many.html", context, status=429)
    refused["Retry-After"] = str(round((retry_at - timezone.now()).total_seconds()))
    return refused


def _partner_query(request, campaign):
    """Return the query string that keeps the partner's code, empty without a known one."""
    open_link = find_open_link(campaign, request.GET.get(PARTNER, ""))
    return "?" + urlencode({PARTNER: open_link.code}) if open_link else ""


def _site(request):
    return request.build_absolute_uri("/").rstrip("/")
