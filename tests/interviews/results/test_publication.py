import json
from datetime import date
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from cnc_survey.audit.models import AuditEntry
from interviews.analysis.constants import published_constants
from interviews.campaigns import CampaignError
from interviews.models import Assessment, Campaign, Level, Usage
from interviews.results.closing import close_campaign
from interviews.results.publication import publish_campaign
from tests.factories import make_campaign, make_use_case
from tests.interviews.results.answers import answer
from usecases.editions import RatingDraft, publish_edition
from usecases.models import Dimension, Edition, Rating

pytestmark = pytest.mark.django_db

FIGURES = ("base", "share", "low", "high", "probability")


@pytest.fixture
def baseline():
    """Maturity 2 in words of its own, impact in words alone, nothing on adoption."""
    make_use_case("Doublage")
    return publish_edition(
        title="Étude 2024",
        published_on=date(2024, 3, 1),
        collected_from=date(2023, 12, 1),
        collected_to=date(2024, 1, 31),
        source="Étude",
        ratings=[
            RatingDraft("doublage", Dimension.MATURITY, 2, "study", label="En évolution rapide"),
            RatingDraft("doublage", Dimension.IMPACT, None, "not_provided", label="Assistance"),
        ],
    )


@pytest.fixture
def campaign(baseline):
    return make_campaign(use_cases=[*make_use_cases(baseline)], baseline=baseline)


def make_use_cases(baseline):
    return {rating.use_case for rating in baseline.ratings.select_related("use_case")}


def twenty_for_three(campaign):
    answer(campaign, "doublage", (20, {"usage": Usage.AWARE, "maturity": Level.THREE, "impact": Level.ONE}))


def published(edition, *columns):
    return {rating.dimension: tuple(getattr(rating, name) for name in columns) for rating in edition.ratings.all()}


def test_an_open_campaign_is_not_published(campaign):
    with pytest.raises(CampaignError, match="n’est pas close"):
        publish_campaign(campaign, "Édition 2025")


def test_a_proposal_without_a_decision_holds_everything_back(campaign):
    twenty_for_three(campaign)
    close_campaign(campaign)
    with pytest.raises(CampaignError) as refusal:
        publish_campaign(campaign, "Édition 2025")
    assert str(refusal.value) == (
        "3 proposition(s) sans décision\u00a0:\n"
        "- Doublage\u00a0: adoption\n"
        "- Doublage\u00a0: impact pressenti\n"
        "- Doublage\u00a0: maturité technologique"
    )
    assert list(Edition.objects.values_list("title", flat=True)) == ["Étude 2024"]


def test_accepted_proposals_become_the_published_levels_in_our_words(campaign, baseline):
    twenty_for_three(campaign)
    snapshot = close_campaign(campaign)
    edition = publish_campaign(campaign, "Édition 2025", accept_proposals=True)
    columns = ("level", "label", "status", "computed_level", "reviewer", "review_reason")
    accepted = "acceptation automatique"
    assert published(edition, *columns) == {
        "maturity": (3, "Technologie existante", "raised", 3, accepted, ""),
        "impact": (1, "Assistance sur des tâches existantes", "first", 1, accepted, ""),
        "adoption": (1, "Usage émergent", "first", 1, accepted, ""),
    }
    facts = ("number", "title", "collected_from", "collected_to", "respondents", "is_fictional", "snapshot_id")
    assert tuple(getattr(edition, name) for name in facts) == (
        2,
        "Édition 2025",
        date(2025, 1, 1),
        date(2025, 12, 31),
        20,
        False,
        snapshot.identifier,
    )
    assert (edition.previous, edition.method_version) == (baseline, snapshot.method_version)
    assert edition.source == (
        "Enquête auprès des professionnels, vague «\u00a0Vague 1\u00a0», du 01/01/2025 au 31/12/2025. "
        "Réponses volontaires, non redressées\u00a0; méthode 2026.1."
    )
    assert Campaign.objects.get().edition == edition


def test_a_kept_level_is_published_with_its_reason_and_its_first_words(campaign):
    twenty_for_three(campaign)
    close_campaign(campaign)
    editor = User.objects.create(username="c.martin", first_name="Claire", last_name="Martin")
    campaign.assessments.filter(dimension=Dimension.MATURITY).update(
        decision=Assessment.Decision.KEPT,
        decided_level=2,
        decision_reason="Outils encore en bêta",
        decided_by=editor,
    )
    edition = publish_campaign(campaign, "Édition 2025", accept_proposals=True)
    columns = ("level", "status", "label", "computed_level", "reviewer", "review_reason")
    assert published(edition, *columns)["maturity"] == (
        2,
        "decided",
        "En évolution rapide",
        3,
        "Claire Martin",
        "Outils encore en bêta",
    )


def test_where_nothing_is_proposed_the_level_and_the_words_in_force_stay(campaign):
    answer(campaign, "doublage", (7, {"usage": Usage.AWARE, "maturity": Level.TWO, "impact": Level.ONE}))
    close_campaign(campaign)
    edition = publish_campaign(campaign, "Édition 2025")
    assert published(edition, "level", "label", "status", "reason", "computed_level") == {
        "maturity": (2, "En évolution rapide", "insufficient", "small_base", 2),
        "impact": (None, "Assistance", "insufficient", "small_base", None),
        "adoption": (None, "", "insufficient", "small_base", None),
    }


def test_a_first_adoption_too_unsure_to_announce_shows_its_level_as_contested(campaign):
    answer(campaign, "doublage", (17, {"usage": Usage.AWARE}), (3, {"usage": Usage.REGULAR}))
    close_campaign(campaign)
    assert campaign.assessments.get(dimension=Dimension.ADOPTION).computed_level == 1
    edition = publish_campaign(campaign, "Édition 2025")
    assert published(edition, "level", "status", "computed_level")["adoption"] == (1, "contested", 1)


def test_figures_are_published_from_ten_persons(campaign):
    answer(campaign, "doublage", (8, {"usage": Usage.AWARE, "maturity": Level.TWO}), (2, {"usage": Usage.REGULAR}))
    close_campaign(campaign)
    edition = publish_campaign(campaign, "Édition 2025", accept_proposals=True)
    adoption = edition.ratings.get(dimension=Dimension.ADOPTION)
    assert (adoption.base, adoption.share, adoption.details["mark"]) == (10, 0.2, "†")
    assert (adoption.low, adoption.high) == (pytest.approx(0.0567, abs=1e-4), pytest.approx(0.5098, abs=1e-4))
    # Eight gave a maturity: their number, and nothing they said.
    assert published(edition, *FIGURES)["maturity"] == (8, None, None, None, None)


def test_below_five_persons_neither_base_nor_number_of_respondents_is_published(campaign):
    answer(campaign, "doublage", (4, {"usage": Usage.REGULAR, "maturity": Level.TWO, "impact": Level.ONE}))
    close_campaign(campaign)
    edition = publish_campaign(campaign, "Édition 2025")
    assert edition.respondents is None
    assert published(edition, *FIGURES) == dict.fromkeys(("maturity", "impact", "adoption"), (None,) * 5)
    details = edition.ratings.get(dimension=Dimension.MATURITY).details
    assert details == {
        "mark": "s",
        "dk_share": None,
        "shares": None,
        "probabilities": None,
        "agreement": None,
        "interpolated_median": None,
        "leaning": None,
    }


def test_a_campaign_is_published_once(campaign):
    close_campaign(campaign)
    publish_campaign(campaign, "Édition 2025")
    with pytest.raises(CampaignError, match="est déjà publiée"):
        publish_campaign(campaign, "Encore")
    assert Edition.objects.count() == 2


def test_a_demonstration_publishes_a_fictional_edition_that_no_real_one_follows(campaign, baseline):
    Campaign.objects.update(is_fictional=True)
    close_campaign(campaign)
    edition = publish_campaign(campaign, "Démonstration")
    assert (edition.is_fictional, Edition.objects.in_force()) == (True, baseline)
    assert "Démonstration, réponses simulées" in edition.source

    # Somebody picks it as the reference of a real campaign after all, once that campaign is closed.
    real = make_campaign(campaign.questionnaire, slug="vague-2", use_cases=make_use_cases(baseline))
    close_campaign(real)
    Campaign.objects.filter(pk=real.pk).update(baseline=edition)
    with pytest.raises(CampaignError, match="est une édition fictive"):
        publish_campaign(real, "Édition 2026")


def test_nothing_is_accepted_when_the_publication_fails(campaign):
    twenty_for_three(campaign)
    close_campaign(campaign)
    fictional = publish_edition(
        title="Démonstration",
        published_on=date(2025, 1, 1),
        collected_from=date(2025, 1, 1),
        collected_to=date(2025, 1, 1),
        source="Démonstration",
        ratings=[],
        is_fictional=True,
    )
    Campaign.objects.update(baseline=fictional)
    with pytest.raises(CampaignError):
        publish_campaign(campaign, "Édition 2025", accept_proposals=True)
    assert set(Assessment.objects.values_list("decision", flat=True)) == {""}


def test_the_command_publishes(campaign):
    twenty_for_three(campaign)
    close_campaign(campaign)
    with pytest.raises(CommandError, match="sans décision"):
        call_command("publish_campaign", "vague-1", "--title", "Édition 2025")
    out = StringIO()
    call_command("publish_campaign", "vague-1", "--title", "Édition 2025", "--accept-proposals", stdout=out)
    assert out.getvalue() == "Édition 2 publiée\u00a0: «\u00a0Édition 2025\u00a0».\n"
    assert Rating.objects.filter(edition__number=2).count() == 3


def test_closing_deciding_and_publishing_leave_a_line_each(campaign):
    ada = User.objects.create_user("ada")
    twenty_for_three(campaign)
    snapshot = close_campaign(campaign, ada)
    publish_campaign(campaign, "Édition 2025", accept_proposals=True, user=ada)
    lines = AuditEntry.objects.order_by("pk").values_list("action", "actor_name", "subject", "details")
    assert list(lines) == [
        ("campaign_closed", "ada", "vague-1", {"snapshot": snapshot.identifier}),
        ("decided", "ada", "vague-1", {"decision": "accepted", "ratings": 3}),
        ("published", "ada", "vague-1", {"edition": 2}),
    ]


@pytest.mark.parametrize("title", ["", "  ", "x" * 201])
def test_an_edition_needs_a_title_that_fits(campaign, title):
    close_campaign(campaign)
    with pytest.raises(CommandError, match="Le titre d’une édition a de 1 à 200 caractères"):
        call_command("publish_campaign", campaign.slug, title=title, accept_proposals=True)
    assert not Edition.objects.filter(title=title).exists()


def test_an_edition_prints_every_constant_of_its_method(campaign):
    close_campaign(campaign)
    edition = publish_campaign(campaign, "Édition 2025", accept_proposals=True)
    package = json.loads(bytes(edition.files.get(name="datapackage.json").content))
    assert package["method_constants"] == json.loads(json.dumps(published_constants()))
    assert package["snapshot"] == campaign.snapshot.identifier
