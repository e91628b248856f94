import numpy as np
import pytest

from interviews.analysis.ordinal import agreement, agreements, consensus, interpolated_median, interpolated_medians


@pytest.mark.parametrize("measure", [agreement, consensus, interpolated_median])
@pytest.mark.parametrize("categories", [1, 2, 3, 7])
def test_nobody_answered(measure, categories):
    assert measure([0] * categories) is None


@pytest.mark.parametrize(
    ("counts", "expected"),
    [((0.3, 0, 0), 1), ((0.1, 0.1, 0.1), 0), ((0.1, 0, 0.1), -1), ((0.1, 0.1, 0), 0.5), ((3, 3), 0), ((4,), 1)],
)
def test_agreement_of_fractional_answers(counts, expected):
    assert agreement(counts) == pytest.approx(expected, abs=1e-12)


def test_published_agreements():
    """van der Eijk (2001), the seven-point example."""
    assert round(agreement([30, 40, 210, 130, 530, 50, 10]), 7) == 0.6113333


def test_consensus_ranks_a_leaning_profession_below_a_uniform_one():
    """Why the rule uses A: 0.279 against 0.333 here, 0.40 against 0 there."""
    assert (round(consensus([2, 2, 6]), 3), round(consensus([1, 1, 1]), 3)) == (0.279, 0.333)
    assert (agreement([2, 2, 6]), agreement([1, 1, 1])) == (pytest.approx(0.4), pytest.approx(0))


@pytest.mark.parametrize(("counts", "expected"), [((2, 0, 2), 2), ((1, 1, 3), 3 - 0.5 + 0.1 / 0.6), ((5, 0, 0), 1)])
def test_interpolated_median(counts, expected):
    assert interpolated_median(counts) == pytest.approx(expected)


def test_arrays_keep_their_shape():
    counts = np.array([[[2, 0, 2], [0, 0, 0]], [[1, 1, 3], [5, 0, 0]]])
    for many, one in ((agreements, agreement), (interpolated_medians, interpolated_median)):
        assert many(counts).shape == (2, 2)
        found = [[None if np.isnan(value) else value for value in row] for row in many(counts).tolist()]
        assert found == [[one(cell) for cell in row] for row in counts]
