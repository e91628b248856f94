"""The open data of an edition: valid, whole, the same for ever, and never more than the edition holds."""

import csv
import hashlib
import io
import json
import re
import zipfile

import pytest
from django.db import IntegrityError

from tests.factories import make_edition, make_use_case
from usecases.catalogue import load_catalogue
from usecases.editions import BreakdownDraft, RatingDraft, announce_file, publish_file
from usecases.models import Dimension, Edition, EditionFile, Rating
from usecases.open_data import open_data_files

pytestmark = pytest.mark.django_db
CONVENTIONS = {"CUTS": (0.16, 0.5)}
LABELS = {"occupation": {"editors": "Monteurs"}, "seniority": {"": "Non renseigné", "0_4": "Moins de 5 ans"}}
HOSTILE = "=1+1, « dit »\nsur deux lignes"


@pytest.fixture
def edition():
    make_use_case("Montage")
    make_use_case("Sous-titrage")
    adoption = RatingDraft(
        "montage",
        Dimension.ADOPTION,
        2,
        Rating.Status.DECIDED,
        label="Usage en diffusion",
        base=41,
        share=0.26829,
        low=0.15685,
        high=0.41955,
        probability=0.8125,
        details={"mark": "", "usage": {"regular": 0.12195, "abandoned": None}, "intention": {"mark": "b", "base": 8}},
        computed_level=1,
        reviewer="ana",
        review_reason=HOSTILE,
        breakdowns=(
            BreakdownDraft("occupation", "editors", 31, 0.32258, 0.18573, 0.49859, ""),
            BreakdownDraft("occupation", "writers", None, None, None, None, "s"),
            BreakdownDraft("seniority", "", 6, None, None, None, "b"),
            BreakdownDraft("seniority", "0_4", 35, 0.2, 0.1, 0.35, "", 0.25714),
        ),
    )
    maturity = RatingDraft("sous-titrage", Dimension.MATURITY, None, Rating.Status.INSUFFICIENT, details={"shares": []})
    about = {"snapshot_id": "abc123", "method_version": "1.0", "title": "Édition 2026"}
    return make_edition([adoption, maturity], category_labels=LABELS, conventions=CONVENTIONS, **about)


def published(client, name):
    response = client.get(f"/editions/1/donnees/{name}")
    assert response.status_code == 200
    return response.content


def rows(content):
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def test_every_published_rating_is_there_rounded_as_printed(client, edition):
    assert rows(published(client, "ratings.csv")) == [
        {
            **{"use_case": "montage", "dimension": "adoption", "level": "2", "label": "Usage en diffusion"},
            **{"status": "decided", "status_label": "fixée par décision", "reason": "", "base": "41"},
            **{"share": "0.268", "low": "0.157", "high": "0.42", "probability": "0.813", "computed_level": "1"},
            **{"decision_reason": f"'{HOSTILE}", "mark": ""},
        },
        {
            **{"use_case": "sous-titrage", "dimension": "maturity", "level": "", "label": ""},
            **{"status": "insufficient", "status_label": "base insuffisante", "reason": "", "base": ""},
            **{"share": "", "low": "", "high": "", "probability": "", "computed_level": ""},
            **{"decision_reason": "", "mark": ""},
        },
    ]
    assert rows(published(client, "use_cases.csv")) == [
        {"code": code, "name": name, "family": "postproduction", "family_name": "Postproduction"}
        for code, name in (("montage", "Montage"), ("sous-titrage", "Sous-titrage"))
    ]
    assert [list(row.values()) for row in rows(published(client, "breakdowns.csv"))] == [
        ["montage", "adoption", *row]
        for row in (
            ("occupation", "editors", "Monteurs", "31", "0.323", "0.186", "0.499", "", ""),
            ("occupation", "writers", "", "", "", "", "", "", "s"),  # nobody named it: its code alone
            ("seniority", "not_given", "Non renseigné", "6", "", "", "", "", "b"),  # a key of a table is never empty
            ("seniority", "0_4", "Moins de 5 ans", "35", "0.2", "0.1", "0.35", "0.257", ""),
        )
    ]
    assert [list(row.values())[2:] for row in rows(published(client, "figures.csv"))] == [
        ["intention/base", "8", ""],
        ["intention/mark", "", "b"],
        ["mark", "", ""],
        ["usage/regular", "0.122", ""],
    ]


def test_the_json_says_the_same(client, edition):
    whole = json.loads(published(client, "edition.json"))
    assert (whole["edition"], whole["title"], whole["snapshot"]) == (1, "Édition 2026", "abc123")
    montage = whole["use_cases"][0]
    assert (montage["code"], list(montage["ratings"])) == ("montage", ["adoption"])
    rating = montage["ratings"]["adoption"]
    assert {name: rating[name] for name in ("level", "base", "share", "decision_reason")} == {
        "level": 2,
        "base": 41,
        "share": 0.268,
        "decision_reason": HOSTILE,
    }
    assert rating["breakdowns"][1:3] == [
        {
            **{"variable": "occupation", "category": "writers", "category_label": None, "base": None},
            **{"share": None, "low": None, "high": None, "unweighted_share": None, "mark": "s"},
        },
        {
            **{"variable": "seniority", "category": "not_given", "category_label": "Non renseigné", "base": 6},
            **{"share": None, "low": None, "high": None, "unweighted_share": None, "mark": "b"},
        },
    ]
    assert "ana" not in published(client, "edition.json").decode().split()  # who decided is not for the public


CASTS = {"string": str, "integer": int, "number": float}


def check_package(package, read):
    """Check a tabular data package by the words of its specification (Data Package v1, Table Schema v1)."""
    assert package["profile"] == "tabular-data-package"
    assert re.fullmatch(r"[-a-z0-9._/]+", package["name"])
    assert all(licence.get("name") or licence.get("path") for licence in package["licenses"])
    values = {}
    for resource in package["resources"]:
        assert resource["profile"] == "tabular-data-resource"
        assert re.fullmatch(r"[-a-z0-9._/]+", resource["name"])
        content = read(resource["path"])
        assert (resource["bytes"], resource["hash"]) == (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}")
        schema = resource["schema"]
        table = values[resource["name"]] = rows(content)
        fields = {field["name"]: field for field in schema["fields"]}
        assert len(fields) == len(schema["fields"])
        assert content.decode().splitlines()[0].split(",") == list(fields)
        for row in table:
            for name, text in row.items():
                constraints = fields[name].get("constraints", {})
                if text in schema["missingValues"]:
                    assert not constraints.get("required")
                else:
                    value = CASTS[fields[name]["type"]](text)
                    assert value in constraints.get("enum", [value])
        keys = [tuple(row[name] for name in schema["primaryKey"]) for row in table]
        assert len(set(keys)) == len(keys)
        for key in schema.get("foreignKeys", []):
            reference = key["reference"]
            known = {row[reference["fields"]] for row in values[reference["resource"]]}
            assert {row[key["fields"]] for row in table} <= known
    return {name: len(table) for name, table in values.items()}


def test_the_package_is_valid_and_describes_what_is_there(client, edition):
    package = json.loads(published(client, "datapackage.json"))
    counts = check_package(package, lambda path: published(client, path))
    assert counts == {"use_cases": 2, "ratings": 2, "breakdowns": 4, "figures": 4}
    assert package["licenses"][0]["name"] == "etalab-2.0"
    warned = {each["name"]: each["description"] for each in package["resources"] if "description" in each}
    assert warned == {
        "breakdowns": "Une personne peut avoir plusieurs métiers ou secteurs\u00a0: les lignes ne s’additionnent pas."
    }
    with zipfile.ZipFile(io.BytesIO(published(client, "donnees.zip"))) as archive:
        assert check_package(json.loads(archive.read("datapackage.json")), archive.read) == counts


def test_the_study_has_its_open_data_too_and_they_are_published_once(client):
    load_catalogue()
    before = dict(EditionFile.objects.values_list("name", "sha256"))
    load_catalogue()
    assert dict(EditionFile.objects.values_list("name", "sha256")) == before
    package = json.loads(published(client, "datapackage.json"))
    assert check_package(package, lambda path: published(client, path)) == {
        **{"use_cases": 62, "ratings": 124, "breakdowns": 0, "figures": 0}
    }
    assert package["licenses"][0]["name"] == "notspecified"  # the study's rights are not ours to give


def test_an_edition_of_an_older_version_gets_its_open_data(client):
    load_catalogue()
    EditionFile.objects.all().delete()
    load_catalogue()
    assert EditionFile.objects.count() == 7


def test_the_method_s_constants_stand_beside_the_snapshot(client, edition):
    for name in ("datapackage.json", "edition.json"):
        about = json.loads(published(client, name))
        assert (about["snapshot"], about["method_version"]) == ("abc123", "1.0")
        assert about["method_constants"] == {"CUTS": [0.16, 0.5]}


def test_a_fictional_edition_says_so_in_every_description(client):
    make_use_case("Montage")
    draft = RatingDraft("montage", Dimension.MATURITY, 2, Rating.Status.CONFIRMED)
    make_edition([draft], is_fictional=True, snapshot_id="abc")
    for name in ("datapackage.json", "edition.json"):
        about = json.loads(published(client, name))
        assert about["fictional"] is True
        assert about["title"].startswith("DONNÉES FICTIVES")


def test_what_is_published_never_changes(client, edition):
    before = published(client, "donnees.zip")
    assert {file.name: file.content for file in open_data_files(edition, LABELS, CONVENTIONS)}["donnees.zip"] == before
    edition.ratings.first().use_case.family.__class__.objects.update(name="Renommée depuis")
    assert published(client, "donnees.zip") == before


def test_a_program_that_has_the_file_is_told_so(client, edition):
    first = client.get("/editions/1/donnees/ratings.csv")
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert first.headers["Content-Disposition"] == 'attachment; filename="edition-1-ratings.csv"'
    again = client.get("/editions/1/donnees/ratings.csv", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_page_offers_the_files_and_says_what_is_being_prepared(client, edition):
    announce_file(edition, "resultats.xlsx", "Classeur des résultats")
    page = client.get("/editions/1/").content.decode()
    assert page.count("/editions/1/donnees/") == 7
    assert "en préparation" in page
    assert client.get("/editions/1/donnees/resultats.xlsx").status_code == 404
    assert publish_file(edition, "resultats.xlsx", b"PK")
    assert not publish_file(edition, "resultats.xlsx", b"autre")
    assert published(client, "resultats.xlsx") == b"PK"
    assert "en préparation" not in client.get("/editions/1/").content.decode()


def test_nothing_else_is_served(client, edition):
    for name in ("absent.csv", "..%2Fedition.json", "ratings"):
        assert client.get(f"/editions/1/donnees/{name}").status_code == 404
    assert client.post("/editions/1/donnees/ratings.csv").status_code == 405


def test_a_file_is_announced_once_and_is_whole_or_not_there(edition):
    announce_file(edition, "resultats.xlsx", "Classeur")
    with pytest.raises(IntegrityError):
        EditionFile.objects.create(edition=Edition.objects.get(), name="x.csv", title="X", content=b"sans taille")
