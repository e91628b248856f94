"""Spreadsheet mode in a real browser: download, deposit, mistakes, preview, confirmation; accessible all along."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from interviews.campaigns import create_campaign
from interviews.collection.answers import save_profile
from interviews.collection.invitations import create_invitation
from interviews.collection.offers import offer_use_cases
from interviews.collection.responses import start_response
from tests.browser.test_accessibility import faults
from tests.interviews.filled_workbooks import filled
from usecases.models import Occupation, Sector

pytestmark = pytest.mark.browser

USAGE = "Où en êtes-vous ?"


@pytest.mark.parametrize("width", [360, 1280])
def test_a_workbook_from_download_to_confirmation(page, study, live_server, tmp_path, width):
    today = timezone.localdate()
    campaign = create_campaign("ouverte", "Vague ouverte", today, today + timedelta(days=30))
    invitation, token = create_invitation(campaign)
    response = start_response(invitation)
    save_profile(response, {}, Sector.objects.none(), Occupation.objects.filter(code="video_editors"))
    offer_use_cases(response)
    first, second = response.use_case_answers.order_by("rank").select_related("use_case")[:2]
    cells = {("Cas d’usage", first.use_case.code, USAGE): "Usage régulier"}
    good, wrong = tmp_path / "juste.xlsx", tmp_path / "faux.xlsx"
    good.write_bytes(filled(response, cells))
    wrong.write_bytes(filled(response, cells | {("Cas d’usage", second.use_case.code, USAGE): "Souvent"}))

    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{live_server.url}/q/{token}/classeur/")
    assert faults(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger mon classeur").click()
    assert download.value.suggested_filename == "questionnaire-ouverte.xlsx"

    page.get_by_label("Votre classeur rempli").set_input_files(wrong)
    page.get_by_role("button", name="Vérifier mon classeur").click()
    expect(page.get_by_role("alert")).to_contain_text("« Souvent » n’est pas une réponse admise")
    assert faults(page) == []

    page.get_by_label("Votre classeur rempli").set_input_files(good)
    page.get_by_role("button", name="Vérifier mon classeur").click()
    expect(page.get_by_role("main")).to_contain_text("1 réponse ajoutée, 1 inchangée.")
    assert faults(page) == []
    page.get_by_role("button", name="Enregistrer ces réponses").click()
    assert page.url == f"{live_server.url}/q/{token}/relecture/"
    assert list(response.use_case_answers.exclude(usage=None).values_list("use_case", "usage")) == [
        (first.use_case_id, 4)
    ]
