"""How ratings are made, in the reader's words; every figure comes from the code that uses it."""

from django.shortcuts import render

from interviews.analysis import constants
from interviews.analysis.ratings import answers_needed, chance_to_move
from interviews.exports.constant_labels import constant_rows
from interviews.results.disclosure import MARK_MEANINGS
from usecases.models import Dimension
from usecases.wording import LEVEL_LABELS, OUR_WORDINGS

SAMPLE_SIZES = (10, 12, 15, 20, 25, 30, 40, 50, 75, 100)
DIVIDED, REALLY_ABOVE = 0.5, (0.7, 0.8)  # shares of the profession on the far side of the boundary


def method(request):
    context = {
        "constants": constants,
        "constant_rows": constant_rows(),
        "marks": MARK_MEANINGS.items(),
        "needed": [_needed(n) for n in SAMPLE_SIZES],
        "really_above": REALLY_ABOVE,
        "wordings": [
            (
                dimension,
                [
                    (level, label, (dimension, level) in OUR_WORDINGS)
                    for level, label in LEVEL_LABELS[dimension].items()
                ],
            )
            for dimension in Dimension
        ],
    }
    return render(request, "interviews/method.html", context)


def _needed(n):
    """Return the answers out of n that move a rating by one level, and how often the rule then errs or detects."""
    needed = answers_needed(n)
    from_two = needed[2, 3]
    return {
        "n": n,
        "from_two": from_two,
        "from_one": needed[1, 2],
        "false_alarm": chance_to_move(from_two, n, DIVIDED),
        "detections": [chance_to_move(from_two, n, share) for share in REALLY_ABOVE],
    }
