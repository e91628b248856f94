"""An edition against the answers it was made of: everything agrees, or the command says what does not."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from interviews.campaigns import CampaignError
from interviews.models import CubeCell, Usage, UseCaseAnswer
from interviews.results.closing import close_campaign
from interviews.results.publication import publish_campaign
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
