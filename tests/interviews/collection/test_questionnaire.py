import re
import tomllib
from importlib import import_module

import pytest
from django.apps import apps

from interviews.collection.core_wordings import WORDINGS, Wording
from interviews.collection.questionnaire import DATA, QuestionnaireError, load_questionnaire
from interviews.models import Answer, Item, Module, Questionnaire
from interviews.models.questionnaire import first_core_versions
from tests.factories import make_campaign, make_questionnaire, make_response

pytestmark = pytest.mark.django_db


def write(tmp_path, text):
    path = tmp_path / "questionnaire.toml"
    path.write_text(text, encoding="utf-8")
    return path


SMALL = """
code = "petit"
version = 1
title = "Petit questionnaire"

[core]
usage = 1
maturity = 1
impact = 1
intention = 1
benefits = 1
barriers = 1
tools = 1
satisfaction = 1

[[option_sets]]
code = "yes_no"
options = [["yes", "Oui"], ["no", "Non"]]

[[modules]]
code = "general"
title = "En général"

[[modules.items]]
code = "used"
kind = "single"
options = "yes_no"
wording = "L’avez-vous utilisé ?"

[[modules.items]]
code = "satisfied"
kind = "single"
options = "yes_no"
dont_know = true
asked_if = { item = "used", codes = ["yes"] }
wording = "En êtes-vous content ?"
"""


def test_the_instrument_has_every_module_and_the_codes_of_the_contract():
    questionnaire, outcome = load_questionnaire()
    assert outcome == "created"
    assert list(questionnaire.modules.values_list("code", flat=True)) == [
        "profile",
        "ai_use",
        "ai_tools_used",
        "use_cases",
        "objectives",
        "obstacles",
        "employment",
        "illustrations",
        "offer_effects",
        "long_term",
        "free_words",
    ]
    counts = {
        module.code: module.items.count() for module in questionnaire.modules.all() if module.kind == Module.Kind.ITEMS
    }
    assert counts == {
        "ai_use": 4,
        "ai_tools_used": 4,
        "objectives": 6,  # the parts of the three objectives
        "obstacles": 9,
        "employment": 8,  # own workload, the four factors, the strategies, the two stated needs
        "illustrations": 12,  # six, each with plausibility and horizon
        "offer_effects": 8,
        "long_term": 5,
        "free_words": 1,
    }
    items = {item.code: item for item in Item.objects.select_related("option_set", "asked_if")}
    tracked = {
        code: (
            items[code].kind,
            items[code].asked_if.code if items[code].asked_if else None,
            list(items[code].option_set.options.values_list("code", flat=True)) if items[code].option_set else None,
        )
        for code in ("ai_ever_used", "genai_ever_used", "ai_frequency", "ai_tools", "ai_satisfaction")
    }
    assert tracked == {
        "ai_ever_used": ("single", None, ["yes", "no"]),
        "genai_ever_used": ("single", "ai_ever_used", ["yes", "no"]),
        "ai_frequency": ("scale", None, ["daily", "weekly", "monthly", "rarely", "never"]),
        "ai_tools": ("multiple", "ai_ever_used", None),
        "ai_satisfaction": (
            "scale",
            "ai_ever_used",
            ["very_satisfied", "satisfied", "dissatisfied", "very_dissatisfied"],
        ),
    }


def test_its_french_is_typeset():
    text = DATA.read_text(encoding="utf-8")
    sentences = [value for value in walk(tomllib.loads(text)) if isinstance(value, str)]
    wrong = [s for s in sentences if re.search(r" [?;:!»]|« |\w'\w", s)]
    assert wrong == []


def walk(value):
    if isinstance(value, dict):
        for part in value.values():
            yield from walk(part)
    elif isinstance(value, list):
        for part in value:
            yield from walk(part)
    else:
        yield value


def test_loading_again_changes_nothing(tmp_path):
    path = write(tmp_path, SMALL)
    load_questionnaire(path)
    before = list(Item.objects.values_list("pk", "code"))
    assert load_questionnaire(path)[1] == "unchanged"
    assert list(Item.objects.values_list("pk", "code")) == before


def test_a_version_without_answers_follows_its_file(tmp_path):
    load_questionnaire(write(tmp_path, SMALL))
    assert load_questionnaire(write(tmp_path, SMALL.replace("content ?", "satisfait ?")))[1] == "updated"
    assert Item.objects.get(code="satisfied").wording == "En êtes-vous satisfait ?"


def test_a_version_with_answers_never_changes(tmp_path):
    questionnaire, _ = load_questionnaire(write(tmp_path, SMALL))
    response = make_response(make_campaign(questionnaire))
    Answer.objects.create(response=response, item=Item.objects.get(code="used"), value="yes")
    with pytest.raises(QuestionnaireError) as error:
        load_questionnaire(write(tmp_path, SMALL.replace("content ?", "satisfait ?")))
    assert str(error.value) == (
        "La version 1 du questionnaire « petit » a déjà des réponses : elle ne change plus. "
        "Dans questionnaire.toml, donnez au questionnaire modifié la version 2."
    )
    assert load_questionnaire(write(tmp_path, SMALL.replace("version = 1", "version = 2")))[1] == "created"
    assert Questionnaire.objects.count() == 2


def test_every_mistake_of_the_file_is_named_and_nothing_is_written(tmp_path):
    broken = (
        SMALL.replace('kind = "single"', 'kind = "free"', 1)
        .replace('options = "yes_no"\ndont_know', 'options = "maybe"\ndont_know')
        .replace('item = "used"', 'item = "later"')
    )
    with pytest.raises(QuestionnaireError) as error:
        load_questionnaire(write(tmp_path, broken))
    assert str(error.value).splitlines() == [
        "questionnaire.toml, question « used » : nature « free » inconnue (single, multiple, scale, number, text).",
        "questionnaire.toml, question « satisfied » : jeu de réponses « maybe » inconnu.",
        "questionnaire.toml, question « satisfied » : posée selon « later », qui n’est pas une question précédente.",
    ]
    assert Questionnaire.objects.count() == 0


def test_each_core_question_has_the_version_that_the_file_says(tmp_path, monkeypatch):
    monkeypatch.setitem(WORDINGS["usage"], 2, Wording("Et vous ?"))
    questionnaire, _ = load_questionnaire(write(tmp_path, SMALL.replace("usage = 1", "usage = 2")))
    questionnaire.refresh_from_db()
    assert questionnaire.core_versions == first_core_versions() | {"usage": 2}


def test_a_version_with_answers_keeps_its_core_questions(tmp_path, monkeypatch):
    monkeypatch.setitem(WORDINGS["usage"], 2, Wording("Et vous ?"))
    questionnaire, _ = load_questionnaire(write(tmp_path, SMALL))
    make_response(make_campaign(questionnaire))
    with pytest.raises(QuestionnaireError, match="donnez au questionnaire modifié la version 2"):
        load_questionnaire(write(tmp_path, SMALL.replace("usage = 1", "usage = 2")))
    questionnaire.refresh_from_db()
    assert questionnaire.core_versions == first_core_versions()
    second = SMALL.replace("usage = 1", "usage = 2").replace("version = 1", "version = 2")
    assert load_questionnaire(write(tmp_path, second))[0].core_versions == first_core_versions() | {"usage": 2}


@pytest.mark.parametrize(
    ("old", "new", "mistakes"),
    [
        (
            "usage = 1\n",
            "",
            ["table « core », question « usage » : version absente. Ajoutez la ligne « usage = 1 » (connues : 1)."],
        ),
        (
            "usage = 1\n",
            "usages = 1\n",
            [
                "table « core » : question « usages » inconnue (usage, maturity, impact, intention, benefits, "
                "barriers, tools, satisfaction).",
                "table « core », question « usage » : version absente. Ajoutez la ligne « usage = 1 » (connues : 1).",
            ],
        ),
        *(
            (
                "impact = 1\n",
                f"impact = {written}\n",
                [
                    f"table « core », question « impact » : la version {said} n’a pas de formulation "
                    "(connues : 1). Écrivez-la dans interviews/collection/core_wordings.py, ou corrigez ce numéro."
                ],
            )
            for written, said in (("2", "2"), ("true", "True"), ('"1"', "1"), ("[1]", "[1]"))
        ),
    ],
)
def test_a_mistake_about_a_core_question_says_where_and_what_to_do(tmp_path, old, new, mistakes):
    with pytest.raises(QuestionnaireError) as error:
        load_questionnaire(write(tmp_path, SMALL.replace(old, new)))
    assert str(error.value).splitlines() == [f"questionnaire.toml, {each}" for each in mistakes]
    assert Questionnaire.objects.count() == 0


def test_a_file_without_the_table_says_every_line_to_add(tmp_path):
    start, end = SMALL.index("[core]"), SMALL.index("[[option_sets]]")
    for written in ("", "core = 1\n"):
        with pytest.raises(QuestionnaireError) as error:
            load_questionnaire(write(tmp_path, SMALL[:start] + written + SMALL[end:]))
        assert re.findall(r"Ajoutez la ligne « (\w+) = 1 »", str(error.value)) == list(first_core_versions())


def test_what_was_loaded_before_core_versions_asked_the_first_and_is_found_unchanged(tmp_path):
    """The migration completes what was loaded: a version that has answers is not refused for it."""
    migration = import_module("interviews.migrations.0014_core_versions")
    path = write(tmp_path, SMALL)
    questionnaire, _ = load_questionnaire(path)
    complete = dict(questionnaire.loaded_from)
    make_response(make_campaign(questionnaire))
    by_hand = make_questionnaire()
    migration.restore_loaded_content(apps, None)
    questionnaire.refresh_from_db()
    assert questionnaire.loaded_from == {name: part for name, part in complete.items() if name != "core"}
    migration.complete_loaded_content(apps, None)
    assert load_questionnaire(path)[1] == "unchanged"
    by_hand.refresh_from_db()
    assert by_hand.loaded_from == {}
