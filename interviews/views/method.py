"""How ratings are made, in the reader's words; every figure comes from the code that uses it."""

from django.shortcuts import render

from interviews.analysis import constants
from interviews.analysis.ratings import answers_needed
from usecases.models import Dimension
from usecases.wording import LEVEL_LABELS, OUR_WORDINGS

SAMPLE_SIZES = (10, 15, 20, 30, 50, 100)


def method(request):
    moves = [(n, answers_needed(n)) for n in SAMPLE_SIZES]
    context = {
        "constants": constants,
        "needed": [(n, needed[2, 3], needed[1, 2]) for n, needed in moves],
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
