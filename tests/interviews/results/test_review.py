import pytest
from django.contrib.auth.models import User

from interviews.models import Assessment
from interviews.results.review import DecisionError, accept_proposals, decide, decide_together, withdraw_decision
from tests.factories import make_campaign, make_edition, make_use_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer():
    return User.objects.create_user("relectrice")


@pytest.fixture
def campaign():
    return make_campaign(closed_at="2026-01-01T00:00Z")


def make_assessment(campaign, status="raised", dimension="maturity", **fields):
    fields = {"baseline_level": 2, "computed_level": 3, "base": 20} | fields
    case = make_use_case(f"Cas {campaign.assessments.count()}")
    return Assessment.objects.create(campaign=campaign, use_case=case, dimension=dimension, status=status, **fields)


def decision_of(assessment):
    assessment.refresh_from_db()
    return (
        assessment.decision,
        assessment.decided_level,
        assessment.decision_reason,
        assessment.decided_by,
        assessment.decided_at is not None,
    )


UNDECIDED = ("", None, "", None, False)


@pytest.mark.parametrize(
    ("decision", "level", "reason", "kept_level"),
    [
        ("accepted", None, "", 3),
        ("accepted", 1, "", 3),  # a level left in the form says nothing
        ("kept", None, "Trop tôt", 2),
        ("set", 1, "Recul manifeste", 1),
    ],
)
def test_a_decision_is_stored_with_its_level_its_reason_and_its_author(
    campaign, reviewer, decision, level, reason, kept_level
):
    assessment = make_assessment(campaign)
    decide(assessment, decision, level, reason, reviewer)
    assert decision_of(assessment) == (decision, kept_level, reason, reviewer, True)


def test_a_decision_may_be_taken_again_before_publication(campaign, reviewer):
    assessment = make_assessment(campaign)
    decide(assessment, "accepted", None, "", reviewer)
    decide(assessment, "kept", None, "Trop tôt", reviewer)
    assert decision_of(assessment) == ("kept", 2, "Trop tôt", reviewer, True)


def test_where_nothing_was_in_force_keeping_leaves_it_so(campaign, reviewer):
    assessment = make_assessment(campaign, "first", "adoption", baseline_level=None)
    decide(assessment, "kept", None, "Base trop étroite", reviewer)
    assert decision_of(assessment) == ("kept", None, "Base trop étroite", reviewer, True)


@pytest.mark.parametrize(
    ("status", "decision", "level", "reason", "field", "message"),
    [
        ("raised", "", None, "", "decision", "Choisissez une décision."),
        (
            "contested",
            "accepted",
            None,
            "",
            "decision",
            "L’enquête ne propose ici aucun changement\u00a0: il n’y a rien à accepter.",
        ),
        (
            "raised",
            "kept",
            None,
            "  ",
            "decision_reason",
            "Garder l’ancien niveau ou en retenir un autre demande un motif écrit.",
        ),
        ("raised", "set", None, "Motif", "decided_level", "Indiquez le niveau retenu, de 1 à 3."),
        ("raised", "set", 4, "Motif", "decided_level", "Indiquez le niveau retenu, de 1 à 3."),
        (
            "raised",
            "set",
            2,
            "Motif",
            "decided_level",
            "C’est le niveau en vigueur\u00a0: choisissez de le conserver.",
        ),
        (
            "raised",
            "set",
            3,
            "Motif",
            "decided_level",
            "C’est le niveau proposé\u00a0: choisissez d’accepter la proposition.",
        ),
    ],
)
def test_a_decision_that_does_not_hold_is_refused(campaign, reviewer, status, decision, level, reason, field, message):
    assessment = make_assessment(campaign, status)
    with pytest.raises(DecisionError) as refusal:
        decide(assessment, decision, level, reason, reviewer)
    assert (refusal.value.field, str(refusal.value)) == (field, message)
    assert decision_of(assessment) == UNDECIDED


def test_what_was_only_observed_may_be_set_with_a_reason(campaign, reviewer):
    assessment = make_assessment(campaign, "contested")
    decide(assessment, "set", 3, "Les entretiens concordent", reviewer)
    assert decision_of(assessment) == ("set", 3, "Les entretiens concordent", reviewer, True)


def test_accepting_takes_the_proposals_that_wait_and_leaves_the_rest(campaign, reviewer):
    raised, first = make_assessment(campaign), make_assessment(campaign, "first", baseline_level=None)
    confirmed = make_assessment(campaign, "confirmed", computed_level=2)
    kept = make_assessment(campaign, "lowered", computed_level=1)
    decide(kept, "kept", None, "Trop tôt", reviewer)
    other = User.objects.create_user("autre")
    assert accept_proposals(campaign.assessments.all(), other) == 2
    assert [decision_of(each) for each in (raised, first, confirmed, kept)] == [
        ("accepted", 3, "", other, True),
        ("accepted", 3, "", other, True),
        UNDECIDED,
        ("kept", 2, "Trop tôt", reviewer, True),
    ]


def test_once_published_nothing_is_decided_any_more(reviewer):
    campaign = make_campaign(title="Vague 1", closed_at="2026-01-01T00:00Z", edition=make_edition())
    assessment = make_assessment(campaign)
    message = "^La campagne «\u00a0Vague 1\u00a0» est publiée\u00a0: ses décisions ne changent plus.$"
    with pytest.raises(DecisionError, match=message):
        decide(assessment, "accepted", None, "", reviewer)
    with pytest.raises(DecisionError, match=message):
        accept_proposals(campaign.assessments.all(), reviewer)
    assert decision_of(assessment) == UNDECIDED


def history_of(assessment):
    """(decision, level, reason, author) of each line, the latest first."""
    return [
        (record.decision, record.level, record.reason, record.decided_by)
        for record in assessment.decision_records.all()
    ]


def test_every_decision_stays_in_the_history(campaign, reviewer):
    assessment = make_assessment(campaign)
    decide(assessment, "accepted", None, "", reviewer)
    decide(assessment, "set", 1, "Recul manifeste", reviewer)
    withdraw_decision(assessment, reviewer)
    assert decision_of(assessment) == UNDECIDED
    assert history_of(assessment) == [
        ("", None, "", reviewer),
        ("set", 1, "Recul manifeste", reviewer),
        ("accepted", 3, "", reviewer),
    ]
    assert assessment.decision_records.first().evidence == {
        "status": "raised",
        "reason": "",
        "baseline_level": 2,
        "computed_level": 3,
        "base": 20,
    }


def test_a_command_leaves_its_line_without_an_author(campaign):
    assessment = make_assessment(campaign)
    accept_proposals(campaign.assessments.all(), None)
    assert history_of(assessment) == [("accepted", 3, "", None)]


def test_nothing_decided_is_nothing_to_take_back(campaign, reviewer):
    assessment = make_assessment(campaign)
    with pytest.raises(DecisionError, match="Aucune décision n’est à annuler ici"):
        withdraw_decision(assessment, reviewer)
    assert history_of(assessment) == []


def test_one_decision_for_many(campaign, reviewer):
    raised, contested = make_assessment(campaign), make_assessment(campaign, "contested")
    left = make_assessment(campaign)
    chosen = campaign.assessments.exclude(pk=left.pk)
    assert decide_together(chosen, "kept", None, "Trop tôt", reviewer) == 2
    assert [decision_of(each) for each in (raised, contested, left)] == [
        ("kept", 2, "Trop tôt", reviewer, True),
        ("kept", 2, "Trop tôt", reviewer, True),
        UNDECIDED,
    ]


def test_one_that_does_not_fit_holds_back_the_others_and_is_named(campaign, reviewer):
    raised, contested = make_assessment(campaign), make_assessment(campaign, "contested")
    with pytest.raises(DecisionError) as refusal:
        decide_together(campaign.assessments.all(), "accepted", None, "", reviewer)
    assert str(refusal.value) == (
        "Cas 1\u00a0: Maturité technologique — L’enquête ne propose ici aucun changement\u00a0: "
        "il n’y a rien à accepter."
    )
    assert [decision_of(each) for each in (raised, contested)] == [UNDECIDED, UNDECIDED]
