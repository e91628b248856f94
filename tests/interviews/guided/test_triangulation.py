"""Side by side, never pooled (METHOD.md §6), and codes by segment counting persons, masked."""

import pytest

from cnc_survey.roles import Role
from interviews.analysis.flags import Concordance
from interviews.campaigns import CampaignError
from interviews.collection.responses import count_interview_response
from interviews.guided.code_tables import code_table
from interviews.guided.codebook import load_codebook
from interviews.guided.modes import mode_differences
from interviews.guided.triangulation import Side, triangulate
from interviews.guided.verbatims import Coding, add_verbatim
from interviews.models import Code
from interviews.results.closing import close_campaign
from interviews.results.disclosure import HIDDEN, PUBLIC, STAFF
from tests.factories import make_item, make_occupation, make_response
from usecases.models import Occupation

from .conversations import make_conversation_campaign, make_interview, make_member
from .test_supervision import rate

pytestmark = pytest.mark.django_db

YES_NO = {"yes": "Oui", "no": "Non"}


@pytest.fixture
def campaign():
    return make_conversation_campaign()


@pytest.fixture
def lea():
    return make_member()


def approved_interview(campaign, interviewer, **levels):
    interview = make_interview(campaign, interviewer)
    rate(interview, **levels)
    interview.steps.create(kind="approved", by=interviewer)
    count_interview_response(interview.response, counted=True)
    return interview


def close(campaign):
    close_campaign(campaign)
    campaign.refresh_from_db()


def answer(campaign, n, maturity):
    for number in range(n):
        use_cases = {"doublage": {"usage": 4, "maturity": maturity}}
        make_response(campaign, f"w{maturity}-{number}", occupations=["editors"], use_cases=use_cases)


def of_doublage(campaign, audience):
    return {row.dimension: row for row in triangulate(campaign, audience, ["doublage"])}


def test_interviews_stand_beside_the_questionnaire_and_change_no_base(campaign, lea):
    answer(campaign, 12, maturity=2)
    for level in (3, 3, 3, 3, 3, 3):
        approved_interview(campaign, lea, maturity=level)
    close(campaign)
    rows = of_doublage(campaign, STAFF)
    maturity = rows["maturity"]
    assert (maturity.questionnaire.level, maturity.questionnaire.base) == (2, 12)
    assert maturity.interviews == Side(3, 6, counts=(0, 0, 6), mark=maturity.interviews.mark)
    assert maturity.concordance == Concordance.DIVERGENT
    assert isinstance(maturity.would_change, bool)
    assert (rows["adoption"].interviews.counts, rows["adoption"].interviews.base) == ((0, 0, 6), 6)
    assert of_doublage(campaign, PUBLIC)["maturity"].would_change is None


def test_the_same_median_is_convergent(campaign, lea):
    answer(campaign, 12, maturity=2)
    for level in (2, 2, 2, 1, 3):
        approved_interview(campaign, lea, maturity=level)
    close(campaign)
    assert of_doublage(campaign, PUBLIC)["maturity"].concordance == Concordance.CONVERGENT


def test_below_five_interviews_there_are_words_only_and_the_public_sees_no_count(campaign, lea):
    answer(campaign, 12, maturity=2)
    for _ in range(4):
        approved_interview(campaign, lea, maturity=3)
    close(campaign)
    for audience, seen in ((STAFF, (0, 0, 4)), (PUBLIC, None)):
        rows = of_doublage(campaign, audience)
        for dimension in ("maturity", "adoption"):
            assert rows[dimension].concordance is None
            assert rows[dimension].interviews.counts == seen


def test_an_interview_not_approved_is_not_counted(campaign, lea):
    answer(campaign, 12, maturity=2)
    rate(make_interview(campaign, lea), maturity=3)
    close(campaign)
    rows = of_doublage(campaign, STAFF)
    assert [not rows[dimension].interviews.base for dimension in ("maturity", "adoption")] == [True, True]


def test_nothing_is_shown_of_an_open_campaign(campaign):
    for read in (triangulate, mode_differences):
        with pytest.raises(CampaignError, match="n’est pas close"):
            read(campaign, STAFF)


def test_the_queries_do_not_depend_on_the_use_cases(campaign, lea, django_assert_max_num_queries):
    answer(campaign, 5, maturity=2)
    approved_interview(campaign, lea, maturity=3)
    close(campaign)
    counts = []
    for wanted in (["doublage"], ["doublage", "sous-titrage"]):
        with django_assert_max_num_queries(8) as captured:
            assert len(triangulate(campaign, STAFF, wanted)) == 3 * len(wanted)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_items_asked_in_both_modes_are_compared_where_each_has_ten(campaign):
    for code in ("ai_ever_used", "rarely_asked"):
        make_item(campaign.questionnaire, code, options=YES_NO)
    for mode, yes, no in (("web", 6, 6), ("interview", 9, 3)):
        for number in range(yes + no):
            answers = {"ai_ever_used": "yes" if number < yes else "no"}
            if number < 9:
                answers["rarely_asked"] = "yes"
            make_response(campaign, f"{mode}{number}", mode=mode, occupations=["editors"], answers=answers)
    close(campaign)
    found = mode_differences(campaign, STAFF)
    assert [(one.item.code, one.answer, one.questionnaire, one.interviews, one.bases) for one in found] == [
        ("ai_ever_used", "Oui", 0.5, 0.75, (12, 12)),
        ("ai_ever_used", "Non", 0.5, 0.25, (12, 12)),
    ]
    assert [one.points for one in found] == [25.0, -25.0]


def say(interview, code, times=1):
    """Have the participant of an interview speak of a code, as often as told."""
    for _ in range(times):
        note = interview.notes.create(text="On gagne du temps.", marked_at=interview.starts_at)
        coding = Coding(codes=(Code.objects.get(code=code),))
        add_verbatim(note, interview.participants.get(), 0, 5, coding, interview.interviewer)


def test_codes_count_persons_and_hide_what_would_tell_few(campaign, lea):
    load_codebook()
    mixers = make_occupation("mixers", "Mixeurs")
    for number in range(7):
        interview = approved_interview(campaign, lea)
        if number >= 6:
            interview.response.occupations.set([mixers])
        say(interview, "qualite", times=3)
        if number < 2:
            say(interview, "droits")
    say(make_interview(campaign, lea), "qualite")  # not approved: not counted
    staff, public = (code_table(campaign, "occupations", audience) for audience in (STAFF, PUBLIC))
    assert staff.categories == ["Mixeurs", "Monteurs"]
    assert [(row.code.code, row.total.n, [(cell.n, cell.mark) for cell in row.cells]) for row in staff.rows] == [
        ("droits", 2, [(0, ""), (2, HIDDEN)]),
        ("qualite", 7, [(1, HIDDEN), (6, HIDDEN)]),
    ]
    assert [(row.code.code, row.total.n, [cell.n for cell in row.cells]) for row in public.rows] == [
        ("droits", None, [0, None]),
        ("qualite", 7, [None, None]),
    ]


def test_the_table_of_codes_takes_the_same_queries_whatever_is_coded(campaign, lea, django_assert_max_num_queries):
    load_codebook()
    counts = []
    for code in ("qualite", "droits"):
        for _ in range(3):
            say(approved_interview(campaign, lea), code)
        with django_assert_max_num_queries(8) as captured:
            code_table(campaign, "occupations", STAFF)
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert Occupation.objects.count() == 1


def test_a_reviewer_reads_the_pages_and_an_interviewer_does_not(client, campaign, lea):
    load_codebook()
    answer(campaign, 12, maturity=2)
    for _ in range(5):
        say(approved_interview(campaign, lea, maturity=3), "qualite")
    addresses = [
        f"/entretiens/croisement/{campaign.slug}/",
        f"/entretiens/croisement/{campaign.slug}/codes/sectors/",
    ]
    client.force_login(make_member("paul", Role.ANALYST))
    assert "La campagne est ouverte." in client.get(addresses[0]).content.decode()
    close(campaign)
    pages = [client.get(address).content.decode() for address in addresses]
    assert ("5\u00a0●●●" in pages[0], "Qualité insuffisante" in pages[1]) == (True, True)
    assert client.get(addresses[0] + "codes/gender/").status_code == 404
    client.force_login(lea)
    assert [client.get(address).status_code for address in addresses] == [403, 403]
