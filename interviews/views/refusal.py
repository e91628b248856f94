"""Saying no: to one survey, or to all our mails. GET shows, POST acts: mail scanners follow links."""

from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from interviews.collection.responses import response_of
from interviews.fieldwork.contacts import decline_invitation, opt_out_contact
from interviews.fieldwork.letters import contact_of_opt_out

from .personal_link import by_personal_link


@by_personal_link
def decline(request, invitation, token):
    """Take no part in this survey. The link still opens it: one may change one's mind."""
    done = request.method == "POST"
    if done:
        decline_invitation(invitation)
    context = {
        "campaign": invitation.campaign,
        "token": token,
        "done": done,
        "response": response_of(invitation),
        "can_be_written_to": invitation.contact_id is not None,
    }
    return render(request, "interviews/respondent/decline.html", context)


# The key in the address is the authority, and the one who posts may be a mailbox (RFC 8058), without any cookie.
@csrf_exempt
@never_cache
def opt_out(request, key):
    """Receive no mail of ours any more. The page is the same for an address that means nothing to us."""
    done = request.method == "POST"
    contact = contact_of_opt_out(key)
    if done and contact:
        opt_out_contact(contact)
    return render(request, "interviews/respondent/opt_out.html", {"done": done})
