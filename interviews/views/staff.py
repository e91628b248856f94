"""Who may open a page of the team's."""

from functools import wraps

from django.contrib.auth.decorators import login_required, permission_required
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache

from interviews.models import Campaign
from interviews.states import campaign_states, name_state


def staff_page(permission):
    """Keep a page for those who hold the permission, or all of several: a stranger signs in first, others get a 403."""

    def decorate(view):
        return never_cache(login_required(permission_required(permission, raise_exception=True)(view)))

    return decorate


def campaign_page(permission):
    """Like `staff_page`; the view gets the campaign of the address, with its `state`, its baseline and its edition."""

    def decorate(view):
        @staff_page(permission)
        @wraps(view)
        def wrapped(request, slug, **kwargs):
            campaigns = Campaign.objects.select_related("baseline", "edition").annotate(
                state=name_state(campaign_states())
            )
            return view(request, get_object_or_404(campaigns, slug=slug), **kwargs)

        return wrapped

    return decorate
