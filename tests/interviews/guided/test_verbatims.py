"""Verbatims: places that match to the letter, two persons before anything is shown, and the last word to the person."""

import pytest
from django.db import IntegrityError, transaction

from cnc_survey.roles import Role
from interviews.guided.codebook import load_codebook
from interviews.guided.passages import context_of, lines_of
from interviews.guided.pseudonyms import Clue, find_identifying, names_of
from interviews.guided.quote_links import agree, amend, create_quote_link, find_quote_link, quotes_of
from interviews.guided.supervision import APPROVED
from interviews.guided.transcripts import add_transcript
from interviews.guided.verbatims import (
    Coding,
    PublishedVerbatim,
    VerbatimError,
    add_verbatim,
    find_words,
    published_verbatims,
    review_verbatim,
    select_words,
    verbatims_of,
    withdraw_verbatim,
    word_publicly,
)
from interviews.models import Code, Interview, Verbatim
from interviews.results.closing import close_campaign
from tests.factories import make_response
from usecases.models import UseCase

from .conversations import make_conversation_campaign, make_interview, make_member

pytestmark = pytest.mark.django_db

TEXT = "Léa : Alors 🎬 ?\nCamille : L’été, « on gagne du temps » 👩🏽‍💻.\nCamille : Avec Le Grand Bain, non."


@pytest.fixture
def lea():
    return make_member()


@pytest.fixture
def paul():
    return make_member("paul", Role.ANALYST)


@pytest.fixture
def interview(lea):
    return make_interview(make_conversation_campaign(), lea, consent="attributed")


@pytest.fixture
def transcript(interview, lea):
    return add_transcript(interview, "a.txt", TEXT.encode(), lea)


def take(source, words, user, **coding):
    start = source.text.index(words)
    participant = source.interview.participants.get()
    return add_verbatim(source, participant, start, start + len(words), Coding(**coding), user)


def publish(verbatim, lea, paul, text="On gagne du temps."):
    """Take a verbatim all the way: worded, reviewed, agreed, its interview approved."""
    word_publicly(verbatim, text, lea)
    review_verbatim(verbatim, paul)
    agree(verbatim)
    interview = verbatim.participant.interview
    if not interview.steps.filter(kind=APPROVED).exists():
        interview.steps.create(kind=APPROVED, by=paul)
    return verbatim


@pytest.mark.parametrize("words", ["on gagne du temps", "L’été", "👩🏽‍💻", "🎬 ?\nCamille", "Avec Le Grand Bain, non."])
def test_places_match_the_text_accents_and_emoji_included(transcript, lea, words):
    verbatim = take(transcript, words, lea)
    verbatim.refresh_from_db()
    assert verbatim.source.text[verbatim.start : verbatim.end] == verbatim.text == words


def test_blanks_around_a_selection_are_left_out(transcript, lea):
    verbatim = take(transcript, " Alors ", lea)
    assert (verbatim.text, transcript.text[verbatim.start : verbatim.end]) == ("Alors", "Alors")


@pytest.mark.parametrize(("start", "end", "words"), [(0, 3, "Lea"), (5, 5, ""), (0, 999, "x"), (-1, 2, "x")])
def test_places_that_do_not_match_the_words_are_refused(transcript, start, end, words):
    with pytest.raises(VerbatimError, match="ne correspond plus"):
        select_words(transcript, start, end, words)


def test_a_selection_of_blanks_or_of_pages_is_refused(interview, lea):
    long = add_transcript(interview, "b.txt", b"   " + b"x" * 2001, lea)
    with pytest.raises(VerbatimError, match="vide"):
        select_words(long, 0, 3, "   ")
    with pytest.raises(VerbatimError, match="2000 caractères"):
        select_words(long, 3, 2004, "x" * 2001)


def test_words_pasted_are_found_within_their_lines(transcript):
    words = "on gagne du temps"
    assert find_words(transcript, words, None, None) == find_words(transcript, f" {words}\n", 2, 2)
    start, end = find_words(transcript, "", 2, 3)
    assert TEXT[start:end] == TEXT.split("\n", 1)[1]
    for bad, first, last, sentence in [
        (words, 3, 3, "ne se trouvent pas"),
        ("Camille", None, None, "plusieurs fois"),
        ("", 9, 9, "le texte en a 3"),
        ("", 3, 2, "le texte en a 3"),
    ]:
        with pytest.raises(VerbatimError, match=sentence):
            find_words(transcript, bad, first, last)


def test_words_are_those_of_a_participant_of_the_same_interview(transcript, lea):
    other = make_interview(transcript.interview.campaign, lea).participants.get()
    with pytest.raises(VerbatimError, match="dans cet entretien"):
        add_verbatim(transcript, other, 0, 3, Coding(), lea)


def test_the_pieces_of_a_page_give_the_text_back_to_the_letter(transcript, lea):
    verbatims = [take(transcript, "« on gagne du temps »", lea), take(transcript, "🎬 ?\nCamille", lea)]
    found = find_identifying(TEXT, ["Le Grand Bain", "Camille Roux", "Camille"])
    lines = lines_of(TEXT, verbatims, found, transcript.turns)
    assert "\n".join("".join(piece.text for piece in line.pieces) for line in lines) == TEXT
    assert [line.start for line in lines] == [0, TEXT.index("\n") + 1, TEXT.rindex("\n") + 1]
    marked = [(piece.text, piece.verbatims) for line in lines for piece in line.pieces if piece.verbatims]
    assert marked == [
        ("🎬 ?", (verbatims[1].pk,)),
        ("Camille", (verbatims[1].pk,)),
        ("« on gagne du temps »", (verbatims[0].pk,)),
    ]


def test_the_source_is_shown_around_a_verbatim(transcript, lea):
    assert context_of(take(transcript, "on gagne", lea), around=8) == ("…’été, « ", "on gagne", " du temp…")


def test_names_are_found_whatever_their_case_and_accents_and_capitals_are_pointed_out(interview):
    interview.names_to_hide = "Le Grand Bain\nEloïse"
    interview.save()
    names = names_of(interview)
    assert names == ["Camille", "Camille Roux", "Eloïse", "Le Grand Bain", "Roux", "camille"]
    text = "Non. ÉLOÏSE et camille roux, sur le grand bain, chez Lumen. Rien."
    assert [(text[one.start : one.end], one.clue) for one in find_identifying(text, names)] == [
        ("ÉLOÏSE", Clue.KNOWN),
        ("camille roux", Clue.KNOWN),
        ("le grand bain", Clue.KNOWN),
        ("Lumen", Clue.CAPITAL),
    ]


def test_no_public_wording_holds_a_known_name(transcript, lea):
    verbatim = take(transcript, "Avec Le Grand Bain, non.", lea)
    transcript.interview.names_to_hide = "Le Grand Bain"
    transcript.interview.save()
    verbatim = Verbatim.objects.get(pk=verbatim.pk)
    with pytest.raises(VerbatimError, match="nomme encore : Le Grand Bain"):
        word_publicly(verbatim, "Avec Le Grand Bain, non.", lea)


def test_a_wording_is_reviewed_by_somebody_else_in_the_code_and_in_the_database(transcript, lea, paul):
    verbatim = take(transcript, "on gagne du temps", lea)
    with pytest.raises(VerbatimError, match="pas encore de formulation"):
        review_verbatim(verbatim, paul)
    word_publicly(verbatim, "On gagne du temps.", paul)
    for author in (lea, paul):
        with pytest.raises(VerbatimError, match="une autre personne"):
            review_verbatim(verbatim, author)
        with pytest.raises(IntegrityError), transaction.atomic():
            Verbatim.objects.filter(pk=verbatim.pk).update(reviewed_by=author)
    review_verbatim(verbatim, make_member("zoe", Role.ANALYST))
    assert verbatim.reviewed_at is not None


def test_a_new_wording_must_be_read_and_agreed_again(transcript, lea, paul):
    verbatim = publish(take(transcript, "on gagne du temps", lea), lea, paul)
    word_publicly(verbatim, "On gagne beaucoup de temps.", lea)
    assert (verbatim.reviewed_at, verbatim.agreed_at) == (None, None)
    assert published_verbatims(transcript.interview.campaign) == []


def test_nothing_is_published_before_consent_review_agreement_and_approval(transcript, lea, paul):
    campaign, participant = transcript.interview.campaign, transcript.interview.participants.get()
    verbatim = publish(take(transcript, "on gagne du temps", lea), lea, paul)
    assert [one.text for one in published_verbatims(campaign)] == ["On gagne du temps."]
    for column in ("reviewed_at", "agreed_at"):
        kept = getattr(verbatim, column)
        Verbatim.objects.update(**{column: None})
        assert published_verbatims(campaign) == []
        Verbatim.objects.update(**{column: kept})
    type(participant).objects.update(quoting="none")
    assert published_verbatims(campaign) == []
    type(participant).objects.update(quoting="anonymous")
    transcript.interview.steps.create(kind="returned", note="À revoir", by=paul)
    assert published_verbatims(campaign) == []


def test_the_order_is_drawn_and_stays(transcript, lea, paul):
    campaign = transcript.interview.campaign
    for number in range(8):
        publish(take(transcript, "on gagne du temps", lea), lea, paul, f"Phrase {number}")
    first = [one.text for one in published_verbatims(campaign)]
    assert first == [one.text for one in published_verbatims(campaign)]
    assert first != sorted(first)


def test_the_number_of_queries_does_not_depend_on_the_quotes(transcript, lea, paul, django_assert_max_num_queries):
    counts = []
    for wanted in (1, 3):
        while Verbatim.objects.count() < wanted:
            publish(take(transcript, "on gagne du temps", lea), lea, paul)
        with django_assert_max_num_queries(8) as captured:
            published_verbatims(transcript.interview.campaign)
        counts.append(len(captured))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("quoting", "respondents", "attribute"),
    [("attributed", 12, "Monteurs"), ("attributed", 9, ""), ("anonymous", 12, "")],
)
def test_an_attribute_is_told_only_when_consented_to_and_its_cell_is_visible(
    transcript, lea, paul, quoting, respondents, attribute
):
    campaign = transcript.interview.campaign
    for number in range(respondents):
        answers = {"doublage": {"usage": number % 4}}
        make_response(campaign, f"r{number}", occupations=["editors"], sectors=["cinema"], use_cases=answers)
    type(transcript.interview.participants.get()).objects.update(quoting=quoting)
    load_codebook()
    publish(
        take(
            transcript,
            "on gagne du temps",
            lea,
            use_case=UseCase.objects.get(code="doublage"),
            codes=(Code.objects.get(code="temps-reporte"),),
        ),
        lea,
        paul,
    )
    close_campaign(campaign)
    assert published_verbatims(campaign) == [
        PublishedVerbatim("On gagne du temps.", UseCase.objects.get(code="doublage"), ("Reporter du temps",), attribute)
    ]


def test_a_quote_taken_back_leaves_every_table_its_words_included(transcript, lea, paul):
    verbatim = publish(take(transcript, "on gagne du temps", lea), lea, paul)
    withdraw_verbatim(verbatim)
    verbatim.refresh_from_db()
    assert (verbatim.text, verbatim.public_text, verbatim.agreed_at) == ("", "", None)
    assert published_verbatims(transcript.interview.campaign) == []
    assert list(verbatims_of(transcript.interview.campaign)) == []
    with pytest.raises(VerbatimError, match="a retiré"):
        word_publicly(verbatim, "Encore", lea)


def test_a_quote_link_is_kept_as_a_hash_opens_once_made_and_replaces_the_last(interview, lea):
    participant = interview.participants.get()
    old, new = create_quote_link(participant, lea), create_quote_link(participant, lea)
    assert (find_quote_link(old), find_quote_link(new).participant) == (None, participant)
    assert new not in str(list(participant.quote_links.values()))
    Interview.objects.update(withdrawn_at=interview.starts_at)
    assert find_quote_link(new) is None


def test_the_person_s_own_wording_is_agreed_and_read_again_before_it_is_shown(transcript, lea, paul):
    campaign = transcript.interview.campaign
    verbatim = publish(take(transcript, "on gagne du temps", lea), lea, paul)
    assert list(quotes_of(verbatim.participant)) == [verbatim]
    amend(verbatim, "On gagne parfois du temps.")
    assert (published_verbatims(campaign), list(quotes_of(verbatim.participant))) == ([], [verbatim])
    with pytest.raises(VerbatimError):
        amend(verbatim, "  ")
    review_verbatim(verbatim, paul)
    assert [one.text for one in published_verbatims(campaign)] == ["On gagne parfois du temps."]
