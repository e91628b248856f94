"""A microdata file comes in whole, or not at all and with every error named."""

import csv
import io
from datetime import UTC, date, datetime

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from interviews.collection.batch import ClosedCampaignError
from interviews.collection.microdata import ImportReport, import_responses
from interviews.collection.microdata_file import COLUMNS, LISTED, MicrodataError
from interviews.models import Answer, Item, Response, UseCaseAnswer
from tests.factories import (
    YES_NO,
    make_campaign,
    make_item,
    make_occupation,
    make_questionnaire,
    make_response,
    make_sector,
    make_use_case,
)
from usecases.models import Barrier, Benefit, Occupation, Sector, Source, Tool

pytestmark = pytest.mark.django_db

RESPONSES = [
    {
        "response": "r1",
        "person": "p1",
        "mode": "interview",
        "submitted_on": "2025-03-14",
        "organisation": "studio-7",
        "weight": "1.5",
        "sectors": "cinema|audiovisual",
        "occupations": "editors",
        "structure_type": "production",
        "structure_size": "1_9",
        "seniority": "5_14",
        "employment_status": "intermittent",
        "gender": "woman",
        "age_group": "30_44",
    },
    {"response": "r2", "mode": "web", "submitted_on": "2031-01-01"},
]
USE_CASE_ANSWERS = [
    {
        "response": "r1",
        "use_case": "montage",
        "usage": "regular",
        "maturity": "3",
        "impact": "nsp",
        "intention": "yes",
        "benefits": "time|quality",
        "barriers": "cost",
        "tools": "runway|Mon Outil !",
        "comment": "=HYPERLINK(1)\nà la ligne | et barre",
    },
    {"response": "r1", "use_case": "sous-titrage"},
    {"response": "r2", "use_case": "montage", "usage": "never_heard", "maturity": "1"},
]
ANSWERS = [
    {"response": "r1", "item": "ai_ever_used", "value": "yes"},
    {"response": "r1", "item": "agreement", "value": "nsp"},
    {"response": "r1", "item": "ai_tool_types", "value": "consumer|in_house"},
    {"response": "r1", "item": "ai_tools", "value": "runway|Autre outil"},
    {"response": "r1", "item": "years", "value": "12.0"},
    {"response": "r2", "item": "years", "value": "2.5"},
    {"response": "r2", "item": "free_words", "value": "12|  « oui » "},
    {"response": "r2", "item": "ai_ever_used", "value": ""},
]


@pytest.fixture
def campaign():
    make_sector("cinema")
    make_sector("audiovisual")
    make_occupation("editors")
    Benefit.objects.bulk_create([Benefit(code="time", name="Temps"), Benefit(code="quality", name="Qualité")])
    Barrier.objects.create(code="cost", name="Coût")
    Tool.objects.create(code="runway", name="Runway")
    questionnaire = make_questionnaire()
    make_item(questionnaire, "ai_ever_used", options=YES_NO)
    make_item(questionnaire, "agreement", Item.Kind.SCALE, options={"no": "Non", "fully": "Tout à fait"})
    make_item(questionnaire, "ai_tool_types", Item.Kind.MULTIPLE, options={"consumer": "a", "in_house": "b"})
    make_item(questionnaire, "ai_tools", Item.Kind.MULTIPLE, open_list="tools")
    make_item(questionnaire, "years", Item.Kind.NUMBER)
    make_item(questionnaire, "free_words", Item.Kind.TEXT)
    make_use_case("Doublage")  # in the catalogue, not in the campaign
    return make_campaign(questionnaire, [make_use_case("Montage"), make_use_case("Sous-titrage")])


def csv_folder(folder, encoding="utf-8", **tables):
    """The three CSV files, every column present unless a table says otherwise."""
    folder.mkdir(exist_ok=True)
    for name, rows in complete(tables).items():
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, columns_of(name, rows))
        writer.writeheader()
        writer.writerows(rows)
        (folder / f"{name}.csv").write_bytes(text.getvalue().encode(encoding))
    return folder


def workbook(path, prepare=lambda book: None, **tables):
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    book.active.append(["une feuille de trop ne gêne pas"])
    for name, rows in complete(tables).items():
        sheet, columns = book.create_sheet(name), columns_of(name, rows)
        sheet.append(columns)
        for row in rows:
            sheet.append([None] * len(columns))
            for cell, column in zip(sheet[sheet.max_row + 1], columns, strict=True):
                cell.value = row.get(column)
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    cell.data_type = "s"
    prepare(book)
    book.save(path)
    return path


def complete(tables):
    return {"responses": RESPONSES, "use_case_answers": USE_CASE_ANSWERS, "answers": ANSWERS} | tables


def columns_of(name, rows):
    """The contract's columns, those of a `columns` key when the test wants others."""
    return list(rows[0]) if rows and "only" in rows[0] else list(COLUMNS[name])


def stored():
    """Everything imported, as plain values."""
    responses = [
        [
            *(getattr(one, name) for name in ("key", "person", "mode", "organisation", "weight")),
            timezone.localtime(one.submitted_at).isoformat(),
            sorted(one.sectors.values_list("code", flat=True)),
            sorted(one.occupations.values_list("code", flat=True)),
            *(one.structure_type, one.structure_size, one.seniority, one.employment_status, one.gender, one.age_group),
            *(one.started_on, one.consent_version),
        ]
        for one in Response.objects.order_by("key")
    ]
    columns = ["usage", "maturity", "impact", "intention", "benefits", "barriers", "tools", "comment", "reason", "rank"]
    use_cases = UseCaseAnswer.objects.order_by("response__key", "rank")
    answers = Answer.objects.order_by("response__key", "item__position")
    return {
        "responses": responses,
        "use_case_answers": list(use_cases.values_list("response__key", "use_case__code", *columns)),
        "answers": list(answers.values_list("response__key", "item__code", "value")),
    }


EXPECTED = {
    "responses": [
        [
            *("r1", "p1", "interview", "studio-7", 1.5, "2025-03-14T00:00:00+01:00"),
            *(["audiovisual", "cinema"], ["editors"]),
            *("production", "1_9", "5_14", "intermittent", "woman", "30_44", None, ""),
        ],
        ["r2", "", "web", "", None, "2031-01-01T00:00:00+01:00", [], [], "", "", "", "", "", "", None, ""],
    ],
    "use_case_answers": [
        (
            *("r1", "montage", 4, 3, 9, 1, ["time", "quality"], ["cost"], ["runway", "mon-outil"]),
            *("=HYPERLINK(1)\nà la ligne | et barre", "imported", 1),
        ),
        ("r1", "sous-titrage", None, None, None, None, [], [], [], "", "imported", 2),
        ("r2", "montage", 0, 1, None, None, [], [], [], "", "imported", 1),
    ],
    "answers": [
        ("r1", "ai_ever_used", "yes"),
        ("r1", "agreement", "nsp"),
        ("r1", "ai_tool_types", ["consumer", "in_house"]),
        ("r1", "ai_tools", ["runway", "autre-outil"]),
        ("r1", "years", 12),
        ("r2", "years", 2.5),
        ("r2", "free_words", "12|  « oui » "),
    ],
}
REPORT = ImportReport(2, 3, 7, [], [], ["Autre outil", "Mon Outil !"])


def refused(campaign, path, **options):
    """The errors of a file, as « table, row, column : message » without no-break spaces; nothing was written."""
    with pytest.raises(MicrodataError) as error:
        import_responses(campaign, path, **options)
    assert (Response.objects.count(), Tool.objects.count(), Sector.objects.count()) == (0, 1, 2)
    return [str(one).replace("\u00a0", " ") for one in error.value.errors]


def test_a_folder_of_csv_files_comes_in(campaign, tmp_path):
    assert import_responses(campaign, csv_folder(tmp_path / "vague")) == REPORT
    assert stored() == EXPECTED
    assert list(Tool.objects.order_by("code").values_list("code", "name", "source")) == [
        ("autre-outil", "Autre outil", Source.PROPOSED),
        ("mon-outil", "Mon Outil !", Source.PROPOSED),
        ("runway", "Runway", Source.PROPOSED),
    ]


def test_a_workbook_comes_in_the_same_with_typed_dates_and_numbers(campaign, tmp_path):
    typed = {"submitted_on": datetime(2025, 3, 14, 17, 30), "weight": 1.5}
    path = workbook(
        tmp_path / "vague.xlsx",
        responses=[RESPONSES[0] | typed, RESPONSES[1] | {"submitted_on": date(2031, 1, 1)}],
        use_case_answers=[USE_CASE_ANSWERS[0] | {"maturity": 3}, *USE_CASE_ANSWERS[1:]],
        answers=[row | {"value": 12.0} if row["value"] == "12.0" else row for row in ANSWERS],
    )
    assert import_responses(campaign, path) == REPORT
    assert stored() == EXPECTED


def test_keys_typed_as_numbers_are_the_text_a_person_sees(campaign, tmp_path):
    path = workbook(
        tmp_path / "vague.xlsx",
        responses=[{"response": 12, "mode": "web", "submitted_on": "2025-03-14"}],
        use_case_answers=[{"response": "12", "use_case": "montage"}],
        answers=[],
    )
    assert import_responses(campaign, path) == ImportReport(1, 1, 0, [], [], [])
    assert Response.objects.get().key == "12"


def test_optional_columns_may_be_absent_and_a_file_without_modes_is_a_spreadsheet(campaign, tmp_path):
    optional = {"person", "organisation", "weight", "mode"}
    row = {"response": "r1", "submitted_on": "2025-03-14"}
    folder = csv_folder(tmp_path / "vague", use_case_answers=[], answers=[])
    columns = [column for column in COLUMNS["responses"] if column not in optional]
    lines = [",".join(columns), ",".join(row.get(column, "") for column in columns), ""]
    (folder / "responses.csv").write_text("\ufeff" + "\n".join(lines), encoding="utf-8")
    assert import_responses(campaign, folder) == ImportReport(1, 0, 0, [], [], [])
    assert Response.objects.get().mode == Response.Mode.SPREADSHEET


def test_blank_rows_and_rows_in_any_order_are_fine(campaign, tmp_path):
    path = csv_folder(
        tmp_path / "vague",
        responses=[RESPONSES[0], {}, RESPONSES[1]],
        use_case_answers=[USE_CASE_ANSWERS[2], {}, *USE_CASE_ANSWERS[:2]],
        answers=ANSWERS[::-1],
    )
    assert import_responses(campaign, path) == REPORT
    assert stored() == EXPECTED


def test_every_error_is_named_with_its_row_and_column_and_nothing_is_imported(campaign, tmp_path):
    good = {"mode": "web", "submitted_on": "2025-03-14"}
    path = csv_folder(
        tmp_path / "vague",
        responses=[
            good | {"response": "r1", "mode": "webb", "gender": "femme"},
            good | {"response": "r1", "submitted_on": "14/03/2025", "weight": "0"},
            good | {"response": "", "mode": "", "submitted_on": "", "weight": "1,5"},
            good | {"response": "r" * 65, "sectors": "cinema|theatre", "occupations": "editor"},
            good | {"response": "r5", "submitted_on": "2025-02-30", "weight": "1e999"},
        ],
        use_case_answers=[
            {"response": "r1", "use_case": "montage", "usage": "regulr", "maturity": "4", "impact": "2.0"},
            {"response": "r1", "use_case": "montage", "benefits": "time|money", "barriers": "nsp", "tools": "???"},
            {"response": "r9", "use_case": "doublage", "intention": "oui", "comment": "a" * 5_001},
            {"response": "", "use_case": ""},
        ],
        answers=[
            {"response": "r1", "item": "ai_ever_used", "value": "yes|no"},
            {"response": "r1", "item": "ai_ever_used", "value": "peut-être"},
            {"response": "r1", "item": "years", "value": "douze"},
            {"response": "r1", "item": "ai_tool_types", "value": "consumer|autre"},
            {"response": "r1", "item": "free_words", "value": "a\x00b"},
            {"response": "r5", "item": "ai_ever", "value": "yes"},
        ],
    )
    assert refused(campaign, path) == [
        "responses.csv, ligne 2, colonne « mode » : code « webb » inconnu. Vouliez-vous dire « web » ? "
        "Codes admis : web, interview, spreadsheet.",
        "responses.csv, ligne 2, colonne « gender » : code « femme » inconnu. "
        "Codes admis : woman, man, other, undisclosed.",
        "responses.csv, ligne 3, colonne « response » : clé « r1 » déjà à la ligne 2.",
        "responses.csv, ligne 3, colonne « submitted_on » : « 14/03/2025 » n’est pas une date ; il faut AAAA-MM-JJ, "
        "par exemple 2025-03-14.",
        "responses.csv, ligne 3, colonne « weight » : un poids est strictement positif, ou reste vide.",
        "responses.csv, ligne 4, colonne « response » : clé absente.",
        "responses.csv, ligne 4, colonne « submitted_on » : date absente ; il faut AAAA-MM-JJ, par exemple 2025-03-14.",
        "responses.csv, ligne 4, colonne « mode » : code absent. Codes admis : web, interview, spreadsheet.",
        "responses.csv, ligne 4, colonne « weight » : « 1,5 » n’est pas un nombre ; par exemple 12 ou 12.5, "
        "avec un point.",
        "responses.csv, ligne 5, colonne « response » : une clé compte au plus 64 caractères.",
        "responses.csv, ligne 5, colonne « sectors » : code « theatre » inconnu. Codes admis : cinema, audiovisual. "
        "L’option --create-missing l’ajouterait.",
        "responses.csv, ligne 5, colonne « occupations » : code « editor » inconnu. Vouliez-vous dire « editors » ? "
        "Codes admis : editors. L’option --create-missing l’ajouterait.",
        "responses.csv, ligne 6, colonne « submitted_on » : « 2025-02-30 » n’est pas une date ; il faut AAAA-MM-JJ, "
        "par exemple 2025-03-14.",
        "responses.csv, ligne 6, colonne « weight » : « 1e999 » n’est pas un nombre ; par exemple 12 ou 12.5, "
        "avec un point.",
        "use_case_answers.csv, ligne 2, colonne « usage » : code « regulr » inconnu. Vouliez-vous dire « regular » ? "
        "Codes admis : not_concerned, never_heard, aware, tried, occasional, regular, abandoned, nsp.",
        "use_case_answers.csv, ligne 2, colonne « maturity » : code « 4 » inconnu. Codes admis : 1, 2, 3, nsp.",
        "use_case_answers.csv, ligne 2, colonne « impact » : code « 2.0 » inconnu. Codes admis : 1, 2, 3, nsp.",
        "use_case_answers.csv, ligne 3, colonne « benefits » : code « money » inconnu. Codes admis : quality, time.",
        "use_case_answers.csv, ligne 3, colonne « barriers » : code « nsp » inconnu. Codes admis : cost.",
        "use_case_answers.csv, ligne 3, colonne « tools » : « ??? » n’est pas un nom d’outil : 80 caractères, "
        "dont une lettre.",
        "use_case_answers.csv, ligne 3, colonne « use_case » : « r1 », « montage » est déjà plus haut : "
        "une seule ligne par réponse et par code.",
        "use_case_answers.csv, ligne 4, colonne « response » : réponse « r9 » absente de la table « responses ».",
        "use_case_answers.csv, ligne 4, colonne « use_case » : code « doublage » inconnu. "
        "Codes admis : montage, sous-titrage.",
        "use_case_answers.csv, ligne 4, colonne « intention » : code « oui » inconnu. "
        "Codes admis : yes, maybe, no, nsp.",
        "use_case_answers.csv, ligne 4, colonne « comment » : texte de 5001 caractères ; 5000 au plus.",
        "answers.csv, ligne 2, colonne « value » : plusieurs valeurs pour « ai_ever_used », qui n’en admet qu’une.",
        "answers.csv, ligne 3, colonne « value » : code « peut-être » inconnu. Codes admis : yes, no.",
        "answers.csv, ligne 3, colonne « item » : « r1 », « ai_ever_used » est déjà plus haut : "
        "une seule ligne par réponse et par code.",
        "answers.csv, ligne 4, colonne « value » : « douze » n’est pas un nombre ; par exemple 12 ou 12.5, "
        "avec un point.",
        "answers.csv, ligne 5, colonne « value » : code « autre » inconnu. Codes admis : consumer, in_house.",
        "answers.csv, ligne 6, colonne « value » : caractère nul (U+0000), qu’une base de données ne garde pas.",
        "answers.csv, ligne 7, colonne « item » : code « ai_ever » inconnu. Vouliez-vous dire « ai_ever_used » ? "
        "Codes admis : ai_ever_used, agreement, ai_tool_types, ai_tools, years, free_words.",
    ]


def test_a_row_of_a_workbook_is_named_as_the_spreadsheet_numbers_it(campaign, tmp_path):
    def spoil(book):
        book["answers"].merge_cells("A2:B2")
        book["responses"]["F3"] = "=1+1"

    path = workbook(tmp_path / "vague.xlsx", spoil)
    assert refused(campaign, path) == [
        "responses, ligne 3 : cellule F3, formule : collez sa valeur à la place.",
        "answers, ligne 2 : cellule A2:B2, cellules fusionnées : défusionnez-les.",
    ]


def test_missing_and_unknown_columns_and_tables_are_named(campaign, tmp_path):
    folder = csv_folder(tmp_path / "vague")
    (folder / "answers.csv").unlink()
    header = [column for column in COLUMNS["use_case_answers"] if column != "impact"]
    (folder / "use_case_answers.csv").write_text(",".join([*header, "impacts", "usage"]) + "\n")
    (folder / "responses.csv").write_text(";".join(COLUMNS["responses"]) + "\n")
    assert refused(campaign, folder) == [
        "answers.csv : fichier absent du dossier « vague ».",
        "responses.csv, ligne 1 : les colonnes sont séparées par des points-virgules ; il faut des virgules.",
        "use_case_answers.csv, ligne 1, colonne « usage » : cette colonne est là deux fois.",
        "use_case_answers.csv, ligne 1, colonne « impacts » : colonne inconnue. Colonnes admises : "
        "response, use_case, usage, maturity, impact, intention, benefits, barriers, tools, comment.",
        "use_case_answers.csv, ligne 1, colonne « impact » : colonne absente.",
    ]
    book = openpyxl.Workbook()
    book.active.title = "responses"
    book.save(tmp_path / "vague.xlsx")
    assert refused(campaign, tmp_path / "vague.xlsx") == [
        "use_case_answers : feuille absente du classeur « vague.xlsx ».",
        "answers : feuille absente du classeur « vague.xlsx ».",
        *(
            f"responses, ligne 1, colonne « {column} » : colonne absente."
            for column in COLUMNS["responses"]
            if column not in ("person", "mode", "organisation", "weight")
        ),
    ]


def test_rows_of_the_wrong_shape_are_named(campaign, tmp_path):
    folder = csv_folder(tmp_path / "vague", use_case_answers=[])
    (folder / "answers.csv").write_text("response,item,value,\nr1,years,12,\nr1,ai_ever_used,yes,note\nr2,years\n")
    assert refused(campaign, folder) == [
        "answers.csv, ligne 3 : une valeur se trouve dans une colonne sans nom.",
        "answers.csv, ligne 4 : 2 cellules au lieu de 4.",
    ]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("absent.xlsx", "absent.xlsx : ce fichier n’existe pas."),
        ("vide.xlsx", "vide.xlsx : ce n’est pas un classeur .xlsx, ou il est abîmé."),
        ("responses.csv", "responses.csv : pour des CSV, donnez le dossier qui contient les trois fichiers."),
    ],
)
def test_what_is_no_microdata_is_refused(campaign, tmp_path, name, message):
    (tmp_path / "vide.xlsx").touch()
    (tmp_path / "responses.csv").touch()
    assert refused(campaign, tmp_path / name) == [message]


def test_a_file_in_another_encoding_is_refused(campaign, tmp_path):
    folder = csv_folder(tmp_path / "vague", encoding="cp1252", responses=[RESPONSES[0] | {"person": "é"}])
    assert refused(campaign, folder)[0] == (
        "responses.csv : ligne 2, le fichier n’est pas en UTF-8. Enregistrez-le au format « CSV UTF-8 »."
    )


def test_a_key_already_in_the_campaign_is_refused(campaign, tmp_path):
    make_response(campaign, "r2")
    with pytest.raises(MicrodataError) as error:
        import_responses(campaign, csv_folder(tmp_path / "vague"))
    assert [str(one) for one in error.value.errors] == [
        "responses.csv, ligne 3, colonne «\u00a0response\u00a0»\u00a0: la campagne a déjà une réponse «\u00a0r2\u00a0»."
    ]
    assert Response.objects.count() == 1


def test_a_closed_campaign_takes_no_file(campaign, tmp_path):
    campaign.closed_at = datetime(2025, 12, 31, tzinfo=UTC)
    campaign.save()
    with pytest.raises(ClosedCampaignError, match="est close"):
        import_responses(campaign, csv_folder(tmp_path / "vague"))
    assert Response.objects.count() == 0


def test_missing_sectors_and_occupations_are_created_on_demand_only(campaign, tmp_path):
    responses = [RESPONSES[0] | {"sectors": "cinema|vr", "occupations": "vr_artists|réal."}, RESPONSES[1]]
    path = csv_folder(tmp_path / "vague", responses=responses)
    assert refused(campaign, path, create_missing=True) == [
        "responses.csv, ligne 2, colonne « occupations » : « réal. » ne peut pas être un code : "
        "80 lettres sans accent, chiffres, - ou _."
    ]
    responses[0]["occupations"] = "vr_artists|editors"
    report = import_responses(campaign, csv_folder(tmp_path / "vague", responses=responses), create_missing=True)
    assert (report.new_sectors, report.new_occupations) == (["vr"], ["vr_artists"])
    assert list(Sector.objects.values_list("code", "name", "chain"))[-1] == ("vr", "vr", None)
    assert list(Occupation.objects.values_list("code", "name", "source")) == [
        ("editors", "Monteurs", Source.PROPOSED),
        ("vr_artists", "vr_artists", Source.PROPOSED),
    ]
    assert stored()["responses"][0][6:8] == [["cinema", "vr"], ["editors", "vr_artists"]]


def test_the_number_of_queries_does_not_grow_with_the_rows(campaign, tmp_path, django_assert_num_queries):
    def folder(name, count):
        return csv_folder(
            tmp_path / name,
            responses=[RESPONSES[0] | {"response": f"{name}{number}"} for number in range(count)],
            use_case_answers=[
                {"response": f"{name}{n}", "use_case": "montage", "usage": "aware"} for n in range(count)
            ],
            answers=[{"response": f"{name}{number}", "item": "years", "value": "3"} for number in range(count)],
        )

    one, many = folder("a", 1), folder("b", 30)
    with django_assert_num_queries(22):
        import_responses(campaign, one)
    with django_assert_num_queries(22):
        import_responses(campaign, many)


def test_the_command_says_what_it_did(campaign, tmp_path):
    out = io.StringIO()
    responses = [RESPONSES[0] | {"sectors": "vr"}, RESPONSES[1]]
    call_command(
        "import_responses", "vague-1", csv_folder(tmp_path / "v", responses=responses), "--create-missing", stdout=out
    )
    assert out.getvalue().replace("\u00a0", " ") == (
        "2 réponses importées, 3 lignes sur les cas d’usage, 7 réponses aux questions générales.\n"
        "Secteurs ajoutés : vr.\n"
        "Outils ajoutés : Autre outil, Mon Outil !.\n"
    )


def test_the_command_lists_the_first_errors_and_counts_them_all(campaign, tmp_path):
    rows = [RESPONSES[1] | {"response": f"r{number}", "gender": "x"} for number in range(LISTED + 3)]
    path = csv_folder(tmp_path / "vague", responses=rows, use_case_answers=[], answers=[])
    with pytest.raises(CommandError) as error:
        call_command("import_responses", "vague-1", path)
    lines = str(error.value).replace("\u00a0", " ").splitlines()
    assert (lines[0], len(lines), lines[-1]) == (
        "Rien n’a été importé. Erreurs : 203.",
        LISTED + 2,
        "… et 3 autres erreurs.",
    )
