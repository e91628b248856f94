"""A whole interview by keyboard, with the network cut in the middle: nothing is lost."""

import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from interviews.campaigns import create_campaign
from interviews.guided.planning import Person, begin_interview, plan_interview, record_consent
from interviews.models import Interview
from interviews.models.interview import MAX_NOTE
from tests.browser.network import Slow, saving
from tests.interviews.guided.conversations import make_member
from usecases.models import Occupation, Sector

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

KEPT = "(all) => all.every((words) => Object.values(localStorage).some((kept) => kept.includes(words)))"


@pytest.fixture
def interview(study):
    """An interview with a video editor, begun."""
    today = timezone.localdate()
    campaign = create_campaign("vague-1", "Vague 1", today, today + timedelta(days=9))
    facts = {"starts_at": timezone.now(), "minutes": 60, "mode": "video"}
    planned = plan_interview(
        campaign,
        make_member(),
        facts,
        [Person(name="Camille Roux", function="Monteuse vidéo")],
        Occupation.objects.filter(code="video_editors"),
        Sector.objects.filter(code="cinema"),
    )
    record_consent(planned.participants.get(), "anonymous")
    begin_interview(planned)
    return planned


@pytest.fixture
def signed_in(interview, context, live_server):
    """The interviewer's own browser."""
    sign_in(context, live_server, interview.interviewer)
    return f"{live_server.url}/entretiens/{interview.pk}/conduite/"


def sign_in(context, live_server, user):
    client = Client()
    client.force_login(user)
    assert SESSION_KEY in client.session
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])


def stored():
    """What the database holds of the interview: notes by part, usages, adoptions."""
    interview = Interview.objects.get()
    return {
        "notes": list(interview.notes.exclude(text="").values_list("part", "text")),
        "usages": dict(interview.response.use_case_answers.exclude(usage=None).values_list("use_case__code", "usage")),
        "adoptions": dict(interview.ratings.exclude(adoption=None).values_list("use_case__code", "adoption")),
    }


def saved(page):
    return expect(page.locator("#saved-at"))


def test_a_whole_interview_by_keyboard_with_the_network_cut_for_a_minute(page, signed_in, context):
    page.clock.install()
    page.goto(signed_in)
    keys = page.keyboard

    keys.press("Alt+2")  # the part about usages
    keys.press("Alt+n")
    with saving(page, "-text", "Elle dérushe à la main 🎬, « jamais » avec un outil."):
        keys.type("Elle dérushe à la main 🎬, « jamais » avec un outil.")
    saved(page).to_contain_text("Enregistré à")
    assert stored()["notes"] == [("usages", "Elle dérushe à la main 🎬, « jamais » avec un outil.")]

    context.set_offline(True)
    keys.press("Control+Enter")
    keys.type("Puis un essai de sous-titrage.")
    expect(page.locator("#connection")).to_contain_text("Connexion interrompue")

    keys.press("Alt+u")  # any use case: the access key, a few letters, Enter
    expect(page.get_by_label("Les premières lettres")).to_be_focused()
    keys.type("auto sous")
    keys.press("Enter")
    keys.press("ArrowRight")
    keys.press("ArrowRight")
    keys.press("ArrowRight")
    card = page.get_by_role("article", name="Automatisation du sous-titrage")
    expect(card.get_by_label("Essayé, sans plus")).to_be_checked()

    keys.press("Alt+5")  # limits and risks
    keys.press("Alt+n")
    keys.press("Control+Enter")
    keys.type("La qualité ne suffit pas.")
    page.clock.fast_forward("01:00")
    assert len(stored()["notes"]) == 1

    with (
        saving(page, "-text", "Puis un essai de sous-titrage."),
        saving(page, "-text", "La qualité ne suffit pas."),
        saving(page, "-usage", "tried"),
    ):
        context.set_offline(False)
    expect(page.locator("#connection")).to_be_empty()
    assert stored() == {
        "notes": [
            ("usages", "Elle dérushe à la main 🎬, « jamais » avec un outil."),
            ("usages", "Puis un essai de sous-titrage."),
            ("limits", "La qualité ne suffit pas."),
        ],
        "usages": {"automatisation-du-sous-titrage": 2},
        "adoptions": {},
    }


def test_what_was_not_sent_when_the_window_closed_comes_back_note_and_card(page, signed_in, context):
    page.goto(signed_in)
    context.set_offline(True)
    page.keyboard.press("Alt+n")
    page.keyboard.type("Dit sans réseau")
    page.keyboard.press("Alt+u")
    page.keyboard.type("auto sous")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#connection")).to_contain_text("Connexion interrompue")
    page.wait_for_function(KEPT, arg=["Dit+sans+r%C3%A9seau", "usage=never_heard"])
    page.close(run_before_unload=False)
    context.set_offline(False)
    page = context.new_page()
    page.goto(signed_in)
    expect(page.get_by_role("textbox", name="Nouvelle note").first).to_have_value("Dit sans réseau")
    expect(page.locator("#connection")).to_be_empty(timeout=20_000)
    assert stored() == {
        "notes": [("", "Dit sans réseau")],
        "usages": {"automatisation-du-sous-titrage": 0},
        "adoptions": {},
    }


def test_words_typed_before_the_scripts_come_are_a_note_and_the_focus_stays(page, signed_in):
    scripts = Slow(page, "**/*.js")
    page.goto(signed_in, wait_until="commit")
    page.get_by_role("textbox", name="Nouvelle note").click()
    page.keyboard.type("Elle dérushe")
    assert (page.evaluate("document.readyState"), stored()["notes"]) == ("interactive", [])
    scripts.let_through()
    saved(page).to_contain_text("Enregistré à")
    assert stored()["notes"] == [("", "Elle dérushe")]
    expect(page.locator(".note-time")).to_have_text(re.compile(r"\d\d:\d\d"))
    page.keyboard.type(" à la main.")
    page.keyboard.press("Control+Enter")
    page.keyboard.type("Puis un essai.")
    expect(page.get_by_role("textbox", name="Nouvelle note")).to_have_count(2)
    page.get_by_role("button", name="Tout enregistrer").click()
    expect(page.get_by_text("Tout est enregistré.")).to_be_visible()
    assert stored()["notes"] == [("", "Elle dérushe à la main."), ("", "Puis un essai.")]


def test_beside_a_note_that_came_back_too_long_the_next_one_is_blank(page, signed_in):
    page.goto(signed_in)
    notes = page.get_by_role("textbox", name="Nouvelle note")
    notes.evaluate("(field, length) => { field.value = 'a'.repeat(length) }", MAX_NOTE + 1)
    page.get_by_role("button", name="Tout enregistrer").click()
    expect(page.get_by_role("alert")).to_contain_text("Coupez-la en deux")
    page.wait_for_load_state()
    notes.press("Control+Enter")
    expect(notes).to_have_count(2)
    expect(notes.last).to_have_value("")


def test_signed_out_in_the_middle_the_words_wait_for_the_next_sign_in(page, signed_in, context, interview, live_server):
    page.goto(signed_in)
    cookies = context.cookies()
    context.clear_cookies()
    page.keyboard.press("Alt+n")
    page.keyboard.type("Dit après la fin de session")
    expect(page.locator("#connection")).to_contain_text("Vous n’êtes plus connecté")
    assert stored()["notes"] == []
    context.add_cookies(cookies)
    expect(page.locator("#connection")).to_be_empty(timeout=20_000)
    assert stored()["notes"] == [("", "Dit après la fin de session")]


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(page, signed_in, width):
    page.set_viewport_size({"width": width, "height": 800})
    root = signed_in.removesuffix("conduite/")
    wrong = {}
    for address in (signed_in, root, root + "../", root + "../nouveau/", root + "../semaine/"):
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
        violations = Axe().run(page, options=RULES).response["violations"]
        found = [f"{v['id']}: {node['html'][:160]}" for v in violations for node in v["nodes"]]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append("scrolls sideways")
        if found:
            wrong[address.removeprefix(root)] = found
    assert wrong == {}
