"""The codebook: loaded once, then changed by people with its history kept."""

import pytest

from cnc_survey.roles import Role
from interviews.guided.codebook import (
    CodebookError,
    change_code,
    code_choices,
    code_tree,
    create_code,
    load_codebook,
    merge_codes,
    split_code,
)
from interviews.guided.verbatims import Coding, add_verbatim
from interviews.models import Code, CodeChange

from .conversations import make_conversation_campaign, make_interview, make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def paul():
    return make_member("paul", Role.ANALYST)


@pytest.fixture
def verbatim():
    """One verbatim, coded « qualite »."""
    load_codebook()
    interview = make_interview(make_conversation_campaign(), make_member())
    note = interview.notes.create(text="C’est flou.", marked_at=interview.starts_at)
    coding = Coding(codes=(Code.objects.get(code="qualite"),))
    return add_verbatim(note, interview.participants.get(), 0, 5, coding, interview.interviewer)


def history():
    return list(CodeChange.objects.order_by("pk").values_list("code__code", "kind"))


def test_the_first_codes_are_those_of_the_study_s_frame_and_load_once(paul):
    assert load_codebook() == 30
    quality = Code.objects.get(code="qualite")
    change_code(quality, {"name": "Qualité", "definition": "À nous"}, paul)
    assert load_codebook() == 0
    quality.refresh_from_db()
    assert (quality.name, quality.definition) == ("Qualité", "À nous")
    assert [branch.code.code for branch in code_tree()] == ["objectifs", "freins", "effets-metiers", "effets-filiere"]
    assert all(members for _, members in code_choices())


def test_a_change_keeps_what_was_said(paul):
    code = create_code({"name": "Assurances"}, paul)
    change_code(code, {"name": "Assurances et contrats", "definition": "x"}, paul, "Plus large")
    before = CodeChange.objects.filter(kind="changed").values_list("before", "note").get()
    assert before == ({"name": "Assurances", "definition": "", "examples": "", "parent": ""}, "Plus large")


def test_a_name_is_taken_once(paul):
    create_code({"name": "Assurances"}, paul)
    with pytest.raises(CodebookError, match="déjà"):
        create_code({"name": "assurances"}, paul)


def test_no_code_within_itself(paul):
    outer = create_code({"name": "Dehors"}, paul)
    inner = create_code({"name": "Dedans", "parent": outer}, paul)
    with pytest.raises(CodebookError, match="en lui-même"):
        change_code(outer, {"parent": inner}, paul)


def test_a_merged_code_gives_its_verbatims_and_stays_readable(verbatim, paul):
    quality, droits = Code.objects.get(code="qualite"), Code.objects.get(code="droits")
    assert merge_codes(quality, droits, paul, "Doublon") == 1
    assert [code.code for code in verbatim.codes.all()] == ["droits"]
    change = CodeChange.objects.get(kind="merged")
    assert (change.code, list(change.into.all()), change.before["verbatims"]) == (quality, [droits], [verbatim.pk])
    assert Code.objects.get(code="qualite").retired_at is not None
    assert "qualite" not in str(code_choices())
    with pytest.raises(CodebookError, match="déjà retiré"):
        merge_codes(Code.objects.get(code="qualite"), droits, paul)


def test_a_split_code_leaves_its_verbatims_to_be_coded_again(verbatim, paul):
    with pytest.raises(CodebookError, match="au moins deux"):
        split_code(Code.objects.get(code="qualite"), ["Image"], paul)
    created = split_code(Code.objects.get(code="qualite"), ["Qualité de l’image", "", "Qualité du son"], paul)
    assert [(code.name, code.parent.code) for code in created] == [
        ("Qualité de l’image", "freins"),
        ("Qualité du son", "freins"),
    ]
    assert [code.code for code in verbatim.codes.all()] == ["qualite"]
    assert history() == [
        ("qualite-de-limage", "created"),
        ("qualite-du-son", "created"),
        ("qualite", "split"),
    ]


def test_merging_into_itself_or_above_others_is_refused(verbatim, paul):
    quality, obstacles = Code.objects.get(code="qualite"), Code.objects.get(code="freins")
    with pytest.raises(CodebookError, match="autre code"):
        merge_codes(quality, quality, paul)
    with pytest.raises(CodebookError, match="contient d’autres"):
        merge_codes(obstacles, quality, paul)
