import pytest

from interviews.analysis.flags import (
    has_small_base,
    interview_concordance,
    interviews_would_change_level,
    profiles_differ,
)


def test_the_dagger():
    assert (has_small_base(29), has_small_base(30)) == (True, False)


@pytest.mark.parametrize(
    ("users", "others", "expected"),
    [
        ((0, 1, 19), (1, 18, 1), True),
        ((1, 18, 1), (1, 18, 1), False),
        ((0, 0, 9), (9, 0, 0), False),  # fewer than 10 answers each
        ((0, 10, 10), (18, 1, 1), False),  # users are not clear
    ],
)
def test_users_and_others_tell_two_stories(users, others, expected):
    assert profiles_differ(users, others) is expected
    assert profiles_differ(others, users) is expected


@pytest.mark.parametrize(
    ("interviews", "published", "expected"),
    [
        ((0, 5, 2), 2, "convergent"),
        ((0, 0, 7), 2, "divergent"),
        ((0, 2, 4), 2, "nuance"),
        ((0, 0, 4), 2, None),  # below 5 interviews: text only
        ((0, 0, 7), None, None),
    ],
)
def test_interviews_beside_the_questionnaire(interviews, published, expected):
    assert interview_concordance(interviews, published) == expected


def test_would_interviews_change_the_level():
    assert interviews_would_change_level((0, 2, 8), (0, 0, 3), 2) is True
    assert interviews_would_change_level((0, 2, 8), (0, 3, 0), 2) is False
