"""Every public page and every step of the questionnaire: axe at WCAG 2.2 AA, and no sideways scrolling on a phone."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from interviews.campaigns import create_campaign
from interviews.collection.simulation import simulate_responses
from interviews.results.closing import close_campaign
from interviews.results.publication import publish_campaign

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 900}


@pytest.fixture
def site(study, live_server):
    """A published demonstration and an open campaign."""
    today = timezone.localdate()
    past = create_campaign("passee", "Vague passée", today - timedelta(days=60), today - timedelta(days=30))
    simulate_responses(past, respondents=60, seed=1)
    close_campaign(past)
    publish_campaign(past, "Édition de démonstration", accept_proposals=True)
    create_campaign("ouverte", "Vague ouverte", today, today + timedelta(days=30))
    return live_server.url


def faults(page):
    """Return what is wrong with the page shown, once it is whole, in a line each."""
    page.wait_for_load_state()
    violations = Axe().run(page, options=RULES).response["violations"]
    found = [f"{v['id']}: {node['html'][:120]}" for v in violations for node in v["nodes"]]
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*found, *([f"scrolls sideways by {overflow}px"] if overflow > 0 else [])]


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_public_pages(page, site, viewport, scheme):
    page.set_viewport_size(viewport)
    page.emulate_media(color_scheme=scheme)
    addresses = [
        "/",
        "/?q=zzzz",
        "/cas-usage/assistance-a-lecriture-de-scenario/",
        "/cas-usage/rotoscoping-et-compositing-automatises/",
        "/editions/",
        "/editions/1/",
        "/editions/2/",
        "/methode/",
        "/glossaire/",
        "/etude/",
        "/participer/passee/",
        "/q/inconnu/",
        "/nulle-part/",
    ]
    wrong = {}
    for address in addresses:
        page.goto(site + address)
        if found := faults(page):
            wrong[address] = found
    assert wrong == {}


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_every_step_of_the_questionnaire(page, site, viewport):
    page.set_viewport_size(viewport)
    wrong, looked_at = {}, []

    def look(step):
        looked_at.append(step)
        if found := faults(page):
            wrong[step] = found

    def go_on():
        with page.expect_navigation():
            page.get_by_role("button", name="Enregistrer et continuer").click()

    page.goto(site + "/participer/ouverte/")
    look("entry")
    page.get_by_role("button", name="Commencer").click()
    look("entry with an error")
    page.get_by_label("J’ai lu").check()
    page.get_by_role("button", name="Commencer").click()
    look("profile")
    go_on()
    look("profile with an error")
    page.get_by_label("Monteurs vidéo").check()
    while not page.url.endswith("/relecture/"):
        for yes in page.locator("input[name=ai_ever_used][value=yes]").all():
            yes.check()
        for known in page.locator("input[name$=-usage][value=tried]").all():
            known.check()
        for more in page.locator("summary").all():
            more.click()
        look(page.url.split("/")[-2])
        if "/cas-" in page.url and "cards with an error" not in looked_at:
            page.locator("textarea").first.evaluate("field => { field.value = 'a'.repeat(5001) }")
            go_on()
            look("cards with an error")
            page.locator("textarea").first.fill("")
        go_on()
    look("review")
    for more in page.locator("details.missing > summary").all():
        more.click()
    look("review, missing questions open")
    for link in (".missing a", ".review-part a[href^='?modifier=cas.']", "a[href='?modifier=profile#profile']"):
        page.locator(link).first.click()
        look(f"review, {link} open")
        page.get_by_role("link", name="Fermer").click()
        page.locator("details.missing > summary").first.click()
    page.goto("/".join(page.url.split("/")[:-2]) + "/")
    look("resume")
    page.goto(page.url + "relecture/")
    page.get_by_role("button", name="Envoyer mes réponses").click()
    look("thanks")
    assert (wrong, "cards with an error" in looked_at) == ({}, True)
