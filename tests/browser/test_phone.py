"""A whole questionnaire with a finger, on a phone: every answer saves itself, and the review is corrected in place."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from interviews.campaigns import create_campaign
from interviews.models import Answer, Response, Usage, UseCaseAnswer

pytestmark = pytest.mark.browser

SMALLEST_TARGET = 24  # px, WCAG 2.5.8


@pytest.fixture
def phone(browser, browser_context_args):
    context = browser.new_context(
        **browser_context_args,
        viewport={"width": 360, "height": 740},
        device_scale_factor=2,
        has_touch=True,
        is_mobile=True,
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def entry(study, live_server):
    today = timezone.localdate()
    create_campaign("vague-1", "Vague 1", today, today + timedelta(days=9))
    return f"{live_server.url}/participer/vague-1/"


def go_on(page, words="Enregistrer et continuer"):
    check_the_screen(page)
    with page.expect_navigation():
        page.get_by_role("button", name=words).tap()


def check_the_screen(page):
    """Nothing to scroll sideways to, nothing too small to be touched."""
    assert page.evaluate("document.documentElement.scrollWidth") <= 360, page.url
    touched = ", ".join(f"main {tag}:visible" for tag in ("button", "label", "select", "summary"))
    too_small = (
        "(all, least) => all.filter(one => one.getBoundingClientRect().height < least).map(one => one.innerText)"
    )
    small = page.locator(touched).evaluate_all(too_small, SMALLEST_TARGET)
    # The label of a field of words is not what one touches: the field is.
    fields = page.locator("main .form-label:visible").all_inner_texts()
    assert [words for words in small if words and words not in fields] == [], page.url


def test_a_whole_questionnaire_then_the_review_is_corrected(phone, entry):
    page = phone
    page.goto(entry)
    page.get_by_label("J’ai lu").tap()
    go_on(page, "Commencer")
    page.get_by_label("Monteurs vidéo").tap()
    page.get_by_label("Votre ancienneté").select_option("15_plus")
    go_on(page)
    page.get_by_role("group", name="Avez-vous déjà utilisé").get_by_label("Oui").tap()
    expect(page.locator("#saved-at")).to_contain_text("Enregistré à")
    go_on(page)
    page.get_by_label("Lesquels, par leur nom").fill("Runway")
    cards = 0
    while not page.url.endswith("/relecture/"):
        for card in page.get_by_role("article").all():
            card.get_by_label("Essayé, sans plus").tap()
            technology = card.get_by_role("group", name="Où en est la technologie")
            expect(technology).to_be_visible()
            technology.get_by_label("en développement").tap()
            expect(page.locator("#saved-at")).to_contain_text("Enregistré à")
            cards += 1
        go_on(page)
    assert cards == UseCaseAnswer.objects.filter(usage=Usage.TRIED, maturity=1).count() >= 8

    # The review is corrected where one reads it.
    check_the_screen(page)
    page.get_by_role("link", name="Modifier : Lesquels, par leur nom").tap()
    page.get_by_label("Lesquels, par leur nom").fill("Runway, DaVinci")
    check_the_screen(page)
    page.get_by_role("button", name="Enregistrer", exact=True).tap()
    expect(page.get_by_text("Runway, DaVinci")).to_be_in_viewport()
    page.get_by_role("link", name="Modifier : Votre profil").tap()
    page.get_by_label("Votre ancienneté").select_option("0_4")
    page.get_by_role("button", name="Enregistrer", exact=True).tap()
    expect(page.get_by_text("Moins de 5 ans")).to_be_visible()
    go_on(page, "Envoyer mes réponses")
    expect(page.get_by_role("heading", level=1)).to_have_text("Merci. Vos réponses sont envoyées.")
    check_the_screen(page)

    # Sent, it can still be corrected.
    page.get_by_role("link", name="Relire ou corriger").tap()
    page.get_by_role("link", name="Modifier : Avez-vous déjà utilisé").tap()
    page.get_by_role("group", name="Avez-vous déjà utilisé").get_by_label("Non").tap()
    page.get_by_role("button", name="Enregistrer", exact=True).tap()
    expect(page.get_by_text("Runway, DaVinci")).to_have_count(0)
    assert Response.objects.counted().get().seniority == "0_4"
    assert dict(Answer.objects.values_list("item__code", "value")) == {"ai_ever_used": "no"}
