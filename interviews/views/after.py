"""What a person gets once their answers are sent."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from interviews.models import Campaign


@require_safe
def thanks(request, slug):
    return render(request, "interviews/respondent/thanks.html", {"campaign": get_object_or_404(Campaign, slug=slug)})
