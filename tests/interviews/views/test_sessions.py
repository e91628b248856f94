"""Simulated respondents play whole questionnaires, with valid and deliberately invalid input: never an error page."""

import random
import secrets
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from interviews.campaigns import create_campaign
from interviews.collection.questionnaire import load_questionnaire
from interviews.models import Answer, Response, Usage, UseCaseAnswer
from usecases.catalogue import load_catalogue

from .respondent import STOPPED, SUBMITTED, WITHDRAWN, Respondent

pytestmark = pytest.mark.django_db

SESSIONS = 25  # of each of the eight seeds: two hundred in all


@pytest.fixture
def campaigns():
    """The whole study, asked in an open campaign under a pseudonym and in an anonymous one."""
    load_catalogue()
    load_questionnaire()
    today = timezone.localdate()
    return [
        create_campaign("nommee", "Vague nommée", today, today + timedelta(days=9)),
        create_campaign("anonyme", "Vague anonyme", today, today + timedelta(days=9), anonymous=True),
    ]


def play(respondent: Respondent) -> str:
    """Go through a whole questionnaire, or part of it; return how it ended."""
    page = respondent.begin()
    while not page.endswith("/relecture/"):
        if respondent.chance(0.1):
            return STOPPED
        page = respondent.answer(page)
        if respondent.chance(0.1):
            respondent.stray()
    respondent.send()
    if not respondent.campaign.is_anonymous and respondent.chance(0.4):
        respondent.correct()
    if respondent.chance(0.2):
        respondent.withdraw()
        return WITHDRAWN
    return SUBMITTED


# Eight times 25 on the embedded database; a quarter of that shows what PostgreSQL would see differently.
SEEDS = range(8 if connection.vendor == "sqlite" else 2)


@pytest.mark.parametrize("seed", SEEDS)
def test_two_hundred_sessions_without_an_error(campaigns, seed, monkeypatch):
    draw = random.Random(seed)
    # Keys of responses decide what is drawn for a person: they follow the seed, so that a failure can be played again.
    monkeypatch.setattr(secrets, "token_hex", lambda size: draw.randbytes(size).hex())
    played = []
    for _ in range(SESSIONS):
        respondent = Respondent(draw.choice(campaigns), draw)
        played.append((respondent, play(respondent)))

    for respondent, end in played:
        respondent.compare()
        response = Response.objects.get(pk=respondent.response.pk)
        assert (bool(response.submitted_at), bool(response.withdrawn_at)) == ENDS[end]
        assert set(response.proposals.values_list("name", flat=True)) == respondent.proposals
    assert SUBMITTED in {end for _, end in played}  # a seed whose people all give up would prove little
    assert Response.objects.count() == SESSIONS
    assert list(wrong_rows()) == []


KNOWS = {Usage.AWARE, Usage.TRIED, Usage.OCCASIONAL, Usage.REGULAR, Usage.ABANDONED}
ENDS = {SUBMITTED: (True, False), WITHDRAWN: (True, True), STOPPED: (False, False)}


def wrong_rows():
    """Yield what breaks a rule of the questionnaire: a base that would be untrue, an answer that was never asked."""
    for row in UseCaseAnswer.objects.select_related("response__campaign", "use_case"):
        if row.usage is not None and row.version < 1:
            yield "answered without a version", row
        if row.usage not in KNOWS and (row.maturity, row.impact, row.satisfaction, row.intention) != (None,) * 4:
            yield "a level from someone who does not know it", row
        if not row.response.campaign.use_case_links.filter(use_case=row.use_case).exists():
            yield "outside the campaign", row
    for answer in Answer.objects.select_related("response", "item__module", "item__asked_if"):
        item, response = answer.item, answer.response
        if answer.version < 1:
            yield "answered without a version", answer
        if item.module.is_block and item.module.code not in response.blocks:
            yield "in a block that was not asked", answer
        condition = item.asked_if
        if condition:
            given = response.answers.filter(item=condition).values_list("value", flat=True).first()
            if given not in item.asked_if_codes:
                yield "asked of others", answer
    for response in Response.objects.all():
        ranks = list(response.use_case_answers.values_list("rank", flat=True))
        if len(ranks) != len(set(ranks)):
            yield "two use cases at one rank", response
