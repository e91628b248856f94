"""The list of use cases: filters, ratings beside 2024, use cases not retained, fictional editions."""

import re

import pytest
from django.urls import reverse

from tests.factories import make_occupation, make_use_case
from tests.usecases.pages import page, publish, study_of_2024
from usecases.editions import RatingDraft
from usecases.filters import folded
from usecases.models import (
    Dimension,
    Edition,
    Rating,
    Stage,
    Tool,
    UseCase,
    UseCaseOccupation,
    UseCaseStage,
    ValueChain,
)

pytestmark = pytest.mark.django_db

BANNER = "Données fictives — démonstration."
Status = Rating.Status


# --- Catalogue


def shown_names(client, query=""):
    html = client.get(reverse("home") + query).content.decode()
    return re.findall(r'class="case-name"[^>]*>([^<]+)<', html)


@pytest.fixture
def small_catalogue():
    """Three use cases that differ in family, chain, trade and words."""
    editors = make_occupation("editors", "Monteurs")
    cinema = ValueChain.objects.create(code="cinema_audiovisual", name="Cinéma & Audiovisuel")
    game = ValueChain.objects.create(code="video_game", name="Jeu vidéo")
    post = Stage.objects.create(code="post", name="Postproduction", chain=cinema)
    mix = Stage.objects.create(code="mix", name="Mixage", chain=cinema, position=2)
    play = Stage.objects.create(code="play", name="Post-lancement", chain=game)
    writing = make_use_case("Aide à l’écriture", "Conception", summary="Un cœur d’idées.")
    dubbing = make_use_case("Doublage", "Postproduction", summary="Une voix pour chaque langue.")
    cheating = make_use_case("Triche", "Cycle de vie du jeu", summary="Repère les tricheurs.")
    dubbing.tools.add(Tool.objects.create(code="synthevoix", name="SynthéVoix"))
    for stage in (post, mix):
        UseCaseStage.objects.create(use_case=dubbing, stage=stage)
    UseCaseStage.objects.create(use_case=cheating, stage=play)
    for case in (writing, dubbing):
        UseCaseOccupation.objects.create(use_case=case, occupation=editors)


@pytest.mark.usefixtures("small_catalogue")
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Aide à l’écriture", "Triche", "Doublage"]),
        ("?family=conception", ["Aide à l’écriture"]),
        ("?chain=cinema_audiovisual", ["Doublage"]),
        ("?occupation=editors", ["Aide à l’écriture", "Doublage"]),
        ("?occupation=editors&chain=video_game", []),
        ("?q=ECRITURE", ["Aide à l’écriture"]),
        ("?q=l'ecriture", ["Aide à l’écriture"]),
        ("?q=coeur idees", ["Aide à l’écriture"]),
        ("?q=voix+tricheurs", []),
        ("?q=Conception", ["Aide à l’écriture"]),  # its family
        ("?q=monteur", ["Aide à l’écriture", "Doublage"]),  # an occupation
        ("?q=synthevoix", ["Doublage"]),  # a cited tool
        ("?q=monteur+langue", ["Doublage"]),
        ("?q=monteur&chain=video_game", []),
        ("?family=inconnue", ["Aide à l’écriture", "Triche", "Doublage"]),
    ],
)
def test_catalogue_filters(client, query, names):
    assert shown_names(client, query) == names


def test_folded_opens_what_a_search_ignores():
    assert folded("L’Œuvre À Noël") == "l'oeuvre a noel"


def test_catalogue_says_when_nothing_answers(client):
    make_use_case()
    assert "Aucun cas d’usage ne répond à ces critères." in page(client, "/?q=zzz")


def test_catalogue_says_when_it_is_empty(client):
    assert "Le catalogue est encore vide." in page(client, "/")


def test_not_retained_stands_apart_with_its_reason(client):
    make_use_case("Doublage")
    make_use_case("Piratage", status=UseCase.Status.NOT_RETAINED, status_source="Note de l’étude.")
    assert shown_names(client) == ["Doublage"]
    text = page(client, "/")
    assert "Cas d’usage non retenus Piratage Note de l’étude." in text
    assert "1 cas d’usage" in text


def test_catalogue_with_the_study_alone_shows_dots_without_status(client):
    make_use_case("Doublage", summary="Une voix.")
    study_of_2024("doublage")
    assert (
        "Doublage Une voix."
        " maturité 2 sur 3\u00a0: technologie existante en évolution rapide"
        " impact\u00a0: non renseigné adoption\u00a0: non renseigné" in page(client, "/")
    )


def test_catalogue_shows_the_last_edition_beside_2024(client):
    make_use_case("Doublage", summary="Une voix.")
    first = study_of_2024("doublage")
    publish(
        2026,
        RatingDraft("doublage", Dimension.MATURITY, 3, Status.RAISED, base=24),
        RatingDraft("doublage", Dimension.IMPACT, None, Status.INSUFFICIENT),
        RatingDraft("doublage", Dimension.ADOPTION, 2, Status.FIRST, base=49, share=0.408),
        previous=first,
    )
    text = page(client, "/")
    assert (
        "Doublage Une voix."
        " maturité 3 sur 3\u00a0: technologie existante ▲ relevée · n = 24 †"
        " 2024\u00a0: maturité 2 sur 3\u00a0: technologie existante en évolution rapide"
        " impact\u00a0: non renseigné base insuffisante"
        " adoption 2 sur 3\u00a0: usage en diffusion 40,8\u202f% première note · n = 49" in text
    )
    assert BANNER not in text


# --- Fictional editions


@pytest.fixture
def fictional_second():
    case = make_use_case("Doublage")
    first = study_of_2024("doublage")
    return case, publish(
        2026,
        RatingDraft("doublage", Dimension.MATURITY, 3, Status.RAISED, base=12),
        previous=first,
        is_fictional=True,
    )


def test_every_page_with_a_fictional_figure_says_so(client, fictional_second):
    case, edition = fictional_second
    addresses = ["/", case.get_absolute_url(), "/editions/", edition.get_absolute_url(), "/editions/1/"]
    assert [BANNER in page(client, address) for address in addresses] == [True, True, True, True, False]


def test_a_fictional_edition_leaves_once_a_real_one_follows(client, fictional_second):
    case, fictional = fictional_second
    publish(
        2027,
        RatingDraft("doublage", Dimension.MATURITY, 1, Status.LOWERED, base=40),
        previous=Edition.objects.get(number=1),
    )
    texts = [page(client, address) for address in ("/", case.get_absolute_url(), "/editions/")]
    assert [BANNER in text for text in texts] == [False, False, False]
    assert [fictional.title in text for text in texts] == [False, False, False]
    assert BANNER in page(client, fictional.get_absolute_url())
