"""Pages that only two waves, or two coders, fill: those of the demonstration, by axe, on a phone and on a desk."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from interviews.demonstration import OPEN, TO_REVIEW, create_demonstration
from interviews.guided.double_coding import draw_sample
from interviews.guided.quote_links import create_quote_link, quotes_of
from interviews.models import Campaign, Participant
from tests.browser.test_accessibility import DESKTOP, PHONE, faults

pytestmark = pytest.mark.browser


@pytest.fixture
def site(study, live_server, page):
    """The demonstration, signed in as its analyst, who may do everything here."""
    create_demonstration()
    analyst = User.objects.get(username="demo-analyste")
    analyst.is_superuser = True
    analyst.save()
    client = Client()
    client.force_login(analyst)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    return live_server.url


def addresses():
    closed = Campaign.objects.get(slug=TO_REVIEW)
    coding = draw_sample(closed, [User.objects.get(username="demo-analyste")])[0]
    quoted = next(person for person in Participant.objects.order_by("pk") if quotes_of(person).exists())
    return [
        f"/campagnes/{TO_REVIEW}/evolution/",
        f"/campagnes/{TO_REVIEW}/redressement/",
        f"/campagnes/{TO_REVIEW}/exports/",
        f"/campagnes/{TO_REVIEW}/cloture/",
        f"/campagnes/{OPEN}/redressement/",
        f"/campagnes/{OPEN}/qualite/",
        f"/campagnes/{OPEN}/cloture/",
        "/entretiens/second-codage/",
        f"/entretiens/second-codage/{coding.pk}/",
        f"/entretiens/fiabilite/{TO_REVIEW}/",
        f"/citations/{create_quote_link(quoted, coding.coder)}/",
        "/taches/",
    ]


def test_every_page_that_the_demonstration_fills(page, site):
    wrong = {}
    for address in addresses():
        for viewport, scheme in ((PHONE, "dark"), (DESKTOP, "light")):
            page.set_viewport_size(viewport)
            page.emulate_media(color_scheme=scheme)
            answer = page.goto(site + address)
            page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
            if found := [*([] if answer.ok else [f"answers {answer.status}"]), *faults(page)]:
                wrong[address, viewport["width"]] = found
    assert wrong == {}
