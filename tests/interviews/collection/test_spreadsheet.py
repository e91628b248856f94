"""What a filled workbook would change, and its storing: all of it, once, or nothing."""

import random
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from interviews.collection.answers import save_answers, save_use_case_answers
from interviews.collection.responses import ResponseRefusedError
from interviews.collection.sheet_questions import form_of
from interviews.collection.spreadsheet import PreviewLostError, preview_of, seal, store_filled, unseal
from interviews.models import Item, Response, Usage, UseCaseAnswer
from tests.factories import (
    YES_NO,
    make_campaign,
    make_item,
    make_occupation,
    make_questionnaire,
    make_response,
    make_sector,
    make_use_case,
)
from usecases.models import Barrier, Benefit, UseCaseOccupation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("june")]

PROFILE, CASES, ITEMS = "Profil", "Cas d’usage", "Perceptions"


@pytest.fixture
def june():
    with time_machine.travel(datetime(2025, 6, 15, 12, 30, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def campaign():
    editors = make_occupation("editors", "Monteurs")
    make_occupation("directors", "Réalisateurs")
    make_sector("cinema")
    Benefit.objects.create(code="time", name="Gain de temps")
    Barrier.objects.create(code="cost", name="Coût")
    questionnaire = make_questionnaire()
    used = make_item(questionnaire, "ai_ever_used", options=YES_NO, wording="Déjà utilisé ?")
    make_item(
        questionnaire, "ai_tools", kind=Item.Kind.MULTIPLE, open_list="tools", asked_if=used, asked_if_codes=["yes"]
    )
    make_item(questionnaire, "free_words", kind=Item.Kind.TEXT)
    cases = [make_use_case("Montage assisté"), make_use_case("Étalonnage"), make_use_case("Doublage", family="Son")]
    UseCaseOccupation.objects.create(use_case=cases[0], occupation=editors)
    return make_campaign(questionnaire, cases)


@pytest.fixture
def response(campaign):
    """A person who began online: a profile, one use case offered and answered."""
    return make_response(
        campaign,
        occupations=["editors"],
        use_cases={"montage-assiste": {"usage": Usage.TRIED, "maturity": 2, "comment": "Bien"}},
        submitted_at=None,
    )


def preview(response, content):
    return preview_of(form_of(response), content)


def stored(response, content):
    return store_filled(response, content, preview(response, content).digest)


def use_cases(response):
    fields = ["use_case__code", "reason", "usage", "maturity", "impact", "intention", "benefits", "tools", "comment"]
    return list(response.use_case_answers.order_by("use_case__position").values_list(*fields))


def lines(changes):
    return [(change.sheet, change.label, change.before, change.after) for change in changes]


def test_the_preview_says_what_is_added_changed_unchanged_and_writes_nothing(response):
    content = {
        PROFILE: {"occupations": {"value": ["editors", "directors"]}, "structure_size": {"value": "1_9"}},
        CASES: {
            "montage-assiste": {"usage": "tried", "maturity": "3", "comment": "Bien", "benefits": ["time"]},
            "doublage": {"usage": "not_concerned"},
        },
        ITEMS: {"ai_ever_used": {"value": "yes"}, "ai_tools": {"value": ["ChatGPT"]}},
    }
    seen = preview(response, content)
    assert lines(seen.changed) == [
        (PROFILE, "Métier 1", "Monteurs", "Monteurs\u00a0; Réalisateurs"),
        (CASES, "Montage assisté", "●●○ Technologie existante en évolution rapide", "●●● Technologie existante"),
    ]
    assert lines(seen.added) == [
        (PROFILE, "Sa taille", "", "De 1 à 9 personnes"),
        (CASES, "Montage assisté", "", "Gain de temps"),
        (CASES, "Doublage", "", "Pas mon métier"),
        (ITEMS, "Déjà utilisé ?", "", "Oui"),
        (ITEMS, "ai_tools", "", "ChatGPT"),
    ]
    assert (seen.removed, seen.ignored, seen.unchanged) == ([], [], 2)
    assert use_cases(response) == [("montage-assiste", "occupation", 2, 2, None, None, [], [], "Bien")]


def test_everything_is_stored_by_the_writers_of_answers(response):
    content = {
        PROFILE: {"occupations": {"value": ["editors", "directors"]}, "sectors": {"value": ["cinema"]}},
        CASES: {
            "montage-assiste": {"usage": "abandoned", "intention": "no", "tools": ["Outil Maison"]},
            "doublage": {"usage": "regular", "impact": "nsp", "benefits": ["time"], "comment": "=1+1"},
        },
        ITEMS: {"ai_ever_used": {"value": "yes"}, "ai_tools": {"value": ["ChatGPT", "Outil Maison"]}},
    }
    stored(response, content)
    response.refresh_from_db()
    assert sorted(response.occupations.values_list("code", flat=True)) == ["directors", "editors"]
    assert list(response.sectors.values_list("code", flat=True)) == ["cinema"]
    answered = [row for row in use_cases(response) if row[2] is not None]
    assert [(row[0], *row[2:]) for row in answered] == [
        ("montage-assiste", 5, 2, None, 3, [], ["outil-maison"], "Bien"),
        ("doublage", 4, None, 9, None, ["time"], [], "=1+1"),
    ]
    assert dict(response.answers.values_list("item__code", "value")) == {
        "ai_ever_used": "yes",
        "ai_tools": ["chatgpt", "outil-maison"],
    }


def test_a_use_case_that_was_not_offered_joins_the_list_as_chosen(response):
    stored(response, {CASES: {"etalonnage": {"usage": "aware"}}})
    assert [(row[0], row[1], row[2]) for row in use_cases(response)] == [
        ("montage-assiste", "occupation", 2),
        ("etalonnage", "chosen", 1),
    ]


def test_an_empty_cell_leaves_the_stored_answer(response):
    before = use_cases(response)
    assert stored(response, {PROFILE: {}, CASES: {"montage-assiste": {"usage": "tried"}}, ITEMS: {}}).changes == []
    assert use_cases(response) == before


def test_what_the_other_answers_close_is_said_and_not_kept(response):
    content = {
        CASES: {
            "montage-assiste": {"usage": "never_heard", "intention": "yes"},
            "etalonnage": {"maturity": "2"},
        },
        ITEMS: {"ai_ever_used": {"value": "no"}, "ai_tools": {"value": ["ChatGPT"]}},
    }
    seen = stored(response, content)
    assert lines(seen.removed) == [
        (CASES, "Montage assisté", "●●○ Technologie existante en évolution rapide", ""),
    ]
    assert [(change.label, change.after, change.reason) for change in seen.ignored] == [
        ("Montage assisté", "Oui", "question posée à qui connaît le cas d’usage sans l’utiliser aujourd’hui"),
        ("Étalonnage", "●●○ Technologie existante en évolution rapide", "question posée à qui connaît le cas d’usage"),
        ("ai_tools", "ChatGPT", "question posée à qui répond «\u00a0Oui\u00a0» à «\u00a0Déjà utilisé ?\u00a0»"),
    ]
    assert use_cases(response) == [("montage-assiste", "occupation", 0, None, None, None, [], [], "Bien")]
    assert dict(response.answers.values_list("item__code", "value")) == {"ai_ever_used": "no"}


def test_an_answer_that_closes_stored_ones_says_so(response):
    save_answers(
        response, {Item.objects.get(code="ai_ever_used"): "yes", Item.objects.get(code="ai_tools"): ["Runway"]}
    )
    seen = stored(response, {ITEMS: {"ai_ever_used": {"value": "no"}}})
    assert lines(seen.changed) == [(ITEMS, "Déjà utilisé ?", "Oui", "Non")]
    assert lines(seen.removed) == [(ITEMS, "ai_tools", "Runway", "")]
    assert dict(response.answers.values_list("item__code", "value")) == {"ai_ever_used": "no"}


def test_storing_twice_changes_nothing_more(response):
    content = {CASES: {"doublage": {"usage": "regular"}}, ITEMS: {"ai_ever_used": {"value": "yes"}}}
    digest = preview(response, content).digest
    assert len(store_filled(response, content, digest).changes) == 2
    before = use_cases(response), list(response.answers.values_list("value", "version"))
    assert store_filled(response, content, digest).changes == []
    assert (use_cases(response), list(response.answers.values_list("value", "version"))) == before


def test_answers_that_changed_since_the_preview_are_not_overwritten_unseen(response):
    content = {CASES: {"montage-assiste": {"usage": "regular"}}}
    digest = preview(response, content).digest
    row = UseCaseAnswer.objects.get()
    values = {"usage": Usage.ABANDONED, "tools": [], "maturity": 2, "comment": "Bien"}
    save_use_case_answers(response, {row.use_case_id: values})
    seen = store_filled(response, content, digest)
    assert seen.digest != digest
    assert use_cases(response)[0][2] == Usage.ABANDONED
    store_filled(response, content, seen.digest)
    assert use_cases(response)[0][2] == Usage.REGULAR


def test_the_mode_is_spreadsheet_when_nothing_was_answered_online(campaign):
    blank = make_response(campaign, "r2", occupations=["editors"], use_cases={"montage-assiste": {}}, submitted_at=None)
    stored(blank, {CASES: {"montage-assiste": {"usage": "aware"}}})
    stored(blank, {CASES: {"montage-assiste": {"usage": "tried"}}})
    begun = make_response(campaign, "r3", occupations=["editors"], answers={"free_words": "Bon"}, submitted_at=None)
    stored(begun, {ITEMS: {"ai_ever_used": {"value": "yes"}}})
    modes = dict(Response.objects.order_by("key").values_list("key", "mode"))
    assert modes == {"r2": "spreadsheet", "r3": "web"}


def test_consent_to_be_quoted_does_not_pass_to_other_words(response):
    response.use_case_answers.update(may_be_quoted=True)
    stored(response, {CASES: {"montage-assiste": {"usage": "regular"}}})
    assert response.use_case_answers.get().may_be_quoted is True
    stored(response, {CASES: {"montage-assiste": {"comment": "Autre chose"}}})
    row = response.use_case_answers.get()
    assert (row.comment, row.may_be_quoted) == ("Autre chose", False)


def test_answering_a_block_opens_it(campaign, response):
    campaign.questionnaire.modules.filter(code="general").update(is_block=True)
    stored(response, {ITEMS: {"ai_ever_used": {"value": "yes"}}})
    assert Response.objects.get().blocks == ["general"]


def test_nothing_is_stored_after_the_close(campaign, response):
    content = {PROFILE: {"structure_size": {"value": "1_9"}}, CASES: {"doublage": {"usage": "regular"}}}
    digest = preview(response, content).digest
    campaign.closed_at = response.campaign.closed_at = datetime(2025, 6, 15, tzinfo=UTC)
    with pytest.raises(ResponseRefusedError, match="Cette enquête est terminée"):
        store_filled(response, content, digest)
    response.refresh_from_db()
    assert (response.structure_size, len(use_cases(response))) == ("", 1)


def test_a_profile_saved_without_going_on_still_leads_to_offers(campaign):
    begun = make_response(campaign, "r2", occupations=["editors"], submitted_at=None)
    stored(begun, {CASES: {"doublage": {"usage": "regular"}}})
    assert [(row[0], row[2]) for row in use_cases(begun) if row[2] is not None] == [("doublage", 4)]
    assert begun.use_case_answers.get(use_case__code="montage-assiste").reason == "occupation"


def test_a_preview_is_kept_half_an_hour_for_one_person(campaign, response, june):
    content = {CASES: {"doublage": {"usage": "regular", "benefits": ["time"], "comment": "é🎬"}}}
    sealed = seal(response, content, "abc")
    assert unseal(response, sealed) == (content, "abc")
    another = make_response(campaign, "r2")
    for person, text in [(another, sealed), (response, sealed[:-1]), (response, "")]:
        with pytest.raises(PreviewLostError, match="incomplète"):
            unseal(person, text)
    june.shift(timedelta(minutes=31))
    with pytest.raises(PreviewLostError, match="plus d’une demi-heure"):
        unseal(response, sealed)


def test_a_preview_too_long_for_a_page_is_refused(response):
    drawn = random.Random(1)
    words = "".join(chr(drawn.randrange(0x4E00, 0x9FFF)) for _ in range(1_500_000))
    with pytest.raises(PreviewLostError, match="trop de texte"):
        seal(response, {CASES: {"doublage": {"comment": words}}}, "abc")
