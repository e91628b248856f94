"""The catalogue as a workbook, read back and compared with what it was made from."""

import io

import openpyxl
import pytest

from tests.factories import make_edition, make_use_case
from usecases.catalogue import load_catalogue
from usecases.editions import RatingDraft
from usecases.exports import write_catalogue
from usecases.models import Dimension, GlossaryTerm, Rating, SheetSection, UseCase

pytestmark = pytest.mark.django_db


def read(content):
    """Return {sheet: rows below its header}."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {
        sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows(min_row=header(sheet) + 1)]
        for sheet in book
    }


def header(sheet):
    return int(sheet.auto_filter.ref.split(":")[0][1:]) if sheet.auto_filter.ref else 0


def download(client):
    response = client.get("/catalogue.xlsx")
    assert response.headers["Content-Disposition"] == 'attachment; filename="catalogue-ia-ecran-jeu.xlsx"'
    return response.content


def test_the_whole_study_is_in_it(client):
    load_catalogue()
    sheets = read(download(client))
    assert list(sheets) == [
        *("Lisez-moi", "Cas d’usage", "Notes", "Fiches", "Étapes", "Métiers", "Intérêts", "Glossaire"),
    ]
    retained = UseCase.objects.retained()
    counts = {name: len(sheets[name]) for name in ("Cas d’usage", "Notes", "Fiches", "Glossaire", "Étapes")}
    assert counts == {
        "Cas d’usage": 64,
        "Notes": 62,
        "Fiches": SheetSection.objects.count(),
        "Glossaire": GlossaryTerm.objects.count(),
        "Étapes": retained.filter(stages__isnull=False).count(),
    }
    by_code = {row[-1]: row for row in sheets["Cas d’usage"]}
    case = UseCase.objects.get(code="assistance-a-lecriture-de-scenario")
    row = by_code[case.code]
    assert row[:2] == [case.name, case.family.name]
    assert row[5].split("\u00a0; ") == [
        f"{link.occupation.name}{' (proposé)' if link.proposed else ''}" for link in case.occupation_links.all()
    ]
    known = sum(cell not in (None, "non renseigné") for row in sheets["Notes"] for cell in row[1:3])
    assert known == Rating.objects.exclude(level=None).count() == 8


def test_levels_are_dots_and_absent_ones_are_said(client):
    make_use_case("Montage")
    make_use_case("Sous-titrage", status="not_retained", status_source="Note de l’étude")
    make_edition([RatingDraft("montage", Dimension.MATURITY, 2, Rating.Status.STUDY, label="Mûre")], is_fictional=True)
    sheets = read(download(client))
    unknown = "non renseigné"
    assert sheets["Notes"] == [["Montage", "●●○", unknown, unknown, "Mûre", unknown, unknown]]
    assert [(row[0], row[8], row[9]) for row in sheets["Cas d’usage"]] == [
        ("Montage", "retenu", None),
        ("Sous-titrage", "non retenu", "Note de l’étude"),
    ]
    first = openpyxl.load_workbook(io.BytesIO(download(client)))["Cas d’usage"]["A1"].value
    assert first.startswith("DONNÉES FICTIVES")


def test_the_same_catalogue_gives_the_same_bytes_in_as_many_queries(client, django_assert_num_queries, tmp_path):
    make_use_case("Montage")
    make_edition([RatingDraft("montage", Dimension.MATURITY, 2, Rating.Status.STUDY)])
    with django_assert_num_queries(10):
        first = download(client)
    assert download(client) == first
    make_use_case("Doublage")
    make_use_case("Étalonnage")
    with django_assert_num_queries(10):
        write_catalogue(tmp_path / "c.xlsx")
