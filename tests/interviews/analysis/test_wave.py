"""The arrays of a wave, against the same figures computed one cell at a time."""

import numpy as np
import pytest

from interviews.analysis import wave
from interviews.analysis.adoption import decide_adoption, net_intention, usage_funnel
from interviews.analysis.disclosure import protect
from interviews.analysis.ratings import decide_level, decide_weighted_level

# Whole profession, two sectors, two métiers that may be held together.
DIMENSIONS = ["all", "sector", "sector", "metier", "metier"]


def random_wave(persons=11_000):
    """More persons than one chunk, two use cases; -1 is outside the base."""
    random = np.random.default_rng(7)
    sector = random.random(persons) < 0.7
    metier = random.random(persons) < 0.5
    both = random.random(persons) < 0.2
    segments = np.column_stack([np.ones(persons, bool), sector, ~sector, metier | both, ~metier | both])
    levels, usage, intention = (random.integers(-1, codes, (persons, 2)) for codes in (4, 6, 3))
    return segments, levels, usage, intention, random.uniform(0.3, 3, persons)


def counted(codes, categories, members):
    return [[(codes[members, use_case] == code).sum() for code in range(categories)] for use_case in range(2)]


def test_a_tally_counts_each_person_in_each_of_its_segments():
    segments, levels, _, _, _ = random_wave()
    tallies = wave.tally(levels, wave.LEVEL_CODES, segments)
    assert tallies.counts.tolist() == [counted(levels, wave.LEVEL_CODES, members) for members in segments.T]
    assert tallies.weights.tolist() == tallies.squares.tolist() == tallies.counts.tolist()


def test_a_weighted_tally_adds_weights_and_their_squares():
    codes, segments = np.array([[1], [1], [0]]), np.array([[1, 0], [1, 1], [1, 1]])
    tallies = wave.tally(codes, 2, segments, weights=[0.5, 2, 3])
    assert tallies.counts.tolist() == [[[1, 2]], [[1, 1]]]
    assert tallies.weights.tolist() == [[[3, 2.5]], [[3, 2]]]
    assert tallies.squares.tolist() == [[[9, 4.25]], [[9, 4]]]


def test_a_segment_takes_the_level_of_the_whole_as_its_level_in_force():
    """9 of 10 above raise the whole to 3; the segment of 10 who are split is read against 3, not against 2."""
    codes = np.array([[3]] * 18 + [[2]] * 2)
    segments = np.array([[1, 0]] * 10 + [[1, 1]] * 10)
    table = wave.rate_levels(wave.tally(codes, wave.LEVEL_CODES, segments), baseline=[2])
    assert table.decisions.at(0, 0) == decide_level((0, 2, 18), 2)
    assert table.decisions.at(1, 0) == decide_level((0, 2, 8), 3)
    assert (table.decisions.at(1, 0).level, table.decisions.at(1, 0).status) == (3, "confirmed")


def test_ratings_of_a_weighted_wave():
    segments, levels, _, _, weights = random_wave(persons=300)
    table = wave.rate_levels(wave.tally(levels, wave.LEVEL_CODES, segments, weights), baseline=[0, 2])
    for use_case, baseline in enumerate([None, 2]):
        codes = levels[:, use_case]
        whole = None
        for segment, members in enumerate(segments.T):
            rated, unknown = members & (codes > 0), members & (codes == 0)
            dk_share = weights[unknown].sum() / (weights[unknown].sum() + weights[rated].sum())
            in_force = baseline if segment == 0 else whole.level
            alone = decide_weighted_level(codes[rated], weights[rated], in_force, dk_share)
            whole = alone if segment == 0 else whole
            found = table.decisions.at(segment, use_case)
            assert table.dk_share[segment, use_case] == pytest.approx(dk_share)
            assert (found.level, found.status, found.reason, found.n) == (
                alone.level,
                alone.status,
                alone.reason,
                alone.n,
            )
            assert found.probabilities == pytest.approx(alone.probabilities, abs=1e-9)


def test_adoption_and_intention_of_an_unweighted_wave():
    segments, _, usage, intention, _ = random_wave(persons=300)
    adopted = wave.estimate_adoption(wave.tally(usage, wave.USAGE_CODES, segments), previous=[[1, 3]])
    intended = wave.estimate_intention(wave.tally(intention, wave.INTENTION_CODES, segments))
    for segment, members in enumerate(segments.T):
        by_usage = counted(usage, wave.USAGE_CODES, members)
        by_answer = counted(intention, wave.INTENTION_CODES, members)
        for use_case, previous in enumerate([1, 3]):
            counts = by_usage[use_case]
            cell = segment, use_case
            assert adopted.funnels.at(*cell) == usage_funnel(counts)
            assert adopted.decisions.at(*cell) == decide_adoption(counts[3] + counts[4], sum(counts), previous)
            assert intended.at(*cell) == net_intention(*by_answer[use_case])


def test_an_empty_segment_has_no_figure():
    codes, segments = np.array([[1], [2]]), np.array([[1, 0], [1, 0]])
    table = wave.rate_levels(wave.tally(codes, wave.LEVEL_CODES, segments), baseline=[0])
    assert table.decisions.at(1, 0) == decide_level((0, 0, 0), None)
    assert np.isnan(table.dk_share[1, 0])
    adopted = wave.estimate_adoption(wave.tally(codes, wave.USAGE_CODES, segments))
    assert adopted.decisions.at(1, 0) == decide_adoption(0, 0, None)


def test_each_dimension_is_masked_by_itself():
    segments, _, usage, _, _ = random_wave(persons=60)
    answered = usage >= 3  # few enough for masks to appear
    answered[:, 1] &= np.arange(60) < 12
    masks = wave.mask_segments(answered, segments, DIMENSIONS)
    expected = np.full((5, 2), "", dtype="<U10")
    for columns in ([0], [1, 2], [3, 4]):
        for use_case in range(2):
            people = segments[answered[:, use_case]][:, columns]
            for category, reason in protect(people).items():
                expected[columns[category], use_case] = reason
    assert masks.tolist() == expected.tolist()
    assert set(masks.ravel()) > {""}


def test_a_wave_of_fewer_than_five_is_masked_whole():
    assert wave.mask_segments(np.ones((4, 1)), np.ones((4, 1)), ["all"]).tolist() == [["primary"]]


def test_ticks_of_everybody_are_those_of_one_segment_that_holds_them_all():
    patterns = [[0, 0, 0], [1, 0, 1], [0, 1, 0]]
    pattern = [[0, 1], [2, 1], [1, 0], [2, 2]]
    weights = [1, 0.5, 2, 4]
    everybody = wave.tally_ticks(patterns, pattern, weights=weights)
    segment = wave.tally_ticks(patterns, pattern, [[1], [1], [1], [1]], weights)
    assert everybody.counts.tolist() == segment.counts.tolist() == [[[1, 2, 1], [2, 1, 2]]]
    assert everybody.weights.tolist() == segment.weights.tolist() == [[[2, 4.5, 2], [1.5, 4, 1.5]]]
    assert everybody.squares.tolist() == segment.squares.tolist() == [[[4, 16.25, 4], [1.25, 16, 1.25]]]
