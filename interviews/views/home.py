"""The home page: the catalogue and what is going on. Composed here, as the upper app knows both."""

from django.shortcuts import render

from interviews.models import Campaign
from usecases.views import catalogue_context


def home(request):
    open_campaigns = Campaign.objects.open().order_by("closes_on")
    return render(request, "home.html", {"open_campaigns": open_campaigns, **catalogue_context(request)})
