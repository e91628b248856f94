"""What moved between two waves: figures, lineages, breaks, masks."""

from io import StringIO

import pytest
from django.core.management import call_command

from interviews.collection.simulation import simulate_responses
from interviews.models import Campaign, Change, Level, PopulationMargin, Usage
from interviews.results.changes import read_changes
from interviews.results.closing import close_campaign
from interviews.results.correction import start_correction
from interviews.results.cube import read_cells
from interviews.results.disclosure import PUBLIC, STAFF
from interviews.results.publication import publish_campaign
from interviews.results.verification import verify_edition
from tests.factories import make_campaign, make_occupation, make_questionnaire, make_sector, make_use_case
from tests.interviews.results.waves import next_wave, publish_wave, respond
from usecases.models import UseCaseOccupation

pytestmark = pytest.mark.django_db

USES, KNOWS = {"usage": Usage.REGULAR}, {"usage": Usage.AWARE}


@pytest.fixture
def dubbing():
    return make_use_case("Doublage")


def users(count, others, *, code="doublage", **fields):
    """Groups of persons who use it, then of persons who only know it."""
    return (count, {code: USES}, fields), (others, {code: KNOWS}, fields)


def whole(snapshot, indicator="usage", audience=STAFF, use_case="doublage"):
    (found,) = read_changes(snapshot, audience, use_cases=[use_case], indicators=[indicator], variables=[""])
    return found


def test_nothing_is_compared_with_an_edition_that_no_campaign_published(dubbing):
    snapshot = close_campaign(make_campaign(use_cases=[dubbing]))
    assert read_changes(snapshot, STAFF) == []


def test_a_share_that_rises_is_announced(dubbing):
    """4 of 20, then 14 of 20, other persons: the error of two independent shares, times N/(N-1)."""
    first, _ = publish_wave([dubbing], *users(4, 16))
    found = whole(next_wave(first, [dubbing], *users(14, 6)))
    variance = 0.2 * 0.8 / 20 + 0.7 * 0.3 / 20
    assert (found.n_before, found.n_after, found.n_both) == (20, 20, 0)
    assert (found.before, found.after, found.difference) == (0.2, 0.7, pytest.approx(0.5))
    assert found.standard_error == pytest.approx((40 / 39 * variance) ** 0.5)
    assert found.low < 0.5 < found.high
    # A family of one: the whole of one use case.
    assert found.p_adjusted == found.p < 0.01
    assert (found.announced, found.mark, found.explanation, found.is_weighted) == (True, "†", "", False)


def test_the_same_persons_who_answer_the_same_have_not_moved(dubbing):
    answers = [(6, {"doublage": USES | {"maturity": Level.TWO}}, {"person": "p"})]
    answers += [(9, {"doublage": KNOWS | {"maturity": Level.THREE, "intention": 1}}, {"person": "q"})]
    first, _ = publish_wave([dubbing], *answers)
    snapshot = next_wave(first, [dubbing], *answers)
    compared = read_changes(snapshot, STAFF, indicators=["maturity", "usage"], variables=[""])
    assert [(each.indicator, each.n_both, each.difference, each.p, each.announced) for each in compared] == [
        ("maturity", 15, 0.0, 1.0, False),
        ("usage", 15, 0.0, 1.0, False),
    ]
    assert whole(snapshot, "intention").obstacle == "small_base"


def test_returning_persons_make_the_change_more_precise(dubbing):
    first, _ = publish_wave([dubbing], *users(10, 10, person="p"))
    panel = next_wave(first, [dubbing], *users(14, 6, person="p"))
    strangers = next_wave(first, [dubbing], *users(14, 6, person="q"), slug="vague-2b")
    assert (whole(panel).n_both, whole(strangers).n_both) == (20, 0)
    assert whole(panel).standard_error < 0.75 * whole(strangers).standard_error


def test_levels_and_intentions_are_compared_on_their_own_scales(dubbing):
    def says(level, intention):
        return {"doublage": KNOWS | {"maturity": level, "intention": intention}}

    first, _ = publish_wave([dubbing], (10, says(1, 3)), (10, says(2, 2)))
    snapshot = next_wave(first, [dubbing], (10, says(3, 1)), (10, says(2, 2)))
    maturity, intention = whole(snapshot, "maturity"), whole(snapshot, "intention")
    assert (maturity.before, maturity.after, maturity.difference) == (1.5, 2.5, 1.0)
    assert (intention.before, intention.after, intention.difference) == (-0.5, 0.5, 1.0)


def test_each_breakdown_is_a_family_and_shows_only_what_has_a_base(dubbing):
    make_sector("cinema")
    make_sector("audiovisual")

    def wave(cinema_users, television_users):
        return (
            *users(cinema_users, 15 - cinema_users, seniority="0_4"),
            *users(television_users, 15 - television_users, seniority="5_14"),
            *users(1, 3, seniority="15_plus"),
        )

    first, _ = publish_wave([dubbing], *wave(2, 7))
    snapshot = next_wave(first, [dubbing], *wave(12, 9))
    found = read_changes(snapshot, STAFF, indicators=["usage"], variables=["seniority"])
    assert [(each.category, each.label, each.n_before, each.announced) for each in found] == [
        ("0_4", "Moins de 5 ans", 15, True),
        ("5_14", "De 5 à 14 ans", 15, False),
    ]
    young, middle = found
    assert young.p_adjusted == pytest.approx(2 * young.p)
    assert middle.p_adjusted == middle.p
    # Nobody gave a sector: the persons without one are the whole again, in a family of their own.
    (silent,) = read_changes(snapshot, STAFF, indicators=["usage"], variables=["sectors"])
    assert (silent.category, silent.label, silent.p_adjusted) == ("", "Non renseigné", whole(snapshot).p)


def test_users_and_others_are_compared_too(dubbing):
    def wave(level):
        return (12, {"doublage": USES | {"maturity": level}}), (12, {"doublage": KNOWS | {"maturity": 2}})

    first, _ = publish_wave([dubbing], *wave(2))
    snapshot = next_wave(first, [dubbing], *wave(3))
    found = read_changes(snapshot, STAFF, indicators=["maturity"], variables=["usage_group"])
    assert [(each.category, each.difference) for each in found] == [("users", 1.0), ("others", 0.0)]


def answering_all(count, level, intention):
    """Persons who know it without using it, and answer every core question that is compared."""
    return count, {"doublage": KNOWS | {"maturity": level, "impact": level, "intention": intention}}


@pytest.mark.parametrize("other", [{"version": 2}, {"code": "autre"}])
def test_another_questionnaire_with_the_same_core_questions_is_compared(dubbing, other):
    first, _ = publish_wave([dubbing], answering_all(20, 1, 3))
    snapshot = next_wave(first, [dubbing], answering_all(20, 2, 1), questionnaire=make_questionnaire(**other))
    found = read_changes(snapshot, STAFF, variables=[""])
    assert [(each.indicator, each.obstacle, each.difference) for each in found] == [
        ("maturity", "", 1.0),
        ("impact", "", 1.0),
        ("usage", "", 0.0),
        ("intention", "", 2.0),
    ]


@pytest.mark.parametrize("reworded", ["maturity", "impact", "usage", "intention"])
def test_a_reworded_question_breaks_its_own_series_alone(dubbing, reworded):
    first, _ = publish_wave([dubbing], answering_all(20, 1, 3))
    questionnaire = make_questionnaire(version=2, **{reworded: 2})
    snapshot = next_wave(first, [dubbing], answering_all(20, 2, 1), questionnaire=questionnaire)
    found = read_changes(snapshot, STAFF, variables=[""])
    assert {each.indicator: each.obstacle for each in found} == {
        **dict.fromkeys(("maturity", "impact", "usage", "intention"), ""),
        reworded: "wording",
    }
    compared = {each.indicator for each in found if each.indicator != reworded}
    assert {each.indicator for each in read_changes(snapshot, STAFF, variables=["sectors"])} == compared
    # Another question on usage tells other users apart.
    by_group = read_changes(snapshot, STAFF, variables=["usage_group"])
    assert {each.indicator for each in by_group} == (
        set() if reworded == "usage" else compared & {"maturity", "impact"}
    )
    edition = publish_campaign(snapshot.campaign, "Édition", accept_proposals=True)
    assert verify_edition(edition).differences == []


def test_another_version_of_a_question_is_a_marked_break(dubbing):
    first, _ = publish_wave([dubbing], *users(4, 16))
    snapshot = next_wave(first, [dubbing], *users(14, 6), questionnaire=make_questionnaire(version=2, usage=2))
    found = whole(snapshot)
    assert (found.obstacle, found.before, found.after, found.difference, found.announced) == (
        "wording",
        0.2,
        0.7,
        None,
        False,
    )
    assert found.explanation.startswith("Rupture de série")
    assert read_changes(snapshot, STAFF, variables=["sectors"]) == []


def test_a_short_base_is_not_compared(dubbing):
    first, _ = publish_wave([dubbing], *users(4, 5))
    found = whole(next_wave(first, [dubbing], *users(14, 6)))
    assert (found.obstacle, found.n_before, found.difference) == ("small_base", 9, None)
    assert found.explanation == "Moins de 10 réponses dans une des deux vagues\u00a0: rien à comparer."


def test_lineages_are_followed_marked_or_refused(dubbing):
    songs, effects, new, voices = (make_use_case(name) for name in ("Chansons", "Bruitages", "Nouveau", "Voix"))
    voices.replaces.set([dubbing])
    first, _ = publish_wave([dubbing, songs, effects], *users(4, 16), *users(3, 9, code="chansons"))
    snapshot = next_wave(first, [voices, songs, new], *users(14, 6, code="voix"), *users(3, 9, code="chansons"))
    found = read_changes(snapshot, PUBLIC, indicators=["usage"], variables=[""])
    assert [(each.use_case, each.lineage, each.obstacle, each.before, each.after) for each in found] == [
        ("chansons", "same", "", 0.25, 0.25),
        ("nouveau", "new", "lineage", None, None),
        ("voix", "renamed", "", 0.2, 0.7),
        ("bruitages", "dropped", "lineage", None, None),
    ]
    assert found[2].explanation.startswith("Renommé\u00a0: appelé «\u00a0Doublage\u00a0» à la vague précédente.")
    assert found[1].explanation == "Nouveau\u00a0: absent de la vague précédente, rien à comparer."


def test_the_heir_of_two_takes_the_furthest_usage_and_the_mean_level_of_each_person(dubbing):
    """Before, 10 persons used dubbing and not songs (levels 1 and 2), 10 used neither (level 1 and none)."""
    songs, sound = make_use_case("Chansons"), make_use_case("Son")
    sound.replaces.set([dubbing, songs])
    first, _ = publish_wave(
        [dubbing, songs],
        (10, {"doublage": USES | {"maturity": 1}, "chansons": KNOWS | {"maturity": 2}}),
        (10, {"doublage": KNOWS | {"maturity": 1}, "chansons": {}}),
    )
    snapshot = next_wave(first, [sound], (20, {"son": USES | {"maturity": 3}}))
    usage, maturity = (whole(snapshot, indicator, use_case="son") for indicator in ("usage", "maturity"))
    assert (usage.lineage, usage.n_before, usage.before, usage.after) == ("merged", 20, 0.5, 1.0)
    assert (maturity.n_before, maturity.before, maturity.after) == (20, 1.25, 3.0)
    assert usage.explanation.startswith("Réuni\u00a0: remplace «\u00a0Doublage\u00a0» et «\u00a0Chansons\u00a0».")


def test_a_younger_sample_makes_no_change_at_constant_structure(dubbing):
    """Young 50 % users, old 20 %, in both waves; 40 and 60 persons, then 60 and 40: +6 points, 0 on the same mix."""

    def wave(young, young_users, old, old_users):
        return (
            *users(young_users, young - young_users, age_group="under_30"),
            *users(old_users, old - old_users, age_group="45_59"),
        )

    first, _ = publish_wave([dubbing], *wave(40, 20, 60, 12))
    found = whole(next_wave(first, [dubbing], *wave(60, 30, 40, 8)), audience=PUBLIC)
    assert (found.difference, found.announced) == (pytest.approx(0.06), False)
    constant = found.at_constant_structure
    assert (constant["after"], constant["difference"]) == (pytest.approx(0.32), pytest.approx(0, abs=1e-12))
    assert (constant["cells"], constant["finest"]) == (2, 1.0)


def weigh(campaign):
    campaign.weighting = Campaign.Weighting.MARGINS
    campaign.save()
    for category, target in {"woman": 50, "man": 50}.items():
        PopulationMargin.objects.create(
            campaign=campaign,
            variable="gender",
            category=category,
            target=target,
            unit="share",
            source="CNC",
            year=2024,
        )


def weighted_wave(questionnaire, use_cases, women, men, **fields):
    """A wave weighted to as many women as men; (users, others) of each."""
    campaign = make_campaign(questionnaire, use_cases=use_cases, **fields)
    weigh(campaign)
    respond(campaign, *users(*women, gender="woman"), *users(*men, gender="man"))
    snapshot = close_campaign(campaign)
    publish_campaign(campaign, "Édition", accept_proposals=True)
    campaign.refresh_from_db()
    return campaign, snapshot


def test_two_weighted_waves_are_compared_weighted_with_the_plain_figures_beside(dubbing):
    """Women 20 % then 60 % users, men 50 % both times; 30 women and 10 men of each wave, wanted half and half."""
    questionnaire = make_questionnaire()
    first, _ = weighted_wave(questionnaire, [dubbing], (6, 24), (5, 5), slug="vague-1")
    _, snapshot = weighted_wave(questionnaire, [dubbing], (18, 12), (5, 5), slug="vague-2", baseline=first.edition)
    found = whole(snapshot, audience=PUBLIC)
    assert found.is_weighted
    assert (found.before, found.after) == (pytest.approx(0.35), pytest.approx(0.55))
    assert (found.unweighted["before"], found.unweighted["after"]) == (pytest.approx(11 / 40), pytest.approx(23 / 40))
    assert "p" not in found.unweighted
    assert snapshot.weighting["source"].startswith("Redressé par calage sur 1 marge de population (Genre).")


def test_a_weighted_wave_after_a_plain_one_is_compared_plain(dubbing):
    first, edition = publish_wave([dubbing], *users(6, 24, gender="woman"), *users(5, 5, gender="man"))
    _, snapshot = weighted_wave(first.questionnaire, [dubbing], (18, 12), (5, 5), slug="vague-2", baseline=edition)
    found = whole(snapshot)
    assert (found.is_weighted, found.before, found.after, found.unweighted) == (False, 11 / 40, 23 / 40, {})


def test_a_wave_that_cannot_be_weighted_closes_unweighted_and_says_why(dubbing):
    campaign = make_campaign(make_questionnaire(), [dubbing])
    weigh(campaign)
    respond(campaign, *users(18, 12, gender="woman"), *users(1, 2, gender="man"))
    out = StringIO()
    call_command("close_campaign", campaign.slug, stdout=out)
    refusal = (
        "Marge «\u00a0Genre\u00a0», catégorie «\u00a0Homme\u00a0»\u00a0: 3 répondants seulement, il en faut au moins "
        "5. Regroupez cette catégorie avec une autre. La vague reste non redressée."
    )
    assert out.getvalue().splitlines()[1:] == [refusal]
    assert campaign.snapshot.weighting == {
        "is_weighted": False,
        "source": "Non redressé\u00a0: chaque personne compte pour une.",
        "deff": None,
        "n_eff": None,
        "lowest": None,
        "highest": None,
        "messages": [refusal],
        "code": "SMALL_CELL",
    }
    assert read_cells(campaign.snapshot, STAFF, items=["usage"], variables=[""])[0].figures["weighted"] is None


def test_the_public_sees_no_change_of_a_cell_hidden_in_either_wave(dubbing):
    """Four young persons in the first wave would be deduced from the total: those of the other age are hidden too."""
    first, _ = publish_wave([dubbing], *users(6, 6, seniority="0_4"), *users(2, 2, seniority="15_plus"))
    snapshot = next_wave(first, [dubbing], *users(10, 2, seniority="0_4"), *users(8, 4, seniority="15_plus"))
    staff, public = (
        read_changes(snapshot, each, indicators=["usage"], variables=["seniority"]) for each in (STAFF, PUBLIC)
    )
    assert [(each.category, each.mark, each.n_before, each.difference) for each in staff] == [
        ("0_4", "s", 12, pytest.approx(1 / 3))
    ]
    assert [(each.category, each.mark, each.n_before, each.difference, each.p_adjusted) for each in public] == [
        ("0_4", "s", None, None, None)
    ]
    shown = whole(snapshot, audience=PUBLIC)
    assert (shown.mark, shown.n_before, shown.n_both, shown.standard_error, shown.p) == ("†", 16, None, None, None)
    assert shown.difference == pytest.approx(18 / 24 - 8 / 16)


def test_a_person_erased_since_the_first_wave_is_not_told_by_subtraction(dubbing):
    first, _ = publish_wave([dubbing], *users(8, 12))
    first.responses.order_by("key").first().delete()
    snapshot = next_wave(first, [dubbing], *users(14, 6))
    assert whole(snapshot).n_before == 19
    public = whole(snapshot, audience=PUBLIC)
    assert (public.mark, public.n_before, public.before, public.difference) == ("s", None, None, None)


def test_ten_who_all_said_the_same_are_not_given_away_by_their_change(dubbing):
    first, _ = publish_wave([dubbing], *users(0, 12))
    public = whole(next_wave(first, [dubbing], *users(10, 10)), audience=PUBLIC)
    assert (public.mark, public.n_before, public.before, public.difference) == ("g", 12, None, None)


def test_a_corrected_wave_is_still_the_previous_one(dubbing):
    first, edition = publish_wave([dubbing], *users(4, 16))
    start_correction(first, "Une décision était fausse.")
    first.refresh_from_db()
    second = make_campaign(first.questionnaire, [dubbing], slug="vague-2", baseline=edition)
    assert Campaign.objects.get(pk=second.pk).previous == first
    publish_campaign(first, "Édition corrigée", accept_proposals=True)
    assert Campaign.objects.get(pk=second.pk).previous == first


def test_changes_are_verified_with_the_edition(dubbing):
    first, _ = publish_wave([dubbing], *users(4, 16))
    snapshot = next_wave(first, [dubbing], *users(14, 6))
    edition = publish_campaign(snapshot.campaign, "Édition", accept_proposals=True)
    verified = verify_edition(edition)
    assert (verified.differences, verified.changes) == ([], snapshot.changes.count())
    snapshot.changes.filter(indicator="usage", variable="").update(difference=0.6)
    assert verify_edition(edition).differences == [
        "Évolution, Doublage\u00a0: usage actuel, ensemble, difference\u00a0: enregistré 0,6, recalculé 0,5."
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_reading_changes_takes_as_many_queries_for_three_use_cases_as_for_one(count, django_assert_num_queries):
    cases = [make_use_case(name) for name in ("Doublage", "Chansons", "Voix")[:count]]
    answers = [group for case in cases for group in users(5, 5, code=case.code, seniority="0_4")]
    first, _ = publish_wave(cases, *answers)
    snapshot = next_wave(first, cases, *answers)
    with django_assert_num_queries(6):
        assert len(read_changes(snapshot, PUBLIC, variables=["", "seniority"])) == 5 * count


def test_every_stored_change_has_a_difference_or_a_reason(dubbing):
    first, _ = publish_wave([dubbing], *users(4, 16))
    next_wave(first, [dubbing, make_use_case("Nouveau")], *users(14, 6))
    assert set(Change.objects.filter(difference=None).values_list("obstacle", flat=True)) == {"lineage", "small_base"}
    assert not Change.objects.filter(obstacle="", difference=None).exists()


def test_an_edition_of_a_weighted_wave_says_so_and_shows_the_plain_share_beside(dubbing, client):
    campaign, _ = weighted_wave(make_questionnaire(), [dubbing], (18, 12), (5, 5), slug="vague-1")
    rating = campaign.edition.ratings.get(dimension="adoption")
    assert (rating.share, rating.unweighted_share) == (pytest.approx(0.55), pytest.approx(23 / 40))
    assert "Redressé par calage sur 1 marge de population (Genre). Sources\u00a0: CNC, 2024" in campaign.edition.source
    page = client.get(dubbing.get_absolute_url()).content.decode()
    assert "57,5\u202f% sans redressement" in page


def simulated_waves(seed):
    """Two simulated waves of some eighty persons, half of whom come back; return both snapshots."""
    make_sector("cinema")
    cases = [make_use_case(f"Cas {number}") for number in range(5)]
    for number, case in enumerate(cases):
        UseCaseOccupation.objects.create(use_case=case, occupation=make_occupation(f"trade_{number}"))
    campaign = make_campaign(make_questionnaire(), use_cases=cases)
    simulate_responses(campaign, 85, seed=seed)
    first = close_campaign(campaign)
    edition = publish_campaign(first.campaign, "Édition", accept_proposals=True)
    later = make_campaign(campaign.questionnaire, cases, slug="vague-2", baseline=edition, is_fictional=True)
    simulate_responses(later, 75, seed=seed + 1, returning=0.5)
    return first, close_campaign(later)


@pytest.mark.parametrize("seed", [1, 11])
def test_the_public_reads_in_a_change_only_what_both_cubes_already_told(seed):
    first, second = simulated_waves(seed)
    told = [
        {
            (cell.use_case, cell.variable, cell.category): (cell.base, cell.figures["rate"])
            for cell in read_cells(snapshot, PUBLIC, items=["usage"])
        }
        for snapshot in (first, second)
    ]
    shown = hidden = 0
    for change in read_changes(second, PUBLIC, indicators=["usage"]):
        place = (change.use_case, change.variable, change.category)
        before, after = (each[place] for each in told)
        if change.difference is None:
            hidden += 1
        else:
            shown += 1
            assert (change.n_before, change.before) == (before[0], pytest.approx(before[1]))
            assert (change.n_after, change.after) == (after[0], pytest.approx(after[1]))
        assert change.n_both is None
    assert shown > 10
    assert hidden > 0


def test_those_who_come_back_are_in_both_waves(dubbing):
    _, second = simulated_waves(2)
    wholes = read_changes(second, STAFF, indicators=["usage"], variables=[""])
    assert all(0 < each.n_both <= min(each.n_before, each.n_after) for each in wholes)
