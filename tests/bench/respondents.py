"""Begins questionnaires as people do, through the project's own functions; prints their links as JSON.

Usage: respondents.py CAMPAIGN NUMBER, with the environment of a production process.
"""

import json
import sys

import django

django.setup()

from interviews.campaigns import find_campaign  # noqa: E402 Django must be ready
from interviews.collection.answers import save_profile  # noqa: E402
from interviews.collection.invitations import create_invitation  # noqa: E402
from interviews.collection.offers import offer_use_cases  # noqa: E402
from interviews.collection.responses import start_response  # noqa: E402
from usecases.models import Occupation, Sector  # noqa: E402


def begin(campaign, number):
    """Begin one questionnaire; the number chooses an occupation and a sector."""
    invitation, token = create_invitation(campaign)
    response = start_response(invitation)
    occupations, sectors = list(Occupation.objects.order_by("position")), list(Sector.objects.order_by("position"))
    save_profile(
        response,
        {"structure_type": "production", "seniority": "5_14"},
        [sectors[number % len(sectors)]],
        [occupations[number % len(occupations)]],
    )
    offer_use_cases(response)
    first = response.use_case_answers.select_related("use_case__family").first().use_case
    return {"token": token, "card": first.code, "card_page": f"cas-{first.family.code}"}


slug, wanted = sys.argv[1:]
campaign = find_campaign(slug)
json.dump([begin(campaign, number) for number in range(int(wanted))], sys.stdout)
