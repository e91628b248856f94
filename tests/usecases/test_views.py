"""The public catalogue: what each page says, for whom it filters, what it marks, how many queries it takes."""

import re
from datetime import date

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.urls import reverse

from interviews.analysis import constants
from tests.factories import make_occupation, make_use_case
from usecases.comparison import rating_history, rating_rows
from usecases.editions import RatingDraft, publish_edition
from usecases.filters import folded
from usecases.models import (
    Benefit,
    Dimension,
    Edition,
    GlossaryTerm,
    Rating,
    SheetSection,
    Stage,
    StudyPoint,
    Theme,
    Tool,
    UseCase,
    UseCaseBenefit,
    UseCaseOccupation,
    UseCaseStage,
    ValueChain,
)
from usecases.wording import LEVEL_LABELS, OUR_WORDINGS, SMALL_BASE, level_label

pytestmark = pytest.mark.django_db

BANNER = "Données fictives — démonstration."
Status = Rating.Status


def publish(year, *drafts, **fields):
    return publish_edition(
        title=f"Édition {year}",
        published_on=date(year, 3, 6),
        collected_from=date(year - 1, 12, 1),
        collected_to=date(year, 1, 31),
        source="Source de l’édition.",
        ratings=list(drafts),
        **fields,
    )


def study_of_2024(*codes):
    """The first edition: maturity at 2 for each use case, nothing else."""
    return publish(
        2024, *[RatingDraft(code, Dimension.MATURITY, 2, Status.STUDY, label="En évolution") for code in codes]
    )


def words(html):
    """The text of a page as a reader meets it: no tags, single spaces, non-breaking ones kept."""
    body = re.sub(r"<(script|style|svg)\b.*?</\1>", "", html, flags=re.DOTALL)
    return re.sub(r"[ \n\t]+", " ", re.sub(r"<[^>]+>", "", body)).strip()


def page(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return words(response.content.decode())


def rendered(template, **context):
    return words(Template(template).render(Context(context)))


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


# --- Sheet


def test_sheet_tells_everything_of_a_use_case(client):
    case = make_use_case("Doublage", "Postproduction", summary="Une voix pour chaque langue.")
    chain = ValueChain.objects.create(code="cinema_audiovisual", name="Cinéma & Audiovisuel")
    stage = Stage.objects.create(code="post", name="Mixage", chain=chain)
    UseCaseStage.objects.create(use_case=case, stage=stage)
    UseCaseOccupation.objects.create(use_case=case, occupation=make_occupation(), proposed=True)
    benefit = Benefit.objects.create(code="time", name="Gain de temps")
    UseCaseBenefit.objects.create(use_case=case, benefit=benefit, proposed=True)
    case.tools.add(Tool.objects.create(code="x", name="Xvoix", publisher="Éditeur X"))
    sections = [(SheetSection.Kind.NOTE, "La *fin*."), (SheetSection.Kind.DESCRIPTION, "Le début.")]
    for position, (kind, body) in enumerate(reversed(sections)):
        SheetSection.objects.create(use_case=case, kind=kind, body=body, position=position)
    first = study_of_2024("doublage")
    publish(
        2026,
        RatingDraft(
            "doublage",
            Dimension.MATURITY,
            2,
            Status.CONTESTED,
            reason="leaning_up",
            base=31,
            computed_level=3,
            review_reason="Trop tôt.",
        ),
        RatingDraft("doublage", Dimension.ADOPTION, 2, Status.FIRST, base=49, share=0.408, low=0.283, high=0.545),
        previous=first,
    )
    text = page(client, "/cas-usage/doublage/")
    assert (
        "Postproduction Doublage Une voix pour chaque langue. FilièreCinéma &amp; Audiovisuel ÉtapesMixage"
        " MétiersMonteurs proposé IntérêtsGain de temps proposé Outils citésXvoix (Éditeur X) Notes" in text
    )
    assert (
        "Maturité technologique maturité 2 sur 3 En évolution relevée par l’étude"
        " maturité 2 sur 3 Technologie existante en évolution rapide contestée (tendance à la hausse) · n = 31"
        " Niveau calculé\u00a0: 3 sur 3. Trop tôt." in text
    )
    assert (
        "Adoption adoption\u00a0: non renseigné adoption 2 sur 3 Usage en diffusion première note · n = 49"
        " 40,8\u202f% d’utilisateurs (intervalle de 28,3\u202f% à 54,5\u202f%)" in text
    )
    assert "Description Le début. Note La fin." in text


def test_sheet_leads_to_its_neighbours_in_the_family(client):
    for name in ("Un", "Deux", "Trois"):
        make_use_case(name)
    make_use_case("Ailleurs", family="Diffusion")
    make_use_case("Écarté", status=UseCase.Status.NOT_RETAINED, status_source="Presse.")
    links = {
        code: re.findall(r'href="/cas-usage/(\w+)/" rel="(\w+)"', client.get(f"/cas-usage/{code}/").content.decode())
        for code in ("un", "deux", "trois", "ailleurs", "ecarte")
    }
    assert links == {
        "un": [("deux", "next")],
        "deux": [("un", "prev"), ("trois", "next")],
        "trois": [("deux", "prev")],
        "ailleurs": [],
        "ecarte": [],
    }


def test_sheet_of_a_use_case_not_retained_gives_the_reason(client):
    make_use_case("Piratage", status=UseCase.Status.NOT_RETAINED, status_source="Note de l’étude.")
    text = page(client, "/cas-usage/piratage/")
    assert "Cas d’usage non retenu Note de l’étude." in text
    assert "Notes" not in text


def test_text_typed_in_the_admin_is_never_markup(client):
    case = make_use_case("Doublage", summary="<b>gras</b>")
    SheetSection.objects.create(use_case=case, kind=SheetSection.Kind.NOTE, body="<img src=x onerror=alert(1)>")
    html = client.get("/cas-usage/doublage/").content.decode()
    assert "<b>gras" not in html
    assert "<img" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html


def test_unknown_addresses_are_not_found_in_french(client):
    for address in ("/cas-usage/inconnu/", "/editions/9/", "/nulle-part/"):
        response = client.get(address)
        assert response.status_code == 404
        assert "Cette page n’existe pas" in response.content.decode()


# --- Editions, glossary, study


def test_editions_are_listed_from_the_last(client):
    study_of_2024()
    publish(2026, respondents=1132)
    html = client.get("/editions/").content.decode()
    assert re.findall(r'<h2><a href="([^"]+)">([^<]+)</a>', html) == [
        ("/editions/2/", "Édition 2026"),
        ("/editions/1/", "Édition 2024"),
    ]
    assert "Publiée le 6\u00a0mars 2026 · 1\u202f132 répondants Source de l’édition." in words(html)


def test_editions_say_when_there_is_none(client):
    assert "Aucune édition n’est publiée." in page(client, "/editions/")


def test_edition_compares_each_level_with_its_previous(client):
    make_use_case("Doublage", summary="Une voix.")
    first = study_of_2024("doublage")
    publish(
        2026,
        RatingDraft("doublage", Dimension.MATURITY, 3, Status.RAISED, base=30),
        previous=first,
        respondents=150,
        method_version="2026.1",
        snapshot_id="abc123",
    )
    text = page(client, "/editions/2/")
    assert (
        "Publication6\u00a0mars 2026 Collectedu 1er\u00a0décembre 2025 au 31\u00a0janvier 2026 Répondants150"
        " Comparée àÉdition 2024 Méthodeversion 2026.1 Instantanéabc123" in text
    )
    assert (
        "maturité 3 sur 3\u00a0: technologie existante ▲ relevée · n = 30"
        " 2024\u00a0: maturité 2 sur 3\u00a0: technologie existante en évolution rapide ▲ +1 niveau" in text
    )


def test_glossary_has_an_anchor_for_each_term(client):
    GlossaryTerm.objects.create(code="llm", name="LLM", definition="Modèle *large*.", aliases="grand modèle")
    html = client.get("/glossaire/").content.decode()
    assert '<div id="llm">' in html
    assert "LLM grand modèle Modèle large." in words(html)


def test_study_puts_parts_under_their_point(client):
    theme = Theme.objects.create(code="objectives", name="Objectifs", intro="Trois objectifs.")
    point = StudyPoint.objects.create(code="create", name="Créer", theme=theme, body="Chercher.", position=1)
    StudyPoint.objects.create(code="last", name="Ouvrir", theme=theme, detail="2024", position=3)
    StudyPoint.objects.create(
        code="ideas", name="Générer", theme=theme, parent=point, body="Des idées.", detail="Image", position=2
    )
    text = page(client, "/etude/")
    assert "Objectifs Trois objectifs. Créer Chercher. Générer Des idées. Image Ouvrir 2024" in text


# --- Every page


QUERIES = {"/": 8, "/cas-usage/cas-1/": 16, "/editions/": 2, "/editions/2/": 3, "/glossaire/": 1, "/etude/": 2}


@pytest.mark.parametrize(("address", "queries"), QUERIES.items())
def test_pages_take_as_many_queries_for_three_rows_as_for_one(client, address, queries, django_assert_num_queries):
    theme = Theme.objects.create(code="t1", name="Thème")
    chain = ValueChain.objects.create(code="c", name="Filière")

    def add(number):
        make_use_case(f"Cas {number}", family=f"Famille {number}")
        first = UseCase.objects.get(code="cas-1")
        stage = Stage.objects.create(code=f"s{number}", name=f"Étape {number}", chain=chain)
        UseCaseStage.objects.create(use_case=first, stage=stage)
        UseCaseOccupation.objects.create(use_case=first, occupation=make_occupation(f"o{number}"))
        SheetSection.objects.create(use_case=first, kind=SheetSection.Kind.values[number], body="Texte.")
        GlossaryTerm.objects.create(code=f"g{number}", name="Terme", definition="Définition.")
        StudyPoint.objects.create(code=f"p{number}", name="Point", theme=theme)
        benefit = Benefit.objects.create(code=f"b{number}", name="Intérêt")
        UseCaseBenefit.objects.create(use_case=first, benefit=benefit)

    def publish_all(year):
        codes = UseCase.objects.values_list("code", flat=True)
        publish(year, *[RatingDraft(code, Dimension.MATURITY, 2, Status.CONFIRMED, base=40) for code in codes])

    add(1)
    publish_all(2024)
    publish_all(2025)
    with django_assert_num_queries(queries):
        client.get(address)
    Rating.objects.all().delete()
    Edition.objects.all().delete()
    add(2)
    add(3)
    for year in (2024, 2025, 2026):
        publish_all(year)
    with django_assert_num_queries(queries):
        client.get(address)


def test_pages_run_under_the_strict_policy(client):
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "style-src 'self'" in policy


def test_navigation_says_where_the_reader_is(client):
    make_use_case("Doublage")
    study_of_2024()
    current = {
        address: re.findall(r'aria-current="(\w+)">([^<]+)<', client.get(address).content.decode())
        for address in ("/", "/cas-usage/doublage/", "/editions/1/", "/glossaire/")
    }
    assert current == {
        "/": [("page", "Catalogue")],
        "/cas-usage/doublage/": [("true", "Catalogue")],
        "/editions/1/": [("true", "Éditions")],
        "/glossaire/": [("page", "Glossaire")],
    }
