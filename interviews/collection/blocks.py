"""Blocks of perceptions: each person is asked a few, drawn at random, so that eight minutes are enough.

What was drawn is stored in `Response.blocks`: the base of a question is who was asked it.
"""

import random

from django.db import transaction

from interviews.models import Questionnaire, Response

DRAWN = 2  # blocks a person is asked; they may open the others


def draw_blocks(questionnaire: Questionnaire, seed: str) -> list[str]:
    """Return the codes of the blocks to ask, in page order; every pair is equally likely, and a seed always gives the
    same one."""
    blocks = list(questionnaire.modules.filter(is_block=True).order_by("position").values_list("code", flat=True))
    # Not a secret: the seed is the response's own random key.
    drawn = set(random.Random(seed).sample(blocks, min(DRAWN, len(blocks))))  # noqa: S311
    return [code for code in blocks if code in drawn]


@transaction.atomic
def open_block(response: Response, code: str) -> bool:
    """Add a block that the person asked for; return whether there is such a block. Opening twice opens once."""
    blocks = response.campaign.questionnaire.modules.filter(is_block=True).values_list("code", flat=True)
    # Compared here: the code is whatever was sent, and a database refuses some characters.
    if code not in list(blocks):
        return False
    locked = Response.objects.select_for_update().get(pk=response.pk)
    if code not in locked.blocks:
        locked.blocks.append(code)
        locked.save(update_fields=["blocks"])
    response.blocks = locked.blocks
    return True
