"""From a finished interview to a published quote, by the pages: returned, approved, coded twice, quoted, withdrawn."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import expect

from cnc_survey.roles import Role
from interviews.campaigns import create_campaign
from interviews.exports.interviews_workbook import export_published_verbatims
from interviews.guided.codebook import load_codebook
from interviews.guided.demonstration import hold_demonstration_interviews
from interviews.models import CodedLevel, Interview, Verbatim
from interviews.results.closing import close_campaign
from tests.interviews.guided.conversations import make_member

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
WORDS = "il ne comprend pas le silence"
PUBLIC = "L’outil ne comprend pas le silence."


@pytest.fixture
def team(study):
    """An interviewer and an analyst, and two interviews: one to review, one planned."""
    load_codebook()
    today = timezone.localdate()
    campaign = create_campaign("vague-1", "Vague 1", today, today + timedelta(days=9))
    team = make_member(), make_member("paul", Role.ANALYST)
    hold_demonstration_interviews(campaign, *team, ["done", "planned", "planned", "planned", "planned"])
    Verbatim.objects.all().delete()
    return team


@pytest.fixture
def sign_in(context, live_server):
    """Become a member of the team in this browser, on the page at this address."""

    def become(page, user, address):
        client = Client()
        client.force_login(user)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
        page.goto(live_server.url + address)

    return become


def published(path):
    """The words of the public file made now."""
    campaign = Interview.objects.first().campaign
    export_published_verbatims(campaign, path)
    return str([[cell.value for cell in row] for row in load_workbook(path)["Verbatims"].iter_rows()])


def select(page, words):
    """Select words in the text as a mouse does."""
    page.wait_for_url("**/texte/**")
    page.evaluate(
        """(words) => {
          const walker = document.createTreeWalker(document.getElementById("source-text"), NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const place = walker.currentNode.data.indexOf(words);
            if (place === -1) continue;
            const range = document.createRange();
            range.setStart(walker.currentNode, place);
            range.setEnd(walker.currentNode, place + words.length);
            getSelection().removeAllRanges();
            getSelection().addRange(range);
            walker.currentNode.parentElement.dispatchEvent(new MouseEvent("mouseup", { bubbles: true }));
            return;
          }
        }""",
        words,
    )


def test_returned_then_approved_coded_twice_quoted_and_withdrawn(page, sign_in, team, tmp_path):
    lea, paul = team
    interview = Interview.objects.get(number=1)
    address = f"/entretiens/{interview.pk}/"

    sign_in(page, paul, address)
    page.get_by_label("Note", exact=True).fill("Précisez le dérushage.")
    page.get_by_role("button", name="Renvoyer").click()
    expect(page.get_by_text("L’entretien est renvoyé")).to_be_visible()

    sign_in(page, lea, address)
    expect(page.get_by_text("Précisez le dérushage.").first).to_be_visible()
    page.get_by_role("button", name="Déclarer terminé").click()
    expect(page.get_by_text("il attend sa relecture")).to_be_visible()

    # The words, selected after an emoji: their places count it once.
    page.get_by_role("link", name="monteuse-vidéo.txt").click()
    select(page, WORDS)
    expect(page.get_by_label("Le passage")).to_have_value(WORDS)
    page.get_by_role("button", name="Relever").click()
    page.get_by_label("Formulation publique").fill(PUBLIC)
    page.get_by_role("button", name="Enregistrer la formulation").click()
    expect(page.get_by_text("Une autre personne que vous doit relire")).to_be_visible()
    verbatim = Verbatim.objects.get()
    assert verbatim.transcript.text[verbatim.start : verbatim.end] == WORDS

    sign_in(page, paul, f"/entretiens/verbatims/{verbatim.pk}/")
    page.get_by_role("button", name="Relu, rien ne permet").click()
    sign_in(page, paul, address)
    page.get_by_label("Note", exact=True).fill("Entretien précis.")
    page.get_by_role("button", name="Approuver").click()
    expect(page.get_by_text("Entretien précis.")).to_be_visible()

    sign_in(page, paul, "/entretiens/fiabilite/vague-1/")
    page.get_by_label("paul").check()
    page.get_by_role("button", name="Tirer ou compléter").click()
    sign_in(page, paul, "/entretiens/second-codage/")
    page.get_by_role("link", name="Entretien 1").click()
    assert page.locator("input:checked").count() == 0
    for group in page.locator(".levels fieldset").all():
        group.get_by_label("●●●").check()
    page.get_by_role("button", name="Enregistrer et terminer").click()
    expect(page.get_by_text("Terminé le")).to_be_visible()
    assert set(CodedLevel.objects.values_list("second", flat=True)) == {3}

    sign_in(page, lea, address)
    page.get_by_role("button", name="Créer son lien de relecture").click()
    link = page.locator(".receipt-code").inner_text()
    page.context.clear_cookies()
    page.goto(link)
    page.get_by_role("button", name="J’accepte").click()
    close_campaign(interview.campaign)
    assert PUBLIC in published(tmp_path / "avant.xlsx")
    page.get_by_role("button", name="Retirer").click()
    expect(page.get_by_text("La citation est retirée")).to_be_visible()
    assert PUBLIC not in published(tmp_path / "apres.xlsx")


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_on_the_pages_of_evidence(page, sign_in, team, width):
    lea, paul = team
    page.set_viewport_size({"width": width, "height": 800})
    interview = Interview.objects.get(number=1)
    text = interview.transcripts.get()
    sign_in(page, lea, f"/entretiens/{interview.pk}/texte/transcription/{text.pk}/")
    select(page, WORDS)
    page.get_by_role("button", name="Relever").click()
    interview.steps.create(kind="approved", by=paul)
    close_campaign(interview.campaign)
    sign_in(page, paul, "/entretiens/suivi/")
    site = page.url.removesuffix("/entretiens/suivi/")
    wrong = {}
    for address in (
        "/entretiens/suivi/",
        "/entretiens/objectifs/vague-1/",
        "/entretiens/fiabilite/vague-1/",
        "/entretiens/croisement/vague-1/",
        "/entretiens/croisement/vague-1/codes/occupations/",
        "/entretiens/codes/",
        "/entretiens/codes/qualite/",
        "/entretiens/verbatims/",
        f"/entretiens/verbatims/{Verbatim.objects.get().pk}/",
        f"/entretiens/{interview.pk}/texte/transcription/{text.pk}/",
        f"/entretiens/{interview.pk}/transcription/",
        f"/entretiens/{interview.pk}/synthese/",
        "/citations/inconnu/",
    ):
        page.goto(site + address)
        page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
        violations = Axe().run(page, options=RULES).response["violations"]
        found = [f"{v['id']}: {node['html'][:160]}" for v in violations for node in v["nodes"]]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append("scrolls sideways")
        if found:
            wrong[address] = found
    assert wrong == {}
