"""The invented interviews of the demonstration go all the way, on the whole catalogue."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cnc_survey.roles import Role
from interviews.campaigns import create_campaign
from interviews.collection.questionnaire import load_questionnaire
from interviews.guided.codebook import load_codebook
from interviews.guided.demonstration import CLOSED_TALKS, TALKS_UNDER_WAY, hold_demonstration_interviews
from interviews.guided.planning import visible_interviews
from interviews.guided.pseudonyms import named_in
from interviews.guided.verbatims import published_verbatims, verbatims_of
from usecases.catalogue import load_catalogue

from .conversations import make_member

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("outcomes", "published"), [(CLOSED_TALKS, 5), (TALKS_UNDER_WAY, 2)])
def test_each_talk_reaches_its_outcome(outcomes, published):
    load_catalogue()
    load_questionnaire()
    load_codebook()
    today = timezone.localdate()
    campaign = create_campaign("vague-1", "Vague 1", today, today + timedelta(days=9))
    lea, paul = make_member(), make_member("paul", Role.ANALYST)
    hold_demonstration_interviews(campaign, lea, paul, outcomes)
    assert tuple(one.state for one in visible_interviews(lea).order_by("number")) == outcomes
    quotes = published_verbatims(campaign)
    assert len(quotes) == published
    assert [named_in(one.public_text, one.participant.interview) for one in verbatims_of(campaign)] == [[]] * len(
        verbatims_of(campaign)
    )
