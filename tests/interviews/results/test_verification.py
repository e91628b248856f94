"""An edition against the answers it was made of: everything agrees, or the command says what does not."""

from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from interviews.campaigns import CampaignError
from interviews.models import Campaign, CubeCell, Usage, UseCaseAnswer
from interviews.results.closing import close_campaign
from interviews.results.correction import start_correction
from interviews.results.publication import publish_campaign
from interviews.results.review import decide
from interviews.results.verification import verify_edition
from tests.factories import make_campaign, make_edition, make_occupation, make_questionnaire, make_use_case
from tests.interviews.results.answers import answer
from usecases.models import Benefit, Occupation, Rating, RatingBreakdown

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    make_occupation("editors", "Monteurs")
    make_occupation("writers", "Scénaristes")
    Benefit.objects.create(code="time_saving", name="Gain de temps")
    campaign = make_campaign(make_questionnaire(), [make_use_case("Doublage"), make_use_case("Montage")])
    given = {"usage": Usage.REGULAR, "maturity": 2, "impact": 1, "benefits": ["time_saving"]}
    answer(campaign, "doublage", (20, given), (12, {"usage": Usage.AWARE, "maturity": 3}), occupations=["editors"])
    answer(campaign, "doublage", (15, {"usage": Usage.TRIED, "intention": 1}), occupations=["writers"])
    answer(campaign, "montage", (3, given), mode="interview")
    close_campaign(campaign)
    return publish_campaign(campaign, "Édition", accept_proposals=True)


def differences(edition):
    return verify_edition(edition).differences


def test_an_edition_agrees_with_the_answers(edition):
    verification = verify_edition(edition)
    assert verification.differences == []
    assert (verification.ratings, verification.breakdowns, verification.cells) == (
        6,
        RatingBreakdown.objects.count(),
        CubeCell.objects.count(),
    )
    out = StringIO()
    call_command("verify_publication", str(edition.number), stdout=out)
    assert "«\u00a0Édition\u00a0»\u00a0: tout concorde." in out.getvalue()


def test_lists_that_grew_since_the_closing_change_nothing(edition):
    Occupation.objects.create(code="grips", name="Machinistes", position=9)
    Benefit.objects.create(code="quality", name="Qualité", position=9)
    assert differences(edition) == []


def test_an_answer_changed_after_the_closing_is_found_in_every_figure_it_moves(edition):
    moved = UseCaseAnswer.objects.filter(use_case__code="doublage", usage=Usage.AWARE).first()
    UseCaseAnswer.objects.filter(pk=moved.pk).update(usage=Usage.REGULAR)
    found = differences(edition)
    assert "doublage, usage, counts aware\u00a0: enregistré 12, recalculé 11." in found
    assert "doublage, usage, métier «\u00a0Monteurs\u00a0», counts regular\u00a0: enregistré 20, recalculé 21." in found
    assert {line.split(",")[1].strip() for line in found} == {"usage", "maturity"}


def test_a_figure_changed_in_the_cube_no_longer_has_its_identifier(edition):
    cell = CubeCell.objects.get(use_case__code="doublage", item="usage", variable="", mode="questionnaire")
    cell.figures["rate"] = 0.5
    cell.save()
    found = differences(edition)
    assert [line for line in found if line.startswith("Instantané\u00a0: son contenu")] != []
    assert [line for line in found if line.startswith("doublage, usage, rate\u00a0: enregistré 0,5, recalculé")] != []
    # What was published comes from the figure as it was.
    assert [line for line in found if line.startswith("Doublage, adoption, share\u00a0: enregistré 0,4255")] != []


def test_a_figure_changed_in_the_edition_is_named(edition):
    rating = Rating.objects.get(use_case__code="doublage", dimension="maturity")
    Rating.objects.filter(pk=rating.pk).update(base=33, level=1)
    RatingBreakdown.objects.filter(category="editors").update(base=31)
    assert sorted(differences(edition)) == [
        "Doublage, adoption, occupation «\u00a0editors\u00a0», base\u00a0: enregistré 31, recalculé 32.",
        "Doublage, maturité, base\u00a0: enregistré 33, recalculé 32.",
        "Doublage, maturité, level\u00a0: enregistré 1, recalculé 2.",
    ]
    with pytest.raises(CommandError, match=r"3 différence\(s\)"):
        call_command("verify_publication", str(edition.number))


def test_the_study_has_no_answers_to_count_again():
    study = make_edition()
    with pytest.raises(CampaignError, match="ne vient pas d’une campagne"):
        verify_edition(study)
    with pytest.raises(CommandError, match="Aucune édition n’a le numéro 9"):
        call_command("verify_publication", "9")


@pytest.fixture
def corrected(edition):
    """The wrong edition and the one that corrects it, a level decided otherwise."""
    campaign = Campaign.objects.get(edition=edition)
    start_correction(campaign, "Le niveau de maturité a été mal saisi.")
    maturity = campaign.assessments.get(use_case__code="doublage", dimension="maturity")
    decide(maturity, "set", 1, "Outils encore en bêta", User.objects.create_user("relectrice"))
    return edition, publish_campaign(campaign, "Édition, corrigée")


def test_a_corrected_edition_agrees_with_the_answers_and_the_new_decision(corrected):
    right = corrected[1]
    assert [each.ratings.get(use_case__code="doublage", dimension="maturity").level for each in corrected] == [2, 1]
    verification = verify_edition(right)
    assert verification.differences == []
    assert (verification.ratings, verification.breakdowns, verification.cells) == (
        6,
        RatingBreakdown.objects.filter(rating__edition=right).count(),
        CubeCell.objects.count(),
    )
    out = StringIO()
    call_command("verify_publication", str(right.number), stdout=out)
    assert "«\u00a0Édition, corrigée\u00a0»\u00a0: tout concorde." in out.getvalue()


def test_a_figure_changed_in_a_corrected_edition_is_named(corrected):
    Rating.objects.filter(edition=corrected[1], use_case__code="doublage", dimension="maturity").update(level=2)
    assert differences(corrected[1]) == ["Doublage, maturité, level\u00a0: enregistré 2, recalculé 1."]


def test_a_wrong_edition_says_which_replaces_it(edition):
    campaign = Campaign.objects.get(edition=edition)
    start_correction(campaign, "Un niveau était faux.")
    with pytest.raises(CommandError, match="elle est en cours de correction"):
        call_command("verify_publication", str(edition.number))
    publish_campaign(campaign, "Édition, corrigée")
    with pytest.raises(CommandError, match="«\u00a0Édition, corrigée\u00a0» la remplace"):
        call_command("verify_publication", str(edition.number))


def test_the_next_wave_measured_against_a_corrected_edition_agrees(edition):
    campaign = Campaign.objects.get(edition=edition)
    following = make_campaign(campaign.questionnaire, campaign.use_cases.all(), slug="suivante", baseline=edition)
    answer(following, "doublage", (30, {"usage": Usage.REGULAR, "maturity": 3, "impact": 1}), occupations=["editors"])
    start_correction(campaign, "Un niveau était faux.")
    right = publish_campaign(campaign, "Édition, corrigée")
    close_campaign(following)
    last = publish_campaign(following, "Édition suivante", accept_proposals=True)
    verification = verify_edition(last)
    assert (last.previous, verification.differences) == (right, [])
    assert verification.changes > 0
    assert differences(right) == []
