"""A whole questionnaire by keyboard alone: the focus is always seen, never trapped, and goes as one reads."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from interviews.campaigns import create_campaign
from interviews.models import Answer, Response, UseCaseAnswer
from usecases.models import Tool, UseCase

pytestmark = pytest.mark.browser

MOST_STOPS = 160  # Tab presses: more than the longest page holds

FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const style = getComputedStyle(one), box = one.getBoundingClientRect();
  // In a tall field, the line where one types: a browser brings that one above the bar, not the whole field.
  const line = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height, 44) / 2);
  return {
    id: one.id, name: one.name || "", value: one.type === "radio" || one.type === "checkbox" ? one.value : "",
    words: (one.innerText || "").trim(), tag: one.tagName.toLowerCase(),
    seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && box.width > 0
      && box.top >= 0 && box.bottom <= innerHeight + 1,
    covered: !!line && !!line.closest(".save-bar"),
    top: box.top + scrollY, bottom: box.bottom + scrollY, left: box.left,
  };
}"""


@pytest.fixture
def entry(study, live_server, page):
    today = timezone.localdate()
    create_campaign("vague-1", "Vague 1", today, today + timedelta(days=9))
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(reduced_motion="reduce")  # no scrolling under way when the focus is looked at
    return f"{live_server.url}/participer/vague-1/"


def focused(page):
    """What has the focus; an assertion that it can be seen, unless it is the page itself."""
    one = page.evaluate(FOCUSED)
    if one and one["tag"] != "main":
        tall = one["bottom"] - one["top"] > 800
        assert (one["seen"] or tall, one["covered"]) == (True, False), one
    return one


def tab(page, key="Tab"):
    page.keyboard.press(key)
    return focused(page)


def reach(page, key="Tab", **wanted):
    """Press Tab until the element wanted has the focus."""
    for _ in range(MOST_STOPS):
        one = tab(page, key)
        if one and all(one[name] == value for name, value in wanted.items()):
            return one
    raise AssertionError(f"{wanted} is not reached with {key}")


def press(page, words):
    """Reach a button or a link by its words, and press Enter."""
    reach(page, words=words)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def stops(page):
    """Every stop from one end of the page to the other; then the focus has left it, so nothing traps it."""
    found = []
    while one := tab(page):
        found.append(one)
        assert len(found) < MOST_STOPS, "the focus never leaves the page"
    return found


def identity(stop):
    return stop["tag"], stop["id"], stop["name"], stop["words"]


def choose(page, name, downs):
    """Reach a group of radios, take its first answer with Space, then go down with the arrow."""
    reach(page, name=name)
    page.keyboard.press("Space")
    for _ in range(downs):
        page.keyboard.press("ArrowDown")
        assert focused(page)["name"] == name
    return focused(page)["value"]


def test_a_whole_questionnaire(page, entry):
    # Whichever card comes first, boxes of suggested tools stand before the field where tools are typed.
    Tool.objects.first().use_cases.set(UseCase.objects.all())
    page.goto(entry)
    assert tab(page)["words"] == "Aller au contenu"
    page.keyboard.press("Enter")
    expect(page.locator("#contenu")).to_be_focused()

    # Forgotten consent: the summary has the focus, and its link leads to the box.
    press(page, "Commencer")
    follow_the_summary(page, "id_consent")
    page.keyboard.press("Space")
    press(page, "Commencer")

    expect(page.get_by_role("heading", level=1, name="Vous")).to_be_visible()
    press(page, "Enregistrer et continuer")
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Cochez au moins un métier.")
    follow_the_summary(page, "id_occupations_0_0")
    editors = page.get_by_label("Monteurs vidéo").get_attribute("id")
    if focused(page)["id"] != editors:
        reach(page, id=editors)
    page.keyboard.press("Space")
    reach(page, name="seniority")
    page.keyboard.press("ArrowDown")
    press(page, "Enregistrer et continuer")

    assert choose(page, "ai_ever_used", 0) == "yes"
    assert choose(page, "ai_frequency", 1) == "weekly"
    press(page, "Enregistrer et continuer")
    while "/cas-" not in page.url:
        press(page, "Enregistrer et continuer")

    card = answer_a_card(page)
    while not page.url.endswith("/relecture/"):
        if page.url.endswith("/free_words/"):
            reach(page, id="id_free_words")
            page.keyboard.type("Rien qu’au clavier")
        press(page, "Enregistrer et continuer")

    # An answer is changed where it is read, then the reading goes on from there.
    press(page, page.get_by_role("link", name="Modifier : À quelle fréquence").inner_text())
    assert choose(page, "ai_frequency", 1) == "monthly"
    press(page, "Enregistrer")
    assert tab(page)["words"].startswith("Modifier")

    press(page, "Envoyer mes réponses")
    expect(page.get_by_role("heading", level=1)).to_have_text("Merci. Vos réponses sont envoyées.")

    response = Response.objects.counted().get()
    assert (response.seniority, [occupation.name for occupation in response.occupations.all()]) == (
        "0_4",
        ["Monteurs vidéo"],
    )
    assert dict(Answer.objects.values_list("item__code", "value")) == {
        "ai_ever_used": "yes",
        "ai_frequency": "monthly",
        "free_words": "Rien qu’au clavier",
    }
    answered = UseCaseAnswer.objects.exclude(usage=None).values_list(
        "use_case__code", "usage", "maturity", "impact", "intention", "satisfaction", "tools", "comment"
    )
    assert list(answered) == [(card, 2, 2, 1, 1, 1, ["runway"], "Du temps « gagné »")]


def follow_the_summary(page, target):
    """From the summary of errors, the next stop is its first link; Enter goes to the answer to mend."""
    expect(page.locator(".error-summary")).to_be_focused()
    assert tab(page)["tag"] == "a"
    page.keyboard.press("Enter")
    expect(page.locator(f"[id='{target}']")).to_be_focused()
    focused(page)


def answer_a_card(page):
    """Answer the first card with its follow-ups and its details, a wrong tool corrected; return its use case."""
    card = page.locator("article").first
    code = card.get_attribute("data-unit").removeprefix("cas.")
    assert choose(page, f"{code}-usage", 3) == "tried"
    assert choose(page, f"{code}-maturity", 1) == "2"
    assert choose(page, f"{code}-impact", 0) == "1"
    assert choose(page, f"{code}-intention", 0) == "yes"
    reach(page, tag="summary")
    expect(card.get_by_label("En vos mots")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(card.get_by_label("En vos mots")).to_be_visible()
    reach(page, id=f"id_{code}-tools")
    page.keyboard.type("x" * 90)
    assert choose(page, f"{code}-satisfaction", 0) == "very_satisfied"
    reach(page, name=f"{code}-comment")
    page.keyboard.type("Du temps « gagné »")
    press(page, "Enregistrer et continuer")

    expect(page.get_by_role("alert")).to_contain_text("trop long pour un nom d’outil")
    follow_the_summary(page, f"id_{code}-tools")
    page.keyboard.press("Control+a")
    page.keyboard.type("Runway")
    return code


@pytest.mark.parametrize("slug", ["profile", "cas"])
def test_the_focus_goes_as_one_reads_and_back(page, entry, slug):
    page.goto(entry)
    page.get_by_label("J’ai lu").check()
    page.get_by_role("button", name="Commencer").click()
    if slug == "cas":
        page.get_by_label("Monteurs vidéo").check()
        while "/cas-" not in page.url:
            page.get_by_role("button", name="Enregistrer et continuer").click()
        for known in page.locator("input[name$=-usage][value=tried]").all():
            known.check()
        page.reload()
    page.wait_for_load_state()  # scripts included: one adds a stop
    forwards = stops(page)
    backwards = [tab(page, "Shift+Tab") for _ in forwards]
    assert [identity(stop) for stop in reversed(backwards)] == [identity(stop) for stop in forwards]
    assert [(a["words"] or a["id"], b["words"] or b["id"]) for a, b in pairwise(forwards) if not follows(b, a)] == []


def follows(after, before):
    """True when one stop stands below the other, or to its right on the same line."""
    middle = (after["top"] + after["bottom"]) / 2
    if before["top"] < middle < before["bottom"]:
        return after["left"] >= before["left"]
    return middle >= before["bottom"]
