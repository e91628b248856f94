from collections import Counter

import pytest

from interviews.collection.blocks import draw_blocks
from interviews.models import Module
from tests.factories import make_questionnaire

pytestmark = pytest.mark.django_db


def with_blocks(number):
    questionnaire = make_questionnaire()
    for position in range(number):
        Module.objects.create(
            questionnaire=questionnaire, code=f"b{position}", title="Bloc", is_block=True, position=10 + position
        )
    return questionnaire


def test_two_blocks_are_drawn_in_page_order_and_always_the_same_for_a_seed():
    questionnaire = with_blocks(6)
    drawn = draw_blocks(questionnaire, "a seed")
    assert (len(drawn), drawn) == (2, sorted(drawn))
    assert draw_blocks(questionnaire, "a seed") == drawn


def test_every_block_gets_its_share():
    questionnaire = with_blocks(4)
    counts = Counter(code for seed in range(400) for code in draw_blocks(questionnaire, str(seed)))
    # Two of four for 400 persons: 200 each, give or take four standard errors (10).
    assert {code: abs(n - 200) <= 40 for code, n in counts.items()} == dict.fromkeys(["b0", "b1", "b2", "b3"], True)


def test_with_fewer_blocks_than_drawn_all_are_asked():
    assert draw_blocks(with_blocks(1), "seed") == ["b0"]
    assert draw_blocks(make_questionnaire("autre"), "seed") == []
