"""The page of an interview: what it holds, what saves by itself, and what happens when nothing can be taken."""

import uuid

import pytest
from django.urls import reverse

from cnc_survey.roles import Role
from interviews.models import UseCaseAnswer
from tests.interviews.guided.conversations import make_conversation_campaign, make_interview, make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def lea():
    return make_member()


@pytest.fixture
def interview(lea):
    return make_interview(make_conversation_campaign(), lea)


def part(interview, unit):
    return reverse("save_part", args=[interview.pk, unit])


def conduct(interview):
    return reverse("conduct", args=[interview.pk])


def test_the_guide_shows_its_parts_and_the_use_cases_that_routing_proposes(client, lea, interview):
    client.force_login(lea)
    page = client.get(conduct(interview)).content.decode()
    assert [title in page for title in ("Les usages aujourd’hui", "L’appétence", "Les limites et les risques")] == [
        True
    ] * 3
    assert page.count('class="usecase-card interview-card"') == 3  # two proposed, and the model of any other


def test_the_queries_do_not_depend_on_notes(client, lea, interview, django_assert_max_num_queries):
    client.force_login(lea)
    counts = []
    for wanted in (1, 3):
        while interview.notes.count() < wanted:
            interview.notes.create(text="x", marked_at=interview.starts_at)
        with django_assert_max_num_queries(60) as captured:
            client.get(conduct(interview))
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_answers_ratings_and_notes_each_save_by_themselves(client, lea, interview):
    client.force_login(lea)
    answer = client.post(part(interview, "cas.doublage"), {"doublage-usage": "regular", "doublage-maturity": "2"})
    assert (answer.status_code, 'value="1"' in answer.content.decode()) == (200, True)
    client.post(
        part(interview, "notation.doublage"),
        {"notation-doublage-adoption": "3", "notation-doublage-adoption_reason": "Toute l’équipe s’en sert."},
    )
    key = uuid.uuid4()
    client.post(part(interview, f"note.{key}"), {f"note-{key}-text": "Deux\r\nlignes", f"note-{key}-part": "usages"})
    row = interview.response.use_case_answers.get(use_case__code="doublage")
    rating = interview.ratings.get()
    assert (row.usage, row.maturity, rating.adoption, rating.adoption_reason) == (4, 2, 3, "Toute l’équipe s’en sert.")
    assert list(interview.notes.values_list("key", "text", "part")) == [(key, "Deux\nlignes", "usages")]


def test_any_use_case_of_the_campaign_opens_with_its_first_answer(client, lea, interview):
    interview.response.use_case_answers.filter(use_case__code="doublage").delete()
    client.force_login(lea)
    assert client.post(part(interview, "cas.doublage"), {"doublage-usage": "tried"}).status_code == 200
    row = UseCaseAnswer.objects.get(use_case__code="doublage")
    assert (row.reason, row.usage) == (UseCaseAnswer.Reason.CHOSEN, 2)
    assert client.post(part(interview, "cas.inconnu"), {}).status_code == 404


def test_a_level_that_is_none_is_refused_in_words_and_nothing_is_written(client, lea, interview):
    client.force_login(lea)
    answer = client.post(part(interview, "notation.doublage"), {"notation-doublage-adoption": "7"})
    assert (answer.status_code, interview.ratings.count()) == (422, 0)
    assert "Non enregistré" in answer.content.decode()


def test_signed_out_nothing_is_redirected_so_that_the_browser_keeps_the_words(client, interview):
    assert client.post(part(interview, "cas.doublage"), {"doublage-usage": "tried"}).status_code == 403


def test_somebody_else_s_interview_is_not_found_and_a_reviewer_does_not_write(client, interview):
    client.force_login(make_member("zoe"))
    assert client.get(conduct(interview)).status_code == 404
    assert client.post(part(interview, "cas.doublage"), {"doublage-usage": "tried"}).status_code == 404
    client.force_login(make_member("paul", Role.ANALYST))
    assert client.get(conduct(interview)).status_code == 403
    assert client.post(part(interview, "cas.doublage"), {"doublage-usage": "tried"}).status_code == 404
    assert not UseCaseAnswer.objects.exclude(usage=None).exists()


def test_while_it_is_read_an_interview_takes_nothing_and_says_why(client, lea, interview):
    interview.steps.create(kind="under_review", by=lea)
    client.force_login(lea)
    answer = client.post(part(interview, "cas.doublage"), {"doublage-usage": "tried"})
    assert (answer.status_code, "en relecture" in answer.content.decode()) == (423, True)


def test_without_javascript_one_button_saves_everything_and_one_error_loses_nothing_else(client, lea, interview):
    client.force_login(lea)
    key = client.get(conduct(interview)).context["page"].blank_note.note.key
    sent = {
        "occupations": "editors",
        "sectors": "cinema",
        "doublage-usage": "tried",
        "notation-doublage-adoption": "1",
        f"note-{key}-text": "Une note",
        f"note-{key}-part": "limits",
    }
    answer = client.post(conduct(interview), sent | {"sous-titrage-usage": "jamais"})
    assert (answer.status_code, "Erreur" in answer.content.decode()) == (200, True)
    row = interview.response.use_case_answers.get(use_case__code="doublage")
    assert (row.usage, interview.ratings.get().adoption, interview.notes.get().text) == (2, 1, "Une note")


def test_a_use_case_is_opened_by_the_server_too(client, lea, interview):
    interview.response.use_case_answers.filter(use_case__code="doublage").delete()
    client.force_login(lea)
    answer = client.post(reverse("open_use_case", args=[interview.pk]), {"use_case": "doublage"})
    assert answer["Location"] == conduct(interview) + "#cas-doublage"
    assert interview.response.use_case_answers.filter(use_case__code="doublage", reason="chosen").exists()
    assert client.post(reverse("open_use_case", args=[interview.pk]), {"use_case": "\0"}).status_code == 404


def test_a_note_too_long_is_refused_and_stays_on_the_page(client, lea, interview):
    client.force_login(lea)
    key = uuid.uuid4()
    answer = client.post(part(interview, f"note.{key}"), {f"note-{key}-text": "x" * 20_001})
    assert (answer.status_code, "20000 caractères" in answer.content.decode()) == (422, True)
    assert interview.notes.count() == 0
