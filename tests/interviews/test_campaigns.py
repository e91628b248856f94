from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from interviews.campaigns import CampaignError, check_baseline, consent_text, create_campaign, find_campaign
from interviews.models import Campaign
from tests.factories import make_campaign, make_questionnaire, make_use_case
from usecases.editions import publish_edition
from usecases.models import UseCase

pytestmark = pytest.mark.django_db

OPENS, CLOSES = date(2026, 1, 5), date(2026, 2, 28)


def make_edition(title, **fields):
    dates = {name: date(2024, 3, 1) for name in ("published_on", "collected_from", "collected_to")}
    return publish_edition(title=title, source="Étude", ratings=[], **dates, **fields)


def test_a_campaign_takes_the_newest_questionnaire_the_retained_use_cases_and_the_edition_in_force():
    make_questionnaire(version=1)
    newest = make_questionnaire(version=2)
    kept = [make_use_case("Sous-titrage"), make_use_case("Doublage")]
    make_use_case("Lutte contre le piratage", status=UseCase.Status.NOT_RETAINED, status_source="Étude")
    real = make_edition("Étude 2024")
    make_edition("Démonstration", previous=real, is_fictional=True)

    create_campaign("vague-1", "Vague 1", OPENS, CLOSES)

    campaign = Campaign.objects.get(slug="vague-1")
    facts = {
        "title": campaign.title,
        "questionnaire": campaign.questionnaire,
        "dates": (campaign.opens_on, campaign.closes_on),
        "use_cases": list(campaign.use_cases.order_by("position")),
        "baseline": campaign.baseline,
        "anonymous": campaign.is_anonymous,
        "fictional": campaign.is_fictional,
        "consent": campaign.consent_text,
    }
    assert facts == {
        "title": "Vague 1",
        "questionnaire": newest,
        "dates": (OPENS, CLOSES),
        "use_cases": kept,
        "baseline": real,
        "anonymous": False,
        "fictional": False,
        "consent": consent_text(anonymous=False),
    }


def test_a_use_case_added_later_waits_for_the_next_campaign():
    make_questionnaire()
    first = make_use_case("Sous-titrage")
    campaign = create_campaign("vague-1", "Vague 1", OPENS, CLOSES)
    make_use_case("Doublage")
    assert list(campaign.use_cases.all()) == [first]


def test_the_consent_of_an_anonymous_campaign_says_that_nothing_can_be_withdrawn_once_sent():
    make_questionnaire()
    make_use_case()
    campaign = create_campaign("vague-1", "Vague 1", OPENS, CLOSES, anonymous=True)
    assert (campaign.is_anonymous, campaign.consent_text) == (True, consent_text(anonymous=True))
    assert "est détruit" in consent_text(anonymous=True)
    assert "est détruit" not in consent_text(anonymous=False)


def test_a_taken_address_is_refused():
    make_campaign(slug="vague-1")
    with pytest.raises(CampaignError) as refusal:
        create_campaign("vague-1", "Vague 1", OPENS, CLOSES)
    assert (
        str(refusal.value)
        == "L’adresse «\u00a0vague-1\u00a0» est déjà celle d’une campagne\u00a0: choisissez-en une autre."
    )


def test_reversed_dates_are_refused():
    make_questionnaire()
    make_use_case()
    with pytest.raises(CampaignError) as refusal:
        create_campaign("vague-1", "Vague 1", CLOSES, OPENS)
    assert str(refusal.value) == (
        "La campagne fermerait le 05/01/2026, avant d’ouvrir le 28/02/2026\u00a0: vérifiez les deux dates."
    )


@pytest.mark.parametrize(
    ("build", "advice"),
    [(make_use_case, "manage.py load_questionnaire"), (make_questionnaire, "manage.py load_catalogue")],
)
def test_what_is_missing_is_named_with_the_command_that_loads_it(build, advice):
    build()
    with pytest.raises(CampaignError, match=advice):
        create_campaign("vague-1", "Vague 1", OPENS, CLOSES)
    assert not Campaign.objects.exists()


def test_a_malformed_address_is_refused():
    make_questionnaire()
    make_use_case()
    with pytest.raises(CampaignError) as refusal:
        create_campaign("vague 1 !", "Vague 1", OPENS, CLOSES)
    assert str(refusal.value).startswith("adresse\u00a0: Ce champ ne doit contenir que des lettres")
    assert not Campaign.objects.exists()


def test_a_real_campaign_is_never_measured_against_a_demonstration():
    demonstration = make_edition("Démonstration", is_fictional=True)
    with pytest.raises(CampaignError) as refusal:
        check_baseline(make_campaign(baseline=demonstration))
    assert str(refusal.value) == (
        "«\u00a0Démonstration\u00a0» est une édition fictive\u00a0: "
        "elle ne peut pas servir de référence à une campagne réelle."
    )


def test_a_demonstration_may_be_measured_against_another():
    check_baseline(make_campaign(baseline=make_edition("Démonstration", is_fictional=True), is_fictional=True))


def test_an_unknown_address_names_the_campaigns_that_exist():
    make_campaign(slug="vague-1")
    with pytest.raises(CampaignError) as refusal:
        find_campaign("vague-2")
    assert str(refusal.value) == (
        "Aucune campagne à l’adresse «\u00a0vague-2\u00a0». Campagnes connues\u00a0: vague-1."
    )


def test_the_command_says_what_it_created():
    make_questionnaire()
    make_use_case()
    out = StringIO()
    options = ["--title", "Vague 1", "--opens", "2026-01-05", "--closes", "2026-02-28"]
    call_command("create_campaign", "vague-1", *options, stdout=out)
    assert out.getvalue() == (
        "Campagne «\u00a0Vague 1\u00a0» créée (vague-1)\u00a0: 1 cas d’usage, Questionnaire (version 1), "
        "sans édition de référence.\n"
    )
    with pytest.raises(CommandError, match="est déjà celle d’une campagne"):
        call_command("create_campaign", "vague-1", *options)
