from interviews.collection.routing import OFFERED, Candidate, Coverage, Offer, Profile, distances, route


def candidate(code, occupations=(), stages=(), chains=("cinema",), family="family"):
    return Candidate(code, family, frozenset(occupations), frozenset(stages), frozenset(chains))


EDITING = candidate("editing", ["editor"], ["post"])
GRADING = candidate("grading", ["colourist"], ["post"])
WRITING = candidate("writing", ["writer"], ["development"], family="ideas")
MATCHMAKING = candidate("matchmaking", ["programmer"], ["live"], chains=["games"])
ALL = [MATCHMAKING, WRITING, GRADING, EDITING]
EDITOR = Profile(frozenset({"editor"}), frozenset({"cinema"}), seed="a")
NOTHING_YET = Coverage()


def of_the_trade(number):
    return [candidate(f"own-{n}", ["editor"]) for n in range(number)]


def others(number):
    return [candidate(f"other-{n}", ["writer"], family="ideas") for n in range(number)]


def codes(offers):
    return [offer.use_case for offer in offers]


def test_relevance_goes_from_occupation_to_stage_to_chain_to_the_rest():
    assert route(EDITOR, ALL, NOTHING_YET) == [
        Offer("editing", "occupation", 1),
        Offer("grading", "stage", 2),
        Offer("writing", "sector", 3),
        Offer("matchmaking", "coverage", 4),
    ]


def test_stages_and_families_of_the_trade_tell_who_is_a_neighbour():
    same_stage = candidate("same-stage", stages=["post"], family="ideas")
    same_family = candidate("same-family", stages=["shooting"])
    elsewhere = candidate("elsewhere", ["editor"], ["post"], chains=["games"])
    known = distances(EDITOR, [*ALL, same_stage, same_family, elsewhere])
    assert known == {
        "editing": 0,
        "grading": 1,
        "same-stage": 2,
        "same-family": 2,
        "writing": 3,
        "matchmaking": 4,
        "elsewhere": 4,
    }


def test_an_occupation_outside_the_persons_value_chains_is_not_relevant():
    film_programmer = Profile(frozenset({"programmer"}), frozenset({"cinema"}), seed="a")
    assert route(film_programmer, [MATCHMAKING], NOTHING_YET) == [Offer("matchmaking", "coverage", 1)]


def test_without_a_sector_every_chain_is_possible():
    anyone = Profile(frozenset({"programmer"}), frozenset(), seed="a")
    assert route(anyone, [MATCHMAKING], NOTHING_YET) == [Offer("matchmaking", "occupation", 1)]


def test_without_an_occupation_the_value_chain_leads():
    newcomer = Profile(frozenset(), frozenset({"games"}), seed="a")
    assert route(newcomer, ALL, NOTHING_YET)[0] == Offer("matchmaking", "sector", 1)


def test_among_equals_the_shortest_base_of_the_segment_comes_first_then_the_shortest_of_all():
    coverage = Coverage(
        segment={"own-0": 9, "own-1": 4, "own-2": 4, "own-3": 7}, overall={"own-0": 9, "own-1": 30, "own-2": 20}
    )
    assert codes(route(EDITOR, of_the_trade(4), coverage)) == ["own-2", "own-1", "own-3", "own-0"]


def test_coverage_never_comes_before_relevance():
    coverage = Coverage(segment={"editing": 900}, overall={"editing": 900, "grading": 500})
    assert codes(route(EDITOR, ALL, coverage)) == ["editing", "grading", "writing", "matchmaking"]


def test_the_last_places_go_to_the_shortest_bases_of_all_the_nearest_first():
    near = [candidate(f"near-{n}", stages=["post"]) for n in range(OFFERED)]
    everything = [EDITING, *near, *others(3), MATCHMAKING]
    coverage = Coverage(overall=dict.fromkeys(codes_of(everything), 8) | {"other-1": 2, "matchmaking": 0, "other-2": 2})
    offers = route(EDITOR, everything, coverage)
    assert [offer.reason for offer in offers] == [
        *("occupation", "stage", "stage", "stage", "stage", "stage"),
        *("coverage", "sector", "sector", "stage"),
    ]
    assert codes(offers)[6] == "matchmaking"
    assert set(codes(offers)[7:9]) == {"other-1", "other-2"}


def test_where_bases_are_equal_the_persons_own_trade_keeps_every_place():
    offers = route(EDITOR, [*others(5), *of_the_trade(OFFERED)], NOTHING_YET)
    assert [offer.reason for offer in offers] == ["occupation"] * OFFERED


def test_a_shorter_list_reserves_fewer_places():
    coverage = Coverage(overall=dict.fromkeys(codes_of(of_the_trade(10)), 50))
    for limit, reserved in [(1, 0), (2, 0), (3, 1), (5, 2), (8, 3), (10, 4)]:
        offers = route(EDITOR, [*others(5), *of_the_trade(10)], coverage, limit=limit)
        assert [offer.reason for offer in offers] == ["occupation"] * (limit - reserved) + ["sector"] * reserved


def test_when_everything_is_offered_every_reason_is_the_persons():
    assert [offer.reason for offer in route(EDITOR, [EDITING, WRITING], NOTHING_YET, limit=2)] == [
        "occupation",
        "sector",
    ]


def test_ties_are_drawn_from_the_seed_and_stay_the_same():
    first = route(EDITOR, of_the_trade(20), NOTHING_YET)
    assert first == route(EDITOR, list(reversed(of_the_trade(20))), NOTHING_YET)
    other = route(Profile(EDITOR.occupations, EDITOR.chains, seed="b"), of_the_trade(20), NOTHING_YET)
    assert codes(other) != codes(first)


def test_no_more_than_the_limit_is_offered():
    for limit in (0, 1, 8):
        offers = route(EDITOR, others(30), NOTHING_YET, limit=limit)
        assert [offer.rank for offer in offers] == list(range(1, limit + 1))
        assert len(set(codes(offers))) == limit
    assert route(EDITOR, [], NOTHING_YET) == []


def codes_of(candidates):
    return [one.code for one in candidates]
