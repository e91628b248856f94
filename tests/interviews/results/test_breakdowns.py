"""Adoption by occupation, from the answers to what is published, and what an attacker makes of it."""

import numpy as np
import pytest

from interviews.analysis.attack import group_leaks
from interviews.analysis.constants import N_RATE, N_SHOW
from interviews.frames import LADDER, MISSING, Answers, CampaignFrame, Membership, Mentions, build_frame
from interviews.models import Assessment, Usage
from interviews.results.assessments import ASSESSORS
from interviews.results.breakdowns import adoption_by_occupation
from interviews.results.closing import close_campaign
from interviews.results.disclosure import public_evidence, public_occupations
from interviews.results.publication import publish_campaign
from tests.factories import make_campaign, make_occupation, make_use_case
from tests.interviews.results.answers import answer
from usecases.models import Dimension, RatingBreakdown

USES, KNOWS = {"usage": Usage.REGULAR}, {"usage": Usage.AWARE}
NOT_MINE, UNSURE = {"usage": Usage.NOT_CONCERNED}, {"usage": Usage.DONT_KNOW}


@pytest.fixture
def campaign(db):
    for code in ("editors", "writers", "actors", "grips"):
        make_occupation(code, code.capitalize())
    return make_campaign(use_cases=[make_use_case("Doublage")])


def counted(campaign):
    """(category, base, current users, why it is hidden, why its rate is), of the one use case."""
    (table,) = adoption_by_occupation(build_frame(campaign))
    return [
        tuple(row[name] for name in ("category", "base", "current_users", "hidden", "share_hidden")) for row in table
    ]


def published(campaign):
    """(category, base, share, mark) of the edition that closing and publishing give."""
    close_campaign(campaign)
    edition = publish_campaign(campaign, "Édition", accept_proposals=True)
    rows = RatingBreakdown.objects.filter(rating__edition=edition).order_by("pk")
    assert set(rows.values_list("rating__dimension", "variable")) <= {("adoption", "occupation")}
    return list(rows.values_list("category", "base", "share", "mark"))


def test_a_person_counts_in_each_of_their_occupations_and_silence_is_a_category(campaign):
    answer(campaign, "doublage", (12, USES), (18, KNOWS), (3, NOT_MINE), (2, UNSURE), occupations=["editors"])
    answer(campaign, "doublage", (10, USES), (10, KNOWS), occupations=["editors", "writers"])
    answer(campaign, "doublage", (5, USES), (5, KNOWS))
    answer(campaign, "doublage", (4, USES), occupations=["grips"], mode="interview")
    assert counted(campaign) == [
        ("editors", 50, 22, "", ""),
        ("writers", 20, 10, "", ""),
        ("", 10, 5, "", ""),
    ]


def test_a_rate_comes_with_wilson_limits(campaign):
    answer(campaign, "doublage", (15, USES), (133, KNOWS), occupations=["editors"])
    ((row,),) = adoption_by_occupation(build_frame(campaign))
    # Newcombe (1998), table I: 15 of 148.
    assert (row["low"], row["high"]) == (pytest.approx(0.0624, abs=1e-4), pytest.approx(0.1605, abs=1e-4))


@pytest.mark.django_db
def test_no_answer_gives_no_row(campaign):
    assert adoption_by_occupation(build_frame(campaign)) == [[]]


def test_thresholds_of_what_is_published(campaign):
    answer(campaign, "doublage", (20, USES), (20, KNOWS), occupations=["editors"])
    answer(campaign, "doublage", (6, USES), (14, KNOWS), occupations=["writers"])
    answer(campaign, "doublage", (5, USES), (4, KNOWS), occupations=["actors"])
    answer(campaign, "doublage", (4, USES), occupations=["grips"])
    # Four grips would be what the other bases leave of the total: nine actors are hidden with them.
    assert published(campaign) == [
        ("editors", 40, 0.5, ""),
        ("writers", 20, 0.3, "†"),
        ("actors", None, None, "s"),
        ("grips", None, None, "s"),
    ]


def test_a_rate_that_would_give_another_away_by_subtraction_is_not_shown(campaign):
    answer(campaign, "doublage", (20, USES), (20, KNOWS), occupations=["editors"])
    answer(campaign, "doublage", (5, USES), (10, KNOWS), occupations=["writers"])
    answer(campaign, "doublage", (3, USES), (4, KNOWS), occupations=["actors"])
    # All minus editors and writers would be the seven actors: the smaller of the two keeps its rate to itself.
    assert published(campaign) == [
        ("editors", 40, 0.5, ""),
        ("writers", 15, None, "p"),
        ("actors", 7, None, "b"),
    ]


def test_nearly_everybody_is_said_and_no_more(campaign):
    answer(campaign, "doublage", (20, USES), (20, KNOWS), occupations=["editors"])
    answer(campaign, "doublage", (15, USES), occupations=["writers"])
    answer(campaign, "doublage", (12, KNOWS), occupations=["actors"])
    assert published(campaign) == [
        ("editors", 40, 0.5, ""),
        ("writers", 15, None, "g+"),
        ("actors", 12, None, "g-"),
    ]


def test_where_the_rate_of_all_is_hidden_no_occupation_shows_its_own(campaign):
    answer(campaign, "doublage", (14, KNOWS), occupations=["editors"])
    answer(campaign, "doublage", (2, USES), (10, KNOWS), occupations=["writers"])
    assert published(campaign) == [("editors", 14, None, "p"), ("writers", 12, None, "p")]


def test_three_structures_at_least_stand_behind_a_row(campaign):
    for studio in ("a", "b", "c", "d"):
        answer(campaign, "doublage", (6, USES), (6, KNOWS), occupations=["editors"], organisation=studio)
    for studio in ("e", "f"):
        answer(campaign, "doublage", (4, USES), (6, KNOWS), occupations=["writers"], organisation=studio)
    for studio in ("g", "h", "i"):
        answer(campaign, "doublage", (5, USES), (5, KNOWS), occupations=["actors"], organisation=studio)
    # The writers of two studios are hidden; so are the actors, or all minus the others would be those two studios.
    assert published(campaign) == [
        ("editors", 48, 0.5, ""),
        ("writers", None, None, "s"),
        ("actors", None, None, "s"),
    ]


def random_frame(seed):
    """A small campaign on two use cases: two to four trades, overlapping or not, with or without structures."""
    random = np.random.default_rng(seed)
    persons, trades, cases = int(random.integers(8, 80)), int(random.integers(2, 5)), 2
    weights = random.dirichlet(np.full(trades, 0.6))
    member = np.eye(trades, dtype=bool)[random.choice(trades, persons, p=weights)]
    if seed % 2:
        member |= random.random((persons, trades)) < 0.6 * weights
    structures = random.integers(MISSING, 12, persons) if seed % 3 == 0 else np.full(persons, MISSING)
    # Every fourth campaign is about something that hardly anybody uses.
    odds = np.array([10, 10, 1, 1, 1, 1, 1, 1] if seed % 4 == 0 else [2, 2, 2, 2, 2, 2, 1, 1])
    usage = random.choice([*LADDER, Usage.NOT_CONCERNED, Usage.DONT_KNOW], size=persons * cases, p=odds / odds.sum())
    silent = np.full(persons * cases, MISSING, dtype=np.int8)
    nothing = Mentions((), np.empty(0, np.int64), np.empty(0, np.int16))
    return CampaignFrame(
        responses=None,
        keys=("",) * persons,
        use_cases=("doublage", "montage"),
        columns={"mode": np.zeros(persons, dtype=np.int8)},
        categories={"mode": ("web", "interview")},
        weight=np.full(persons, np.nan),
        organisation=structures.astype(np.int32),
        sectors=Membership((), np.zeros((persons, 0), dtype=bool)),
        occupations=Membership(tuple(f"trade_{trade}" for trade in range(trades)), member),
        answers=Answers(
            person=np.repeat(np.arange(persons, dtype=np.int32), cases),
            use_case=np.tile(np.arange(cases, dtype=np.int16), persons),
            usage=usage.astype(np.int8),
            maturity=silent,
            impact=silent,
            intention=silent,
        ),
        benefits=nothing,
        barriers=nothing,
    )


def attack(frame, case, rows, total):
    """Return (leaks of bases, leaks of shares) of one published table; `rows` by occupation."""
    answers = frame.answers
    in_base = (answers.use_case == case) & np.isin(answers.usage, LADDER)
    people = answers.person[in_base]
    uses = np.isin(answers.usage[in_base], (Usage.OCCASIONAL, Usage.REGULAR))
    # An occupation without any answer shows it: it is no unknown.
    held = [place for place, member in enumerate(frame.occupations.member[people].T) if member.any()]
    member = frame.occupations.member[people][:, held]
    shown = [rows[frame.occupations.codes[place]] for place in held]
    hidden = {name: [place for place, row in enumerate(shown) if row[name] is None] for name in ("base", "rate")}
    bases = group_leaks(member, np.ones((len(people), 1)), hidden["base"], k=N_SHOW) if total["base"] else []
    shares = group_leaks(member, np.column_stack([uses, ~uses]), hidden["rate"], k=N_RATE) if total["rate"] else []
    return bases, shares


def test_an_attacker_recovers_nothing_from_random_campaigns():
    """METHOD.md §5.5: no group of one to four is found from the bases, none of one to nine from the shares."""
    leaks, attacked, unmasked = [], 0, 0
    for seed in range(60):
        frame = random_frame(seed)
        outcomes = ASSESSORS[Dimension.ADOPTION](frame, Dimension.ADOPTION, np.zeros(2, dtype=int))
        for case, (decision, base, evidence) in enumerate(outcomes):
            assessment = Assessment(
                dimension=Dimension.ADOPTION, base=base, evidence=evidence, computed_level=decision.level
            )
            total = public_evidence(assessment)
            bases, shares = attack(frame, case, {row["category"]: row for row in public_occupations(assessment)}, total)
            leaks += [*bases, *shares]
            attacked += total["rate"] is not None
            # The same attacker, were every row of five persons or more shown: the mask has something to do.
            bare = {
                row["category"]: row | ({} if row["base"] >= N_SHOW else {"base": None, "rate": None})
                for row in evidence["occupations"]
            }
            unmasked += any(attack(frame, case, bare, total))
    assert leaks == []
    assert attacked >= 60
    assert unmasked >= 20
