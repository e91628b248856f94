"""How a level is worded, drawn and marked, and what it is compared with."""

import re

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string

from interviews.analysis import constants
from tests.factories import make_use_case
from tests.usecases.pages import publish, rendered, study_of_2024, words
from usecases.comparison import rating_history, rating_rows
from usecases.editions import RatingDraft
from usecases.models import Dimension, Rating
from usecases.wording import LEVEL_LABELS, OUR_WORDINGS, SMALL_BASE, level_label

pytestmark = pytest.mark.django_db

Status = Rating.Status


# --- Wordings and marks


def test_level_wordings_are_those_of_the_contract():
    assert {dimension.value: list(labels.values()) for dimension, labels in LEVEL_LABELS.items()} == {
        "maturity": [
            "Technologie en développement",
            "Technologie existante en évolution rapide",
            "Technologie existante",
        ],
        "impact": [
            "Assistance sur des tâches existantes",
            "Automatisation d’une partie des tâches",
            "Transformation ou remplacement de l’essentiel des tâches",
        ],
        "adoption": ["Usage émergent", "Usage en diffusion", "Usage majoritaire"],
    }
    assert {(dimension.value, level) for dimension, level in OUR_WORDINGS} == {
        ("impact", 3),
        ("adoption", 1),
        ("adoption", 2),
        ("adoption", 3),
    }
    assert level_label("maturity", None) == "non renseigné"


@pytest.mark.parametrize(
    ("level", "dimension", "text", "discs"),
    [
        (
            2,
            "maturity",
            "maturité 2 sur 3\u00a0: technologie existante en évolution rapide",
            ["on", "on", "off"],
        ),
        (3, "adoption", "adoption 3 sur 3\u00a0: usage majoritaire", ["on", "on", "on"]),
        (None, "impact", "impact\u00a0: non renseigné", ["unknown", "unknown", "unknown"]),
    ],
)
def test_dots_draw_a_level_and_say_it(level, dimension, text, discs):
    html = Template("{% dots level dimension %}").render(Context({"level": level, "dimension": dimension}))
    assert words(html) == text
    assert re.findall(r'<circle class="(\w+)"', html) == discs
    assert 'aria-hidden="true"' in html


def test_dots_beside_a_wording_do_not_repeat_it():
    assert rendered("{% dots 1 'impact' worded=False %}") == "impact 1 sur 3"


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        (1, 2, "▲ +1 niveau"),
        (1, 3, "▲ +2 niveaux"),
        (3, 2, "▼ \u22121 niveau"),
        (2, 2, "= inchangé"),
        (None, 2, ""),
        (2, None, ""),
    ],
)
def test_change_is_told_in_words(before, after, text):
    assert rendered("{% change before after %}", before=before, after=after) == text


@pytest.mark.parametrize(
    ("status", "reason", "text"),
    [
        (Status.RAISED, "", "▲ relevée"),
        (Status.LOWERED, "", "▼ abaissée"),
        (Status.CONFIRMED, "", "= confirmée"),
        (Status.CONTESTED, "polarised", "contestée (avis opposés)"),
        (Status.INSUFFICIENT, "", "base insuffisante"),
    ],
)
def test_status_is_told_in_words(status, reason, text):
    assert rendered("{% status rating %}", rating=Rating(status=status, reason=reason)) == text


def test_base_is_marked_below_thirty():
    shown = [rendered("{% base count %}", count=count) for count in (29, 30, 1132, 0, None)]
    assert shown == ["n = 29 †", "n = 30", "n = 1\u202f132", "n = 0 †", ""]


def test_marks_are_explained_with_the_thresholds_of_the_method():
    legend = words(render_to_string("components/marks.html", {"with_bases": True}))
    assert SMALL_BASE == constants.N_FLAG
    assert f"moins de {constants.N_FLAG} personnes" in legend
    assert f"moins de {constants.N_RATE} réponses" in legend


# --- Comparison


def test_rating_rows_put_an_edition_beside_an_earlier_one():
    case = make_use_case("Sous-titrage")
    first = study_of_2024("sous-titrage")
    second = publish(2026, RatingDraft("sous-titrage", Dimension.MATURITY, 3, Status.RAISED), previous=first)
    (row,) = rating_rows([case], second, first)
    assert [(c.dimension.value, c.level, c.earlier_level, c.wording) for c in row.cells] == [
        ("maturity", 3, 2, "Technologie existante"),
        ("impact", None, None, ""),
        ("adoption", None, None, ""),
    ]


def test_rating_rows_without_any_edition_are_empty_cells():
    (row,) = rating_rows([make_use_case()], None, None)
    assert [(c.level, c.earlier_level) for c in row.cells] == [(None, None)] * 3


def test_history_keeps_the_wording_of_a_level_that_is_not_known():
    """The anti-cheat sheet: a wording, no dots."""
    case = make_use_case("Triche")
    edition = publish(2024, RatingDraft("triche", Dimension.IMPACT, None, Status.NOT_PROVIDED, label="Assistance"))
    history = rating_history(case, [edition])
    assert [(d.value, c.level, c.wording) for d, ((_, c),) in history] == [
        ("maturity", None, ""),
        ("impact", None, "Assistance"),
        ("adoption", None, ""),
    ]
