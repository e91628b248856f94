"""Nothing is lost: answers save by themselves, wait out a lost network, and never overwrite newer ones."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from interviews.campaigns import create_campaign
from interviews.collection.invitations import create_invitation
from interviews.models import Answer, Response, UseCaseAnswer
from tests.browser.network import Slow, saving

pytestmark = pytest.mark.browser


@pytest.fixture
def link(study, live_server):
    """A personal link of an open campaign."""
    today = timezone.localdate()
    _, token = create_invitation(create_campaign("vague-1", "Vague 1", today, today + timedelta(days=9)))
    return f"{live_server.url}/q/{token}/"


def begin(page, link):
    """Go from the personal link to the page about AI in general, and wait until it is whole, scripts included."""
    page.goto(link)
    page.get_by_label("J’ai lu").check()
    page.get_by_role("button", name="Commencer").click()
    page.get_by_label("Monteurs vidéo").check()
    page.get_by_role("button", name="Enregistrer et continuer").click()
    expect(page.get_by_role("heading", name="L’IA dans votre activité")).to_be_visible()
    page.wait_for_load_state()


def saved(page):
    return expect(page.locator("#saved-at"))


def stored():
    return dict(Answer.objects.values_list("item__code", "value"))


FREQUENCY = "À quelle fréquence"

# Chromium puts back what stood in a page once it is loaded; here as soon as it is read, before the scripts run.
PUT_BACK_EARLY = """
  new MutationObserver((_, observer) => {
    const never = document.querySelector("[name=ai_frequency][value=never]");
    if (never) never.checked = true, observer.disconnect();
  }).observe(document, { childList: true, subtree: true });
"""


def test_each_change_is_saved_at_once_and_said(page, link):
    begin(page, link)
    sent = []
    page.on("request", lambda request: sent.append(request) if "/auto/" in request.url else None)
    page.get_by_role("group", name=FREQUENCY).get_by_label("Au moins une fois par semaine").check()
    saved(page).to_have_text(re.compile(r"^Enregistré à \d\d:\d\d$"))
    assert stored() == {"ai_frequency": "weekly"}
    with saving(page, "ai_frequency", "never"):
        page.get_by_role("group", name=FREQUENCY).get_by_label("Jamais").check()
    assert stored() == {"ai_frequency": "never"}
    assert [len(request.post_data) < 300 for request in sent] == [True, True]


def test_words_are_saved_when_the_person_stops_typing(page, link):
    begin(page, link)
    page.goto(link + "free_words/")
    with saving(page, "free_words", "Du temps gagné « ici » 🎬"):
        page.get_by_label("Y a-t-il autre chose").press_sequentially("Du temps gagné « ici » 🎬")
    saved(page).to_contain_text("Enregistré à")
    assert stored() == {"free_words": "Du temps gagné « ici » 🎬"}


def test_a_box_ticked_before_the_scripts_come_is_saved_when_they_do(page, link):
    begin(page, link)
    scripts = Slow(page, "**/*.js")
    page.reload(wait_until="commit")
    page.get_by_role("group", name=FREQUENCY).get_by_label("Jamais").check()
    assert (page.evaluate("document.readyState"), stored()) == ("interactive", {})
    scripts.let_through()
    saved(page).to_contain_text("Enregistré à")
    assert stored() == {"ai_frequency": "never"}


def test_a_page_gone_back_to_sends_nothing_that_the_browser_put_back(page, link, context):
    begin(page, link)
    address = page.url
    with saving(page, "ai_frequency", "never"):
        page.get_by_role("group", name=FREQUENCY).get_by_label("Jamais").check()
    page.goto(link)
    newer = context.new_page()
    newer.goto(address)
    with saving(newer, "ai_frequency", "daily"):
        newer.get_by_role("group", name=FREQUENCY).get_by_label("Tous les jours").check()
    sent = []
    page.on("request", lambda request: sent.append(request.url) if "/auto/" in request.url else None)
    page.add_init_script(PUT_BACK_EARLY)
    page.go_back()
    expect(page.get_by_role("group", name=FREQUENCY).get_by_label("Jamais")).to_be_checked()
    page.get_by_label("L’IA est interdite").check()
    saved(page).to_contain_text("Enregistré à")
    assert ([url.split("/")[-2] for url in sent], stored()) == (
        ["question.organisation_rule"],
        {"ai_frequency": "daily", "organisation_rule": "forbidden"},
    )


def test_an_answer_changed_while_it_is_being_saved_leaves_with_the_page(page, link):
    begin(page, link)
    answers = Slow(page, "**/auto/**")
    question = page.get_by_role("group", name=FREQUENCY)
    question.get_by_label("Jamais").check()
    while not answers.held:
        page.wait_for_timeout(20)
    assert stored() == {"ai_frequency": "never"}
    question.get_by_label("Tous les jours").check()
    page.get_by_role("button", name="Enregistrer et continuer").click()
    answers.let_through()
    expect(page.get_by_role("heading", level=1, name="Tournage")).to_be_visible()
    expect(page.get_by_text("Une réponse plus récente")).to_have_count(0)
    assert stored() == {"ai_frequency": "daily"}


def test_a_lost_network_is_waited_out(page, link, context):
    begin(page, link)
    context.set_offline(True)
    page.get_by_role("group", name=FREQUENCY).get_by_label("Jamais").check()
    expect(page.locator("#connection")).to_contain_text("Connexion interrompue")
    page.get_by_label("L’IA est interdite").check()
    page.get_by_role("button", name="Enregistrer et continuer").click()  # goes nowhere: it would lose the page
    expect(page.get_by_role("heading", name="L’IA dans votre activité")).to_be_visible()
    assert stored() == {}
    with saving(page, "ai_frequency", "never"), saving(page, "organisation_rule", "forbidden"):
        context.set_offline(False)
    expect(page.locator("#connection")).to_be_empty()
    assert stored() == {"ai_frequency": "never", "organisation_rule": "forbidden"}


def test_what_was_not_sent_when_the_window_closed_comes_back_and_leaves(page, link, context):
    begin(page, link)
    address = page.url
    context.set_offline(True)
    page.get_by_role("group", name=FREQUENCY).get_by_label("Jamais").check()
    expect(page.locator("#connection")).to_contain_text("Connexion interrompue")
    page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto(address)
    expect(page.get_by_role("group", name=FREQUENCY).get_by_label("Jamais")).to_be_checked()
    expect(page.locator("#connection")).to_be_empty(timeout=15_000)
    assert stored() == {"ai_frequency": "never"}


def type_without_a_pause(page, link):
    """Type words, and stop the page's clock: they are not sent yet."""
    begin(page, link)
    page.goto(link + "free_words/")
    page.wait_for_load_state()
    page.clock.install()
    page.clock.pause_at(timezone.now() + timedelta(minutes=1))
    page.get_by_label("Y a-t-il autre chose").press_sequentially("Du temps gagné")


def test_words_of_a_page_left_before_they_were_sent_leave_with_the_next_one(page, link):
    type_without_a_pause(page, link)
    page.route("**/auto/**", lambda route: route.abort())  # a page that leaves may have no time to send
    page.goto(link)
    assert stored() == {}
    page.unroute("**/auto/**")
    with saving(page, "free_words", "Du temps gagné"):
        page.get_by_role("button", name="Reprendre").click()
    assert stored() == {"free_words": "Du temps gagné"}


def test_words_are_sent_when_the_page_is_hidden(page, link):
    type_without_a_pause(page, link)
    with saving(page, "free_words", "Du temps gagné"):
        page.evaluate("""() => {
            Object.defineProperty(document, "hidden", { value: true });
            document.dispatchEvent(new Event("visibilitychange"));
        }""")
    assert stored() == {"free_words": "Du temps gagné"}


def test_what_comes_back_leaves_alone_what_was_answered_anew_before_the_scripts_came(page, link, context):
    begin(page, link)
    address = page.url
    context.set_offline(True)
    page.get_by_role("group", name=FREQUENCY).get_by_label("Jamais").check()
    expect(page.locator("#connection")).to_contain_text("Connexion interrompue")
    page.close()
    context.set_offline(False)
    page = context.new_page()
    scripts = Slow(page, "**/*.js")
    page.goto(address, wait_until="commit")
    page.get_by_role("group", name=FREQUENCY).get_by_label("Tous les jours").check()
    scripts.let_through()
    saved(page).to_contain_text("Enregistré à")
    expect(page.locator("#connection")).to_be_empty()
    assert stored() == {"ai_frequency": "daily"}


def test_of_two_windows_the_newer_answer_stays_and_the_person_is_told(page, link, context):
    begin(page, link)
    older = context.new_page()
    older.goto(page.url)
    page.get_by_role("group", name=FREQUENCY).get_by_label("Jamais").check()
    saved(page).to_contain_text("Enregistré à")
    older.get_by_role("group", name=FREQUENCY).get_by_label("Tous les jours").check()
    saved(older).to_contain_text("une réponse plus récente a été donnée dans une autre fenêtre")
    assert stored() == {"ai_frequency": "never"}
    older.get_by_role("button", name="Enregistrer et continuer").click()
    expect(older.get_by_text("Une réponse plus récente, donnée dans une autre fenêtre, a été gardée")).to_be_visible()
    assert stored() == {"ai_frequency": "never"}


def test_an_expired_session_loses_nothing(page, link, context):
    begin(page, link)
    context.clear_cookies()
    page.get_by_role("group", name=FREQUENCY).get_by_label("Jamais").check()
    saved(page).to_contain_text("Enregistré à")
    context.clear_cookies()
    page.get_by_role("button", name="Enregistrer et relire").click()
    context.clear_cookies()
    page.get_by_role("button", name="Envoyer mes réponses").click()
    expect(page.get_by_role("heading", name="Merci")).to_be_visible()
    assert stored() == {"ai_frequency": "never"}
    assert Response.objects.counted().count() == 1


def test_back_and_double_submit_do_no_harm(page, link):
    begin(page, link)
    page.get_by_label("Oui").first.check()
    page.get_by_role("button", name="Enregistrer et continuer").dblclick()
    expect(page.get_by_role("heading", name="Vos outils")).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="Enregistrer et continuer").click()
    expect(page.get_by_role("heading", name="Vos outils")).to_be_visible()
    assert (stored(), Response.objects.count()) == ({"ai_ever_used": "yes"}, 1)


def test_an_answer_is_changed_in_the_review_and_saved_at_once(page, link):
    begin(page, link)
    page.get_by_role("group", name=FREQUENCY).get_by_label("Jamais").check()
    saved(page).to_contain_text("Enregistré à")
    page.get_by_role("button", name="Enregistrer et relire").click()
    page.get_by_role("link", name="Modifier : À quelle fréquence").click()
    question = page.get_by_role("group", name=FREQUENCY)
    expect(question.get_by_label("Jamais")).to_be_in_viewport()
    question.get_by_label("Tous les jours").check()
    saved(page).to_contain_text("Enregistré à")
    assert stored() == {"ai_frequency": "daily"}
    question.get_by_label("Au moins une fois par mois").check()
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.locator("#question-ai_frequency")).to_contain_text("Au moins une fois par mois")
    expect(page.locator("#question-ai_frequency")).to_be_in_viewport()
    assert stored() == {"ai_frequency": "monthly"}


def test_an_occupation_is_found_by_a_few_letters(page, link):
    page.goto(link)
    page.get_by_label("J’ai lu").check()
    page.get_by_role("button", name="Commencer").click()
    sent = []
    page.on("request", lambda request: sent.append(request) if "/auto/" in request.url else None)
    occupations = page.get_by_role("group", name="Vos métiers")
    occupations.get_by_label("Comédiens", exact=True).check()
    saved(page).to_contain_text("Enregistré à")
    page.get_by_label("Chercher dans la liste").press_sequentially("etalon")
    page.get_by_label("Chercher dans la liste").press("Enter")  # searches, sends nothing
    expect(occupations.get_by_role("checkbox")).to_have_count(2)  # the one that fits, and the one ticked
    expect(occupations.get_by_label("Étalonneurs")).to_be_visible()
    expect(occupations.get_by_role("status")).to_have_text("1 sur 50")
    page.wait_for_timeout(1800)  # longer than the wait after which typed words are saved
    assert len(sent) == 1
    page.get_by_label("Chercher dans la liste").fill("")
    expect(occupations.get_by_role("checkbox")).to_have_count(50)


def test_the_levels_open_in_place_and_follow_the_usage(page, link):
    begin(page, link)
    page.goto(link)
    page.get_by_role("button", name="Reprendre").click()
    while "/cas-" not in page.url:
        page.get_by_role("button", name="Enregistrer et continuer").click()
    card = page.get_by_role("article").first
    levels = card.get_by_role("group", name="Où en est la technologie")
    intention = card.get_by_role("group", name="12 mois")
    expect(levels).to_be_hidden()
    card.get_by_label("Connu, pas essayé").check()
    expect(levels).to_be_visible()
    expect(intention).to_be_visible()
    card.get_by_label("Usage régulier").check()
    expect(levels).to_be_visible()
    expect(intention).to_be_hidden()
    with saving(page, "-maturity", "1"):
        levels.get_by_label("en développement").check()
    with saving(page, "-usage", "never_heard"):
        card.get_by_label("Jamais entendu parler").check()
    expect(levels).to_be_hidden()
    answered = UseCaseAnswer.objects.exclude(usage=None)
    assert list(answered.values_list("usage", "maturity")) == [(0, None)]
