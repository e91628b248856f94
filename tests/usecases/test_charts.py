"""The pictures of a sheet: what an edition shows, and nothing of what it hides."""

import re

import pytest

from tests.factories import make_edition, make_use_case
from usecases.charts import published_charts
from usecases.editions import RatingDraft
from usecases.models import Benefit, Dimension, Rating, SheetSection, UseCase

pytestmark = pytest.mark.django_db

Status = Rating.Status
LEVELS = {"mark": "†", "shares": [0.1, 0.2, 0.7], "dk_share": 0.0, "probabilities": [0.0, 0.1, 0.9]}
FUNNEL = {"aware": 0.8, "tried": 0.5, "current": 0.25, "regular": 0.1}
BENEFITS = {"mark": "†", "base": 12, "shares": {"time": 0.75, "cost": 0.0}}
INTENTION = {"mark": "†", "base": 15, "shares": {"yes": 0.4, "maybe": 0.4, "no": 0.2}}
HIDDEN = {"mark": "s", "base": None, "shares": None}


def publish(*drafts):
    make_use_case("Doublage")
    Benefit.objects.create(code="time", name="Gain de temps")
    edition = make_edition([RatingDraft("doublage", "maturity", 2, Status.STUDY)], title="Étude 2024")
    return make_edition(drafts, title="Édition 2025", previous=edition)


def maturity(**fields):
    fields = {"base": 20, "details": LEVELS} | fields
    return RatingDraft("doublage", Dimension.MATURITY, 3, Status.RAISED, **fields)


def adoption(**details):
    details = {
        "mark": "†",
        "funnel": FUNNEL,
        "intention": INTENTION,
        "benefits": BENEFITS,
        "barriers": HIDDEN,
    } | details
    figures = {"base": 24, "share": 0.25, "low": 0.12, "high": 0.45}
    return RatingDraft("doublage", Dimension.ADOPTION, 2, Status.FIRST, **figures, details=details)


def titles(edition):
    charts = published_charts(list(edition.ratings.all()), edition)
    return {name: chart.title for name, chart in charts.items()}


def test_what_is_published_is_drawn():
    assert titles(publish(maturity(), adoption())) == {
        "maturity": "70\u202f% des réponses placent la maturité à ●●●",
        "usage": "50\u202f% l’ont essayé, 25\u202f% l’utilisent aujourd’hui",
        "intention": "40\u202f% des non-utilisateurs comptent s’y mettre, 20\u202f% non",
        "benefits": "«\u00a0Gain de temps\u00a0» vient en tête, cité par 75\u202f%",
    }


def test_what_is_hidden_is_not_drawn():
    hidden = dict.fromkeys(LEVELS) | {"mark": "s"}
    masked = RatingDraft(
        "doublage",
        Dimension.ADOPTION,
        None,
        Status.INSUFFICIENT,
        details={"mark": "s", "funnel": None, "intention": HIDDEN, "benefits": HIDDEN, "barriers": HIDDEN},
    )
    assert titles(publish(maturity(base=None, details=hidden), masked)) == {}


def test_the_study_of_2024_has_no_figure_to_draw():
    assert titles(publish(RatingDraft("doublage", Dimension.MATURITY, 2, Status.STUDY))) == {}


def test_the_sheet_shows_each_chart_with_its_numbers_and_its_picture(client):
    publish(maturity(), adoption())
    page = client.get("/cas-usage/doublage/").content.decode()
    names = re.findall(r'<figure class="chart" id="graphique-([^"]+)"', page)
    assert names == ["maturity", "usage", "intention", "benefits", "history"]
    for name in names:
        picture = client.get(f"/cas-usage/doublage/graphiques/{name}.png")
        assert (picture.status_code, picture.content[:4]) == (200, b"\x89PNG")
        assert "public" in picture["Cache-Control"]
    assert client.get("/cas-usage/doublage/graphiques/barriers.png").status_code == 404


def test_a_first_level_is_no_history(client):
    edition = make_edition(title="Étude 2024")
    make_use_case("Doublage")
    make_edition([maturity()], title="Édition 2025", previous=edition)
    page = client.get("/cas-usage/doublage/").content.decode()
    assert re.findall(r'<figure class="chart" id="graphique-([^"]+)"', page) == ["maturity"]
    assert client.get("/cas-usage/doublage/graphiques/history.png").status_code == 404


def test_what_the_study_says_comes_before_the_pictures(client):
    publish(maturity())
    UseCase.objects.get().sections.create(kind=SheetSection.Kind.DESCRIPTION, body="Traduit les voix.")
    page = client.get("/cas-usage/doublage/").content.decode()
    headings = re.findall(r'<h2 id="([^"]+)"', page)
    assert headings == ["notes", "rubrique-description", "en-images"]


def test_without_a_measure_there_is_no_picture(client):
    make_use_case("Doublage")
    assert "En images" not in client.get("/cas-usage/doublage/").content.decode()
    assert client.get("/cas-usage/doublage/graphiques/history.png").status_code == 404


def test_page_and_picture_hold_the_same_shapes(client):
    """The page is the same drawing as the file: a figure hidden in one is hidden in the other."""
    edition = publish(maturity(), adoption())
    chart = published_charts(list(edition.ratings.all()), edition)["usage"]
    assert [row for row in chart.rows if "25,0\u202f%" in row] == [
        ("Utilisent", "25,0\u202f%", "12,0\u202f% à 45,0\u202f%")
    ]
