"""A questionnaire that opens at once on a phone: what its pages weigh, and what they ask of the database."""

import gzip
from datetime import date
from statistics import median

import pytest
from django.urls import reverse

from interviews.campaigns import create_campaign
from interviews.collection.answers import save_profile
from interviews.collection.invitations import create_invitation
from interviews.collection.offers import offer_use_cases
from interviews.collection.pages import path_of
from interviews.collection.questionnaire import load_questionnaire
from interviews.collection.responses import start_response
from tests.page_weight import Visit
from usecases.catalogue import load_catalogue
from usecases.models import Occupation, Sector

pytestmark = pytest.mark.django_db

FIRST_PAGE, FOLLOWING = 120_000, 60_000  # bytes, compressed
QUERIES = 8


@pytest.fixture
def weights():
    """{page: Weight} of a whole visit, on the real catalogue and questionnaire."""
    load_catalogue()
    load_questionnaire()
    campaign = create_campaign("vague", "Vague", date(2020, 1, 1), date(2099, 12, 31))
    invitation, token = create_invitation(campaign)
    response = start_response(invitation)
    save_profile(response, {}, [Sector.objects.get(code="cinema")], Occupation.objects.order_by("position")[:2])
    offer_use_cases(response)
    addresses = {
        "entry": reverse("enter", args=["vague"]),
        **{page.slug: reverse("page", args=[token, page.slug]) for page in path_of(response).pages},
        "review": reverse("review", args=[token]),
    }
    visit = Visit(compress=gzip.compress)
    return {name: visit.open(address) for name, address in addresses.items()}


def test_pages_are_light_and_ask_little(weights):
    """One test for the three bars: the visit takes seconds."""
    first, *following = weights.values()
    assert {name for name, weight in weights.items() if not 0 < weight.queries <= QUERIES} == set()
    assert 0 < first.size <= FIRST_PAGE
    assert median(weight.size for weight in following) <= FOLLOWING
    assert {name for name, weight in weights.items() if weight.size > FIRST_PAGE} == set()


def test_a_static_file_is_counted_once():
    """Otherwise a heavy stylesheet would weigh on every page, or on none."""
    load_questionnaire()
    load_catalogue()
    visit = Visit(compress=gzip.compress)
    first, again = visit.open(reverse("method")), visit.open(reverse("method"))
    assert again.size < first.size - 20_000  # Bootstrap alone is more
