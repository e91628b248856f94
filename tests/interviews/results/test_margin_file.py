"""Margins from a file: all or nothing, each mistake with its sheet, row and column; and the template to fill."""

from pathlib import Path

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from cnc_survey.tables import write_csv
from cnc_survey.workbook import Column, Sheet, write_workbook
from interviews.campaigns import CampaignError
from interviews.collection.microdata_file import MicrodataError
from interviews.exports.margin_template import write_margin_template
from interviews.models import PopulationMargin
from interviews.results.margin_file import COLUMNS, SHEET, import_margins
from tests.factories import make_campaign, make_occupation

pytestmark = pytest.mark.django_db

GENDER = [
    ("gender", "woman", "Femme", "42,7", "part", "CNC, observatoire", "2019"),
    ("gender", "man|other|undisclosed", "", "57.3 %", "part", "CNC, observatoire", "2019"),
]


@pytest.fixture
def campaign():
    make_occupation("editors", "Monteurs")
    return make_campaign()


@pytest.fixture(params=["xlsx", "csv"])
def written(request, tmp_path):
    """A function that writes rows as a file of either format."""

    def write(rows, columns=COLUMNS) -> Path:
        path = tmp_path / f"marges.{request.param}"
        if request.param == "csv":
            with path.open("w", encoding="utf-8", newline="") as stream:
                write_csv(stream, columns, rows)
        else:
            write_workbook(path, [Sheet(SHEET, [Column(name) for name in columns], rows)], title="Marges")
        return path

    return write


def stored(campaign):
    columns = ("variable", "category", "target", "unit", "source", "year")
    return list(campaign.margins.order_by("pk").values_list(*columns))


def test_margins_come_from_codes_or_labels_numbers_with_a_comma_or_a_point(campaign, written):
    path = written([*GENDER, ("Métier", "monteurs", "", "1 200", "effectif", "Audiens", "2022")])
    assert import_margins(campaign, path) == 3
    assert stored(campaign) == [
        ("gender", "woman", 42.7, "share", "CNC, observatoire", 2019),
        ("gender", "man|other|undisclosed", 57.3, "share", "CNC, observatoire", 2019),
        ("occupations", "editors", 1200, "headcount", "Audiens", 2022),
    ]


def test_a_file_replaces_what_was_there(campaign, written):
    PopulationMargin.objects.create(campaign=campaign, variable="population", target=10, source="x", year=2020)
    import_margins(campaign, written(GENDER))
    assert [variable for variable, *_ in stored(campaign)] == ["gender", "gender"]


def test_every_mistake_is_named_with_its_place_and_nothing_is_written(campaign, written):
    before = PopulationMargin.objects.create(campaign=campaign, variable="population", target=10, source="x", year=2020)
    path = written(
        [
            ("gendre", "woman", "", "1", "part", "CNC", "2019"),
            ("gender", "womann|woman|woman", "", "1", "part", "CNC", "2019"),
            ("gender", "man", "", "beaucoup", "parts", "", "19"),
            ("gender", "man", "", "-3", "part", "CNC", "2019"),
            ("gender", "man", "", "120", "part", "CNC", "2019"),
            ("population", "tous", "", "10", "part", "CNC", "2019"),
            ("gender", "other", "", "", "", "", ""),
        ]
    )
    table = SHEET if path.suffix == ".xlsx" else path.name
    with pytest.raises(MicrodataError) as refused:
        import_margins(campaign, path)
    assert [str(error).replace("\u00a0", " ") for error in refused.value.errors] == [
        f"{table}, ligne 2, colonne « variable » : code « gendre » inconnu. Vouliez-vous dire « gender » ? Codes "
        "admis : population, sectors, occupations, structure_type, structure_size, seniority, "
        "employment_status, gender, age_group.",
        f"{table}, ligne 3, colonne « modalite » : code « womann » inconnu. Vouliez-vous dire « woman » ? Codes "
        "admis : woman, man, other, undisclosed, non_renseigne.",
        f"{table}, ligne 3, colonne « modalite » : « woman » est deux fois dans la même ligne.",
        f"{table}, ligne 4, colonne « cible » : « beaucoup » n’est pas un nombre ; par exemple 1200 ou 42,7.",
        f"{table}, ligne 4, colonne « unite » : code « parts » inconnu. Vouliez-vous dire « part » ? Codes admis : "
        "effectif, part.",
        f"{table}, ligne 4, colonne « source » : source absente : qui publie ce chiffre, dans quel document ?",
        f"{table}, ligne 4, colonne « annee » : « 19 » n’est pas une année, de 1990 à 2100.",
        f"{table}, ligne 5, colonne « cible » : une cible n’est jamais négative.",
        f"{table}, ligne 6, colonne « cible » : une part ne dépasse pas 100 %.",
        f"{table}, ligne 7, colonne « modalite » : la population totale n’a pas de modalité : laissez la cellule vide.",
        f"{table}, ligne 7, colonne « unite » : la population totale est un effectif.",
    ]
    assert list(campaign.margins.all()) == [before]


def test_rows_that_contradict_one_another_are_named(campaign, written):
    path = written(
        [
            ("gender", "woman", "", "40", "part", "CNC", "2019"),
            ("gender", "woman", "", "41", "part", "CNC", "2019"),
            ("gender", "man|woman", "", "60", "effectif", "CNC", "2019"),
        ]
    )
    with pytest.raises(MicrodataError) as refused:
        import_margins(campaign, path)
    places = [(error.row, error.column, error.message.replace("\u00a0", " ")) for error in refused.value.errors]
    assert places == [
        (3, "modalite", "cette modalité est déjà à la ligne 2."),
        (4, "modalite", "« woman » figure déjà dans une autre ligne de Genre."),
        (4, "unite", "les lignes de Genre mêlent effectifs et parts : choisissez."),
    ]


@pytest.mark.parametrize(
    ("columns", "row", "message"),
    [
        (("variable", "modalite"), ("gender", "woman"), "colonne absente."),
        ((*COLUMNS, "note"), (*GENDER[0], "x"), "colonne inconnue."),
    ],
)
def test_a_table_of_another_shape_is_refused(campaign, written, columns, row, message):
    with pytest.raises(MicrodataError, match=message):
        import_margins(campaign, written([row], columns))


def test_a_file_without_a_target_is_refused(campaign, written):
    with pytest.raises(MicrodataError, match="aucune cible n’est donnée"):
        import_margins(campaign, written([("gender", "woman", "", "", "", "", "")]))


def test_another_file_is_refused(campaign, tmp_path):
    path = tmp_path / "marges.xlsx"
    with pytest.raises(MicrodataError, match="ce fichier n’existe pas"):
        import_margins(campaign, path)
    path.write_bytes(b"PK rien")
    with pytest.raises(MicrodataError, match="ce n’est pas un classeur"):
        import_margins(campaign, path, name="le mien.xlsx")
    write_workbook(path, [Sheet("Feuil1", [Column("a")], [("b",)])], title="x")
    with pytest.raises(MicrodataError, match="la feuille «\u00a0Marges\u00a0» est absente"):
        import_margins(campaign, path)


def test_a_closed_campaign_keeps_its_margins(campaign, written):
    campaign.closed_at = timezone.now()
    campaign.save()
    with pytest.raises(CampaignError, match="son redressement ne change plus"):
        import_margins(campaign, written(GENDER))


def test_the_template_holds_every_category_and_comes_back_as_it_left(campaign, written, tmp_path):
    import_margins(campaign, written(GENDER))
    before = stored(campaign)
    path = tmp_path / "modele.xlsx"
    write_margin_template(campaign, path)
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name(SHEET).to_python()
    assert rows[0] == list(COLUMNS)
    assert [row[:4] for row in rows if row[0] in ("population", "occupations", "gender")] == [
        ["population", "", "Toutes les personnes", ""],
        ["occupations", "editors", "Monteurs", ""],
        ["gender", "woman", "Femme", 42.7],
        ["gender", "man|other|undisclosed", "Homme + Autre + Ne souhaite pas répondre", 57.3],
        ["gender", "non_renseigne", "Non renseigné", ""],
    ]
    assert import_margins(campaign, path) == 2
    assert stored(campaign) == before


def test_an_empty_template_asks_for_targets(campaign, tmp_path):
    path = tmp_path / "modele.xlsx"
    write_margin_template(campaign, path)
    with pytest.raises(MicrodataError, match="aucune cible n’est donnée"):
        import_margins(campaign, path)
