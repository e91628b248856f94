import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from interviews.models import Campaign, Interview, Level, Note, Participant, Usage, Verbatim
from interviews.results.closing import close_campaign
from interviews.results.readiness import preview_edition, publication_gaps
from interviews.results.review import accept_proposals
from tests.factories import make_campaign, make_edition, make_response, make_use_case
from tests.interviews.results.answers import answer
from usecases.editions import LevelChange, RatingDraft
from usecases.models import Edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    case = make_use_case("Doublage")
    baseline = make_edition([RatingDraft("doublage", "maturity", 2, "study")])
    campaign = make_campaign(use_cases=[case], baseline=baseline)
    answer(campaign, "doublage", (20, {"usage": Usage.AWARE, "maturity": Level.THREE, "impact": Level.ONE}))
    return campaign


def gaps(campaign):
    return [(gap.text, gap.blocks, [each.dimension for each in gap.about]) for gap in publication_gaps(campaign)]


def test_an_open_campaign_lacks_its_closing(campaign):
    assert gaps(campaign) == [("La campagne n’est pas close\u00a0: ses réponses peuvent encore changer.", True, [])]


def test_proposals_without_a_decision_are_named(campaign):
    close_campaign(campaign)
    campaign.refresh_from_db()
    pending = ["adoption", "impact", "maturity"]
    assert gaps(campaign) == [("3 propositions attendent une décision.", True, pending)]


def test_one_proposal_in_the_singular(campaign):
    close_campaign(campaign)
    campaign.refresh_from_db()
    accept_proposals(campaign.assessments.exclude(dimension="maturity"), None)
    assert gaps(campaign) == [("1 proposition attend une décision.", True, ["maturity"])]


def test_nothing_is_missing_once_all_is_decided(campaign):
    close_campaign(campaign)
    campaign.refresh_from_db()
    accept_proposals(campaign.assessments.all(), None)
    assert gaps(campaign) == []


def test_a_baseline_that_cannot_be_is_said(campaign):
    close_campaign(campaign)
    Edition.objects.update(is_fictional=True)
    campaign.refresh_from_db()
    accept_proposals(campaign.assessments.all(), None)
    ((text, blocks, _),) = gaps(campaign)
    assert (blocks, "édition fictive" in text) == (True, True)


def test_the_preview_tells_what_would_move(campaign):
    close_campaign(campaign)
    campaign.refresh_from_db()
    accept_proposals(campaign.assessments.filter(dimension="maturity"), None)
    preview = preview_edition(campaign)
    assert preview.count == 3
    assert [(name, draft.level, change) for name, draft, change in preview.moved] == [
        ("Doublage", 3, LevelChange("doublage", "maturity", 2, 3))
    ]


def test_a_weighting_that_failed_is_said_and_holds_nothing_back(campaign):
    Campaign.objects.update(weighting="margins")  # without a single margin
    campaign.refresh_from_db()
    close_campaign(campaign)
    campaign.refresh_from_db()
    accept_proposals(campaign.assessments.all(), None)
    ((text, blocks, _),) = gaps(campaign)
    assert (text.startswith("Le redressement demandé n’a pas abouti, les chiffres sont bruts."), blocks) == (
        True,
        False,
    )


def test_verbatims_nobody_has_read_again_are_counted(campaign):
    close_campaign(campaign)
    campaign.refresh_from_db()
    accept_proposals(campaign.assessments.all(), None)
    user, reader = User.objects.create_user("lea"), User.objects.create_user("noe")
    interview = Interview.objects.create(
        campaign=campaign,
        number=1,
        interviewer=user,
        response=make_response(campaign, "told", mode="interview"),
        starts_at=timezone.now(),
        minutes=60,
        mode="video",
    )
    participant = Participant.objects.create(interview=interview)
    note = Note.objects.create(interview=interview, text="On gagne du temps", marked_at=timezone.now())
    common = {"participant": participant, "note": note, "start": 0, "end": 2, "text": "On", "created_by": user}
    Verbatim.objects.create(public_text="On gagne du temps", **common)
    Verbatim.objects.create(
        public_text="Relu", worded_by=user, reviewed_at=timezone.now(), reviewed_by=reader, **common
    )
    Verbatim.objects.create(**common)  # without a public wording, nothing to read
    assert gaps(campaign) == [("1 verbatim attend une seconde lecture\u00a0: rien n’en paraîtra d’ici là.", False, [])]
