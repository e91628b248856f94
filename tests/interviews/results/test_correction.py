"""A wrong edition is corrected by another one, never edited."""

import pytest
from django.contrib.auth.models import User

from interviews.campaigns import CampaignError
from interviews.models import Campaign, Level, Usage
from interviews.results.closing import close_campaign
from interviews.results.correction import give_up_correction, start_correction
from interviews.results.publication import publish_campaign
from interviews.results.review import decide
from tests.factories import make_campaign, make_edition, make_use_case
from tests.interviews.results.answers import answer
from usecases.comparison import corrected_levels
from usecases.editions import EditionError, LevelChange, RatingDraft
from usecases.models import Edition

pytestmark = pytest.mark.django_db

REASON = "Le niveau de maturité a été mal saisi."


@pytest.fixture
def case():
    return make_use_case("Doublage")


@pytest.fixture
def published(case):
    """A published campaign whose maturity went from 2 to 3."""
    baseline = make_edition([RatingDraft("doublage", "maturity", 2, "study")])
    campaign = make_campaign(use_cases=[case], baseline=baseline)
    answer(campaign, "doublage", (20, {"usage": Usage.AWARE, "maturity": Level.THREE, "impact": Level.ONE}))
    close_campaign(campaign)
    publish_campaign(campaign, "Édition 2025", accept_proposals=True)
    return Campaign.objects.get(slug="vague-1")


def test_a_correction_is_a_new_edition_that_says_what_it_corrects(published, case):
    wrong = published.edition
    start_correction(published, REASON)
    maturity = published.assessments.get(dimension="maturity")
    decide(maturity, "kept", None, "Outils encore en bêta", User.objects.create_user("relectrice"))
    right = publish_campaign(published, "Édition 2025, corrigée")
    assert (right.corrects, right.correction_reason, right.previous) == (wrong, REASON, wrong.previous)
    assert corrected_levels(right) == [(case, LevelChange("doublage", "maturity", 3, 2))]
    assert wrong.ratings.get(dimension="maturity").level == 3  # what was published stays as it was
    published.refresh_from_db()
    assert (published.edition, published.correcting, published.correction_reason) == (right, None, "")


def test_readers_compare_the_corrected_edition_and_still_find_the_wrong_one(published):
    wrong = published.edition
    start_correction(published, REASON)
    right = publish_campaign(published, "Édition 2025, corrigée")
    assert wrong not in Edition.objects.shown()
    assert wrong in Edition.objects.public()
    assert Edition.objects.in_force() == right


def test_a_wave_still_collected_is_measured_against_the_corrected_levels(published):
    ongoing = make_campaign(published.questionnaire, slug="vague-2", baseline=published.edition)
    start_correction(published, REASON)
    right = publish_campaign(published, "Édition 2025, corrigée")
    ongoing.refresh_from_db()
    assert ongoing.baseline == right


def test_until_then_the_published_edition_stays_in_force(published):
    wrong = published.edition
    start_correction(published, REASON)
    assert wrong in Edition.objects.shown()


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_correction_says_why(published, reason):
    with pytest.raises(CampaignError, match="Dites ce qui était faux"):
        start_correction(published, reason)
    published.refresh_from_db()
    assert published.edition is not None


def test_an_edition_that_others_rest_on_is_not_corrected(published):
    later = make_edition(title="Édition 2026")
    with pytest.raises(CampaignError, match=r"Édition 2025.* n’est plus la dernière édition"):
        start_correction(published, REASON)
    with pytest.raises(EditionError, match=r"Édition 2026.* l’a suivie"):
        make_edition(title="Corrigée", corrects=published.edition, correction_reason=REASON, previous=later)


def test_a_correction_may_be_given_up(published):
    wrong = published.edition
    start_correction(published, REASON)
    give_up_correction(published)
    published.refresh_from_db()
    assert (published.edition, published.correcting, published.correction_reason) == (wrong, None, "")


def test_not_once_a_decision_has_changed(published):
    start_correction(published, REASON)
    decide(published.assessments.get(dimension="maturity"), "kept", None, "Trop tôt", User.objects.create_user("a"))
    with pytest.raises(CampaignError, match="Des décisions ont changé depuis"):
        give_up_correction(published)


def test_nothing_to_correct_nothing_to_give_up(case):
    campaign = make_campaign(use_cases=[case])
    with pytest.raises(CampaignError, match="n’a pas d’édition à corriger"):
        start_correction(campaign, REASON)
    with pytest.raises(CampaignError, match="n’a pas de correction en cours"):
        give_up_correction(campaign)
