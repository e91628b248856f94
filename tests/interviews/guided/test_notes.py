"""Notes: sent twice they are stored once, changed elsewhere they are kept beside, and quoted words never go."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from interviews.guided.anchors import PassageLostError, find_again, normalise_lines
from interviews.guided.notes import save_note
from interviews.guided.planning import InterviewRefusedError
from interviews.models import Note, Verbatim

from .conversations import make_conversation_campaign, make_interview, make_member

pytestmark = pytest.mark.django_db

KEY = uuid.UUID("00000000-0000-4000-8000-000000000001")


@pytest.fixture
def interview():
    return make_interview(make_conversation_campaign(), make_member())


def save(interview, text, version, key=KEY):
    return save_note(interview, key, text, "usages", timezone.now(), version)


def stored(interview):
    return list(interview.notes.values_list("text", "version"))


def test_the_same_note_sent_twice_is_stored_once(interview):
    assert save(interview, "Elle dérushe à la main.", 0).version == 1
    assert save(interview, "Elle dérushe à la main.", 0).version == 1
    assert stored(interview) == [("Elle dérushe à la main.", 1)]


def test_an_empty_note_is_nothing(interview):
    assert save(interview, " \n", 0).version == 0
    assert stored(interview) == []


def test_words_that_go_on_are_one_person_typing_whatever_answer_was_lost(interview):
    save(interview, "Elle dérushe", 0)
    assert save(interview, "Elle dérushe à la main.", 0).version == 2
    assert stored(interview) == [("Elle dérushe à la main.", 2)]


def test_a_note_changed_elsewhere_is_kept_beside_and_the_copy_follows(interview):
    save(interview, "Elle dérushe à la main.", 0)
    assert save(interview, "Elle monte seule.", 0).is_copy
    assert save(interview, "Elle monte seule, la nuit.", 0).is_copy
    assert sorted(stored(interview)) == [("Elle dérushe à la main.", 1), ("Elle monte seule, la nuit.", 2)]


def test_the_moment_is_the_device_s_unless_its_clock_is_days_off(interview):
    now = timezone.now()
    for key, marked_at in ((1, now - timedelta(hours=1)), (2, now - timedelta(days=400)), (3, None)):
        save_note(interview, uuid.UUID(int=key), "x", "", marked_at, 0)
    gaps = [abs(now - moment) for moment in Note.objects.order_by("key").values_list("marked_at", flat=True)]
    assert [gap < timedelta(minutes=1) for gap in gaps] == [False, True, True]
    assert gaps[0] == timedelta(hours=1)


def test_a_finished_interview_takes_no_note(interview):
    interview.steps.create(kind="done", by=interview.interviewer)
    with pytest.raises(InterviewRefusedError, match="attend sa relecture"):
        save(interview, "Trop tard", 0)
    interview.steps.create(kind="returned", note="Précisez.", by=interview.interviewer)
    assert save(interview, "À temps", 0).version == 1


def quote(interview, words):
    note = interview.notes.get()
    start = note.text.index(words)
    return Verbatim.objects.create(
        participant=interview.participants.get(),
        note=note,
        start=start,
        end=start + len(words),
        text=words,
        created_by=interview.interviewer,
    )


def test_quoted_words_are_followed_when_the_note_changes_and_may_not_go(interview):
    save(interview, "🎬 L’été : « On gagne du temps. »", 0)
    verbatim = quote(interview, "On gagne du temps.")
    save(interview, "👩🏽‍💻 Relu. 🎬 L’été : « On gagne du temps. »", 1)
    verbatim.refresh_from_db()
    assert interview.notes.get().text[verbatim.start : verbatim.end] == "On gagne du temps."
    with pytest.raises(PassageLostError, match="On gagne du temps"):
        save(interview, "Plus rien de tout cela.", 2)
    assert interview.notes.get().version == 2


def test_the_nearest_of_several_places_is_the_one():
    assert find_again("oui, oui, oui", "oui", 6) == (5, 8)
    assert find_again("a é oui", "oui", 0) == (4, 7)


def test_lines_end_one_way_only():
    assert normalise_lines("a\r\nb\rc\nd") == "a\nb\nc\nd"
