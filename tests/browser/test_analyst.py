"""The analyst's pages in a real browser: axe, no sideways scrolling, a review by keyboard alone."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from interviews.campaigns import create_campaign
from interviews.collection.simulation import simulate_responses
from interviews.models import Campaign
from interviews.results.closing import close_campaign
from tests.browser.test_accessibility import DESKTOP, PHONE, faults

pytestmark = pytest.mark.browser

CASE = "assistance-a-lecriture-de-scenario"


@pytest.fixture
def site(study, live_server, page):
    """A closed campaign with proposals to review; the browser is signed in as somebody who may do everything."""
    today = timezone.localdate()
    closed = create_campaign("close", "Vague close", today - timedelta(days=60), today - timedelta(days=30))
    simulate_responses(closed, respondents=80, seed=1, interviews=8)
    close_campaign(closed)
    client = Client()
    client.force_login(User.objects.create_superuser("relectrice"))
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    return live_server.url


@pytest.mark.parametrize(("viewport", "scheme"), [(PHONE, "dark"), (DESKTOP, "light")], ids=["phone", "desktop"])
def test_every_page_of_a_closed_campaign(page, site, viewport, scheme):
    page.set_viewport_size(viewport)
    page.emulate_media(color_scheme=scheme)
    wrong = {}
    for address in (
        "/campagnes/",
        "/campagnes/close/",
        "/campagnes/close/participation/",
        "/campagnes/close/resultats/?famille=development",
        f"/campagnes/close/resultats/{CASE}/",
        "/campagnes/close/graphiques/?dimension=adoption",
        "/campagnes/close/publication/",
    ):
        page.goto(site + address)
        for more in page.locator("summary").all():
            more.click()
        if found := faults(page):
            wrong[address] = found
    assert wrong == {}


def test_a_proposal_is_decided_by_keyboard_alone(page, site):
    page.goto(f"{site}/campagnes/close/resultats/?statut=waiting")
    before = page.get_by_role("checkbox").count()
    page.get_by_role("checkbox").first.focus()
    page.keyboard.press("Space")
    page.get_by_label("niveau en vigueur conservé").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")  # to the level
    page.keyboard.press("Tab")  # to the reason
    page.keyboard.type("Encore en version d’essai")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 décision enregistrée.")).to_be_visible()
    expect(page.get_by_role("checkbox")).to_have_count(before - 1)
    assert Campaign.objects.get(slug="close").assessments.exclude(decision="").count() == 1


def test_a_chart_is_named_described_and_fits(page, site):
    page.set_viewport_size(PHONE)
    page.goto(f"{site}/campagnes/close/resultats/{CASE}/")
    drawing = page.locator("#graphique-usage svg")
    expect(drawing).to_have_attribute("role", "img")
    assert page.get_by_role("img", name=page.locator("#graphique-usage .chart-title").inner_text()).count() == 1
    box = drawing.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    # The largest letters of a drawing that wraps too late would leave it.
    outside = drawing.evaluate(
        "svg => [...svg.querySelectorAll('text')].filter(t => t.getBoundingClientRect().right > innerWidth + 1).length"
    )
    assert outside == 0
