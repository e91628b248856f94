"""One answer carried the whole way: questionnaire → rating → edition → sheet → workbook, without JavaScript."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import expect

from interviews.campaigns import create_campaign
from interviews.collection.batch import FilledResponse, store_batch
from interviews.models import Response, Usage
from usecases.models import UseCase

pytestmark = pytest.mark.browser

WRITING = "assistance-a-lecriture-de-scenario"  # ●●○ in the 2024 study: nine answers of ten at ●●● raise it


@pytest.fixture
def campaign(study):
    today = timezone.localdate()
    campaign = create_campaign("vague-1", "Vague 1", today - timedelta(days=3), today + timedelta(days=3))
    writing = UseCase.objects.get(code=WRITING)
    # Nine professionals have answered already: one short of a rating.
    store_batch(
        campaign,
        (
            FilledResponse(
                key=f"r{n}",
                submitted_at=timezone.now(),
                use_case_answers=[
                    {
                        "use_case_id": writing.pk,
                        "reason": "occupation",
                        "rank": 1,
                        "usage": Usage.REGULAR,
                        "maturity": 3,
                        "impact": 2,
                    }
                ],
            )
            for n in range(9)
        ),
    )
    return campaign


@pytest.fixture
def page(browser, browser_context_args):
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_the_tenth_answer_raises_the_level_on_the_sheet_and_in_the_workbook(page, live_server, campaign, tmp_path):
    sheet = f"{live_server.url}/cas-usage/{WRITING}/"
    page.goto(sheet)
    expect(page.get_by_text("maturité 2 sur 3").first).to_be_attached()
    expect(page.get_by_text("maturité 3 sur 3")).to_have_count(0)

    page.goto(live_server.url)
    page.get_by_role("link", name="Participer").click()
    page.get_by_label("J’ai lu").check()
    page.get_by_role("button", name="Commencer").click()
    page.get_by_label("Auteurs-scénaristes").check()
    page.get_by_label("Cinéma", exact=True).check()
    answered = False
    while not page.url.endswith("/relecture/"):
        card = page.get_by_role("article", name="Assistance à l'écriture de scénario")
        if card.count():
            card.get_by_label("Usage régulier").check()
            technology = card.get_by_role("group", name="Où en est la technologie")
            technology.get_by_label("Technologie existante").last.check()
            card.get_by_role("group", name="Que change-t-elle").get_by_label("Automatisation").check()
            card.get_by_text("Préciser").click()
            card.get_by_label("En vos mots").fill("=1+1")
            answered = True
        with page.expect_navigation():  # up to the end of the page: the card is looked for without waiting
            page.get_by_role("button", name="Enregistrer et continuer").click()
    assert answered
    expect(page.get_by_text("technologie\u00a0: ●●● Technologie existante")).to_be_visible()
    page.get_by_role("button", name="Envoyer mes réponses").click()
    expect(page.get_by_role("heading", name="Merci. Vos réponses sont envoyées.")).to_be_visible()
    assert Response.objects.counted().count() == 10

    call_command("close_campaign", "vague-1")
    call_command("publish_campaign", "vague-1", title="Édition 2", accept_proposals=True)
    workbook = tmp_path / "resultats.xlsx"
    call_command("export_results", "vague-1", "--output", str(workbook))

    page.goto(sheet)
    expect(page.get_by_text("maturité 3 sur 3").first).to_be_attached()
    expect(page.get_by_text("Édition 2").first).to_be_visible()

    synthesis = load_workbook(workbook)["Synthèse"]
    rows = list(synthesis.iter_rows(values_only=True))
    (writing,) = [row for row in rows if "Assistance à l'écriture de scénario" in row]
    assert "●●●" in " ".join(str(cell) for cell in writing)
    assert "relevée" in " ".join(str(cell) for cell in writing).lower()
