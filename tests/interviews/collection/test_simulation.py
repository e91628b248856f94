from collections import Counter
from datetime import UTC, datetime
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from interviews.campaigns import CampaignError
from interviews.collection.routing import OFFERED
from interviews.collection.simulation import simulate_responses
from interviews.collection.simulation.population import AGES, WORLDS, draw_persons
from interviews.frames import LADDER
from interviews.models import Answer, Campaign, Item, Response, Satisfaction, Usage, UseCaseAnswer
from interviews.results.closing import close_campaign
from interviews.results.publication import publish_campaign
from tests.factories import (
    YES_NO,
    make_campaign,
    make_item,
    make_occupation,
    make_questionnaire,
    make_response,
    make_sector,
    make_use_case,
)
from usecases.models import Barrier, Benefit, Rating, Stage, Tool, UseCaseOccupation, UseCaseStage, ValueChain

pytestmark = pytest.mark.django_db

CHOICES = ("structure_type", "structure_size", "seniority", "employment_status", "gender", "age_group")


@pytest.fixture
def campaign():
    """Twelve use cases, one for each of twelve trades; a questionnaire with one item of each kind."""
    make_sector("cinema")
    stage = Stage.objects.create(code="post", name="Post", chain=ValueChain.objects.get())
    cases = [make_use_case(f"Cas {number}") for number in range(12)]
    for number, case in enumerate(cases):
        UseCaseOccupation.objects.create(use_case=case, occupation=make_occupation(f"trade_{number}"))
        UseCaseStage.objects.create(use_case=case, stage=stage)
    Benefit.objects.create(code="time_saving", name="Gain de temps")
    Barrier.objects.create(code="rights", name="Droits")
    Tool.objects.create(code="runway", name="Runway")
    questionnaire = make_questionnaire()
    used = make_item(questionnaire, "ai_ever_used", options=YES_NO)
    users = {"asked_if": used, "asked_if_codes": ["yes"]}
    make_item(
        questionnaire, "frequency", Item.Kind.SCALE, {"often": "Souvent", "never": "Jamais"}, allows_dont_know=True
    )
    make_item(questionnaire, "purposes", Item.Kind.MULTIPLE, {"text": "Texte", "image": "Image"}, **users)
    make_item(questionnaire, "tools", Item.Kind.MULTIPLE, open_list="tools", **users)
    make_item(questionnaire, "hours", Item.Kind.NUMBER)
    make_item(questionnaire, "words", Item.Kind.TEXT)
    return make_campaign(questionnaire, use_cases=cases)


def content(campaign):
    """Everything that was answered, by response key."""
    fields = ("use_case__code", "rank", "reason", "usage", "maturity", "impact", "intention", "benefits", "comment")
    return {
        response.key: (
            response.mode,
            response.submitted_at,
            response.organisation,
            [getattr(response, name) for name in CHOICES],
            sorted(response.occupations.values_list("code", flat=True)),
            list(response.use_case_answers.order_by("rank").values_list(*fields)),
            list(response.answers.order_by("item__position").values_list("item__code", "value")),
        )
        for response in campaign.responses.all()
    }


def test_the_same_seed_gives_the_same_answers_and_another_seed_others(campaign):
    simulate_responses(campaign, 20, seed=7, interviews=2)
    first = content(campaign)
    campaign.responses.all().delete()
    simulate_responses(campaign, 20, seed=7, interviews=2)
    assert content(campaign) == first
    campaign.responses.all().delete()
    simulate_responses(campaign, 20, seed=8, interviews=2)
    assert [answers[5] for answers in content(campaign).values()] != [answers[5] for answers in first.values()]


def test_respondents_and_interviews_count_from_the_start_and_mark_the_campaign(campaign):
    assert simulate_responses(campaign, 30, seed=1, interviews=4) == 34
    campaign.refresh_from_db()
    counted = Counter(Response.objects.counted().values_list("mode", flat=True))
    assert (campaign.is_fictional, counted) == (True, {"web": 30, "interview": 4})


def test_everyone_is_offered_what_routing_chooses(campaign):
    simulate_responses(campaign, 30, seed=1)
    offered = Counter(UseCaseAnswer.objects.values_list("response_id", flat=True))
    assert set(offered.values()) == {OFFERED}
    reached = set(UseCaseAnswer.objects.values_list("use_case__code", flat=True))
    assert reached == {f"cas-{number}" for number in range(12)}
    own = UseCaseAnswer.objects.filter(reason=UseCaseAnswer.Reason.OCCUPATION)
    shared = [
        set(answer.use_case.occupations.all()) & set(answer.response.occupations.all())
        for answer in own.prefetch_related("use_case__occupations", "response__occupations")
    ]
    assert (len(shared) > 0, all(shared)) == (True, True)


def test_full_offers_every_use_case_to_everyone(campaign):
    simulate_responses(campaign, 30, seed=1, full=True)
    offered = Counter(UseCaseAnswer.objects.values_list("response_id", flat=True))
    assert (len(offered), set(offered.values())) == (30, {12})


def test_answers_follow_the_questionnaire_s_conditions(campaign):
    simulate_responses(campaign, 60, seed=2, full=True)
    knows = {Usage.AWARE, Usage.TRIED, Usage.OCCASIONAL, Usage.REGULAR, Usage.ABANDONED}
    uses = {Usage.OCCASIONAL, Usage.REGULAR}
    rows = UseCaseAnswer.objects.values_list("usage", "maturity", "impact", "intention", "benefits", "barriers")
    seen = {usage for usage, *_ in rows}
    assert seen == {*Usage.values, None}
    unasked = [row for row in rows if row[0] not in knows and (row[1:4] != (None,) * 3 or row[4] or row[5])]
    users_intending = [row for row in rows if row[0] in uses and row[3] is not None]
    assert (unasked, users_intending) == ([], [])
    rated = set(UseCaseAnswer.objects.exclude(satisfaction=None).values_list("usage", flat=True))
    assert rated == {Usage.TRIED, Usage.OCCASIONAL, Usage.REGULAR, Usage.ABANDONED}
    assert set(UseCaseAnswer.objects.values_list("satisfaction", flat=True)) == {*Satisfaction.values, None}


def test_general_answers_respect_kinds_options_and_base_conditions(campaign):
    simulate_responses(campaign, 80, seed=3)
    values = {}
    for code, value in Answer.objects.values_list("item__code", "value"):
        values.setdefault(code, []).append(value)
    assert set(values["ai_ever_used"]) == {"yes", "no"}
    assert set(values["frequency"]) == {"often", "never", "nsp"}
    assert {code for value in values["purposes"] for code in value} == {"text", "image"}
    assert {code for value in values["tools"] for code in value} == {"runway"}
    assert {type(value) for value in values["hours"]} == {int}
    assert {type(value) for value in values["words"]} == {str}
    asked = set(Answer.objects.filter(item__code="ai_ever_used", value="yes").values_list("response_id", flat=True))
    users = set(Answer.objects.filter(item__code__in=["purposes", "tools"]).values_list("response_id", flat=True))
    assert users <= asked


def test_nobody_who_tried_a_use_case_says_they_never_used_ai(campaign):
    simulate_responses(campaign, 80, seed=4)
    tried = UseCaseAnswer.objects.filter(usage__in=[Usage.TRIED, Usage.OCCASIONAL, Usage.REGULAR, Usage.ABANDONED])
    denials = Answer.objects.filter(item__code="ai_ever_used", value="no", response__use_case_answers__in=tried)
    assert (tried.exists(), denials.exists()) == (True, False)


def test_responses_are_sent_within_the_campaign_s_dates(campaign):
    simulate_responses(campaign, 60, seed=5)
    days = {timezone.localdate(moment) for moment in campaign.responses.values_list("submitted_at", flat=True)}
    assert min(days) >= campaign.opens_on
    assert max(days) <= campaign.closes_on
    assert len(days) > 40


def test_a_demonstration_shows_every_kind_of_outcome(campaign):
    simulate_responses(campaign, 150, seed=6)
    close_campaign(campaign)
    statuses = set(campaign.assessments.values_list("status", flat=True))
    assert {Rating.Status.FIRST, Rating.Status.CONTESTED, Rating.Status.INSUFFICIENT} <= statuses


def test_trades_and_ages_are_in_the_documented_proportions():
    trades = [code for world in WORLDS for code in world.occupations]
    persons = draw_persons(np.random.default_rng(1), 4_000, trades, ["cinema", "audiovisual", "video_game"])
    mean = sum(len(person.occupations) for person in persons) / len(persons)
    assert mean == pytest.approx(1.51, abs=0.05)
    assert all(len(set(person.occupations)) == len(person.occupations) for person in persons)
    ages = Counter(person.profile["age_group"] for person in persons)
    bounds = [0.0, *AGES.upper_bounds]
    for code, low, high in zip(AGES.codes, bounds, bounds[1:], strict=False):
        assert ages[code] / len(persons) == pytest.approx(high - low, abs=0.03)


def test_every_code_drawn_exists_in_the_profile():
    persons = draw_persons(np.random.default_rng(2), 2_000, ["producers", "unheard_of"], ["cinema"])
    for name in CHOICES:
        codes = dict(Response._meta.get_field(name).choices)
        assert {person.profile[name] for person in persons} <= set(codes)
    assert {code for person in persons for code in person.occupations} == {"producers", "unheard_of"}


def test_real_answers_are_never_mixed_with_fictional_ones(campaign):
    make_response(campaign)
    with pytest.raises(CampaignError, match="a de vraies réponses"):
        simulate_responses(campaign, 1, seed=1)
    campaign.refresh_from_db()
    assert (campaign.is_fictional, campaign.responses.count()) == (False, 1)


def test_a_closed_campaign_is_not_filled(campaign):
    campaign.closed_at = datetime(2025, 12, 31, tzinfo=UTC)
    campaign.save()
    with pytest.raises(CampaignError, match="est close"):
        simulate_responses(campaign, 1, seed=1)


def test_a_demonstration_grows_with_another_seed_only(campaign):
    simulate_responses(campaign, 3, seed=1)
    with pytest.raises(CampaignError, match="a déjà des réponses simulées avec la graine 1"):
        simulate_responses(campaign, 3, seed=1)
    simulate_responses(campaign, 2, seed=11)
    assert campaign.responses.count() == 5


def test_the_command_says_what_it_stored_and_refuses_a_negative_number(campaign):
    out = StringIO()
    call_command("simulate_responses", "vague-1", "--respondents", "3", "--seed", "1", "--interviews", "1", stdout=out)
    assert out.getvalue() == "4 réponses fictives enregistrées\u00a0; la campagne est marquée fictive.\n"
    with pytest.raises(CommandError, match="n’est pas un nombre entier positif ou nul"):
        call_command("simulate_responses", "vague-1", "--respondents", "3", "--seed", "-1")


@pytest.fixture
def second(campaign):
    """A campaign measured against the edition of the first, simulated one."""
    simulate_responses(campaign, 60, seed=7, interviews=2)
    close_campaign(campaign)
    edition = publish_campaign(Campaign.objects.get(pk=campaign.pk), "Édition", accept_proposals=True)
    cases = campaign.use_cases.all()
    return make_campaign(campaign.questionnaire, cases, slug="vague-2", baseline=edition, is_fictional=True)


def persons(campaign):
    return set(campaign.responses.filter(mode="web").values_list("person", flat=True))


def profiles(campaign, among):
    rows = campaign.responses.filter(person__in=among).order_by("person")
    return [
        ([getattr(row, name) for name in CHOICES], sorted(row.occupations.values_list("code", flat=True)))
        for row in rows
    ]


def test_part_of_the_people_come_back_as_they_were(campaign, second):
    simulate_responses(second, 40, seed=8, returning=0.5)
    back = persons(campaign) & persons(second)
    assert (len(back), len(persons(second))) == (20, 40)
    assert profiles(campaign, back) == profiles(second, back)
    first = content(second)
    second.responses.all().delete()
    simulate_responses(second, 40, seed=8, returning=0.5)
    assert content(second) == first


def test_a_second_wave_goes_on_from_the_first(campaign, second):
    """On the same use cases, shares of current users resemble those of the wave before more than another truth's."""

    def users(of):
        rows = UseCaseAnswer.objects.filter(response__campaign=of, usage__in=[step.value for step in LADDER])
        base, using = (
            Counter(each.values_list("use_case__code", flat=True)) for each in (rows, rows.filter(usage__in=(3, 4)))
        )
        return np.array([using[code] / base[code] for code in sorted(base)])

    simulate_responses(second, 200, seed=8, full=True)
    stranger = make_campaign(campaign.questionnaire, campaign.use_cases.all(), slug="autre")
    simulate_responses(stranger, 200, seed=8, full=True)
    simulate_responses(
        earlier := make_campaign(campaign.questionnaire, campaign.use_cases.all(), slug="avant"), 200, seed=7, full=True
    )
    near, far = (np.corrcoef(users(earlier), users(each))[0, 1] for each in (second, stranger))
    assert near > 0.8 > far


def test_nobody_comes_back_from_a_wave_that_was_not_simulated(campaign):
    with pytest.raises(CampaignError, match="ne suit pas une vague simulée"):
        simulate_responses(campaign, 10, seed=1, returning=0.5)
    with pytest.raises(CommandError, match="n’est pas une part de 0 à 1"):
        call_command("simulate_responses", "vague-1", "--respondents", "3", "--seed", "1", "--returning", "2")
