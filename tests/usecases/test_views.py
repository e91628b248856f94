"""The sheet, the editions, the glossary and the study; what every public page owes."""

import re

import pytest

from tests.factories import make_occupation, make_use_case
from tests.usecases.pages import page, publish, study_of_2024, words
from usecases.editions import RatingDraft
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

pytestmark = pytest.mark.django_db

BANNER = "Données fictives — démonstration."
Status = Rating.Status


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
            details={"interpolated_median": 2.26, "dk_share": 0.125},
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
        "Maturité technologique maturité 2 sur 3 En évolution donnée par l’étude"
        " maturité 2 sur 3 Technologie existante en évolution rapide contestée (tendance à la hausse) · n = 31"
        " médiane interpolée\u00a0: 2,3 ne savent pas\u00a0: 12,5\u202f% Niveau calculé\u00a0: 3 sur 3. Trop tôt."
        in text
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
    publish(2024, is_fictional=True)
    text = page(client, "/cas-usage/piratage/")
    assert "Cas d’usage non retenu Note de l’étude." in text
    assert "Notes" not in text
    assert BANNER not in text


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


def test_edition_says_first_what_it_changes(client):
    for name in ("Doublage", "Montage"):
        make_use_case(name)
    first = study_of_2024("doublage", "montage")
    publish(
        2026,
        RatingDraft("doublage", Dimension.MATURITY, 3, Status.RAISED, base=30),
        RatingDraft("doublage", Dimension.ADOPTION, 1, Status.FIRST, base=30),
        RatingDraft("montage", Dimension.MATURITY, 2, Status.CONFIRMED, base=30),
        RatingDraft("montage", Dimension.ADOPTION, 2, Status.FIRST, base=30),
        previous=first,
    )
    text = page(client, "/editions/2/")
    changes = text[text.index("Ce qui change") : text.index("Télécharger")].strip()
    assert changes.replace("&nbsp;", "\u00a0") == (
        "Ce qui change Doublage, maturité\u00a0:"
        " maturité 2 sur 3\u00a0: technologie existante en évolution rapide"
        " devient maturité 3 sur 3\u00a0: technologie existante"
        " Nombre de notes, par statut Statut MaturitéImpactAdoption"
        " Relevée 100 Première note 002 Confirmée 100"
    )
    assert "Ce qui change" not in page(client, "/editions/1/")


def test_edition_that_moves_no_level_says_so(client):
    make_use_case("Doublage")
    first = study_of_2024("doublage")
    publish(2026, RatingDraft("doublage", Dimension.MATURITY, 2, Status.CONFIRMED, base=30), previous=first)
    assert "Ce qui change Aucun niveau déjà connu ne change." in page(client, "/editions/2/")


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

QUERIES = {"/": 8, "/cas-usage/cas-1/": 18, "/editions/": 2, "/editions/2/": 4, "/glossaire/": 1, "/etude/": 2}


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
