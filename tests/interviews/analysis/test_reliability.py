import pytest

from interviews.analysis.reliability import enough_double_coding, krippendorff_alpha, reliability

METRICS = ["nominal", "ordinal", "interval", "ratio"]


@pytest.mark.parametrize("metric", METRICS)
def test_constant_coding_is_not_defined(metric):
    assert krippendorff_alpha([[2, 2, 2], [2, 2, None]], metric) is None


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("ratings", [[[1, None], [None, 2]], [[None, None]], [[], []]])
def test_units_coded_once_are_not_defined(ratings, metric):
    assert krippendorff_alpha(ratings, metric) is None


@pytest.mark.parametrize("metric", METRICS)
def test_perfect_agreement(metric):
    assert krippendorff_alpha([[1, 2, 3, 1], [1, 2, 3, 1]], metric) == 1


def test_krippendorff_2011_data_a():
    """Two observers, binary data: nominal alpha 0.095."""
    ratings = [[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]]
    assert round(krippendorff_alpha(ratings, "nominal"), 3) == 0.095


@pytest.mark.parametrize(
    ("alpha", "expected"),
    [(0.80, "publish"), (0.799, "provisional"), (0.667, "provisional"), (0.666, "recode"), (None, "not_defined")],
)
def test_what_an_alpha_allows(alpha, expected):
    assert reliability(alpha) == expected


@pytest.mark.parametrize(
    ("interviews", "double_coded", "units", "expected"),
    [(30, 6, 30, True), (30, 5, 60, False), (30, 10, 29, False)],
)
def test_how_many_interviews_are_coded_twice(interviews, double_coded, units, expected):
    assert enough_double_coding(interviews, double_coded, units) is expected
