"""Published figures of another survey, from a file: all or nothing, and again without doubles."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from cnc_survey.tables import write_csv
from cnc_survey.workbook import Column, Sheet, write_workbook
from interviews.collection.microdata_file import MicrodataError
from interviews.models import ReferenceFigure
from interviews.results.reference_file import COLUMNS, SHEET, LoadReport, load_reference_series
from tests.factories import YES_NO, make_item, make_questionnaire

pytestmark = pytest.mark.django_db

# An invented barometer, in the shape of the published ones: « a déjà utilisé », with and without its base.
USED = ("ai_ever_used", "yes", "36,5", "1132", "répondants", "2025-04-30", "Baromètre d’exemple, 2e édition")
EARLIER = ("ai_ever_used", "yes", "20.8", "", "", "2024-04-30", "Baromètre d’exemple, 1re édition")


@pytest.fixture(autouse=True)
def questionnaire():
    made = make_questionnaire()
    make_item(made, "ai_ever_used", options=YES_NO)
    return made


@pytest.fixture(params=["xlsx", "csv"])
def written(request, tmp_path):
    def write(*rows):
        path = tmp_path / f"barometre.{request.param}"
        if request.param == "csv":
            with path.open("w", encoding="utf-8", newline="") as stream:
                write_csv(stream, COLUMNS, rows)
        else:
            write_workbook(path, [Sheet(SHEET, [Column(name) for name in COLUMNS], rows)], title="x")
        return path

    return write


def stored():
    columns = ("item", "category", "percent", "base", "base_label", "date")
    return list(ReferenceFigure.objects.order_by("date").values_list(*columns))


def test_figures_are_loaded_then_updated_and_never_doubled(written):
    assert load_reference_series(written(USED, EARLIER)) == LoadReport(created=2, updated=0, unchanged=0)
    assert stored() == [
        ("ai_ever_used", "yes", 20.8, None, "", date(2024, 4, 30)),
        ("ai_ever_used", "yes", 36.5, 1132, "répondants", date(2025, 4, 30)),
    ]
    corrected = (*USED[:2], "36,4", *USED[3:])
    assert load_reference_series(written(corrected, EARLIER)) == LoadReport(created=0, updated=1, unchanged=1)
    assert [percent for _, _, percent, *_ in stored()] == [20.8, 36.4]


def test_every_mistake_is_named_with_its_place_and_nothing_is_written(written):
    path = written(
        USED,
        ("ai_used", "yes", "10", "", "", "2025-04-30", "x"),
        ("ai_ever_used", "oui", "110", "0", "", "30/04/2025", ""),
        ("ai_ever_used", "no", "dix", "10,5", "x" * 201, "", "x"),
        USED,
    )
    table = SHEET if path.suffix == ".xlsx" else path.name
    with pytest.raises(MicrodataError) as refused:
        load_reference_series(path)
    assert [str(error).replace("\u00a0", " ") for error in refused.value.errors] == [
        f"{table}, ligne 3, colonne « item » : code « ai_used » inconnu. Vouliez-vous dire « ai_ever_used » ? Codes "
        "admis : ai_ever_used.",
        f"{table}, ligne 4, colonne « category » : code « oui » inconnu. Codes admis : yes, no.",
        f"{table}, ligne 4, colonne « percent » : « 110 » n’est pas un pourcentage de 0 à 100 ; par exemple 65,3.",
        f"{table}, ligne 4, colonne « base » : « 0 » n’est pas un nombre de personnes ; laissez vide si la source ne "
        "le donne pas.",
        f"{table}, ligne 4, colonne « date » : « 30/04/2025 » n’est pas une date ; il faut AAAA-MM-JJ, par exemple "
        "2025-03-14.",
        f"{table}, ligne 4, colonne « source » : source absente : qui publie ce chiffre, dans quel document ?",
        f"{table}, ligne 5, colonne « percent » : « dix » n’est pas un pourcentage de 0 à 100 ; par exemple 65,3.",
        f"{table}, ligne 5, colonne « base » : « 10,5 » n’est pas un nombre de personnes ; laissez vide si la source "
        "ne le donne pas.",
        f"{table}, ligne 5, colonne « date » : date absente ; il faut AAAA-MM-JJ, par exemple 2025-03-14.",
        f"{table}, ligne 5, colonne « base_label » : 201 caractères ; 200 au plus.",
        f"{table}, ligne 6, colonne « category » : la ligne 2 donne déjà ce chiffre, de la même source à la même date.",
    ]
    assert stored() == []


def test_the_command_says_what_it_loaded_or_refused(written):
    out = StringIO()
    call_command("load_reference_series", str(written(USED)), stdout=out)
    assert out.getvalue() == "Chiffres de référence\u00a0: 1 ajoutés, 0 mis à jour, 0 inchangés.\n"
    with pytest.raises(CommandError, match="aucune ligne"):
        call_command("load_reference_series", str(written()))


def test_the_admin_checks_a_figure_against_the_questions(admin_client):
    page = reverse("admin:interviews_referencefigure_add")
    given = dict(zip(COLUMNS, USED, strict=True)) | {"percent": "36.5"}
    refused = admin_client.post(page, given | {"category": "oui"})
    assert refused.context["adminform"].form.errors["category"] == [
        "Code «\u00a0oui\u00a0» inconnu. Codes admis\u00a0: yes, no."
    ]
    refused = admin_client.post(page, given | {"percent": "136"})
    assert "Un pourcentage va de 0 à 100." in str(refused.context["adminform"].form.errors)
    assert admin_client.post(page, given).status_code == 302
    assert len(stored()) == 1


def test_a_file_without_labels_leaves_those_that_are_known(written, tmp_path):
    load_reference_series(written(USED))
    path = tmp_path / "sans-libelle.csv"
    columns = [place for place, name in enumerate(COLUMNS) if name != "base_label"]
    with path.open("w", encoding="utf-8", newline="") as stream:
        write_csv(stream, [COLUMNS[place] for place in columns], [[USED[place] for place in columns]])
    assert load_reference_series(path) == LoadReport(created=0, updated=0, unchanged=1)
    assert stored()[0][4] == "répondants"


def test_parts_of_one_are_not_taken_for_percentages(written):
    path = written((*USED[:2], "0,365", *USED[3:]), (*EARLIER[:2], "1", *EARLIER[3:]))
    with pytest.raises(MicrodataError, match=r"colonne «.percent.».: aucune valeur ne dépasse 1"):
        load_reference_series(path)
    assert stored() == []


def test_nought_alone_is_a_percentage(written):
    assert load_reference_series(written((*USED[:2], "0", *USED[3:]))).created == 1


def test_a_folder_and_a_missing_percentage_are_said(written, tmp_path):
    with pytest.raises(MicrodataError, match="c’est un dossier, il faut un fichier"):
        load_reference_series(tmp_path)
    with pytest.raises(MicrodataError, match=r"colonne «.percent.».: pourcentage absent.; par exemple 65,3"):
        load_reference_series(written((*USED[:2], "", *USED[3:])))
