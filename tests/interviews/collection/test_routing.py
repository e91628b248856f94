from interviews.collection.routing import Candidate, Offer, Profile, route


def candidate(code, occupations=(), stages=(), chains=("cinema",), family="family"):
    return Candidate(code, family, frozenset(occupations), frozenset(stages), frozenset(chains))


EDITING = candidate("editing", ["editor"], ["post"])
GRADING = candidate("grading", ["colourist"], ["post"])
WRITING = candidate("writing", ["writer"], ["development"])
MATCHMAKING = candidate("matchmaking", ["programmer"], ["live"], chains=["games"])
ALL = [MATCHMAKING, WRITING, GRADING, EDITING]
EDITOR = Profile(frozenset({"editor"}), frozenset({"cinema"}), seed="a")


def test_relevance_goes_from_occupation_to_stage_to_chain_to_the_rest():
    assert route(EDITOR, ALL, {}) == [
        Offer("editing", "occupation", 1),
        Offer("grading", "stage", 2),
        Offer("writing", "sector", 3),
        Offer("matchmaking", "coverage", 4),
    ]


def test_an_occupation_outside_the_persons_value_chains_is_not_relevant():
    film_programmer = Profile(frozenset({"programmer"}), frozenset({"cinema"}), seed="a")
    assert route(film_programmer, [MATCHMAKING], {}) == [Offer("matchmaking", "coverage", 1)]


def test_without_a_sector_every_chain_is_possible():
    anyone = Profile(frozenset({"programmer"}), frozenset(), seed="a")
    assert route(anyone, [MATCHMAKING], {}) == [Offer("matchmaking", "occupation", 1)]


def test_among_equals_the_shortest_base_comes_first():
    equals = [candidate(code, ["editor"]) for code in ("one", "two", "three")]
    offers = route(EDITOR, equals, {"one": 9, "two": 4, "three": 7})
    assert [offer.use_case for offer in offers] == ["two", "three", "one"]


def test_ties_are_drawn_from_the_seed_and_stay_the_same():
    equals = [candidate(f"case-{n}", ["editor"]) for n in range(20)]
    first = route(EDITOR, equals, {})
    assert first == route(EDITOR, list(reversed(equals)), {})
    other = route(Profile(EDITOR.occupations, EDITOR.chains, seed="b"), equals, {})
    assert [o.use_case for o in other] != [o.use_case for o in first]


def test_no_more_than_the_limit_is_offered():
    assert len(route(EDITOR, [candidate(f"case-{n}") for n in range(30)], {}, limit=8)) == 8
    assert route(EDITOR, [], {}) == []
